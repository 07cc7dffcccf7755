"""A summary in GitHub's Markdown: the verdict first, what blocks, then everything else folded away.

No text of the repository is Markdown here: it stands in code spans, or spelled so that it means nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deployflow_gate.lint.finding import Finding
from deployflow_gate.policy.verdict import Outcome, Verdict
from deployflow_gate.report.escape import code, prose, shortened, uri
from deployflow_gate.report.words import (
    TITLES,
    counted,
    decided,
    fix_hint,
    levels,
    skipped,
    suppressed,
    threshold,
    where,
    worst_first,
)

BUDGET = 900 * 1024
"""Bytes of UTF-8; GitHub drops a job summary of more than 1 MiB as a whole (actions/runner: AttachmentSizeLimit)."""

MAX_VALUE = 600
"""Characters of one message, path or reason; more of it makes a table that nobody reads."""

MAX_NAME = 80
"""Characters of the policy's name."""

RESERVE = 400
"""Bytes kept for the lines that say what was cut."""

_HEAD = "| where | level | rule | what | fix |\n|---|---|---|---|---|\n"
_MARKS = {Outcome.PASSED: "✅", Outcome.BLOCKED: "❌", Outcome.NOT_EVALUATED: "❌"}


def render_markdown(verdict: Verdict, *, budget: int = BUDGET, links: str = "", prefix: str = "") -> str:
    """The summary in at most `budget` bytes of UTF-8 (at least about 2,000); what did not fit is counted at the end.

    `links` is a URL that a path and `#L<line>` are put behind (`https://github.com/o/r/blob/<sha>/`); "" for no links.
    `prefix` goes before each path.
    """
    page = _Page(budget - RESERVE, links, prefix)
    page.add("".join(_verdict(verdict)))
    page.section("Not evaluated", None, (f"- {prose(_short(s))}\n" for s in verdict.incomplete))
    blocking = set(map(id, verdict.blocking))
    page.table("What blocks", [f for f in verdict.active if id(f) in blocking])
    page.table("", [f for f in verdict.active if id(f) not in blocking])
    silenced = [f for f in verdict.findings if f.suppressed]
    page.section(
        "", suppressed(verdict), (_silenced(f, prefix) for f in silenced), "| where | rule | by |\n|---|---|---|\n"
    )
    left_out = (f"- {code(_short(prefix + s.path))}: {prose(_short(s.reason))}\n" for s in verdict.skipped)
    page.section("", skipped(verdict), left_out)
    for note in verdict.notes:
        page.add(f"\nNote: {prose(_short(note))}\n")
    if page.cut:
        page.parts.append(f"\n**{counted(page.cut, 'line')} left out here for size; the job's log has them all.**\n")
    return "".join(page.parts)


class _Page:
    """Parts as long as they fit, and a count of the rows that did not."""

    def __init__(self, room: int, links: str, prefix: str) -> None:
        self.parts: list[str] = []
        self.cut = 0
        self.room = room
        self.links = links
        self.prefix = prefix

    def add(self, part: str) -> bool:
        size = len(part.encode("utf-8", "backslashreplace"))
        if size > self.room:
            self.cut += 1
            return False
        self.room -= size
        self.parts.append(part)
        return True

    def table(self, title: str, findings: list[Finding]) -> None:
        rows = (self.row(f) for f in worst_first(findings))
        self.section(title, "" if title else _unblocking(len(findings)), rows, _HEAD)

    def section(self, title: str, fold: str | None, rows: Iterable[str], head: str = "") -> None:
        """A heading, or a folded part if there is no title, over the rows; nothing where there are no rows."""
        rows = list(rows)
        if not rows:
            return
        opening = f"\n### {title}\n\n" if title else f"\n<details><summary>{fold}</summary>\n\n"
        closing = "" if title else "\n</details>\n"
        self.room -= len(closing)
        if not self.add(opening + head):
            self.cut += len(rows) - 1
            self.room += len(closing)
            return
        for number, row in enumerate(rows):
            if not self.add(row):
                self.cut += len(rows) - number - 1
                break
        self.parts.append(closing)

    def row(self, finding: Finding) -> str:
        message = prose(_short(finding.message), cell=True)
        for note in finding.notes:
            at = f"{self.prefix}{note.span.path}:{note.span.line}" if note.span.path else ""
            message += f"<br>{code(_short(at), cell=True) + ': ' if at else ''}{prose(_short(note.message), cell=True)}"
        if why := decided(finding.why):
            message += f"<br>{prose(_short(why), cell=True)}"
        hint = prose(_short(fix_hint(finding)), cell=True)
        rule = code(finding.rule, cell=True)
        return f"| {self.place(finding)} | {finding.severity.value} | {rule} | {message} | {hint} |\n"

    def place(self, finding: Finding) -> str:
        shown = code(_short(where(finding, self.prefix)), cell=True)
        if not self.links or not finding.path or len(finding.path) > MAX_VALUE:
            return shown
        return f"[{shown}]({self.links}{uri(self.prefix + finding.path)}#L{finding.line})"


def _verdict(verdict: Verdict) -> Iterator[str]:
    yield f"## {_MARKS[verdict.outcome]} {TITLES[verdict.outcome]}: {levels(verdict)}\n\n"
    if verdict.incomplete:
        things = counted(len(verdict.incomplete), "thing")
        yield f"**{things} could not be judged, so the gate stays closed.**\n\n"
    files = counted(len(verdict.files), "file")
    tail = "".join(f"; {part}" for part in (suppressed(verdict), skipped(verdict)) if part)
    yield f"Policy {code(shortened(verdict.policy, MAX_NAME))} ({threshold(verdict)}), {files}{tail}.\n"


def _silenced(finding: Finding, prefix: str) -> str:
    by = prose(_short(decided(finding.suppressed)) if finding.suppressed else "", cell=True)
    return f"| {code(_short(where(finding, prefix)), cell=True)} | {code(finding.rule, cell=True)} | {by} |\n"


def _unblocking(number: int) -> str:
    return f"{counted(number, 'finding')} that {'does' if number == 1 else 'do'} not block"


def _short(text: str) -> str:
    return shortened(text, MAX_VALUE)
