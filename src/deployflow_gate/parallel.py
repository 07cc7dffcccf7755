"""The one pass, shared among processes, for trees of many files."""

from __future__ import annotations

import gc
import multiprocessing
from itertools import chain

from deployflow_gate.lint.decision import Decide
from deployflow_gate.lint.runner import Run, run
from deployflow_gate.model.node import Node, below, walk
from deployflow_gate.model.project import Project

PARTS = 8
"""Parts of the work for each process: some files take a hundred times as long as others, and who is done takes the next."""


def run_in_processes(project: Project, decide: Decide, only: frozenset[str] | None, jobs: int) -> Run:
    """The same findings as `run(walk(project), …)`, in another order. Where processes cannot be forked, this one does all.

    The documents and images are dealt out; what files say of each other is joined before, so that each process inherits it.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        return run(walk(project), decide, only)
    top = tuple(below(project))
    number = jobs * PARTS
    gc.freeze()  # a collection in a child would write to, and so copy, every page that it inherits
    try:
        with multiprocessing.get_context("fork").Pool(jobs, _begin, (project, top, decide, only, number)) as pool:
            parts = pool.map(_part, range(number), chunksize=1)
    finally:
        gc.unfreeze()
    return Run(
        tuple(chain.from_iterable(p.findings for p in parts)),
        tuple(chain.from_iterable(p.crashes for p in parts)),
        tuple(dict.fromkeys(chain.from_iterable(p.notes for p in parts))),
    )


_work: tuple[Project, tuple[Node, ...], Decide, frozenset[str] | None, int]


def _begin(*work: object) -> None:
    global _work  # noqa: PLW0603  a forked process knows its work by inheritance: a graph is too large to send
    _work = work  # type: ignore[assignment]
    gc.disable()  # it lives as long as what it makes


def _part(number: int) -> Run:
    project, top, decide, only, parts = _work
    own: tuple[Node, ...] = (project,) if number == 0 else ()
    return run(chain(own, *(walk(node) for node in top[number::parts])), decide, only)
