"""The source lines of a finding with carets below them, as wide as a terminal shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deployflow_gate.record import dataclass
from deployflow_gate.report.cells import TAB, width
from deployflow_gate.report.escape import visible
from deployflow_gate.text import Source, Span

MAX_LINES = 3
"""A longer span shows its first and last line: what is wrong is said in the message, where it is by the line numbers."""

LEAD = 12
"""Columns shown before a span that stands far to the right of a long line."""

MAX_SCANNED = 1_000
"""Characters of a line that are looked at beside the span: more than any screen shows. A line of 64 KiB with thousands of
findings is laid out as often."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an excerpt: the line's number (0: lines left out), what is shown, and the marks below it."""

    number: int
    shown: str
    marks: str


MASK = "*"
"""What is shown for each character of a secret."""


def masked(source: Source, hidden: Iterable[Span]) -> Source:
    """The source with its secrets masked, every other character in its place."""
    parts: list[str] = []
    at = 0
    for span in sorted(hidden, key=lambda span: span.start):
        start, end = max(at, span.start), max(at, span.end)
        parts += (source.text[at:start], "".join(c if c in "\r\n" else MASK for c in source.text[start:end]))
        at = end
    return Source(source.path, "".join(parts) + source.text[at:])


def excerpt(span: Span, columns: int) -> Iterator[Line]:
    """The rows for a span, none wider than `columns`."""
    source = span.source
    if not source.text:
        return
    first, last = span.line, span.end_line
    numbers = range(first, last + 1)
    if len(numbers) > MAX_LINES:
        yield _row(span, first, columns)
        yield Line(0, f"⋮ {len(numbers) - 2} lines", "")
        yield _row(span, last, columns)
        return
    for number in numbers:
        yield _row(span, number, columns)


def _row(span: Span, number: int, columns: int) -> Line:
    line = span.source.line_span(number)
    text = line.text
    start = min(max(0, span.start - line.start), len(text))
    end = min(max(start, span.end - line.start), len(text))
    if number != span.line:
        if not text.strip():
            return Line(number, "", "")
        start = min(len(text) - len(text.lstrip()), end)
    return _window(text, start, end, number, columns)


def _window(text: str, start: int, end: int, number: int, columns: int) -> Line:
    """The part of a line around [start, end) that fits."""
    begin = max(0, start - MAX_SCANNED)
    cells = [_cell(char) for char in text[begin : end + min(MAX_SCANNED, columns * 2)][: MAX_SCANNED * 2]]
    start, end = start - begin, min(end - begin, len(cells))
    widths = [size for _, size in cells]
    whole = begin == 0 and len(cells) == len(text)
    left = 0
    if (sum(widths) > columns or not whole) and sum(widths[:end]) > columns - 1:
        left = start
        room = min(LEAD, columns // 4)
        while left > 0 and room - widths[left - 1] >= 0:
            left -= 1
            room -= widths[left]
    cut_before = begin + left > 0
    room = columns - (1 if cut_before else 0)
    right = left
    used = 0
    while right < len(cells) and used + widths[right] <= room:
        used += widths[right]
        right += 1
    cut_after = right < len(cells) or begin + len(cells) < len(text)
    while cut_after and right > left and used > room - 1:
        right -= 1
        used -= widths[right]
    shown = ("…" if cut_before else "") + "".join(c for c, _ in cells[left:right]) + ("…" if cut_after else "")
    before = sum(widths[left:start]) + (1 if cut_before else 0)
    marked = max(1, sum(widths[start : min(end, right)]))
    return Line(number, shown, " " * before + "^" * marked)


def _cell(char: str) -> tuple[str, int]:
    if char == "\t":
        return " " * TAB, TAB
    shown = visible(char)
    return shown, width(shown) if len(shown) == 1 else len(shown)
