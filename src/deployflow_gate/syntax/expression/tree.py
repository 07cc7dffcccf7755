"""What a `${{ }}` expression is made of.

Parentheses leave no node; a node's span is that of its own text, without the parentheses around it.
"""

from __future__ import annotations

from collections.abc import Iterator

from deployflow_gate.record import dataclass
from deployflow_gate.text import Fault, Span


@dataclass(frozen=True, eq=False)
class Constant:
    """`null`, `true`, `12`, `0xff`, `'text'`: `value` is what it means (every number is a float)."""

    span: Span
    value: str | float | bool | None


@dataclass(frozen=True, eq=False)
class Name:
    """A context: the `github` of `github.sha`."""

    span: Span
    name: str


@dataclass(frozen=True, eq=False)
class Property:
    """`object.name`."""

    span: Span
    object: Tree
    name: str
    name_span: Span


@dataclass(frozen=True, eq=False)
class Index:
    """`object[index]`."""

    span: Span
    object: Tree
    index: Tree


@dataclass(frozen=True, eq=False)
class Filter:
    """`object.*` or `object[*]`: the list of all values below."""

    span: Span
    object: Tree


@dataclass(frozen=True, eq=False)
class Call:
    span: Span
    name: str
    name_span: Span
    arguments: tuple[Tree, ...]


@dataclass(frozen=True, eq=False)
class Not:
    span: Span
    operand: Tree


@dataclass(frozen=True, eq=False)
class Comparison:
    """`left operator right` with `==`, `!=`, `<`, `<=`, `>` or `>=`."""

    span: Span
    operator: str
    left: Tree
    right: Tree


@dataclass(frozen=True, eq=False)
class Logic:
    """A chain of `&&` or of `||`: two or more operands."""

    span: Span
    operator: str
    operands: tuple[Tree, ...]


Tree = Constant | Name | Property | Index | Filter | Call | Not | Comparison | Logic


@dataclass(frozen=True, eq=False)
class Embedded:
    """One expression inside a text.

    `start` and `end` are its offsets in the text, `span` its place in the file; all cover the `${{` and `}}` where it
    has them (the whole text of an `if:` is an expression without them). `inner` is the span between the braces. `tree`
    is None exactly where `faults` says why.
    """

    start: int
    end: int
    span: Span
    inner: Span
    tree: Tree | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """A context with all that is read from it, in lower case: `path` is ("github", "event", "issue", "title").

    A `.*` gives "*", and an index that is no literal gives None. `tree` is the outermost access.
    """

    tree: Tree
    path: tuple[str | None, ...]

    @property
    def span(self) -> Span:
        return self.tree.span


def nodes(tree: Tree) -> Iterator[Tree]:
    """The tree's nodes, parents first, in the order of the text."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(below(node)))


def below(node: Tree) -> tuple[Tree, ...]:
    """The node's direct children."""
    match node:
        case Property() | Filter():
            return (node.object,)
        case Index():
            return (node.object, node.index)
        case Call():
            return node.arguments
        case Not():
            return (node.operand,)
        case Comparison():
            return (node.left, node.right)
        case Logic():
            return node.operands
        case _:
            return ()


def reference(tree: Tree) -> Reference | None:
    """The reference that a tree as a whole is: `github.event['ref']`; None for anything else."""
    path: list[str | None] = []
    node = tree
    while not isinstance(node, Name):
        match node:
            case Property():
                path.append(node.name.lower())
            case Filter():
                path.append("*")
            case Index(index=Constant(value=str() as key)):
                path.append(key.lower())
            case Index():
                path.append(None)
            case _:
                return None
        node = node.object
    path.append(node.name.lower())
    return Reference(tree, tuple(reversed(path)))


def references(tree: Tree) -> Iterator[Reference]:
    """Every reference to a context in the tree, each at its outermost access, in the order of the text."""
    stack = [tree]
    while stack:
        node = stack.pop()
        whole = reference(node) if isinstance(node, Name | Property | Index | Filter) else None
        if whole is None:
            stack.extend(reversed(below(node)))
            continue
        yield whole
        inner: list[Tree] = []
        while isinstance(node, Property | Index | Filter):
            if isinstance(node, Index):
                inner.append(node.index)
            node = node.object
        stack.extend(inner)


def calls(tree: Tree) -> Iterator[Call]:
    """Every function call, in the order of the text."""
    return (node for node in nodes(tree) if isinstance(node, Call))
