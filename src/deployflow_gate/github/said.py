"""What a judgement comes to in a few sentences, as a developer reads them: the verdict, what blocks, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from deployflow_gate.github.judged import Judgement, Scope
from deployflow_gate.lint.registry import index
from deployflow_gate.policy.verdict import Outcome
from deployflow_gate.report.words import counted, levels, levels_of, suppressed, threshold

MARKS = {Outcome.PASSED: "✅", Outcome.BLOCKED: "❌", Outcome.NOT_EVALUATED: "❌"}


def title(judgement: Judgement) -> str:
    """`blocked by 2 errors, 1 warning`."""
    verdict = judgement.verdict
    if judgement.policy_faults:
        return f"the policy cannot be used, {counted(len(judgement.policy_faults), 'fault')}"
    if verdict.outcome is Outcome.NOT_EVALUATED:
        return f"could not evaluate {counted(len(verdict.incomplete), 'thing')}"
    if verdict.outcome is Outcome.BLOCKED:
        return f"blocked by {levels_of(verdict.blocking)}"
    return f"passed with {levels(verdict)}" if verdict.active else "passed"


def sentences(judgement: Judgement) -> str:
    """How many findings count, how many of them block and why, and how many do not count."""
    verdict = judgement.verdict
    said = [" ".join(_counting(judgement))]
    if silent := suppressed(verdict):
        said.append(f"Not counted: {silent.partition(': ')[2]}.")
    return " ".join(said)


def _counting(judgement: Judgement) -> Iterator[str]:
    verdict = judgement.verdict
    active, blocking = len(verdict.active), len(verdict.blocking)
    if verdict.outcome is Outcome.NOT_EVALUATED:
        yield "Nobody knows what was not judged, so the gate stays closed."
    if judgement.policy_faults:
        return
    if blocking:
        some = f"{blocking:,} of " if active > blocking else ""
        verb = "blocks" if blocking == 1 else "block"
        yield f"{some}{found(judgement, active)} {verb}: {_threshold(judgement)}."
    elif active:
        yield f"{found(judgement, active)}, none of which blocks: {_threshold(judgement)}."
    if active and judgement.new is not None and judgement.scope is not Scope.NEW:
        yield f"{len(judgement.new):,} of them {'is' if len(judgement.new) == 1 else 'are'} new."
    if active:
        return
    if verdict.files:
        yield f"No {noun(judgement)}s in {counted(len(verdict.files), 'file')}."
    elif not verdict.incomplete:
        yield "There is no file here that the gate judges."


def _threshold(judgement: Judgement) -> str:
    return f"the policy {threshold(judgement.verdict)}"


def found(judgement: Judgement, number: int) -> str:
    """`2 new findings`."""
    return counted(number, noun(judgement))


def noun(judgement: Judgement) -> str:
    """What the scope counts."""
    return "new finding" if judgement.scope is Scope.NEW and judgement.base else "finding"


def advice(judgement: Judgement) -> Iterator[str]:
    """What to do now, in Markdown of our own words; nothing where nothing is to be done."""
    verdict = judgement.verdict
    if judgement.policy_faults:
        yield "Correct the policy; until then nothing is judged."
    elif verdict.incomplete:
        yield "Mend what could not be judged; if the gate itself failed, please report it."
    blocking = verdict.blocking
    fixes = [f.fix for f in blocking if f.fix]
    safe = sum(fix.safe for fix in fixes)
    if safe:
        yield f"`deployflow-gate check --fix` mends {_of(safe, len(blocking))} without changing what the file does."
    if len(fixes) > safe:
        yield f"`deployflow-gate check --fix-unsafe` mends {_of(len(fixes), len(blocking))}; look at what it changed."
    if len(fixes) < len(blocking):
        yield "The name of a rule leads to why it asks, and how it is done right."
    accepted = next((f.rule for f in blocking if f.path and f.rule in index()), None)
    if accepted and verdict.outcome is Outcome.BLOCKED:
        yield (
            f"Right as it is? Say so beside the line, `# gate: ignore[{accepted}] why`, or in a waiver with a reason and a last "
            "day, as far as the policy allows it."
        )


def _of(some: int, every: int) -> str:
    if some == every:
        return "it" if every == 1 else f"all {every:,}"
    return f"{some:,} of {every:,}"
