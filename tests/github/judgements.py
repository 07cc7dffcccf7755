"""Fixed judgements that the golden files show, and the settings and state around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from deployflow_gate.github.environment import CommentMode
from deployflow_gate.github.judged import AddedIgnore, Judgement, PolicySource, Preview, Scope, UsedWaiver
from deployflow_gate.github.posts import Surface
from deployflow_gate.github.settings import Settings
from deployflow_gate.policy.faults import PolicyFault
from deployflow_gate.policy.verdict import Verdict
from deployflow_gate.record import replace
from tests.report.verdicts import ERROR, HOSTILE, NOTICE, VERDICTS, at, finding, verdict

HEAD = "1f0e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c"
BASE = "ba5eba5eba5eba5eba5eba5eba5eba5eba5eba5e"
POLICY = ".github/deployflow.yml"

SETTINGS = Settings(
    surfaces=frozenset(Surface),
    repository="school/maktab",
    run_url="https://github.com/school/maktab/actions/runs/4711/attempts/2",
    run_id=4711,
    run_attempt=2,
    ref="refs/pull/7/head",
    pull=7,
    stop_token="0123456789abcdef" * 2,
)

SOURCE = PolicySource(
    POLICY, BASE, "d" * 32, f"The policy is `{POLICY}` at the base commit `{BASE[:7]}`, digest `{'d' * 12}`."
)


def judgement(judged: Verdict, **more: object) -> Judgement:
    fields: dict[str, object] = {
        "policy": SOURCE,
        "scope": Scope.NEW,
        "sources": "Both commits were read from the local clone.",
        "head": HEAD,
        "base": BASE,
    } | more
    return Judgement(judged, **fields)  # type: ignore[arg-type]


def clean() -> Judgement:
    return judgement(VERDICTS["empty"]())


def nothing() -> Judgement:
    """No file that the gate judges; a push, so that there is no base."""
    return judgement(verdict(), base=None)


def blocked() -> Judgement:
    return judgement(
        VERDICTS["typical"](),
        waivers=(
            UsedWaiver(
                "privileged-container", f"{POLICY}:30", "needed until the new runner", "@ops", date(2026, 12, 1), 10, 1
            ),
            UsedWaiver("latest-image", f"{POLICY}:38", "the vendor has no tags", "", date(2027, 6, 30), 221, 3),
        ),
    )


def passed_with_findings() -> Judgement:
    typical = VERDICTS["typical"]()
    return judgement(replace(typical, findings=tuple(f for f in typical.findings if f.severity is not ERROR)))


def reviewed() -> Judgement:
    """A change that passes, and that a reviewer should look at."""
    typical = VERDICTS["typical"]()
    root, latest = typical.findings[1], typical.findings[0]
    ignores = (
        AddedIgnore("root-user", "api/Dockerfile", 7, "the init process drops its rights"),
        AddedIgnore("unpinned-action", ".github/workflows/ci.yml", 4, "", 3),
    )
    preview = Preview(
        (POLICY, "policies/base.yml"),
        replace(SOURCE, commit=HEAD),
        typical,
        freed=(),
        caught=(root, latest),
    )
    return judgement(
        verdict(files=("api/Dockerfile",)),
        preview=preview,
        added_ignores=ignores,
        changed_workflows=(".github/workflows/gate.yml",),
    )


def not_evaluated() -> Judgement:
    return judgement(VERDICTS["incomplete"](), scope=Scope.ALL)


def broken_policy() -> Judgement:
    faults = (
        PolicyFault(POLICY, 3, 1, "There is no rule `root-usr`. Did you mean `root-user`?"),
        PolicyFault(POLICY, 9, 14, "`expires` is `soon`, which is no date."),
    )
    return judgement(verdict(incomplete=("The policy cannot be used, so nothing was judged.",)), policy_faults=faults)


def bootstrapped() -> Judgement:
    said = "The policy is the built-in `deployflow`, digest `dddddddddddd`."
    return judgement(
        VERDICTS["empty"](), policy=PolicySource("deployflow", "", "d" * 32, said), bootstrap=True, scope=Scope.CHANGED
    )


def hostile() -> Judgement:
    """Every text that somebody else writes is an attack."""
    bad = VERDICTS["hostile"]()
    name = bad.findings[0].path
    preview = Preview(
        (name, HOSTILE), replace(SOURCE, said=HOSTILE), bad, freed=bad.findings[:2], caught=bad.findings[2:3]
    )
    return judgement(
        bad,
        policy=PolicySource(HOSTILE, BASE, "d" * 32, HOSTILE),
        sources=HOSTILE,
        preview=preview,
        policy_faults=(PolicyFault(HOSTILE, 3, 4, HOSTILE),),
        added_ignores=(AddedIgnore(HOSTILE, HOSTILE, 3, HOSTILE, 2), AddedIgnore("root-user", name, 3, "")),
        waivers=(UsedWaiver(HOSTILE, HOSTILE, HOSTILE, HOSTILE, date(2026, 12, 1), 0, 1),),
        bootstrap=True,
        changed_workflows=(HOSTILE, name),
        changed=frozenset({name}),
    )


def huge(number: int = 5_000) -> Judgement:
    """So many findings that no surface can show them all, the first of them far too long."""
    source = VERDICTS["typical"]().findings[0].span.source
    span = at(source, "python:latest")
    levels = (ERROR, NOTICE)
    many = [
        replace(
            finding("latest-image", levels[n % 2], span, f"The tag of image number {n} moves."), fingerprint=f"{n:032x}"
        )
        for n in range(number)
    ]
    long = finding("latest-image", ERROR, span, "`|#@" * 5_000)
    return judgement(verdict(long, *many, files=(source.path,)))


JUDGEMENTS: Mapping[str, Callable[[], Judgement]] = {
    made.__name__: made
    for made in (
        clean,
        nothing,
        blocked,
        passed_with_findings,
        reviewed,
        not_evaluated,
        broken_policy,
        bootstrapped,
        hostile,
    )
}
ALWAYS = replace(SETTINGS, comment=CommentMode.ALWAYS)
