"""A name with a value, wherever it is set: ENV, ARG, `environment:`, `env:`, `build.args:`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from deployflow_gate.record import dataclass
from deployflow_gate.text import Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.node import Node

Kind = Literal["env", "arg", "build-arg", "environment", "credential"]


@dataclass(frozen=True, eq=False)
class Variable:
    """`value` is None where none is given (`ARG TOKEN`, `environment: [TOKEN]`)."""

    owner: Node
    span: Span
    name: Text
    value: Text | None
    kind: Kind

    def children(self) -> Iterator[Node]:
        return iter(())
