"""SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0) in the shape that GitHub's code scanning takes.

GitHub's limits are of its page "SARIF support for code scanning".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import deployflow_gate
from deployflow_gate.lint.finding import Finding
from deployflow_gate.lint.problem import Fix
from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy.verdict import Verdict
from deployflow_gate.report.escape import inert_json, shortened, uri, visible
from deployflow_gate.report.words import decided, worst_first
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.lint.registry import RuleEntry

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS = 25_000
"""More in one run is rejected by GitHub; it shows the 5,000 worst, and so the worst come first."""

MAX_LOCATIONS = 100
"""Locations of one result that are kept."""

MAX_TAGS = 10
MAX_NAME = 255
MAX_DESCRIPTION = 1024

ROOT = "%SRCROOT%"
NO_FILE = "."
"""A result without a place is rejected by GitHub; this is the place of what belongs to no one file."""

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}
_GITHUB_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "recommendation"}

Json = dict[str, object]


def render_sarif(
    verdict: Verdict,
    *,
    rules: Mapping[str, RuleEntry] | None = None,
    category: str = "",
    prefix: str = "",
    line_hash: bool = False,
) -> str:
    """The report as one SARIF run, in ASCII.

    `rules` describes the rules, by default the gate's own. `category` goes behind `deployflow-gate/` in the run's id: two
    runs of one commit need two. `prefix` goes before each path. `line_hash` also gives each fingerprint under the name that
    GitHub reads; its upload action works out its own and warns of any other, so only an upload without that action wants it.
    """
    if rules is None:
        from deployflow_gate.policy.rules import known

        rules = known()
    active = worst_first(verdict.active)
    results = (active + worst_first(f for f in verdict.findings if f.suppressed))[:MAX_RESULTS]
    names = sorted({f.rule for f in results})
    numbers = {name: number for number, name in enumerate(names)}
    said = [("error", sentence) for sentence in verdict.incomplete]
    left_out = len(verdict.findings) - len(results)
    if left_out:
        said.append(("error", f"{left_out:,} more findings are left out: a run holds {MAX_RESULTS:,}."))
    said += [("note", note) for note in verdict.notes]
    run: Json = {
        "tool": {"driver": _driver(names, rules, results)},
        "automationDetails": {"id": f"deployflow-gate/{category + '/' if category else ''}"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [
            {
                "executionSuccessful": not verdict.incomplete,
                "toolExecutionNotifications": [{"level": level, "message": {"text": visible(m)}} for level, m in said],
            }
        ],
        "properties": {
            "verdict": verdict.outcome.value,
            "policy": verdict.policy,
            "policyDigest": verdict.policy_digest,
            "failOn": verdict.fail_on.value if verdict.fail_on else "never",
        },
        "results": [_result(f, numbers[f.rule], prefix, line_hash=line_hash) for f in results],
    }
    return inert_json(json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)) + "\n"


def _driver(names: Iterable[str], rules: Mapping[str, RuleEntry], results: Iterable[Finding]) -> Json:
    levels: dict[str, Severity] = {}
    for finding in results:
        levels.setdefault(finding.rule, finding.severity)
    return {
        "name": "deployflow-gate",
        "version": deployflow_gate.__version__,
        "semanticVersion": deployflow_gate.__version__,
        "rules": [_rule(name, rules.get(name), levels[name]) for name in names],
    }


def _rule(name: str, entry: RuleEntry | None, seen: Severity) -> Json:
    """A rule's description; of a name that nobody knows, what the name says."""
    severity = entry.severity if entry else seen
    summary = f"{entry.summary if entry else name.replace('-', ' ').capitalize()}."
    described: Json = {
        "id": name,
        "name": shortened(name, MAX_NAME),
        "shortDescription": {"text": shortened(summary, MAX_DESCRIPTION)},
        "fullDescription": {"text": shortened(summary, MAX_DESCRIPTION)},
        "defaultConfiguration": {"level": LEVELS[severity], "enabled": entry.on if entry else True},
        "help": {"text": summary, "markdown": summary},
    }
    tags = [entry.chapter] if entry and entry.chapter else []
    if entry:
        from deployflow_gate.report.rulehelp import rule_help

        page = rule_help(entry)
        described["help"] = {"text": page, "markdown": page}
        tags += entry.aliases
    described["properties"] = {"problem.severity": _GITHUB_LEVELS[severity], "tags": tags[:MAX_TAGS]}
    return described


def _result(finding: Finding, number: int, prefix: str, *, line_hash: bool) -> Json:
    fingerprints = {"deployflowGate/v1": finding.fingerprint}
    if line_hash:
        fingerprints["primaryLocationLineHash"] = f"{finding.fingerprint}:1"
    notes = [n for n in finding.notes if n.span.path][: MAX_LOCATIONS - 1]
    result: Json = {
        "ruleId": finding.rule,
        "ruleIndex": number,
        "level": LEVELS[finding.severity],
        "message": {"text": visible(finding.message)},
        "locations": [_location(finding.span, prefix)],
        "relatedLocations": [
            {"id": at, **_location(note.span, prefix), "message": {"text": visible(note.message)}}
            for at, note in enumerate(notes, 1)
        ],
        "partialFingerprints": fingerprints,
        "suppressions": _suppressions(finding),
    }
    if finding.fix:
        result["fixes"] = [_fix(finding.fix, prefix)]
    if why := decided(finding.why):
        result["properties"] = {"why": visible(why)}
    return result


def _location(span: Span, prefix: str) -> Json:
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(span.path, prefix),
            "region": _region(span.line, span.column, span.end_line, span.end_column),
        }
    }


def _artifact(path: str, prefix: str) -> Json:
    return {"uri": uri(prefix + path) if path else NO_FILE, "uriBaseId": ROOT}


def _region(line: int, column: int, end_line: int, end_column: int) -> Json:
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _suppressions(finding: Finding) -> list[Json]:
    by = finding.suppressed
    if by is None:
        return []
    kind = "inSource" if by.by == "inline" else "external"
    return [{"kind": kind, "status": "accepted", "justification": visible(decided(by, code=""))}]


def _fix(fix: Fix, prefix: str) -> Json:
    """The edits as replacements; a region that takes a line end with it reaches to the next line's first column."""
    changes: dict[str, list[Json]] = {}
    for edit in fix.edits:
        source = edit.span.source
        region = _region(*source.position(edit.span.start), *source.position(edit.span.end))
        replacement: Json = {"deletedRegion": region}
        if edit.text:
            replacement["insertedContent"] = {"text": edit.text}
        changes.setdefault(edit.span.path, []).append(replacement)
    return {
        "description": {"text": visible(fix.title)},
        "artifactChanges": [
            {"artifactLocation": _artifact(path, prefix), "replacements": replacements}
            for path, replacements in changes.items()
        ],
    }
