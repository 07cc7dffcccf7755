"""What every node of the graph is: it stands somewhere, it has a parent, it has children.

Nodes are built lazily: a parent makes its children on first use (`cached_property`), and each fact is derived at most
once for all rules. Nodes compare by identity.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from deployflow_gate.record import dataclass
from deployflow_gate.text import Span


@runtime_checkable
class Node(Protocol):
    @property
    def span(self) -> Span: ...

    def children(self) -> Iterator[Node]:
        """The nodes directly below, in file order. A node is the child of exactly one parent."""
        ...


@dataclass(frozen=True, eq=False)
class Failure:
    """In the place of nodes that could not be made: what was raised, and below which node. A fault of the gate's own."""

    span: Span
    error: Exception

    def children(self) -> Iterator[Node]:
        return iter(())


def below(node: Node) -> Iterator[Node]:
    """The children of a node; a Failure behind those that were made before one could not be. Never raises."""
    try:
        yield from node.children()
    except Exception as error:  # noqa: BLE001  one file that the model stumbles over must not hide the others
        yield Failure(node.span, error)


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, each once, parents first. Never raises: see Failure."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(list(below(node))))
