"""What a reviewer must know beside the findings: a change of the policy, of workflows, ignore comments, waivers that run out."""

from __future__ import annotations

from collections.abc import Iterator

from deployflow_gate.github.fitting import Section, Size, folded, listed
from deployflow_gate.github.judged import AddedIgnore, Judgement, Preview, UsedWaiver
from deployflow_gate.github.links import Links, rule_link
from deployflow_gate.github.settings import Settings
from deployflow_gate.lint.finding import Finding
from deployflow_gate.policy.faults import PolicyFault
from deployflow_gate.report.escape import code, prose, shortened, visible
from deployflow_gate.report.words import TITLES, counted

MAX_NAMED = 3
"""Files that a sentence names."""

MAX_NAME = 80
"""Characters of a name within a sentence, which is never cut and so has to be short."""

MAX_VALUE = 300
"""Characters of a message or reason of which a row is made; the log has them whole."""


def notable(judgement: Judgement) -> bool:
    """Whether a reviewer should hear of this change even if the gate passes."""
    return bool(judgement.preview or judgement.added_ignores or judgement.bootstrap)


def notices(judgement: Judgement, links: Links, room: int, size: Size, elsewhere: str) -> str:
    """The notices: sentences, which are short and whole, and lists, which share the `room`."""
    parts = [*_parts(judgement, links)]
    share = room // max(1, sum(isinstance(part, Section) for part in parts))
    return "".join(
        listed(part, share, size, elsewhere) if isinstance(part, Section) else f"\n{part}\n" for part in parts
    )


def _parts(judgement: Judgement, links: Links) -> Iterator[str | Section[str]]:
    """Sentences, and sections of rows that are made already: there are few."""
    if judgement.bootstrap:
        yield (
            "⚠️ **The repository's policy is only in this change**, and a change must not judge itself: until it is merged, the "
            "built-in policy is enforced."
        )
    if judgement.preview:
        yield from _preview(judgement, judgement.preview, links)
    if ignores := judgement.added_ignores:
        silenced = sum(ignore.count for ignore in ignores)
        yield Section(
            f"\n⚠️ **This change silences {counted(silenced, 'finding')} with ignore comments:**\n\n",
            [_ignore(ignore, links) for ignore in ignores],
            str,
        )
    if judgement.changed_workflows:
        yield (
            f"⚠️ **This change edits workflows** ({_named(judgement.changed_workflows)}), and GitHub runs a pull request's own: see "
            "that the gate is still called as it should be."
        )


def _preview(judgement: Judgement, preview: Preview, links: Links) -> Iterator[str | Section[str]]:
    opening = f"⚠️ **This change edits the policy** ({_named(preview.changed)}), which does not judge itself. "
    if preview.verdict is None:
        faults = [_fault(fault, links) for fault in preview.faults]
        yield Section(f"\n{opening}As it leaves the policy, **it cannot be used**:\n\n", faults, str)
        return
    now, then = (TITLES[v.outcome].lower() for v in (judgement.verdict, preview.verdict))
    would = f"with this change it would say **{then}**" if now != then else "and so it would with this change"
    yield f"{opening}The base's policy says **{now}**, {would}."
    if preview.freed:
        opening = f"\n{counted(len(preview.freed), 'finding')} that would no longer block:\n\n"
        yield Section(opening, [_finding(f, links) for f in preview.freed], str)
    if preview.caught:
        opening = f"\n{counted(len(preview.caught), 'finding')} that would then block:\n\n"
        yield Section(opening, [_finding(f, links) for f in preview.caught], str)


def _ignore(ignore: AddedIgnore, links: Links) -> str:
    reason = prose(shortened(ignore.reason, MAX_VALUE)) if ignore.reason else "**no reason given**"
    number = f" ({ignore.count:,} findings)" if ignore.count > 1 else ""
    return f"- {rule_link(ignore.rule)} in {links.line(ignore.path, ignore.line)}{number}: {reason}\n"


def _finding(finding: Finding, links: Links) -> str:
    return (
        f"- {rule_link(finding.rule)} in {links.lines(finding.span)}: {prose(shortened(finding.message, MAX_VALUE))}\n"
    )


def _fault(fault: PolicyFault, links: Links) -> str:
    return f"- {links.line(fault.path, fault.line)}: {prose(shortened(fault.message, MAX_VALUE))}\n"


def faults(judgement: Judgement, settings: Settings) -> Section[PolicyFault]:
    """Why the enforced policy could not be used; its lines are those of the commit that it was read at."""
    links = Links(settings, judgement.policy.commit)
    return Section("\n", judgement.policy_faults, lambda fault: _fault(fault, links))


def waivers(judgement: Judgement) -> Section[UsedWaiver]:
    """The waivers that silenced something, the next to expire first."""
    used = sorted(judgement.waivers, key=lambda waiver: (waiver.expires, waiver.where))
    soon = len(judgement.expiring)
    silenced = sum(waiver.count for waiver in used)
    said = f"{counted(len(used), 'waiver')} silenc{'es' if len(used) == 1 else 'e'} {counted(silenced, 'finding')}"
    said += f"; {soon:,} {'expires' if soon == 1 else 'expire'} within a month" if soon else ""
    head = "| waiver | findings | until | why | owner |\n|---|---|---|---|---|\n"
    return folded(f"{'⏳ ' if soon else ''}{said}", used, _waiver, head)


def _waiver(waiver: UsedWaiver) -> str:
    day = waiver.expires.isoformat()
    left = "today" if waiver.days == 0 else counted(waiver.days, "day")
    until = f"**{day}** ({left})" if waiver.soon else day
    reason, owner = (prose(shortened(text, MAX_VALUE), cell=True) for text in (waiver.reason, waiver.owner))
    where = code(shortened(waiver.where, MAX_VALUE), cell=True)
    return f"| {rule_link(waiver.rule)} in {where} | {waiver.count:,} | {until} | {reason} | {owner} |\n"


def _named(paths: tuple[str, ...]) -> str:
    names = ", ".join(code(shortened(visible(path), MAX_NAME)) for path in paths[:MAX_NAMED])
    more = len(paths) - MAX_NAMED
    return f"{names} and {more:,} more" if more > 0 else names
