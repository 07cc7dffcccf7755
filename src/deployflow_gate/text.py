"""Sources, spans, and text leaves: where every fact of the gate comes from.

Offsets are in characters (Unicode code points) from the start of the decoded text; lines and columns are
1-based and worked out only when shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property

from deployflow_gate.record import dataclass

UNKNOWN = "\x00"
"""Stands in a sketch for a piece whose value cannot be known (an unset variable, an expression).

NUL is not allowed in a Dockerfile word, a YAML scalar or a path, so it can not be met in real text.
"""


@dataclass(frozen=True)
class Source:
    """One file as it was read: its POSIX path relative to the root, and its decoded text (line ends kept)."""

    path: str
    text: str

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """The offset of each line's first character; a line ends at LF, so CRLF needs no care."""
        starts = [0]
        at = self.text.find("\n")
        while at != -1:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return tuple(starts)

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of an offset (the offset may be the text's length)."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line_span(self, line: int) -> Span:
        """The span of a 1-based line, without its line end. Raises IndexError for a line that is not there."""
        if not 1 <= line <= len(self.line_starts):
            raise IndexError(f"{self.path} has no line {line}")
        start = self.line_starts[line - 1]
        end = self.line_starts[line] - 1 if line < len(self.line_starts) else len(self.text)
        if end > start and self.text[end - 1] == "\r":
            end -= 1
        return Span(self, start, end)

    @property
    def newline(self) -> str:
        """The file's own line end: that of its first line."""
        first = self.text.find("\n")
        return "\r\n" if first > 0 and self.text[first - 1] == "\r" else "\n"

    @property
    def whole(self) -> Span:
        return Span(self, 0, len(self.text))


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of a source's characters."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def path(self) -> str:
        return self.source.path

    @property
    def line(self) -> int:
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.position(self.start)[1]

    @property
    def end_line(self) -> int:
        """The line of the last character (of the start, for an empty span)."""
        return self.source.position(max(self.start, self.end - 1))[0]

    @property
    def end_column(self) -> int:
        """The column just behind the last character, on `end_line`."""
        if self.end == self.start:
            return self.column
        return self.source.position(self.end - 1)[1] + 1

    def until(self, other: Span) -> Span:
        """From this span's start to the other's end."""
        return Span(self.source, self.start, max(self.start, other.end))

    def contains(self, other: Span) -> bool:
        return self.source is other.source and self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Text:
    """A text leaf: where it stands, how it is spelled, and what it comes to.

    `raw` is the spelling (quotes and variables as written, continuations joined). `sketch` is the value with
    `UNKNOWN` in the place of each piece that cannot be known.
    """

    span: Span
    raw: str
    sketch: str

    @property
    def value(self) -> str | None:
        """The value, or None when any piece of it is unknown."""
        return None if UNKNOWN in self.sketch else self.sketch

    @property
    def literal(self) -> bool:
        """True when nothing was substituted: the value is what is written."""
        return "$" not in self.raw and UNKNOWN not in self.sketch


@dataclass(frozen=True, slots=True)
class Mapped:
    """A text put together from pieces of one source, each of whose characters knows where it came from.

    What a shell sees of a RUN with continuations, or of a YAML block scalar, is such a text. `starts[i]` is the
    offset in `text` at which piece i begins, `origins[i]` the offset in the source of that piece's first character.
    """

    source: Source
    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]

    @staticmethod
    def of(source: Source, pieces: Iterable[tuple[str, int]]) -> Mapped:
        """From (text, offset in the source) pieces; a piece's text may differ from the source's only in its last
        character's spelling (an escape), so one piece an escape."""
        text: list[str] = []
        starts: list[int] = []
        origins: list[int] = []
        length = 0
        for piece, origin in pieces:
            if not piece:
                continue
            starts.append(length)
            origins.append(origin)
            text.append(piece)
            length += len(piece)
        return Mapped(source, "".join(text), tuple(starts), tuple(origins))

    @staticmethod
    def whole(span: Span) -> Mapped:
        return Mapped(span.source, span.text, (0,), (span.start,))

    def origin(self, offset: int) -> int:
        """The source offset of the character at `offset` (of the end, for the text's length)."""
        starts = self.starts
        if not starts:
            return 0
        piece = max(0, bisect_right(starts, offset) - 1) if len(starts) > 1 else 0
        return self.origins[piece] + offset - starts[piece]

    def span(self, start: int, end: int) -> Span:
        """The source span of text[start:end]: from the first character to just behind the last one."""
        first = self.origin(start)
        return Span(self.source, first, first if end <= start else self.origin(end - 1) + 1)

    def slice(self, start: int, end: int) -> Mapped:
        """The same for a part of the text."""
        first = max(0, bisect_right(self.starts, start) - 1)
        starts: list[int] = []
        origins: list[int] = []
        for at, origin in zip(self.starts[first:], self.origins[first:], strict=True):
            if at >= end:
                break
            skip = max(0, start - at)
            starts.append(max(0, at - start))
            origins.append(origin + skip)
        return Mapped(self.source, self.text[start:end], tuple(starts), tuple(origins))


@dataclass(frozen=True, slots=True)
class Located(Text):
    """A text leaf whose characters know their places: `mapped.text` is the sketch."""

    mapped: Mapped


@dataclass(frozen=True, slots=True)
class Fault:
    """Something of a file that could not be read or parsed: where, and one sentence that says what is so.

    `kind` is "" for what keeps the text from being read; what was read and is refused has a word of its own, which is a
    rule's matter (of a Dockerfile see `syntax.dockerfile.checks`).
    """

    span: Span
    message: str
    kind: str = ""
