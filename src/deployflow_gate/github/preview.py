"""What the gate would say if a change of its policy were in force already: told to who reviews it, and never obeyed."""

from __future__ import annotations

from deployflow_gate.github import policies
from deployflow_gate.github.judged import Preview
from deployflow_gate.github.looking import Looking
from deployflow_gate.github.policies import Loaded, Wanted
from deployflow_gate.lint.finding import Finding, Why
from deployflow_gate.policy.rules import EXPIRED_WAIVER, UNUSED_WAIVER
from deployflow_gate.policy.verdict import Verdict
from deployflow_gate.record import replace

SETTLED = Why("pre-existing", reason="The change settles it in the policy.")


def preview(wanted: Wanted, enforced: Loaded, verdict: Verdict, looking: Looking) -> Preview | None:
    """What `verdict` would be; None where the change leaves the policy as it is, or as it is in force already.

    Whether it does is asked of where it branched off: a policy that was edited in the base since is no edit of the change.
    """
    sources = looking.sources
    if sources.base is None or wanted.path is None:
        return None
    before, after = policies.load(wanted, sources.base), policies.load(wanted, sources.head)
    if after.content in (before.content, enforced.content):
        return None
    files = {wanted.path, *before.files, *after.files}
    changed = policies.edited(files, sources.base, sources.head) or tuple(sorted({f.path for f in after.faults}))
    then = looking.at(after.policy)[0] if after.policy else None
    return Preview(
        changed=changed,
        policy=policies.source(after, wanted, sources.head_sha, "as this change leaves it"),
        verdict=then,
        faults=after.faults,
        freed=_without(verdict, then) if then else (),
        caught=_without(then, verdict) if then else (),
    )


def _without(verdict: Verdict, other: Verdict) -> tuple[Finding, ...]:
    """What blocks in one verdict and not in the other."""
    known = {finding.fingerprint for finding in other.blocking}
    return tuple(finding for finding in verdict.blocking if finding.fingerprint not in known)


def settled(verdict: Verdict, foreseen: Preview | None) -> Verdict:
    """The verdict with what it has to say of the change's own policy.

    A policy that could not be used keeps the gate closed: once merged, it would for everybody, and no change could mend it. And
    what is wrong with waivers does not count where the change mends that: the base's policy is all that it could be judged by.
    """
    if foreseen is None:
        return verdict
    if foreseen.verdict is None:
        broken = tuple(f"{fault} With this change, the policy could not be used." for fault in foreseen.faults)
        return replace(verdict, incomplete=(*verdict.incomplete, *broken))
    left = {f.fingerprint for f in foreseen.verdict.findings}
    return replace(
        verdict,
        findings=tuple(
            replace(f, suppressed=SETTLED)
            if f.rule in {EXPIRED_WAIVER, UNUSED_WAIVER} and f.suppressed is None and f.fingerprint not in left
            else f
            for f in verdict.findings
        ),
    )
