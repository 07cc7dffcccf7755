"""YAML, JSON, TOML and plain lines as one flat list of values, each with its keys, its line and the comments beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.syntax.yaml import Mapping, Node, Scalar, Sequence, parse_yaml
from deployflow_gate.text import Source

Comments = Callable[[int], tuple[str, ...]]

_TABLE = regex(r"\s*\[\[?\s*(.+?)\s*\]\]?\s*(?:#.*)?")
_KEY = regex(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = regex(r"""[\w-]+|"[^"]*"|'[^']*'""")


class Unreadable(Exception):  # noqa: N818 - it says what the file is
    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Item:
    """A value below its keys: `ignored: [DL3008]` is keys ("ignored",), value "DL3008". The items of a list share their keys,
    those of a list of mappings have the index between. An empty list or mapping is no item."""

    keys: tuple[str, ...]
    value: str
    line: int
    comments: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return ".".join(self.keys)

    @property
    def said(self) -> str:
        return f"{self.key}: {self.value}" if self.keys else self.value


def items_of(name: str, text: str) -> tuple[Item, ...]:
    """The items of a configuration. Raises Unreadable for one that does not parse."""
    source = Source(name, text)
    if name.endswith(".toml"):
        return tuple(_of_toml(source))
    if name == ".trivyignore":
        return tuple(_of_lines(text))
    parsed = parse_yaml(source)
    if parsed.broken:
        raise Unreadable(parsed.faults[0].span.line if parsed.faults else 1, "it cannot be read, so nothing of it was")
    marks = {span.line: span.text for span in parsed.comments}
    comments = _beside(text, marks)
    return tuple(_of_node(parsed.root, (), comments)) if parsed.root is not None else ()


def _of_node(node: Node, keys: tuple[str, ...], comments: Comments) -> Iterator[Item]:
    if isinstance(node, Scalar):
        if node.kind != "null":
            yield Item(keys, node.value, node.span.line, comments(node.span.line))
    elif isinstance(node, Mapping):
        for entry in node.entries:
            yield from _of_node(entry.value, (*keys, entry.key.value), comments)
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from _of_node(item, keys if isinstance(item, Scalar) else (*keys, str(index)), comments)


def _of_toml(source: Source) -> Iterator[Item]:
    import tomllib

    try:
        parsed = tomllib.loads(source.text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Unreadable(1, f"it cannot be read ({error}), so nothing of it was") from error
    lines = _toml_lines(source.text)
    marks = {number: line[line.index("#") :] for number, line in enumerate(source.text.split("\n"), 1) if "#" in line}
    comments = _beside(source.text, marks)

    def leaves(value: object, keys: tuple[str, ...], index: bool) -> Iterator[Item]:
        if isinstance(value, dict):
            for key, below in value.items():
                yield from leaves(below, (*keys, key), index)
        elif isinstance(value, list):
            for number, below in enumerate(value):
                yield from leaves(below, (*keys, str(number)) if isinstance(below, dict) else keys, index)
        else:
            line = lines.get(tuple(key for key in keys if not key.isdigit()), 1)
            text = str(value).lower() if isinstance(value, bool) else str(value)
            yield Item(keys, text, line, comments(line))

    yield from leaves(parsed, (), index=False)


def _toml_lines(text: str) -> dict[tuple[str, ...], int]:
    """The line of each key of a TOML text that is known to parse."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        head = _TABLE.fullmatch(line)
        if head is not None and "=" not in line.partition("#")[0]:
            table = _parts(head[1])
        elif (key := _KEY.match(line)) is not None:
            found.setdefault((*table, *_parts(key[1])), number)
    return found


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _of_lines(text: str) -> Iterator[Item]:
    """A line each, as in `.trivyignore`; a comment stands on lines of its own above, or behind a blank."""
    marks: dict[int, str] = {}
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("#"):
            marks[number] = line.strip()
        elif " #" in line:
            marks[number] = line[line.index(" #") :].strip()
    comments = _beside(text, marks)
    for number, line in enumerate(lines, 1):
        said = line.partition(" #")[0].strip()
        if said and not said.startswith("#"):
            yield Item((), said, number, comments(number))


def _beside(text: str, marks: dict[int, str]) -> Comments:
    """The comments of a line: those on lines of their own right above it, and the one behind it. Each belongs to one line only."""
    lines = text.split("\n")
    taken: dict[int, int] = {}

    def comments(line: int) -> tuple[str, ...]:
        places = [line] if line in marks else []
        above = line - 1
        while above in marks and lines[above - 1].lstrip().startswith("#"):
            places.insert(0, above)
            above -= 1
        own = [place for place in places if taken.setdefault(place, line) == line]
        return tuple(marks[place].lstrip("# ").rstrip() for place in own)

    return comments
