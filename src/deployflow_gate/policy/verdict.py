"""The verdict: what the gate says of one snapshot under one policy. Everything a report or GitHub shows is in it."""

from __future__ import annotations

from enum import StrEnum

from deployflow_gate.lint.finding import Finding
from deployflow_gate.lint.severity import Severity
from deployflow_gate.record import dataclass
from deployflow_gate.text import Span


class Outcome(StrEnum):
    PASSED = "passed"
    BLOCKED = "blocked"
    NOT_EVALUATED = "not-evaluated"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that looked relevant and was left out on purpose (a template, an excluded path), with the reason."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judged findings, worst first within each file, and what was looked at.

    `findings` holds suppressed ones too, marked; `active` does not. `fail_on` is the level that blocks, or None for never.
    `incomplete` names, in sentences, what could not be evaluated (a crashed rule, an unreadable file): any entry fails closed.
    """

    findings: tuple[Finding, ...]
    fail_on: Severity | None
    policy: str
    policy_digest: str
    files: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    incomplete: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def active(self) -> tuple[Finding, ...]:
        """The findings that nothing suppresses."""
        return tuple(f for f in self.findings if f.suppressed is None)

    @property
    def hidden(self) -> frozenset[Span]:
        """The places of secrets, which a report of source lines must mask."""
        return frozenset(span for finding in self.findings for span in finding.hide)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The active findings at or above `fail_on`."""
        if self.fail_on is None:
            return ()
        return tuple(f for f in self.active if f.severity.rank <= self.fail_on.rank)

    @property
    def outcome(self) -> Outcome:
        if self.incomplete:
            return Outcome.NOT_EVALUATED
        return Outcome.BLOCKED if self.blocking else Outcome.PASSED

    def count(self, severity: Severity) -> int:
        return sum(f.severity is severity for f in self.active)
