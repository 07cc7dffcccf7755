"""The one page that the sticky comment, the job summary and the check run show, each within its own limit.

A developer reads it for five seconds or for a minute: the verdict comes first, then what blocks, then what to do and what a
reviewer must know; the rest is folded. No text of the repository is Markdown here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deployflow_gate.github.fitting import Section, Size, all_listed, folded, listed
from deployflow_gate.github.judged import Judgement
from deployflow_gate.github.links import Links, rule_link
from deployflow_gate.github.notices import MAX_VALUE, faults, notices, waivers
from deployflow_gate.github.said import MARKS, advice, found, sentences, title
from deployflow_gate.github.settings import Settings
from deployflow_gate.lint.finding import Finding
from deployflow_gate.policy.verdict import Skipped
from deployflow_gate.record import dataclass
from deployflow_gate.report.escape import code, prose, shortened
from deployflow_gate.report.words import counted, decided, fix_hint, levels_of, skipped, suppressed, worst_first

OPEN_ROWS = 20
"""Rows of what blocks that are not folded: a wall hides what it shows."""

MAX_NOTES = 3
"""Places beside its own that a row names."""

PART = 8
"""The lists before and behind the tables may take one part in eight of the page each."""

_FINDINGS = "| where | what | fix |\n|---|---|---|\n"
_SILENCED = "| where | rule | by |\n|---|---|---|\n"


@dataclass(frozen=True, slots=True)
class Page:
    """The parts of the page in their order. All but the two with tables are short, whatever is found."""

    verdict: str
    blocking: str
    advice: str
    notices: str
    rest: str
    foot: str

    @property
    def head(self) -> str:
        """What needs no table."""
        return self.verdict + self.advice + self.notices + self.foot

    @property
    def tables(self) -> str:
        return self.blocking + self.rest

    @property
    def whole(self) -> str:
        return self.verdict + self.blocking + self.advice + self.notices + self.rest + self.foot


def page(
    judgement: Judgement, settings: Settings, limit: int, size: Size, elsewhere: str, *, every: bool = False
) -> Page:
    """The page in at most `limit`, as `size` measures it. `elsewhere` says where rows are that do not fit.

    With `every`, also the rows of what does not count and was not looked at; without, they are only counted.
    """
    links = Links(settings, judgement.head)
    verdict = _verdict(judgement, settings, limit // PART, size, elsewhere)
    told = notices(judgement, links, limit // PART, size, elsewhere)
    foot = _foot(judgement, settings, links)
    todo = _advice(judgement)
    room = limit - sum(map(size, (verdict, todo, told, foot)))
    blocking, rest = [*_blocking(judgement, links)], [*_rest(judgement, links, every=every)]
    texts = all_listed([*blocking, *rest], room, size, elsewhere)
    return Page(verdict, "".join(texts[: len(blocking)]), todo, told, "".join(texts[len(blocking) :]), foot)


def _verdict(judgement: Judgement, settings: Settings, room: int, size: Size, elsewhere: str) -> str:
    verdict = judgement.verdict
    parts = [f"## {MARKS[verdict.outcome]} {prose(settings.name)}: {title(judgement)}\n\n{sentences(judgement)}\n"]
    unjudged = Section("\n", verdict.incomplete, lambda s: f"- {prose(shortened(s, MAX_VALUE))}\n")
    parts += [listed(faults(judgement, settings), room, size, elsewhere), listed(unjudged, room, size, elsewhere)]
    return "".join(parts)


def _advice(judgement: Judgement) -> str:
    items = "".join(f"- {item}\n" for item in advice(judgement))
    return f"\n**What to do**\n\n{items}" if items else ""


def _blocking(judgement: Judgement, links: Links) -> Iterator[Section[Finding]]:
    blocking = worst_first(judgement.verdict.blocking)
    yield Section("\n", blocking[:OPEN_ROWS], lambda f: _row(f, links), _FINDINGS)
    more = blocking[OPEN_ROWS:]
    yield folded(f"{counted(len(more), 'more finding')} that block", more, lambda f: _row(f, links), _FINDINGS)


def _rest(judgement: Judgement, links: Links, *, every: bool) -> Iterator[Section[Any]]:
    verdict = judgement.verdict
    blocking = set(map(id, verdict.blocking))
    others = worst_first(f for f in verdict.active if id(f) not in blocking)
    said = f"{found(judgement, len(others))} that {'does' if len(others) == 1 else 'do'} not block: {levels_of(others)}"
    yield folded(said, others, lambda f: _row(f, links), _FINDINGS)
    yield waivers(judgement)
    if every:
        silent = worst_first(f for f in verdict.findings if f.suppressed)
        yield folded(suppressed(verdict), silent, lambda f: _silenced(f, links), _SILENCED)
        yield folded(skipped(verdict), verdict.skipped, _skipped)


def _foot(judgement: Judgement, settings: Settings, links: Links) -> str:
    verdict = judgement.verdict
    parts = [prose(shortened(judgement.policy_source, MAX_VALUE))]
    if judgement.head:
        against = f" against {links.of_commit(judgement.base)}" if judgement.base else ""
        files = "; ".join(filter(None, (counted(len(verdict.files), "file"), skipped(verdict))))
        parts.append(f"Judged {links.of_commit(judgement.head)}{against}: {files}.")
    parts += [prose(shortened(text, MAX_VALUE)) for text in (judgement.sources, *verdict.notes[:MAX_NOTES])]
    if settings.run_url:
        parts.append(f"[Run {settings.run_id}, attempt {settings.run_attempt}]({settings.run_url})")
    return f"\n<sub>{'<br>'.join(filter(None, parts))}</sub>\n"


def _row(finding: Finding, links: Links) -> str:
    what = f"**{finding.severity.value}** {_cell(finding.message)} {rule_link(finding.rule)}"
    for note in finding.notes[:MAX_NOTES]:
        place = f"{links.lines(note.span)}: " if note.span.path else ""
        what += f"<br>{place}{_cell(note.message)}"
    if len(finding.notes) > MAX_NOTES:
        what += f"<br>and {counted(len(finding.notes) - MAX_NOTES, 'more place')}"
    if why := decided(finding.why):
        what += f"<br>level set by {_cell(why)}"
    return f"| {links.lines(finding.span)} | {what} | {_cell(fix_hint(finding))} |\n"


def _silenced(finding: Finding, links: Links) -> str:
    by = _cell(decided(finding.suppressed)) if finding.suppressed else ""
    return f"| {links.lines(finding.span)} | {rule_link(finding.rule)} | {by} |\n"


def _skipped(file: Skipped) -> str:
    return f"- {code(shortened(file.path, MAX_VALUE))}: {prose(shortened(file.reason, MAX_VALUE))}\n"


def _cell(text: str) -> str:
    return prose(shortened(text, MAX_VALUE), cell=True)
