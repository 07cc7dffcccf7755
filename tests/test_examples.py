"""The two examples: one shows what the gate finds, the other that good practice passes."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from deployflow_gate import Outcome, Severity, Verdict, WorkTree, check

EXAMPLES = Path(__file__).parent.parent / "examples"
TODAY = date(2026, 11, 21)  # base images grow old; the example is of its day


def _files(name: str) -> dict[str, bytes]:
    root = EXAMPLES / name
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def blocked() -> Verdict:
    return check(WorkTree(EXAMPLES / "edtech"), today=TODAY)


@pytest.fixture(scope="module")
def fixed() -> Verdict:
    return check(WorkTree(EXAMPLES / "edtech-fixed"), today=TODAY)


def test_the_example_is_blocked_by_many_rules(blocked: Verdict) -> None:
    assert blocked.outcome is Outcome.BLOCKED
    assert len({finding.rule for finding in blocked.active}) >= 40


def test_the_corrected_copy_passes(fixed: Verdict) -> None:
    above = [f"{f.path}:{f.line} {f.rule}" for f in fixed.findings if f.severity is not Severity.NOTICE]
    assert above == []
    assert [f"{f.path}:{f.line} {f.rule}" for f in fixed.findings if f.suppressed] == []
    assert (fixed.outcome, fixed.skipped, fixed.incomplete) == (Outcome.PASSED, (), ())


def test_the_corrected_copy_has_what_the_example_has(blocked: Verdict, fixed: Verdict) -> None:
    assert set(blocked.files) <= set(fixed.files)


@pytest.mark.parametrize("part", ["api", "web", "reports"])
def test_the_corrected_copy_passes_because_it_is_judged(part: str) -> None:
    files = _files("edtech-fixed")
    path = f"{part}/Dockerfile"
    files[path] = re.sub(rb"(?m)^USER .*\n", b"", files[path])
    verdict = check(files, only=frozenset({"root-user"}), today=TODAY)
    assert [(finding.path, finding.rule) for finding in verdict.active] == [(path, "root-user")]


def test_the_corrected_copy_silences_nothing() -> None:
    files = _files("edtech-fixed")
    assert [path for path in files if "deployflow.y" in path] == []
    ignore = re.compile(
        rb"gate:\s*ignore|hadolint\s+ignore|checkov:skip|kics-scan|trivy:ignore|zizmor:\s*ignore|check=skip"
    )
    assert [path for path, text in files.items() if ignore.search(text)] == []
    assert [path for path in EXAMPLES.rglob("*") if path.is_symlink()] == []


def test_the_corrected_copy_explains_each_rule_that_it_mends(blocked: Verdict) -> None:
    page = (EXAMPLES / "edtech-fixed/README.md").read_text(encoding="utf-8")
    links = re.findall(r"\[([a-z-]+)\]\(\.\./\.\./docs/rules/([a-z-]+)\.md\)", page)
    assert links
    assert [text for text, page_name in links if text != page_name] == []
    assert {finding.rule for finding in blocked.active} - {name for name, _ in links} == set()
