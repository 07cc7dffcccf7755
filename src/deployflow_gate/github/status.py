"""The commit status: for tokens that cannot make check runs, as those of people cannot."""

from __future__ import annotations

from deployflow_gate.github.judged import Judgement
from deployflow_gate.github.posts import SetStatus
from deployflow_gate.github.said import title
from deployflow_gate.github.settings import Settings
from deployflow_gate.policy.verdict import Outcome
from deployflow_gate.report.escape import shortened

MAX_DESCRIPTION = 140
"""Characters; GitHub answers 422 to more."""

STATES = {Outcome.PASSED: "success", Outcome.BLOCKED: "failure", Outcome.NOT_EVALUATED: "error"}


def plan_status(judgement: Judgement, settings: Settings) -> SetStatus | None:
    """The status to set; None where no commit is known that it could stand at."""
    if not judgement.head:
        return None
    said = title(judgement)
    description = shortened(said[:1].upper() + said[1:], MAX_DESCRIPTION)
    return SetStatus(judgement.head, settings.name, STATES[judgement.verdict.outcome], description, settings.run_url)
