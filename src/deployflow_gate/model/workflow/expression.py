"""`${{ }}` as a node of the graph, and the conditions that are expressions as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from deployflow_gate.model.workflow.reading import Place, places
from deployflow_gate.record import dataclass
from deployflow_gate.syntax import yaml
from deployflow_gate.syntax.expression import Context, Embedded, Reference, Tree, evaluate, references, truth
from deployflow_gate.text import UNKNOWN, Fault, Span

if TYPE_CHECKING:
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.workflow.file import ActionsFile

BARE = frozenset({("if",), ("runs", "pre-if"), ("runs", "post-if")})
"""The places (within a job, a step, an action) that are expressions even without `${{ }}`."""


class Owner(Protocol):
    """What an expression can belong to: a workflow, a job, a container, a step or an action."""

    @property
    def span(self) -> Span: ...

    @property
    def context(self) -> Context: ...

    def children(self) -> Iterator[Node]: ...


@dataclass(frozen=True, eq=False)
class Expression:
    """One expression. `owner` is the smallest of workflow, job, container, step and action that holds it.

    `place` are the keys that lead to it from there, such as ("run",), ("with", "script"), ("env", "TOKEN") or ("if",);
    items of lists add nothing. `tree` is None exactly where `faults` says why.
    """

    owner: Owner
    embedded: Embedded
    scalar: yaml.Scalar
    place: Place

    @property
    def span(self) -> Span:
        """With its `${{` and `}}`."""
        return self.embedded.span

    @property
    def tree(self) -> Tree | None:
        return self.embedded.tree

    @property
    def faults(self) -> tuple[Fault, ...]:
        return self.embedded.faults

    @property
    def text(self) -> str:
        """What stands between the braces, trimmed."""
        return self.embedded.inner.text.strip()

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """The contexts that it reads, each with the path that it takes."""
        return tuple(references(self.tree)) if self.tree is not None else ()

    @cached_property
    def sketch(self) -> str:
        """What it comes to, as far as that is known."""
        return evaluate(self.tree, self.owner.context) if self.tree is not None else UNKNOWN

    def children(self) -> Iterator[Node]:
        return iter(())


def expressions_of(
    owner: Owner, file: ActionsFile, node: yaml.Node | None, skip: frozenset[int]
) -> tuple[Expression, ...]:
    """The expressions below a node that belong to its owner: `skip` are the ids of what belongs to its children."""
    if node is None:
        return ()
    return tuple(
        Expression(owner, embedded, scalar, place)
        for place, scalar in places(node, skip)
        for embedded in file.embedded(scalar, bare=place in BARE)
    )


@dataclass(frozen=True, eq=False)
class Condition:
    """An `if:`. Text around a `${{ }}` makes the whole a text that is not empty, and so always true (`mixed`)."""

    owner: Owner
    scalar: yaml.Scalar
    embedded: tuple[Embedded, ...]

    @property
    def span(self) -> Span:
        return self.scalar.span

    @property
    def mixed(self) -> bool:
        first = self.embedded[0] if self.embedded else None
        return first is not None and (first.start, first.end) != (0, len(self.scalar.value))

    @property
    def tree(self) -> Tree | None:
        """The expression that the condition is; None if it is mixed, empty or wrong."""
        return None if self.mixed or not self.embedded else self.embedded[0].tree

    @cached_property
    def truth(self) -> bool | None:
        """Whether the step or job runs; None where that cannot be known."""
        if self.mixed:
            return True
        return truth(self.tree, self.owner.context) if self.tree is not None else None


def condition_of(owner: Owner, file: ActionsFile, node: yaml.Node | None) -> Condition | None:
    if not isinstance(node, yaml.Scalar) or node.kind == "null":
        return None
    return Condition(owner, node, file.embedded(node, bare=True))
