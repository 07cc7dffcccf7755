"""The job summary: the page with all its rows. It needs no permission, and so it is where everything can be found."""

from __future__ import annotations

from deployflow_gate.github.fitting import in_bytes
from deployflow_gate.github.judged import Judgement
from deployflow_gate.github.page import page
from deployflow_gate.github.settings import Settings
from deployflow_gate.report.markdown import BUDGET


def render_summary(judgement: Judgement, settings: Settings) -> str:
    return page(judgement, settings, BUDGET, in_bytes, "in the job's log", every=True).whole
