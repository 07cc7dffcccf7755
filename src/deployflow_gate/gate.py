"""The whole product in one call: `check(snapshot, policy) -> Verdict`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from deployflow_gate.lint.finding import Finding, Why
from deployflow_gate.lint.runner import fingerprinted, run
from deployflow_gate.model.link import link
from deployflow_gate.model.node import walk
from deployflow_gate.model.project import Project, Settings
from deployflow_gate.policy.judge import judge
from deployflow_gate.policy.verdict import Skipped, Verdict
from deployflow_gate.record import replace
from deployflow_gate.snapshot import Snapshot

if TYPE_CHECKING:
    from deployflow_gate.policy.model import Policy


def check(
    snapshot: Snapshot | Mapping[str, str | bytes],
    policy: Policy | None = None,
    *,
    only: frozenset[str] | None = None,
    focus: frozenset[str] | None = None,
    today: date | None = None,
    jobs: int = 1,
) -> Verdict:
    """Judge a repository.

    `snapshot` is a Snapshot or a mapping {path: text or bytes}; `policy` defaults to the built-in one. `only` limits the rules
    (and runs them even where the policy has them off), `focus` the files whose findings are kept; what other files say
    still counts as fact. `today` is the day for expiry dates, by default this one (UTC). `jobs` processes share the work.

    Never raises for what is in the repository: what cannot be judged is in the verdict, which then is not passed.
    Raises PolicyError if the built-in policy is asked for and broken, SnapshotError if the snapshot cannot be listed.
    """
    from deployflow_gate.policy.load import load_policy

    policy = policy or load_policy()
    settings = Settings(policy.exclude, policy.production, *([today] if today else []))
    project = link(_snapshot(snapshot), settings)
    if jobs > 1:
        from deployflow_gate.parallel import run_in_processes

        ran = run_in_processes(project, policy.decide, only, jobs)
    else:
        ran = run(walk(project), policy.decide, only)
    judged = _outside(policy.exclude, ran.findings) if policy.exclude else ran.findings
    found = judge(project, fingerprinted(judged), policy, project.settings.today, only)
    if focus is not None:
        found = tuple(f for f in found if f.path in focus)
    return Verdict(
        findings=found,
        fail_on=policy.fail_on,
        policy=policy.name,
        policy_digest=policy.digest,
        files=tuple(d.path for d in project.documents),
        skipped=tuple(Skipped(path, reason) for path, reason in project.skipped),
        incomplete=ran.crashes + tuple(_unread(project, focus)),
        notes=ran.notes,
    )


def changed_since(verdict: Verdict, base: Verdict) -> Verdict:
    """The verdict with each finding that `base` has, too, suppressed as pre-existing (compared by fingerprint)."""
    known = {f.fingerprint for f in base.active}
    return replace(verdict, findings=tuple(_pre_existing(f) if f.fingerprint in known else f for f in verdict.findings))


def _pre_existing(finding: Finding) -> Finding:
    return finding if finding.suppressed else replace(finding, suppressed=Why("pre-existing"))


def _outside(exclude: tuple[str, ...], findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings whose files are not left out: a rule may look at more files than those that are judged."""
    from deployflow_gate.syntax.globs import first_match

    return tuple(f for f in findings if first_match(exclude, f.path) is None)


def _snapshot(snapshot: Snapshot | Mapping[str, str | bytes]) -> Snapshot:
    if isinstance(snapshot, Mapping):
        from deployflow_gate.snapshot.memory import MemorySnapshot

        return MemorySnapshot(snapshot)
    return snapshot


def _unread(project: Project, focus: frozenset[str] | None) -> Iterable[str]:
    for document in project.documents:
        if focus is not None and document.path not in focus:
            continue
        try:
            if not document.broken:
                continue
            reason = document.faults[0].message if document.faults else "The file could not be read."
        except Exception as error:  # noqa: BLE001  our fault, and no reason to say nothing of the other files
            reason = f"The gate could not read it ({type(error).__name__}: {error})."
        yield f"{document.path}: {reason}"
