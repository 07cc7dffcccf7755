"""The physical lines of a file."""

from __future__ import annotations

from deployflow_gate.text import Source, Span


class Physical:
    """Lines without their ends (LF, with any CR before it) and without a byte order mark, and where they start."""

    def __init__(self, source: Source) -> None:
        self.source = source
        lines = source.text.split("\n")
        if not lines[-1]:
            lines.pop()  # what follows the last line end is no line
        starts = list(source.line_starts[: len(lines)])
        if lines and lines[0].startswith("\ufeff"):
            lines[0] = lines[0][1:]
            starts[0] = 1
        self.starts = starts
        self.contents = [line.rstrip("\r") for line in lines] if "\r" in source.text else lines

    def __len__(self) -> int:
        return len(self.contents)

    def end(self, number: int) -> int:
        """The offset behind the last character of a line."""
        return self.starts[number] + len(self.contents[number])

    def newline_at(self, number: int) -> int:
        """The offset of the line's LF (of the end of the text, for a last line without one)."""
        following = self.source.line_starts[number + 1 : number + 2]
        return following[0] - 1 if following else len(self.source.text)

    def lines_span(self, first: int, last: int) -> Span:
        """Lines first to last - 1, line ends included."""
        size = len(self.source.text)
        start = self.starts[first] if first < len(self.starts) else size
        return Span(self.source, start, max(start, self.starts[last] if last < len(self.starts) else size))
