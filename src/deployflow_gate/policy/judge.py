"""What counts of what was found: ignore comments and waivers are heeded, and themselves judged.

For each finding, in this order, the first that applies silences it:

1. an ignore comment at its place, if the policy allows them (and, with `require-reason`, if it gives one);
2. a waiver of the policy that names its rule and path and is not expired.

A silenced finding stays in the verdict, marked with who silenced it, where, and why. What is reported of comments,
waivers and the gate itself cannot be silenced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from deployflow_gate.lint.finding import Finding, Why
from deployflow_gate.lint.runner import fingerprinted
from deployflow_gate.model.project import Project
from deployflow_gate.policy.faults import meant, quoted
from deployflow_gate.policy.inline import Ignore, of_documents
from deployflow_gate.policy.model import Policy
from deployflow_gate.policy.rules import (
    EXPIRED_WAIVER,
    UNEXPLAINED_IGNORE,
    UNSILENCEABLE,
    UNUSED_IGNORE,
    UNUSED_WAIVER,
)
from deployflow_gate.policy.written import Waiver
from deployflow_gate.record import replace
from deployflow_gate.syntax.globs import match
from deployflow_gate.text import Span


def judge(
    project: Project,
    findings: Iterable[Finding],
    policy: Policy,
    today: date,
    only: frozenset[str] | None = None,
) -> tuple[Finding, ...]:
    """The findings with those marked that something silences, and what there is to say of comments and waivers; sorted
    by path, place, gravity and rule. `only` are the rules that ran (None: all), as a comment about another is no fault."""
    comments = {} if policy.inline_ignores == "forbid" else of_documents(project.documents)
    judgement = _Judgement(policy, today, only, comments)
    judged = [judgement.mark(finding) for finding in findings]
    own = fingerprinted(judgement.own())
    return tuple(sorted((*judged, *own), key=_order))


def _order(finding: Finding) -> tuple[str, int, int, str, int, str]:
    span = finding.span
    return finding.path, span.start, finding.severity.rank, finding.rule, span.end, finding.message


class _Judgement:
    """Marks findings, and remembers which comments and waivers were of use."""

    def __init__(
        self, policy: Policy, today: date, only: frozenset[str] | None, comments: dict[str, tuple[Ignore, ...]]
    ) -> None:
        self.policy = policy
        self.today = today
        self.only = only
        self.comments = comments
        self.by_rule: dict[tuple[str, str], list[Ignore]] = {}
        for path, several in comments.items():
            for ignore in several:
                for rule in ignore.rules:
                    self.by_rule.setdefault((path, rule), []).append(ignore)
        self.waivers: dict[str, list[Waiver]] = {}
        for waiver in policy.waivers:
            self.waivers.setdefault(waiver.rule, []).append(waiver)
        self.used_rules: set[tuple[int, str]] = set()
        self.unexplained: dict[int, Ignore] = {}
        self.used_waivers: dict[int, int] = {}

    def mark(self, finding: Finding) -> Finding:
        if finding.rule in UNSILENCEABLE:
            return finding
        by = self._ignore(finding)
        waiver = self._waiver(finding)
        if by is not None:
            return replace(finding, suppressed=Why("inline", by.where, by.remark.reason))
        if waiver is not None:
            return replace(finding, suppressed=Why("waiver", waiver.where, waiver.reason))
        return finding

    def _ignore(self, finding: Finding) -> Ignore | None:
        """The first comment that silences a finding. Each one that would counts as used."""
        first: Ignore | None = None
        for ignore in self.by_rule.get((finding.path, finding.rule), ()):
            if not ignore.covers(finding):
                continue
            self.used_rules.add((id(ignore), finding.rule))
            until = ignore.remark.until
            if until is not None and until < self.today:
                continue
            if self.policy.inline_ignores == "require-reason" and not ignore.remark.reason:
                self.unexplained[id(ignore)] = ignore
                continue
            first = first or ignore
        return first

    def _waiver(self, finding: Finding) -> Waiver | None:
        """The first waiver in force that silences a finding. Each one that would, even if expired, counts as used."""
        first: Waiver | None = None
        for waiver in self.waivers.get(finding.rule, ()):
            if waiver.paths and not any(match(glob, finding.path) for glob in waiver.paths):
                continue
            if waiver.fingerprint and not finding.fingerprint.startswith(waiver.fingerprint):
                continue
            self.used_waivers[id(waiver)] = self.used_waivers.get(id(waiver), 0) + 1
            if first is None and waiver.expires >= self.today:
                first = waiver
        return first

    def own(self) -> Iterator[Finding]:
        """What there is to say of the comments and the waivers."""
        for waiver in self.policy.waivers:
            yield from self._of_waiver(waiver)
        for several in self.comments.values():
            for ignore in several:
                yield from self._of_ignore(ignore)

    def _of_waiver(self, waiver: Waiver) -> Iterator[Finding]:
        count = self.used_waivers.get(id(waiver), 0)
        place = f" on `{waiver.paths[0]}`" if len(waiver.paths) == 1 else ""
        if waiver.expires < self.today:
            counted = {0: "it has nothing left to silence", 1: "its finding counts again"}
            then = counted.get(count, f"its {count} findings count again")
            message = f"The waiver of `{waiver.rule}`{place} expired on `{waiver.expires.isoformat()}`: {then}."
            yield from self._finding(EXPIRED_WAIVER, waiver.span, message)
        elif not count and (self.only is None or waiver.rule in self.only):
            yield from self._finding(
                UNUSED_WAIVER, waiver.span, f"The waiver of `{waiver.rule}`{place} silences nothing."
            )

    def _of_ignore(self, ignore: Ignore) -> Iterator[Finding]:
        explain = self.policy.inline_ignores == "require-reason" and not ignore.remark.reason
        if id(ignore) in self.unexplained or (explain and ignore.own and ignore.rules):
            yield from self._finding(
                UNEXPLAINED_IGNORE, ignore.span, "The comment gives no reason, so it silences nothing."
            )
        elif ignore.own:
            said = " ".join(self._unused(ignore))
            if said:
                yield from self._finding(UNUSED_IGNORE, ignore.span, said)

    def _unused(self, ignore: Ignore) -> Iterator[str]:
        if not ignore.remark.names:
            yield "The comment names no rule in brackets, so it silences nothing."
        for name in ignore.unknown:
            yield f"There is no rule {quoted(name)}{meant(name, self.policy.entries)}."
        for rule in sorted(ignore.rules):
            if rule in UNSILENCEABLE:
                yield f"`{rule}` cannot be ignored."
            elif (id(ignore), rule) not in self.used_rules and self._ran(rule, ignore.span.path):
                yield f"There is no finding of `{rule}` to ignore."

    def _ran(self, rule: str, path: str) -> bool:
        if self.only is not None:
            return rule in self.only
        return self.policy.decide(rule, path).severity is not None

    def _finding(self, rule: str, at: Span, message: str) -> Iterator[Finding]:
        decision = self.policy.decide(rule, at.path)
        if decision.severity is not None and (self.only is None or rule in self.only):
            yield Finding(rule, decision.severity, at, message, why=decision.why)
