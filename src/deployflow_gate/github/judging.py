"""An event's sources to a judgement: the head under the policy of its base, against what the base has already."""

from __future__ import annotations

from datetime import UTC, date, datetime

from deployflow_gate.github import policies
from deployflow_gate.github.environment import Environment
from deployflow_gate.github.event import Event
from deployflow_gate.github.ignores import added_ignores
from deployflow_gate.github.judged import SHORT, Judgement, PolicySource
from deployflow_gate.github.looking import Looking
from deployflow_gate.github.policies import Loaded, Wanted, wanted_by
from deployflow_gate.github.preview import preview, settled
from deployflow_gate.github.scope import Known
from deployflow_gate.github.sources import Sources
from deployflow_gate.github.waivers import used_waivers
from deployflow_gate.lint.severity import Severity
from deployflow_gate.model.discover import kind_of
from deployflow_gate.policy.load import POLICY_PATH
from deployflow_gate.policy.verdict import Verdict
from deployflow_gate.snapshot import SnapshotError

UNUSABLE = "The policy cannot be used, so nothing was judged."


def judge(sources: Sources, environment: Environment, today: date | None = None) -> Judgement:
    """Judge what an event is about. `today` is the day for expiry dates, by default this one (UTC).

    Raises SnapshotError where files that matter cannot be had, EnvironmentFault for a `path` that neither side has. A policy that
    cannot be used is no exception: it is in the judgement, and keeps the gate closed.
    """
    today = today or datetime.now(UTC).date()
    wanted = wanted_by(environment)
    enforced = policies.enforced(wanted, sources)
    looking = Looking(sources, environment.scope, environment.focus, today)
    verdict, held = looking.at(enforced.policy) if enforced.policy else (_unjudged(enforced, wanted), Known())
    foreseen = preview(wanted, enforced, verdict, looking)
    verdict = settled(verdict, foreseen)
    base, changes = sources.base, sources.changes
    return Judgement(
        verdict=verdict,
        policy=policies.source(enforced, wanted, sources.policy_sha, _place(sources)),
        scope=environment.scope,
        sources=sources.said,
        head=sources.head_sha,
        base=sources.base_sha,
        policy_faults=enforced.faults,
        bootstrap=policies.bootstraps(wanted, sources),
        preview=foreseen,
        added_ignores=added_ignores(verdict, base, changes) if base else (),
        waivers=used_waivers(verdict, enforced.policy, today) if enforced.policy else (),
        new=frozenset(f.fingerprint for f in verdict.active) - held.fingerprints if base else None,
        changed=changes.changed,
        removed=changes.removed,
        renamed=changes.renamed,
        changed_workflows=tuple(p for p in sorted(changes.changed | changes.removed) if kind_of(p) == "workflow"),
        enforced=enforced.policy,
    )


def unread(event: Event, environment: Environment, error: SnapshotError) -> Judgement:
    """What is to be said where files that matter cannot be had: nothing is known, so the gate stays closed."""
    wanted = wanted_by(environment)
    name = wanted.path or POLICY_PATH
    sentence = f"Not everything that matters could be read, so nothing was judged. {error}"
    verdict = Verdict((), wanted.fail_on if wanted.levelled else Severity.ERROR, name, "", incomplete=(sentence,))
    return Judgement(
        verdict=verdict,
        policy=PolicySource(name, "", "", f"The policy `{name}` was not used."),
        scope=environment.scope,
        sources=f"`{event.head[:SHORT]}` could not be read." if event.head else "The files could not be read.",
        head=event.head,
        base=event.base,
    )


def _unjudged(enforced: Loaded, wanted: Wanted) -> Verdict:
    fail_on = wanted.fail_on if wanted.levelled else Severity.ERROR
    return Verdict((), fail_on, enforced.name, "", incomplete=(UNUSABLE,))


def _place(sources: Sources) -> str:
    """Where the policy is read, in words."""
    if sources.base is not None:
        return "the base"
    return "the judged commit" if sources.policy_sha else "as it is checked out"
