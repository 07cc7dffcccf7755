"""The files that later steps of a job may use: the JSON and SARIF reports, and the result for a second run."""

from __future__ import annotations

import tempfile
from pathlib import Path

from deployflow_gate.github.event import Event
from deployflow_gate.github.log import say
from deployflow_gate.github.result import render_result
from deployflow_gate.policy.verdict import Verdict
from deployflow_gate.report.json import render_json
from deployflow_gate.report.sarif import render_sarif


def write_reports(verdict: Verdict, event: Event, temp: Path | None) -> dict[str, str]:
    """Write the reports; output → its path below the runner's temporary folder, "" for what there is not.

    A path of this container means nothing to a later step, and the workspace is the repository's, so what is given is
    relative to `runner.temp`.
    """
    texts = {"report": render_json(verdict), "sarif": render_sarif(verdict), "result": render_result(verdict, event)}
    if temp is None:
        say("RUNNER_TEMP is not there, so the outputs `report`, `sarif` and `result` are empty.")
        return dict.fromkeys(texts, "")
    folder = Path(tempfile.mkdtemp(prefix="deployflow-gate-", dir=temp))
    folder.chmod(0o755)  # later steps run as another user
    names = {"report": "report.json", "sarif": "report.sarif", "result": "result.json"}
    for output, text in texts.items():
        if text is not None:
            (folder / names[output]).write_text(text, encoding="utf-8", errors="replace")
    return {output: f"{folder.name}/{names[output]}" if text is not None else "" for output, text in texts.items()}
