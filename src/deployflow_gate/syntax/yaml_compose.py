"""The event stream of a YAML parser to nodes, with a stack of its own: no input can exhaust the C stack or Python's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deployflow_gate.record import dataclass, field
from deployflow_gate.regex import regex
from deployflow_gate.syntax.yaml import Entry, Mapping, Node, Scalar, Sequence, Style, YamlFile
from deployflow_gate.syntax.yaml_comments import find_comments
from deployflow_gate.syntax.yaml_kind import kind_of, own_tag
from deployflow_gate.text import Fault, Source, Span

SIZE_LIMIT = 1 << 20
"""Characters. The largest of a few thousand public compose files and workflows has about 200,000."""
DEPTH_LIMIT = 64
"""Levels, aliases followed. Real files stay below 20; a consumer may recurse on the tree without a second thought."""
NODE_LIMIT = 100_000
"""Keys and values. About 20 times the largest real file; keeps a hostile one below two seconds."""
ALIAS_LIMIT = 10_000
"""Uses of anchors in a file."""
EXPANDED_LIMIT = 200_000
"""Nodes with every alias followed: a few nested lines of aliases come to billions ("billion laughs")."""
FAULT_LIMIT = 100
"""Faults of one file that are told; a file with more duplicate keys is no more wrong than this."""

_STYLES: dict[str | None, Style] = {"'": "single", '"': "double", "|": "literal", ">": "folded"}
_BETWEEN = frozenset({"StreamStartEvent", "DocumentStartEvent", "DocumentEndEvent", "StreamEndEvent"})
_BREAKS = "\r\n\x85\u2028\u2029"
_BREAK = regex(f"[{_BREAKS}]")
_BLANK = regex(rf"(?:[ \t{_BREAKS}\ufeff]+|#[^{_BREAKS}]*)*")
_PROPERTY = regex(r"!<[^>\s]*>|![^\s,\[\]{}]*|&[\w-]+")
_UNREADABLE = regex(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _StopError(Exception):
    """Nothing of the file is judged, because of what stands at `start`."""

    def __init__(self, start: int, end: int | None, message: str) -> None:
        super().__init__(message)
        self.start = start
        self.end = end
        self.message = message


@dataclass(slots=True)
class _Frame:
    """A collection that is being read. `end` is behind its last child so far; `size` and `height` follow aliases."""

    start: int
    mapping: bool
    flow: bool
    tag: str
    anchor: str | None
    end: int
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    aliases: dict[int, Span] = field(default_factory=dict)
    key: Node | None = None
    key_place: Span | None = None
    size: int = 1
    height: int = 0


def compose(source: Source) -> YamlFile:
    """See `syntax.yaml.parse_yaml`."""
    composer = _Composer(source)
    try:
        root = composer.run()
    except _StopError as stop:
        fault = Fault(_place(source, stop.start, stop.end), stop.message)
        return YamlFile(source, None, (fault,), find_comments(source, composer.opaque, stop.start), broken=True)
    return YamlFile(source, root, tuple(composer.faults), find_comments(source, composer.opaque))


def _place(source: Source, start: int, end: int | None) -> Span:
    """From an offset to the given end, or to the end of its line."""
    start = min(start, len(source.text))
    if end is None:
        found = _BREAK.search(source.text, start)
        end = found.start() if found else len(source.text)
    return Span(source, start, max(start, end))


def _events(text: str) -> Iterator[Any]:
    """libyaml's events, or those of the parser in Python, which are the same, where PyYAML came without libyaml."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        while (event := loader.get_event()) is not None:
            yield event
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        context = f"{error.context}, " if error.context else ""
        at: int = getattr(mark, "index", 0)
        if text[at : at + 1] == "\t" and "cannot start any token" in (error.problem or ""):
            raise _StopError(at, at + 1, "A tab stands where YAML takes only spaces for indentation.") from None
        raise _StopError(at, None, f"This is not valid YAML: {context}{error.problem}.") from None
    except (yaml.YAMLError, ValueError, OverflowError, IndexError, RecursionError):
        raise _StopError(0, None, "This is not valid YAML.") from None
    finally:
        loader.dispose()


class _Composer:
    """One run over one source; `opaque` are the ranges where a `#` is no comment."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.faults: list[Fault] = []
        self.opaque: list[tuple[int, int]] = []
        self.stack: list[_Frame] = []
        self.anchors: dict[str, tuple[Node, int, int]] = {}
        self.open_anchors: set[str] = set()
        self.root: Node | None = None
        self.nodes = 0
        self.alias_count = 0

    def run(self) -> Node | None:
        if len(self.text) > SIZE_LIMIT:
            raise _StopError(0, None, f"The file has more than {SIZE_LIMIT:,} characters; it was not read.")
        bad = _UNREADABLE.search(self.text)
        if bad is not None:
            raise _StopError(bad.start(), bad.end(), f"The character U+{ord(bad[0]):04X} is not allowed in YAML.")
        # libyaml does not count a byte order mark at the start, the parser in Python does.
        shift = 1 if self.text.startswith("\ufeff") else 0
        for event in _events(self.text[shift:]):
            if self.root is None or self.stack or type(event).__name__ in _BETWEEN:
                self._take(event, shift)
            elif _is_nothing(self.root):
                self.root = None
                self.anchors.clear()
                self._take(event, shift)
            elif getattr(event, "value", None) != "" or event.style in _STYLES:
                at = event.start_mark.index + shift
                message = "A second YAML document begins here; only the first one is judged."
                self._fault(_place(self.source, at, None), message)
                break
        return None if self.root is not None and _is_nothing(self.root) else self.root

    def _take(self, event: Any, shift: int) -> None:
        name = type(event).__name__
        start, end = event.start_mark.index + shift, event.end_mark.index + shift
        if name == "ScalarEvent":
            self._scalar(event, start, end)
        elif name in {"MappingStartEvent", "SequenceStartEvent"}:
            self._open(event, name == "MappingStartEvent", start, end)
        elif name in {"MappingEndEvent", "SequenceEndEvent"}:
            self._close(end)
        elif name == "AliasEvent":
            self._alias(event.anchor, start, end)

    def _count(self, at: int) -> None:
        self.nodes += 1
        if self.nodes > NODE_LIMIT:
            raise _StopError(at, None, f"The file has more than {NODE_LIMIT:,} keys and values; it was not read.")

    def _skip_properties(self, start: int) -> tuple[int, int]:
        """Behind anchor and tag: where they end, and where what they belong to begins."""
        at = end = start
        while (found := _PROPERTY.match(self.text, at)) is not None:
            self.opaque.append(found.span())
            end = found.end()
            blank = _BLANK.match(self.text, end)
            at = blank.end() if blank else end
        return end, at

    def _scalar(self, event: Any, start: int, end: int) -> None:
        self._count(start)
        value: str = event.value
        style = _STYLES.get(event.style, "plain")
        if event.anchor is not None or event.tag is not None:
            properties, start = self._skip_properties(start)
            if style == "plain" and not value:
                start = end = properties
        if style in {"literal", "folded"}:
            stop = end
            while stop > start and self.text[stop - 1] in " \t\r\n\x85\u2028\u2029":
                stop -= 1
            header = self._line_end(start)
            if header < end:
                self.opaque.append((header, end))
                stop = self._header_end(start, header) if stop <= header else stop
            end = stop
        elif end > start:
            self.opaque.append((start, end))
        if event.anchor is not None:
            self._shadow(event.anchor)
        tag = own_tag(event.tag)
        node = Scalar(Span(self.source, start, end), value, kind_of(value, style, event.tag), style, tag)
        self._add(node, node.span, 1, 0, event.anchor)

    def _line_end(self, at: int) -> int:
        found = _BREAK.search(self.text, at)
        return found.start() if found else len(self.text)

    def _header_end(self, start: int, line_end: int) -> int:
        """Behind the `|` or `>` and its indicators: a block without a visible character ends there."""
        at = start
        while at < line_end and self.text[at] in "|>+-0123456789":
            at += 1
        return at

    def _open(self, event: Any, mapping: bool, start: int, end: int) -> None:
        self._count(start)
        if len(self.stack) >= DEPTH_LIMIT:
            raise _StopError(start, None, f"The file nests deeper than {DEPTH_LIMIT} levels; it was not read.")
        if event.anchor is not None or event.tag is not None:
            _, start = self._skip_properties(start)
        if event.anchor is not None:
            self._shadow(event.anchor)
            self.open_anchors.add(event.anchor)
        self.stack.append(
            _Frame(start, mapping, bool(event.flow_style), own_tag(event.tag), event.anchor, max(start, end))
        )

    def _close(self, end: int) -> None:
        frame = self.stack.pop()
        span = Span(self.source, frame.start, end if frame.flow else max(frame.start, frame.end))
        node: Node
        if frame.mapping:
            node = Mapping(span, tuple(frame.entries.values()), frame.tag, frame.flow)
        elif frame.aliases:
            node = Sequence(span, tuple(frame.items), frame.tag, frame.flow, frame.aliases)
        else:
            node = Sequence(span, tuple(frame.items), frame.tag, frame.flow)
        if frame.anchor is not None:
            self.open_anchors.discard(frame.anchor)
        self._add(node, span, frame.size, frame.height + 1, frame.anchor)

    def _shadow(self, anchor: str) -> None:
        """An anchor of the same name as one that is still open: from here on, the name means the inner one."""
        if anchor in self.open_anchors:
            self.open_anchors.discard(anchor)
            for frame in self.stack:
                if frame.anchor == anchor:
                    frame.anchor = None

    def _alias(self, name: str, start: int, end: int) -> None:
        self._count(start)
        self.alias_count += 1
        if self.alias_count > ALIAS_LIMIT:
            raise _StopError(start, end, f"The file uses more than {ALIAS_LIMIT:,} aliases; it was not read.")
        if name in self.open_anchors:
            raise _StopError(start, end, f"The anchor `{name}` contains itself.")
        known = self.anchors.get(name)
        if known is None:
            raise _StopError(start, end, f"The alias `*{name}` has no anchor before it.")
        node, size, height = known
        if len(self.stack) + height > DEPTH_LIMIT:
            raise _StopError(start, end, f"The file nests deeper than {DEPTH_LIMIT} levels; it was not read.")
        self._add(node, Span(self.source, start, end), size, height, None, alias=True)

    def _add(self, node: Node, place: Span, size: int, height: int, anchor: str | None, *, alias: bool = False) -> None:
        """Hand a finished node to the collection around it."""
        if anchor is not None:
            self.anchors[anchor] = (node, size, height)
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        frame.size += size
        frame.height = max(frame.height, height)
        if frame.size > EXPANDED_LIMIT:
            raise _StopError(
                place.start,
                place.end,
                f"The aliases of the file come to more than {EXPANDED_LIMIT:,} values; it was not read.",
            )
        frame.end = max(frame.end, place.end)
        if not frame.mapping:
            if alias:
                frame.aliases[len(frame.items)] = place
            frame.items.append(node)
        elif frame.key is None:
            frame.key, frame.key_place = node, place
        else:
            self._entry(frame, frame.key, frame.key_place or place, node, place if alias else None)
            frame.key = frame.key_place = None

    def _entry(self, frame: _Frame, key: Node, key_place: Span, value: Node, alias: Span | None) -> None:
        if not isinstance(key, Scalar):
            self._fault(key_place, "A key of this mapping is no plain text.")
            return
        if key_place is not key.span:
            key = Scalar(key_place, key.value, key.kind, "plain", key.tag)
        if key.value in frame.entries:
            first = frame.entries[key.value].key.span.line
            self._fault(key_place, f"The key `{key.value}` is written twice here; it stands on line {first} already.")
            return
        frame.entries[key.value] = Entry(key, value, alias)

    def _fault(self, span: Span, message: str) -> None:
        if len(self.faults) < FAULT_LIMIT:
            self.faults.append(Fault(span, message))


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.style == "plain" and not node.value and not node.tag
