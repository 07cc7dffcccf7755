"""YAML text to a tree with exact spans. libyaml makes the events; no object is ever constructed from them."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as ReadOnly
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from deployflow_gate.record import dataclass, field
from deployflow_gate.text import Fault, Mapped, Source, Span

Kind = Literal["str", "int", "float", "bool", "null", "other"]
Style = Literal["plain", "single", "double", "literal", "folded"]


@dataclass(frozen=True, eq=False)
class Scalar:
    """`value` is the decoded text ("8080", "true"); `kind` what YAML 1.2's core schema makes of it (`on`, `yes`, `no` are str).

    `span` covers the quotes, or a block's header and body up to its last visible character; anchors and tags stand
    before it. A value that is not there (`key:`) is an empty plain scalar of kind null. `tag` is an explicit custom tag
    such as `!reset`, else ""; a scalar with such a tag is of kind "other".
    """

    span: Span
    value: str
    kind: Kind
    style: Style
    tag: str = ""

    @cached_property
    def mapped(self) -> Mapped:
        """The decoded text, each character knowing its place in the file (indentation, escapes and folds undone)."""
        from deployflow_gate.syntax.yaml_scalar import locate

        return locate(self.span, self.value, self.style)


@dataclass(frozen=True, eq=False)
class Entry:
    """`alias` is where `*name` stands when the value is an alias; `value` is then the anchored node, at its own place."""

    key: Scalar
    value: Node
    alias: Span | None = None

    @property
    def place(self) -> Span:
        """Where the value stands below its key: the alias, or the value itself."""
        return self.alias or self.value.span

    @property
    def span(self) -> Span:
        """From the key to the end of the value (of the alias)."""
        return self.key.span.until(self.place)


@dataclass(frozen=True, eq=False)
class Mapping:
    """A key that is written twice is a fault of the file, and its first entry is the one that is here."""

    span: Span
    entries: tuple[Entry, ...]
    tag: str = ""
    flow: bool = False

    @cached_property
    def _index(self) -> dict[str, Entry]:
        return {entry.key.value: entry for entry in self.entries}

    def get(self, key: str) -> Node | None:
        """The value of a key written here; merge keys (`<<`) are not followed. See `merged`."""
        entry = self._index.get(key)
        return None if entry is None else entry.value

    def entry(self, key: str) -> Entry | None:
        return self._index.get(key)

    @cached_property
    def merged(self) -> dict[str, Entry]:
        """All entries with merge keys followed (own keys win, earlier merges win over later)."""
        merge = self._index.get("<<")
        if merge is None or merge.key.style != "plain":
            return self._index
        found = {key: entry for key, entry in self._index.items() if entry is not merge}
        sources = merge.value.items if isinstance(merge.value, Sequence) else (merge.value,)
        for source in sources:
            if isinstance(source, Mapping):
                for key, entry in source.merged.items():
                    found.setdefault(key, entry)
        return found


_NOWHERE: ReadOnly[int, Span] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Sequence:
    """`aliases` tells, for the index of an item that is an alias, where `*name` stands."""

    span: Span
    items: tuple[Node, ...]
    tag: str = ""
    flow: bool = False
    aliases: ReadOnly[int, Span] = field(default_factory=lambda: _NOWHERE)

    def place(self, index: int) -> Span:
        """Where an item stands in this sequence: its alias, or the item itself."""
        return self.aliases.get(index) or self.items[index].span


Node = Scalar | Mapping | Sequence


@dataclass(frozen=True, eq=False)
class YamlFile:
    """`root` is None for an empty file or one that does not parse at all (then `faults` says why). A duplicate key is a
    fault, and the first one wins. `comments` are spans from `#` to the line's end, in order."""

    source: Source
    root: Node | None
    faults: tuple[Fault, ...] = ()
    comments: tuple[Span, ...] = ()
    broken: bool = field(default=False)
    """True when nothing of the file could be read (a syntax error, a limit): it was not judged."""


def parse_yaml(source: Source) -> YamlFile:
    """Parse the first document that is not empty; a later one is a fault. Never raises; every limit hit is a fault.

    A file with a syntax error, an undefined alias or beyond a limit has exactly one fault, no root, and is `broken`.
    """
    from deployflow_gate.syntax.yaml_compose import compose

    return compose(source)


def scalars(node: Node) -> Iterator[Scalar]:
    """Every scalar below a node, keys included, in order; aliases are visited once."""
    seen: set[int] = set()
    stack: list[Node] = [node]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Scalar):
            yield node
        elif isinstance(node, Sequence):
            stack.extend(reversed(node.items))
        else:
            for entry in reversed(node.entries):
                stack.append(entry.value)
                stack.append(entry.key)
