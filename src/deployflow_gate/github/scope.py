"""Which findings of a change count: those that its base does not have, under whatever names its files went there."""

from __future__ import annotations

from collections.abc import Iterable

from deployflow_gate.github.changes import Changes
from deployflow_gate.github.judged import Scope
from deployflow_gate.lint.finding import Finding, Why
from deployflow_gate.lint.runner import fingerprinted
from deployflow_gate.policy.verdict import Verdict
from deployflow_gate.record import dataclass, replace
from deployflow_gate.text import Source, Span

PRE_EXISTING = Why("pre-existing")


@dataclass(frozen=True)
class Known:
    """What the base has already: the fingerprints of its findings, as they are called in the head, and what could not be judged."""

    fingerprints: frozenset[str] = frozenset()
    incomplete: frozenset[str] = frozenset()


def known(base: Verdict, changes: Changes) -> Known:
    """What of a base's verdict is held against a head's."""
    moved = [f for new, old in changes.renamed.items() for f in _moved(base.findings, old, new)]
    active = frozenset(f.fingerprint for f in (*base.findings, *moved) if f.suppressed is None)
    return Known(active, frozenset(base.incomplete))


def _moved(findings: Iterable[Finding], old: str, new: str) -> tuple[Finding, ...]:
    """The findings of a file as they would be called in another place."""
    return fingerprinted(_at(finding, new) for finding in findings if finding.path == old)


def _at(finding: Finding, path: str) -> Finding:
    source = Source(path, finding.span.source.text)

    def span(there: Span) -> Span:
        return Span(source, there.start, there.end)

    return replace(finding, span=span(finding.span), hide=tuple(map(span, finding.hide)))


def scoped(head: Verdict, known: Known, changes: Changes, scope: Scope) -> Verdict:
    """The head's verdict with each finding that does not count suppressed as pre-existing.

    A file that could not be judged before either, and is as it was, is noted, and does not keep the gate closed: a change that does
    not touch it answers for it as little as for old findings.
    """
    if scope is Scope.ALL:
        return head
    touched = changes.changed if scope is Scope.CHANGED else frozenset[str]()
    findings = tuple(
        replace(f, suppressed=PRE_EXISTING)
        if f.suppressed is None and f.fingerprint in known.fingerprints and f.path not in touched
        else f
        for f in head.findings
    )
    files = frozenset(head.files)
    old = {s: None for s in head.incomplete if s in known.incomplete and _untouched(s, files, changes.changed)}
    return replace(
        head,
        findings=findings,
        incomplete=tuple(s for s in head.incomplete if s not in old),
        notes=(
            *head.notes,
            *(f"{sentence} So it was before this change, which does not touch the file." for sentence in old),
        ),
    )


def _untouched(sentence: str, files: frozenset[str], changed: frozenset[str]) -> bool:
    """Whether a sentence about what could not be judged is about a file that is as it was. It begins with the file's path; a
    failure of the gate itself is about no file, and never old."""
    parts = sentence.split(": ")
    about = files.intersection(": ".join(parts[:end]) for end in range(1, len(parts)))
    return bool(about) and about.isdisjoint(changed)
