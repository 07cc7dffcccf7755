"""The head once more, with some files replaced: whoever offers a fix has tried it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from deployflow_gate.gate import check
from deployflow_gate.github import policies
from deployflow_gate.github.environment import Environment
from deployflow_gate.github.judged import Judgement
from deployflow_gate.github.scope import PRE_EXISTING
from deployflow_gate.github.sources import Sources
from deployflow_gate.lint.apply import Look
from deployflow_gate.lint.finding import Finding
from deployflow_gate.record import replace
from deployflow_gate.snapshot.changed import Changed


def look_again(sources: Sources, environment: Environment, judgement: Judgement, today: date | None = None) -> Look:
    """What would be found in the judged head with other texts, under the policy that was enforced. What did not count in the
    judgement does not here. Finds nothing where the policy cannot be used."""
    policy = policies.enforced(policies.wanted_by(environment), sources).policy
    old = {finding.fingerprint for finding in judgement.pre_existing}

    def look(texts: Mapping[str, str]) -> tuple[Finding, ...]:
        if policy is None:
            return ()
        found = check(Changed(sources.head, texts), policy, today=today).findings
        return tuple(
            replace(f, suppressed=PRE_EXISTING) if f.suppressed is None and f.fingerprint in old else f for f in found
        )

    return look
