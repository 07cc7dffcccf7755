"""What every node of the graph is: it stands somewhere, it has a parent, it has children.

Nodes are built lazily: a parent makes its children on first use (`cached_property`), and each fact is derived at most
once for all rules. Nodes compare by identity.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from deployflow_gate.text import Span


@runtime_checkable
class Node(Protocol):
    @property
    def span(self) -> Span: ...

    def children(self) -> Iterator[Node]:
        """The nodes directly below, in file order. A node is the child of exactly one parent."""
        ...


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, each once, parents first."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        below = list(node.children())
        stack.extend(reversed(below))
