"""A fix as a suggestion: the lines that GitHub puts in the place of others when somebody presses the button.

One click writes it into somebody's branch, so whatever is in doubt is no suggestion; the fix is then only named.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployflow_gate.github.hunks import hunk_of
from deployflow_gate.github.state import Hunk
from deployflow_gate.lint.apply import splice
from deployflow_gate.lint.finding import Finding
from deployflow_gate.lint.problem import Edit
from deployflow_gate.record import dataclass
from deployflow_gate.report.escape import inert, visible
from deployflow_gate.text import Source, Span

MAX_LINES = 30
"""Lines that one suggestion replaces; nobody compares more before a click."""

MAX_CHARACTERS = 8_000
"""Characters that it puts there; a comment holds 65,536 (GitHub's 422 "Body is too long")."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The lines `first` to `last` of the new side become `text`: lines with the file's own line end each, "" for none."""

    path: str
    first: int
    last: int
    text: str

    @property
    def block(self) -> str:
        """The Markdown that GitHub makes a button of."""
        ticks = "```"
        while ticks in self.text:
            ticks += "`"
        return f"{ticks}suggestion\n{self.text}{ticks}"


def suggested(finding: Finding, hunks: Iterable[Hunk] | None, hidden: Iterable[Span]) -> Suggestion | None:
    """The finding's fix as the smallest suggestion that does the same, None if there is none that surely does.

    `hunks` are the finding's file's; `hidden` the places of all secrets, none of whose lines is ever repeated.
    """
    source = finding.span.source
    edits = finding.fix.edits if finding.fix else ()
    if not source.path or not _apart(source, edits):
        return None
    made = _smallest(source, splice(source.text, edits), list(hunks or ()), finding.line)
    if made is None or hunk_of(hunks, made.first, made.last) is None:
        return None
    return made if _harmless(made) and not _shows(made, hidden) else None


def _apart(source: Source, edits: Iterable[Edit]) -> bool:
    """Whether the edits are of this one text and do not overlap."""
    end = -1
    for edit in sorted(edits, key=lambda e: (e.span.start, e.span.end)):
        if edit.span.path != source.path or edit.span.source.text != source.text or edit.span.start < end:
            return False
        end = edit.span.end
    return True


def _smallest(source: Source, text: str, hunks: list[Hunk], line: int) -> Suggestion | None:
    """The smallest range of whole lines whose replacement makes `text` of the source."""
    old, new = _lines(source.text), _lines(text)
    if old == new or not _uniform(old + new):
        return None
    first = _shared(old, new)
    last = len(old) - _shared(old[first:][::-1], new[first:][::-1])
    if first == last:  # only an insertion, and a range has one line at least
        first = _neighbour(first, len(old), hunks, line)
        last = first + 1
    put = new[first : len(new) - (len(old) - last)]
    if not _ends_alike(old[first:last], put) or (not put and len(old) == last - first):
        return None
    eol = source.newline
    return Suggestion(source.path, first + 1, last, "".join(part.removesuffix(eol) + eol for part in put))


def _lines(text: str) -> list[str]:
    """The lines with their ends, as git has them: they end at LF alone."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _uniform(lines: Iterable[str]) -> bool:
    """Whether all lines end alike: nobody knows which end GitHub gives to a line of a mixed file."""
    return len({line.endswith("\r\n") for line in lines if line.endswith("\n")}) < 2


def _shared(one: list[str], other: list[str]) -> int:
    """How many lines both begin with."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _neighbour(at: int, count: int, hunks: list[Hunk], line: int) -> int:
    """The line that an insertion before line `at` (from 0) is shown with: one that a hunk has, the finding's own at best."""
    options = [n for n in (at - 1, at) if 0 <= n < count]
    shown = [n for n in options if hunk_of(hunks, n + 1, n + 1)]
    return next((n for n in shown if n + 1 == line), (shown or options or [0])[0])


def _ends_alike(old: list[str], put: list[str]) -> bool:
    """Whether the last line keeps its end, or its lack of one: a block of lines cannot tell of the end of the file."""
    if not put:
        return old[-1].endswith("\n")
    return bool(old) and old[-1].endswith("\n") == put[-1].endswith("\n")


def _harmless(made: Suggestion) -> bool:
    """Whether a person sees all that it writes, and it is as little as a person looks at."""
    lines = [line.removesuffix("\r").replace("\t", " ") for line in made.text.split("\n")]
    if made.last - made.first >= MAX_LINES or len(made.text) > MAX_CHARACTERS:
        return False
    return all(visible(line) == line for line in lines) and inert(made.text) == made.text


def _shows(made: Suggestion, hidden: Iterable[Span]) -> bool:
    """Whether it repeats a secret, or anything of a line that has one."""
    return any(
        (span.path == made.path and span.line <= made.last and span.end_line >= made.first)
        or (span.text and span.text in made.text)
        for span in hidden
    )
