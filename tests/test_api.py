"""The public API is what `__all__` says, and works as its documentation says."""

from __future__ import annotations

import doctest
import subprocess
import sys

import pytest

import deployflow_gate


def test_all_names_are_there() -> None:
    for name in deployflow_gate.__all__:
        assert getattr(deployflow_gate, name) is not None
    assert sorted(deployflow_gate.__all__) == list(deployflow_gate.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = deployflow_gate.nothing


def test_the_docstring_is_true() -> None:
    assert doctest.testmod(deployflow_gate).failed == 0


def test_importing_the_package_imports_nothing_of_it() -> None:
    code = "import sys, deployflow_gate; print([m for m in sys.modules if m.startswith('deployflow_gate.')])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_a_finding_has_the_promised_fields() -> None:
    verdict = deployflow_gate.check({"Dockerfile": "FROM python:latest\nCMD python app.py\n"})
    finding = next(f for f in verdict.findings if f.rule == "latest-image")
    assert (finding.path, finding.line, finding.column) == ("Dockerfile", 1, 6)
    assert (finding.end_line, finding.end_column) == (1, 19)
    assert finding.severity.value == "error"
    assert len(finding.fingerprint) == 32
    assert finding.suppressed is None
    assert finding.why.by == "default"
    assert finding.message
    assert finding.notes == ()


def test_a_rule_has_the_promised_fields() -> None:
    rule = next(r for r in deployflow_gate.rules() if r.name == "root-user")
    assert "hadolint:DL3002" in rule.aliases
    assert (rule.chapter, rule.severity.value) == ("user", "error")
    assert rule.summary
    assert [o.name for o in rule.options] == ["user"]
    assert rule.fixable is True
