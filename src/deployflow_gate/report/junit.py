"""JUnit XML as Jenkins and Surefire read it: a test case for each file and rule.

What blocks is a failure; what could not be judged an error; what is suppressed is skipped; the rest passes and says what it
saw in its output, so that a viewer's red and the gate's verdict agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deployflow_gate.lint.finding import Finding
from deployflow_gate.policy.verdict import Verdict
from deployflow_gate.report.escape import inert_xml, visible, xml, xml_attribute
from deployflow_gate.report.words import REPOSITORY, decided, fix_hint, where

SUITE = "deployflow-gate"


def render_junit(verdict: Verdict, *, prefix: str = "") -> str:
    """The report as an XML document. `prefix` goes before each path."""
    blocking = set(map(id, verdict.blocking))
    cases: dict[tuple[str, str], list[Finding]] = {}
    for finding in verdict.findings:
        cases.setdefault((finding.path, finding.rule), []).append(finding)
    body: list[str] = []
    failures = skipped = 0
    for (path, rule), findings in cases.items():
        active = [f for f in findings if not f.suppressed]
        failed = [f for f in active if id(f) in blocking]
        failures += bool(failed)
        skipped += not active
        body += _case(prefix + path if path else REPOSITORY, rule, _outcome(findings, active, failed, prefix))
    for sentence in verdict.incomplete:
        message = xml_attribute(visible(sentence))
        body += _case(SUITE, "evaluation", [f'      <error message="{message}" type="not-evaluated"/>'])
    found = {path for path, _ in cases}
    for path in verdict.files:
        if path not in found:
            body += _case(prefix + path, "no findings", [])
    errors = len(verdict.incomplete)
    tests = sum(line.startswith("    <testcase") for line in body)
    counts = f'tests="{tests}" failures="{failures}" errors="{errors}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="{SUITE}" {counts} time="0">',
        f'  <testsuite name="{SUITE}" {counts} skipped="{skipped}" time="0">',
        *body,
        "  </testsuite>",
        "</testsuites>",
    ]
    return inert_xml("\n".join(lines)) + "\n"


def _case(path: str, name: str, children: list[str]) -> list[str]:
    opening = f'    <testcase classname="{xml_attribute(visible(path))}" name="{xml_attribute(visible(name))}" time="0"'
    return [f"{opening}>", *children, "    </testcase>"] if children else [f"{opening}/>"]


def _outcome(findings: list[Finding], active: list[Finding], failed: list[Finding], prefix: str) -> list[str]:
    if failed:
        message = xml_attribute(visible(failed[0].message))
        text = xml("\n".join(_lines(active, prefix)))
        return [f'      <failure message="{message}" type="{failed[0].severity.value}">{text}</failure>']
    if active:
        return [f"      <system-out>{xml(chr(10).join(_lines(active, prefix)))}</system-out>"]
    reason = decided(findings[0].suppressed) if findings[0].suppressed else ""
    return [f'      <skipped message="{xml_attribute(visible(reason))}"/>']


def _lines(findings: Iterable[Finding], prefix: str) -> Iterator[str]:
    for finding in findings:
        yield visible(f"{where(finding, prefix)}: {finding.severity.value}: {finding.message}")
        if hint := fix_hint(finding):
            yield visible(f"  fix: {hint}")
