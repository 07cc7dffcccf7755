"""The report for people: each finding with its source, then what could not be judged, the counts, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deployflow_gate.lint.finding import Finding
from deployflow_gate.policy.verdict import Outcome, Verdict
from deployflow_gate.record import dataclass
from deployflow_gate.report.cells import wrapped
from deployflow_gate.report.escape import inert, uri, visible
from deployflow_gate.report.excerpt import excerpt, masked
from deployflow_gate.report.words import (
    TITLES,
    by_file,
    counted,
    decided,
    fix_hint,
    levels,
    skipped,
    suppressed,
    threshold,
    where,
)
from deployflow_gate.text import Source, Span

INDENT = "  "
MIN_WIDTH = 40
"""Below this, wrapping makes a report longer and no better."""

_COLOURS = {"error": "1;31", "warning": "1;33", "notice": "1;36", "dim": "2", "bold": "1", "passed": "1;32"}
_VERDICT = {Outcome.PASSED: "passed", Outcome.BLOCKED: "error", Outcome.NOT_EVALUATED: "error"}


def render_text(
    verdict: Verdict,
    *,
    width: int = 80,
    color: bool = False,
    links: str = "",
    prefix: str = "",
    show_suppressed: bool = False,
) -> str:
    """The report as text of at most `width` columns (paths and excerpt gutters may need more on a very narrow one).

    `color` paints it. `links` is the URI of the repository's root, with a slash at the end: places become terminal links
    (OSC 8) below it. `prefix` goes before each path. `show_suppressed` lists the suppressed findings, too.
    """
    page = _Page(max(width, MIN_WIDTH), color, links, prefix, _masked(verdict))
    shown = verdict.findings if show_suppressed else verdict.active
    blocks = ["\n".join(page.finding(f)) for findings in by_file(shown).values() for f in findings]
    if verdict.incomplete:
        blocks.append("\n".join(page.incomplete(verdict)))
    blocks.append("\n".join(page.summary(verdict)))
    return "\n\n".join(blocks) + "\n"


def _masked(verdict: Verdict) -> dict[str, Source]:
    """The files in which secrets stand, these masked."""
    hidden: dict[str, list[Span]] = {}
    for span in verdict.hidden:
        hidden.setdefault(span.path, []).append(span)
    return {path: masked(spans[0].source, spans) for path, spans in hidden.items()}


@dataclass(frozen=True, slots=True)
class _Page:
    width: int
    color: bool
    links: str
    prefix: str
    masked: Mapping[str, Source]

    def paint(self, text: str, style: str) -> str:
        return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" if self.color else text

    def finding(self, finding: Finding) -> Iterator[str]:
        place = inert(visible(where(finding, self.prefix)))
        level = self.paint(finding.severity.value, finding.severity.value)
        yield f"{self.link(place, finding)} {level} {self.paint(visible(finding.rule), 'bold')}"
        yield from self.wrap(finding.message, INDENT, INDENT)
        yield from self.excerpt(finding)
        for note in finding.notes:
            at = f"{self.prefix}{note.span.path}:{note.span.line}:{note.span.column}: " if note.span.path else ""
            yield from self.wrap(at + note.message, f"{INDENT}note: ")
        if why := decided(finding.why):
            yield from self.wrap(why, f"{INDENT}why: ")
        if finding.suppressed:
            yield from self.wrap(decided(finding.suppressed), f"{INDENT}suppressed: ")
        if hint := fix_hint(finding):
            yield from self.wrap(hint, f"{INDENT}fix: ")

    def link(self, place: str, finding: Finding) -> str:
        if not self.links or not finding.path:
            return self.paint(place, "bold")
        return f"\x1b]8;;{self.links}{uri(finding.path)}\x1b\\{self.paint(place, 'bold')}\x1b]8;;\x1b\\"

    def wrap(self, text: str, first: str, rest: str = INDENT * 2) -> Iterator[str]:
        for number, line in enumerate(wrapped(visible(text), self.width - max(len(first), len(rest)))):
            yield inert((rest if number else first) + line)

    def excerpt(self, finding: Finding) -> Iterator[str]:
        digits = max(3, len(str(finding.end_line)))
        span = finding.span
        if finding.path in self.masked:
            span = Span(self.masked[finding.path], span.start, span.end)
        for line in excerpt(span, self.width - len(INDENT) - digits - 3):
            yield inert(f"{self.gutter(line.number, digits)} {line.shown}".rstrip())
            if line.marks:
                carets = line.marks.lstrip(" ")
                blanks = " " * (len(line.marks) - len(carets))
                yield f"{self.gutter(0, digits)} {blanks}{self.paint(carets, finding.severity.value)}"

    def gutter(self, number: int, digits: int) -> str:
        return self.paint(f"{INDENT}{number or '':>{digits}} |", "dim")

    def incomplete(self, verdict: Verdict) -> Iterator[str]:
        yield self.paint("NOT EVALUATED:", "error")
        for sentence in verdict.incomplete:
            yield from self.wrap(sentence, f"{INDENT}! ")

    def summary(self, verdict: Verdict) -> Iterator[str]:
        for note in verdict.notes:
            yield from self.wrap(note, "note: ")
        files = counted(len(verdict.files), "file")
        yield from self.wrap(f"{files} judged: {levels(verdict)}", "", INDENT)
        for line in (suppressed(verdict), skipped(verdict)):
            if line:
                yield from self.wrap(line, "", INDENT)
        policy = f"policy {visible(verdict.policy)}, {threshold(verdict)}"
        yield from self.verdict(f"{TITLES[verdict.outcome]}{_because(verdict)} ({policy}).", verdict.outcome)

    def verdict(self, text: str, outcome: Outcome) -> Iterator[str]:
        for line in self.wrap(text, "", INDENT):
            yield self.paint(line, _VERDICT[outcome])


def _because(verdict: Verdict) -> str:
    if verdict.incomplete:
        return f": {counted(len(verdict.incomplete), 'thing')} could not be judged, so the gate stays closed"
    if verdict.blocking:
        number = len(verdict.blocking)
        return f": {counted(number, 'finding')} {'blocks' if number == 1 else 'block'}"
    return ""
