"""What several reports say in the same words: counts, the headline, who silenced what, who set a level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from deployflow_gate.lint.finding import Finding, Why
from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy.verdict import Outcome, Verdict

REPOSITORY = "(repository)"
"""Stands for the path of a finding that belongs to no one file."""

TITLES = {Outcome.PASSED: "Passed", Outcome.BLOCKED: "Blocked", Outcome.NOT_EVALUATED: "Could not evaluate"}

_SILENCED = {
    "waiver": "by waiver",
    "inline": "inline",
    "baseline": "by baseline",
    "pre-existing": "pre-existing",
}


def counted(number: int, noun: str) -> str:
    """`1 error`, `2 errors`, `1,000 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def levels(verdict: Verdict) -> str:
    """`2 errors, 1 notice`; `no findings`."""
    return levels_of(verdict.active)


def levels_of(findings: Iterable[Finding]) -> str:
    """The same of some findings."""
    counts = Counter(finding.severity for finding in findings)
    return ", ".join(counted(counts[s], s.value) for s in Severity if counts[s]) or "no findings"


def suppressed(verdict: Verdict) -> str:
    """`3 suppressed: 2 by waiver, 1 inline`; "" if nothing is."""
    by = Counter(f.suppressed.by for f in verdict.findings if f.suppressed)
    if not by:
        return ""
    known = [*_SILENCED, *sorted(set(by) - set(_SILENCED))]
    parts = ", ".join(f"{by[who]:,} {_SILENCED.get(who, 'by ' + who)}" for who in known if by[who])
    return f"{by.total():,} suppressed: {parts}"


def skipped(verdict: Verdict) -> str:
    """`2 files skipped`; "" if none was."""
    return f"{counted(len(verdict.skipped), 'file')} skipped" if verdict.skipped else ""


def threshold(verdict: Verdict) -> str:
    return "never fails" if verdict.fail_on is None else f"fails on {verdict.fail_on.value}"


def decided(why: Why, *, code: str = "`") -> str:
    """Who decided: `by the waiver in policy.yml:12: reason`. "" for what is a default."""
    if why.by in {"default", "preset"}:
        return ""
    where = f" in {code}{why.where}{code}" if why.where else ""
    reason = f": {why.reason}" if why.reason else ""
    return f"{code}{why.by}{code}{where}{reason}"


def where(finding: Finding, prefix: str) -> str:
    """`path:line:column`, the path below `prefix`."""
    if not finding.path:
        return REPOSITORY
    return f"{prefix}{finding.path}:{finding.line}:{finding.column}"


def fix_hint(finding: Finding) -> str:
    """`Run as 10001 (--fix-unsafe)`; "" if the finding has no fix."""
    if finding.fix is None:
        return ""
    return f"{finding.fix.title} ({'--fix' if finding.fix.safe else '--fix-unsafe'})"


def by_file(findings: Iterable[Finding]) -> Mapping[str, list[Finding]]:
    """Findings by path, in the verdict's order."""
    files: dict[str, list[Finding]] = {}
    for finding in findings:
        files.setdefault(finding.path, []).append(finding)
    return files


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: (f.severity.rank, f.path, f.span.start, f.rule, f.fingerprint))
