"""GitLab's Code Quality report (docs.gitlab.com, ci/testing/code_quality: "Code Quality report format")."""

from __future__ import annotations

import json

from deployflow_gate.digest import sha256_hex
from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy.verdict import Verdict
from deployflow_gate.report.escape import inert_json, visible

SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTICE: "info"}
"""Of GitLab's five: info, minor, major, critical, blocker (which is kept for what could not be judged)."""

NO_FILE = "."
"""A path must be given; this is the one of what belongs to no one file."""


def render_gitlab(verdict: Verdict, *, prefix: str = "") -> str:
    """The active findings as JSON in ASCII. What could not be evaluated is an entry, too. `prefix` goes before each path."""
    entries: list[dict[str, object]] = [
        _entry(visible(sentence), "not-evaluated", _digest(sentence), "blocker", NO_FILE, 1, 1)
        for sentence in dict.fromkeys(verdict.incomplete)
    ]
    for f in verdict.active:
        path = prefix + f.path if f.path else NO_FILE
        severity = SEVERITIES[f.severity]
        entries.append(_entry(visible(f.message), f.rule, f.fingerprint, severity, path, f.line, f.end_line))
    return inert_json(json.dumps(entries, indent=2)) + "\n"


def _entry(
    description: str, rule: str, fingerprint: str, severity: str, path: str, line: int, end: int
) -> dict[str, object]:
    return {
        "description": description,
        "check_name": rule,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": path, "lines": {"begin": line, "end": end}},
    }


def _digest(sentence: str) -> str:
    return sha256_hex(sentence.encode("utf-8", "backslashreplace"), 32)
