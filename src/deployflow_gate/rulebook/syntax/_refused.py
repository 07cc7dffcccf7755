"""What Docker refuses of single instructions, by kind, for the rules that report it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployflow_gate.model.dockerfile import Dockerfile
    from deployflow_gate.syntax.dockerfile import InstructionSyntax
    from deployflow_gate.text import Fault


def refused(dockerfile: Dockerfile, kind: str) -> Iterator[tuple[InstructionSyntax, Fault]]:
    """The faults of a kind (see `syntax.dockerfile.checks`), each with its instruction: behind ONBUILD, that one."""
    instructions = dockerfile.syntax.instructions
    starts = [instruction.span.start for instruction in instructions]
    for fault in dockerfile.faults:
        at = bisect_right(starts, fault.span.start) - 1
        if fault.kind != kind or at < 0:
            continue
        instruction = instructions[at]
        inner = instruction.inner
        yield (inner if inner is not None and inner.span.start <= fault.span.start else instruction), fault
