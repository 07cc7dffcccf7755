"""The upload to code scanning: one SARIF run for each instance, in the size that GitHub takes."""

from __future__ import annotations

import gzip

from deployflow_gate.github.judged import Judgement
from deployflow_gate.github.posts import UploadSarif
from deployflow_gate.github.settings import Settings
from deployflow_gate.policy.verdict import Verdict
from deployflow_gate.record import replace
from deployflow_gate.report.sarif import render_sarif
from deployflow_gate.report.words import worst_first

GZIPPED_BYTES = 10_000_000
"""Of an upload (docs.github.com, "SARIF support for code scanning": 10 MB)."""


def plan_sarif(judgement: Judgement, settings: Settings) -> tuple[UploadSarif | None, list[str]]:
    """The upload, and a line where findings had to be left out of it; None where no commit or ref is known.

    None too where not everything was judged: code scanning would take the findings of what was not for mended.
    """
    if not judgement.head or not settings.ref:
        return None, []
    if judgement.verdict.incomplete:
        return None, ["Nothing is uploaded to code scanning, since not everything was judged."]
    verdict = judgement.verdict
    sarif = _rendered(verdict, settings)
    while len(gzip.compress(sarif.encode(), mtime=0)) > GZIPPED_BYTES and verdict.findings:
        active = worst_first(verdict.active)
        silent = [f for f in verdict.findings if f.suppressed]
        verdict = replace(verdict, findings=tuple((active + silent)[: len(verdict.findings) // 2]))
        sarif = _rendered(verdict, settings)
    left_out = len(judgement.verdict.findings) - len(verdict.findings)
    lines = [f"{left_out:,} findings are left out of the SARIF upload, which was too large."] if left_out else []
    return UploadSarif(judgement.head, settings.ref, sarif), lines


def _rendered(verdict: Verdict, settings: Settings) -> str:
    return render_sarif(verdict, category=settings.instance, line_hash=True)
