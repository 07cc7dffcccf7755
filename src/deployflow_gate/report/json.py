"""Every field of a verdict as JSON, with the names of the Python API; the schema is schemas/report.schema.json."""

from __future__ import annotations

import json
from collections.abc import Iterable

import deployflow_gate
from deployflow_gate.lint.finding import Finding, Why
from deployflow_gate.lint.problem import Edit
from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy.verdict import Verdict
from deployflow_gate.report.escape import inert_json
from deployflow_gate.text import Span

VERSION = 1
"""Of the schema. A field may be added to a version; a field that goes or changes its meaning makes a new one."""


def render_json(verdict: Verdict) -> str:
    """The report as JSON text in ASCII. Paths are relative to the root; lines, columns and offsets count characters."""
    blocking = set(map(id, verdict.blocking))
    report = {
        "version": VERSION,
        "tool": {"name": "deployflow-gate", "version": deployflow_gate.__version__},
        "verdict": verdict.outcome.value,
        "policy": {
            "name": verdict.policy,
            "digest": verdict.policy_digest,
            "fail_on": verdict.fail_on.value if verdict.fail_on else None,
        },
        "counts": {severity.value: verdict.count(severity) for severity in Severity}
        | {"blocking": len(verdict.blocking), "suppressed": len(verdict.findings) - len(verdict.active)},
        "incomplete": list(verdict.incomplete),
        "findings": [_finding(f, blocking=id(f) in blocking) for f in verdict.findings],
        "files": list(verdict.files),
        "skipped": [{"path": s.path, "reason": s.reason} for s in verdict.skipped],
        "notes": list(verdict.notes),
    }
    return inert_json(json.dumps(report, indent=2)) + "\n"


def _finding(finding: Finding, *, blocking: bool) -> dict[str, object]:
    fix = finding.fix
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "blocking": blocking,
        **_place(finding.span),
        "message": finding.message,
        "notes": [{**_place(note.span), "message": note.message} for note in finding.notes],
        "fix": {"title": fix.title, "safe": fix.safe, "edits": _edits(fix.edits)} if fix else None,
        "fingerprint": finding.fingerprint,
        "why": _why(finding.why),
        "suppressed": _why(finding.suppressed) if finding.suppressed else None,
    }


def _place(span: Span) -> dict[str, object]:
    return {
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _edits(edits: Iterable[Edit]) -> list[dict[str, object]]:
    return [{**_place(e.span), "offset": e.span.start, "end_offset": e.span.end, "text": e.text} for e in edits]


def _why(why: Why) -> dict[str, str]:
    return {"by": why.by, "where": why.where, "reason": why.reason}
