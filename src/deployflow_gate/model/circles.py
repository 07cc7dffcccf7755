"""Stages that need each other in a circle, so that none of them can be built first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployflow_gate.model.stage import Stage


def circles(stages: Sequence[Stage]) -> Mapping[Stage, int]:
    """Stage → the number of its circle, for those in one; a stage that only takes from itself is in none.

    Tarjan's strongly connected components, without recursion: linear in the stages and what they take.
    """
    needs = {stage: tuple(_needs(stage)) for stage in stages}
    order: dict[Stage, int] = {}
    low: dict[Stage, int] = {}
    open_: list[Stage] = []
    is_open: set[Stage] = set()
    found: dict[Stage, int] = {}
    for first in stages:
        if first in order:
            continue
        work = [(first, iter(needs[first]))]
        order[first] = low[first] = len(order)
        open_.append(first)
        is_open.add(first)
        while work:
            stage, ahead = work[-1]
            below = next(ahead, None)
            if below is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[stage])
                if low[stage] == order[stage]:
                    _close(stage, open_, is_open, found)
            elif below not in order:
                order[below] = low[below] = len(order)
                open_.append(below)
                is_open.add(below)
                work.append((below, iter(needs[below])))
            elif below in is_open:
                low[stage] = min(low[stage], order[below])
    return found


def _close(stage: Stage, open_: list[Stage], is_open: set[Stage], found: dict[Stage, int]) -> None:
    """Take a component off the stack; one of several stages is a circle, named after its first stage."""
    at = len(open_) - 1
    while open_[at] is not stage:
        at -= 1
    members = open_[at:]
    del open_[at:]
    is_open.difference_update(members)
    if len(members) > 1:
        number = min(member.index for member in members)
        found.update(dict.fromkeys(members, number))


def _needs(stage: Stage) -> Iterator[Stage]:
    """What it stands on, and the stages that it takes files from, later ones too."""
    if stage.base_stage is not None:
        yield stage.base_stage
    yield from stage.copies_from
    yield from stage.sources_ahead.values()
