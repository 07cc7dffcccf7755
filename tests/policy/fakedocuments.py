"""Documents whose comments and statements are found by the simplest means."""

from __future__ import annotations

from functools import cached_property

from deployflow_gate.model.document import Document
from deployflow_gate.text import Span


class Lines(Document):
    """A document whose comments are what follows a `#` at a line's start or behind a space."""

    @cached_property
    def comments(self) -> tuple[Span, ...]:
        found = []
        for number in range(1, len(self.source.line_starts) + 1):
            line = self.source.line_span(number)
            at = 0 if line.text.startswith("#") else line.text.find(" #") + 1
            if line.text[at : at + 1] == "#":
                found.append(Span(self.source, line.start + at, line.end))
        return tuple(found)


class Instructions(Lines):
    """The same, with statements: lines that end in a backslash go on."""

    @cached_property
    def statements(self) -> tuple[Span, ...]:
        found: list[Span] = []
        start: int | None = None
        for number in range(1, len(self.source.line_starts) + 1):
            line = self.source.line_span(number)
            if line.text.startswith("#") or not line.text.strip():
                continue
            start = line.start if start is None else start
            if not line.text.endswith("\\"):
                found.append(Span(self.source, start, line.end))
                start = None
        return tuple(found)
