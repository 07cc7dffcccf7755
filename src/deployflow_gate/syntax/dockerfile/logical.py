"""From physical to logical lines: continuations joined, comments and blank lines inside of them left out."""

from __future__ import annotations

import re

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.syntax.dockerfile.heredoc import Bodies, merged, opens_heredocs
from deployflow_gate.syntax.dockerfile.limits import MAX_INSTRUCTIONS, MAX_LINE_BYTES
from deployflow_gate.syntax.dockerfile.physical import Physical
from deployflow_gate.syntax.dockerfile.tree import Directive, HeredocSyntax
from deployflow_gate.syntax.dockerfile.words import SPACE
from deployflow_gate.text import Fault, Mapped, Source, Span

_DIRECTIVE = regex(r"#[ \t\n\f\r]*([a-zA-Z][a-zA-Z0-9]*)[ \t\n\f\r]*=[ \t\n\f\r]*(\S.*)", re.DOTALL)
_DIRECTIVES = frozenset({"syntax", "escape", "check"})


@dataclass(slots=True)
class Logical:
    """One instruction's text. `lines` are 1-based; `end` is the offset behind the last character that belongs to it."""

    text: Mapped
    lines: tuple[int, int]
    end: int
    continuations: tuple[Span, ...]
    heredocs: tuple[HeredocSyntax, ...] = ()


def _trimmed(text: Mapped) -> Mapped:
    end = len(text.text.rstrip(SPACE))
    start = min(end, len(text.text) - len(text.text.lstrip(SPACE)))
    return text if start == 0 and end == len(text.text) else text.slice(start, end)


class Reading:
    """What one pass over the lines of a file finds."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.physical = Physical(source)
        self.escape = "\\"
        self.directives: list[Directive] = []
        self.comments: list[Span] = []
        self.faults: list[Fault] = []
        self.broken = False
        self._bodies = Bodies(self.physical)
        self.logical = self._read()
        self._check_lengths()

    def _read(self) -> list[Logical]:
        found: list[Logical] = []
        directives = True
        at = 0
        contents = self.physical.contents
        while at < len(contents):
            content = contents[at].lstrip(SPACE)
            if content.startswith("#"):
                span = self._comment(at, content)
                directives = directives and self._directive(span)
                at += 1
                continue
            directives = False
            if not content:
                at += 1
                continue
            if len(found) == MAX_INSTRUCTIONS:
                rest = self.physical.lines_span(at, len(contents))
                self.faults.append(
                    Fault(rest, f"The file has more than {MAX_INSTRUCTIONS} instructions; the rest is not read.")
                )
                self.broken = True
                break
            logical, at = self._join(at, content)
            found.append(logical)
        return found

    def _comment(self, at: int, content: str) -> Span:
        end = self.physical.end(at)
        span = Span(self.source, end - len(content), end)
        self.comments.append(span)
        return span

    def _directive(self, comment: Span) -> bool:
        """Take a comment line as a directive; False if it is none, which ends them."""
        text = comment.text
        match = _DIRECTIVE.match(text)
        if not match or (name := match[1].lower()) not in _DIRECTIVES:
            return False
        value = match[2].rstrip(" \t\n\f\r")
        value_span = Span(self.source, comment.start + match.start(2), comment.start + match.start(2) + len(value))
        if any(d.name == name for d in self.directives):
            self.faults.append(Fault(comment, f"The `{name}` directive is given twice.", "directive"))
        elif name == "escape" and value not in {"\\", "`"}:
            self.faults.append(
                Fault(value_span, "The escape character is neither a backslash nor a backtick.", "directive")
            )
        elif name == "escape":
            self.escape = value
        self.directives.append(Directive(comment, name, value, value_span))
        return True

    def _join(self, at: int, content: str) -> tuple[Logical, int]:
        """The instruction that begins in line `at` (its left white space stripped), and the line behind it."""
        first = at
        contents, physical = self.physical.contents, self.physical
        pieces: list[tuple[str, int]] = []
        continuations: list[Span] = []
        end = physical.end(at)
        while True:
            start = physical.end(at) - len(content)
            kept = self._continued(content)
            at += 1
            if kept is None:
                pieces.append((content, start))
                break
            pieces.append((content[:kept], start))
            continuations.append(Span(self.source, start + kept, start + len(content)))
            while at < len(contents):
                content = contents[at]
                bare = content.lstrip(SPACE)
                if bare and bare[0] != "#":
                    break
                if bare:
                    self._comment(at, bare)
                at += 1
            else:
                break
            end = physical.end(at)
        text = _trimmed(Mapped.of(self.source, merged(pieces)))
        if not text.text:  # nothing but continuations: it still stands somewhere
            text = Mapped(self.source, "", (0,), pieces[0][1:])
        logical = Logical(text, (first + 1, at), end, tuple(continuations))
        if opens_heredocs(text):
            body = at
            logical.heredocs, at = self._bodies.read(text, at, self.faults)
            if logical.heredocs:
                last = logical.heredocs[-1]
                logical.lines = (first + 1, at)
                if last.terminator:
                    logical.end = last.terminator.end
                elif at > body:
                    logical.end = physical.end(at - 1)
        return logical, at

    def _continued(self, content: str) -> int | None:
        """The length of a line without the escape that continues it, None if it is not continued."""
        bare = content.rstrip(" \t")
        if not bare.endswith(self.escape) or bare[-2:] == self.escape * 2:
            return None
        return len(bare) - 1

    def _check_lengths(self) -> None:
        for number, content in enumerate(self.physical.contents):
            if len(content) * 4 > MAX_LINE_BYTES and len(content.encode("utf-8", "replace")) > MAX_LINE_BYTES:
                span = Span(self.source, self.physical.starts[number], self.physical.end(number))
                self.faults.append(
                    Fault(span, f"The line is longer than the {MAX_LINE_BYTES} bytes that BuildKit reads.")
                )
