"""Instructions of which only the last one of a stage counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Note, Problem, edits

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Instruction
    from deployflow_gate.model.stage import Stage


def overridden(stage: Stage, kind: type[Instruction]) -> Iterator[Problem]:
    """Each instruction of a kind but the last one."""
    *lost, last = stage.of(kind) or (None,)
    for instruction in lost:
        if instruction is None or last is None:
            continue
        keyword = instruction.keyword
        kept = stage.dockerfile.has_comment(instruction.span)
        yield Problem(
            instruction.span,
            f"A later `{keyword}` of the stage replaces this one.",
            notes=(Note(last.span, f"This `{keyword}` is the one that counts."),),
            fix=None if kept else Fix("Remove what is replaced", (edits.delete_lines(instruction.span),), safe=True),
        )
