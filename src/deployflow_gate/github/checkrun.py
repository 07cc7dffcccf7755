"""The check run: an additional view with an annotation for each finding. The job's exit code is the gate, not this.

Limits are those of GitHub's REST description (POST /repos/{owner}/{repo}/check-runs) and of its pages on check runs.
"""

from __future__ import annotations

from collections.abc import Mapping

from deployflow_gate.github.fitting import in_bytes
from deployflow_gate.github.judged import Judgement
from deployflow_gate.github.marker import external_id
from deployflow_gate.github.page import page
from deployflow_gate.github.posts import CreateCheckRun
from deployflow_gate.github.said import title
from deployflow_gate.github.settings import Settings
from deployflow_gate.github.state import State
from deployflow_gate.lint.finding import Finding
from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy.verdict import Outcome
from deployflow_gate.report.escape import shortened, visible
from deployflow_gate.report.words import fix_hint, worst_first

BATCH = 50
"""Annotations of one request (maxItems)."""

MAX_ANNOTATIONS = 200
"""Annotations of a run: each batch after the first is one more update, and nobody reads more."""

PAGE_BYTES = 60_000
"""`summary` and `text` hold 65,535 characters each; together they are less than one of them."""

MAX_TITLE = 255
"""Characters of a title, which the description does not limit and GitHub does."""

MAX_MESSAGE = 8_000
"""Characters of a message; GitHub takes 64 KB, and shows all of it in the middle of a diff."""

LEVELS = {Severity.ERROR: "failure", Severity.WARNING: "warning", Severity.NOTICE: "notice"}


def plan_check_run(judgement: Judgement, state: State, settings: Settings, elsewhere: str) -> CreateCheckRun | None:
    """The run to create; None where this attempt's is there, or no commit is known that it could stand at."""
    identifier = external_id(settings.instance, judgement.verdict.policy_digest, settings.run_id, settings.run_attempt)
    if not judgement.head or identifier in state.check_runs:
        return None
    shown = page(judgement, settings, PAGE_BYTES, in_bytes, elsewhere)
    placed = [f for f in worst_first(judgement.verdict.active) if f.path][:MAX_ANNOTATIONS]
    annotations = [_annotation(finding) for finding in placed]
    unplaced = len(judgement.verdict.active) - len(placed)
    return CreateCheckRun(
        commit=judgement.head,
        name=settings.name,
        conclusion="success"
        if judgement.verdict.outcome is Outcome.PASSED
        else "failure",  # neutral satisfies a required check
        external_id=identifier,
        title=shortened(title(judgement) + (f"; {unplaced:,} without an annotation" if unplaced else ""), MAX_TITLE),
        summary=shown.head,
        text=shown.tables,
        batches=tuple(tuple(annotations[at : at + BATCH]) for at in range(0, len(annotations), BATCH)),
        details_url=settings.run_url,
    )


def _annotation(finding: Finding) -> Mapping[str, str | int]:
    """A finding as the API wants it. Columns are allowed only within one line."""
    message = "\n".join(
        [
            visible(finding.message),
            *(f"{visible(note.span.path)}:{note.span.line}: {visible(note.message)}" for note in finding.notes),
            *([f"Fix: {visible(hint)}"] if (hint := fix_hint(finding)) else []),
        ]
    )
    made: dict[str, str | int] = {
        "path": _encodable(finding.path),
        "start_line": finding.line,
        "end_line": finding.end_line,
        "annotation_level": LEVELS[finding.severity],
        "message": shortened(message, MAX_MESSAGE),
        "title": shortened(visible(finding.rule), MAX_TITLE),
    }
    if finding.line == finding.end_line:
        made |= {"start_column": finding.column, "end_column": max(finding.column, finding.end_column)}
    return made


def _encodable(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode()
