"""Ignore comments: what they name, and what they cover."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fakedocuments import Instructions, Lines
from hypothesis import given
from hypothesis import strategies as st

from deployflow_gate.lint.finding import Finding
from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy.comments import Reach, remarks
from deployflow_gate.policy.inline import MAX_IGNORES, ignores
from deployflow_gate.text import Source
from tests.growth import SUPERLINEAR, growth

READ: dict[str, list[tuple[Any, ...]]] = {
    "# gate: ignore[root-user, DL3006] because of x": [("gate", ("root-user", "DL3006"), Reach.HERE, "because of x")],
    "#gate:ignore[root-user]": [("gate", ("root-user",), Reach.HERE, "")],
    "# gate: ignore-file [root-user] -- a reason": [("gate", ("root-user",), Reach.FILE, "a reason")],
    "# v4.2 # gate: ignore[a] x # gate: ignore[b]": [
        ("gate", ("a",), Reach.HERE, "x"),
        ("gate", ("b",), Reach.HERE, ""),
    ],
    "# gate: ignore": [("gate", (), Reach.HERE, "")],
    "# gate: ignored[x]": [],
    "# the gate: ignore[x]": [],
    "# navigate: ignore[x]": [],
    "# hadolint ignore=DL3002,SC2046": [("hadolint", ("DL3002", "SC2046"), Reach.HERE, "")],
    "# hadolint global ignore=DL3002, DL3006 # reason": [("hadolint", ("DL3002", "DL3006"), Reach.FILE, "reason")],
    "# hadolint shell=bash": [],
    "# tally ignore=hadolint/DL3002;reason=so": [("tally", ("hadolint/DL3002",), Reach.HERE, "so")],
    "# tally global ignore=max-lines": [("tally", ("max-lines",), Reach.FILE, "")],
    "# checkov:skip=CKV_DOCKER_3:no user needed": [("checkov", ("CKV_DOCKER_3",), Reach.FILE, "no user needed")],
    "#checkov:skip=CKV_DOCKER_3,CKV_DOCKER_2": [("checkov", ("CKV_DOCKER_3", "CKV_DOCKER_2"), Reach.FILE, "")],
    "# kics-scan ignore": [("kics", (), Reach.FILE, "")],
    "# kics-scan ignore-line": [("kics", (), Reach.NEXT, "")],
    "# kics-scan ignore-block": [("kics", (), Reach.BLOCK, "")],
    "# kics-scan disable=missing_user,b54abe9d": [("kics", ("missing_user", "b54abe9d"), Reach.FILE, "")],
    "#trivy:ignore:AVD-DS-0002": [("trivy", ("DS-0002",), Reach.HERE, "")],
    "# trivy:ignore:DS002,ds-1 exp:2026-03-01 until then": [
        ("trivy", ("DS-0002", "DS-0001"), Reach.HERE, "until then")
    ],
    "# trivy:ignore:*": [("trivy", (), Reach.HERE, "")],
    "# zizmor: ignore[unpinned-uses, artipacked] - a reason": [
        ("zizmor", ("unpinned-uses", "artipacked"), Reach.TOUCHING, "a reason")
    ],
    "# dclint disable": [("dclint", (), Reach.FILE, "")],
    "# dclint disable-file no-health": [("dclint", ("no-health",), Reach.FILE, "")],
    "# dclint disable-line no-health other": [("dclint", ("no-health", "other"), Reach.LINE, "")],
    "# compose-lint: disable=CL-0004, CL-0001 so": [("compose-lint", ("CL-0004", "CL-0001"), Reach.HERE, "so")],
    "# compose-lint: disable-next-line CL-0004": [("compose-lint", ("CL-0004",), Reach.NEXT, "")],
    "# check=skip=RootUser,NoHealth;error=true": [("buildkit", ("RootUser", "NoHealth"), Reach.HERE, "")],
    "#check=error=true;skip=all": [("buildkit", (), Reach.HERE, "")],
    "# check=error=true": [],
    "# nothing of interest, gate: or hadolint": [],
}


@pytest.mark.parametrize("comment", READ)
def test_a_comment_says(comment: str) -> None:
    assert [(r.tool, r.names, r.reach, r.reason) for r in remarks(comment)] == READ[comment]


def test_trivy_says_until_when() -> None:
    assert [r.until for r in remarks("# trivy:ignore:DS-0002 exp:2026-03-01")] == [date(2026, 3, 1)]
    assert [r.until for r in remarks("# trivy:ignore:DS-0002 exp:2026-13-01")] == [date.min]


@given(st.text(alphabet="# gate:ignore[],-=hadolint*trivy:\n", max_size=80))
def test_any_comment_is_read(text: str) -> None:
    remarks("#" + text)


def lines_covered(text: str, rule: str = "root-user", kind: type[Lines] = Lines) -> list[int]:
    """The lines on which a finding of a rule is silenced."""
    source = Source("f", text)
    document = kind(source, cast("Any", SimpleNamespace()))
    found = ignores(document)
    places = [(n, source.line_span(n)) for n in range(1, len(source.line_starts) + 1)]
    findings = [(n, Finding(rule, Severity.ERROR, span, "x")) for n, span in places]
    return [n for n, finding in findings if any(i.covers(finding) for i in found)]


OURS = "# gate: ignore[root-user] x\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\n" + OURS + "USER root\nRUN x\n", [3]),
        (OURS + "# more\n# words\nRUN a \\\n  b \\\n  c\nRUN d\n", [4, 5, 6]),
        ("# words\n" + OURS + "\nRUN a\n", []),
        ("RUN a \\\n" + OURS + "  b \\\n  c\n", [3]),
        ("FROM a\nUSER root\n# gate: ignore-file[DL3002] x\n", [1, 2, 3, 4]),
        ("FROM a\n# hadolint ignore=DL3002\nUSER x\nUSER y\n", [3]),
        ("FROM a\n# hadolint ignore=DL3006\nUSER x\n", []),
        ("# check=skip=RootUser\nFROM a\nUSER x", [1, 2, 3]),
        ("# syntax=x\n# check=skip=all\nFROM a", [1, 2, 3]),
        ("FROM a\n# check=skip=RootUser\nUSER x\nUSER y", [3]),
        ("FROM a\n#trivy:ignore:DS002\nUSER x\nUSER y", [3]),
        ("# trivy:ignore:*\nFROM a\nUSER x", [1, 2, 3]),
        ("FROM a\n# checkov:skip=CKV_DOCKER_3:x\n", [1, 2, 3]),
        ("# kics-scan ignore\nFROM a\n", [1, 2, 3]),
        ("# kics-scan ignore-line\nRUN a\\\n b\nRUN c", [2, 3]),
        ("# tally ignore=hadolint/DL3002\nUSER a\nUSER b", [2]),
        ("# tally ignore=DL3002\nUSER a\nUSER b", [2]),
    ],
)
def test_lines_of_a_dockerfile(fakes: None, text: str, expected: list[int]) -> None:
    assert lines_covered(text, kind=Instructions) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1 # gate: ignore[root-user]\nb: 2\n", [1]),
        ("a:\n  # gate: ignore[root-user]\n  b: 2\n  c: 3\n", [3]),
        ("# gate: ignore[root-user]\n- run: |\n    a\n\n    b\n  c: d\n", [2, 3, 4, 5]),
        ("- run: |-  # gate: ignore[root-user]\n    a\n  c: d\n", [1, 2]),
        ("# kics-scan ignore-block\na:\n  b: 2\n\n  c: 3\nd: 4\n", [2, 3, 4, 5]),
        ("# kics-scan ignore-block\na:\n- b\n- c\nd: 4\n", [2, 3, 4]),
        ("on:\n  x: 1 # dclint disable-line\n", []),
    ],
)
def test_lines_of_a_yaml_file(fakes: None, text: str, expected: list[int]) -> None:
    rule = "missing-healthcheck" if "dclint" in text else "root-user"
    assert lines_covered(text, rule) == ([2] if "dclint" in text else expected)


def test_a_zizmor_comment_silences_what_touches_its_block(fakes: None) -> None:
    text = "a: 1\non: # zizmor: ignore[unpinned-images]\n  push:\nb: 2\n"
    assert lines_covered(text, "latest-image") == [2, 3]
    source = Source("f", text)
    document = Lines(source, cast("Any", SimpleNamespace()))
    assert ignores(document)[0].covers(Finding("latest-image", Severity.ERROR, source.whole, "x"))


@pytest.mark.parametrize("size", [200, 4_000])  # below MAX_IGNORES, and above
@pytest.mark.parametrize(
    "text",
    [
        lambda size: OURS * size + "FROM a\n",
        lambda size: "".join(f"{' ' * (i % 60)}a: # zizmor: ignore[unpinned-images]\n" for i in range(size)),
        lambda size: "# gate: ignore[" + "a," * (size * 10) + "]\n",
        lambda size: ("#" * 1000 + " " * 1000 + "gate\n") * (size // 50),
        lambda size: ("#" * size + " " * size + "gate\n") * 4,
    ],
    ids=["comments", "blocks", "names", "lines", "signs"],
)
def test_a_hostile_file_takes_linear_time(fakes: None, text: Callable[[int], str], size: int) -> None:
    def read(size: int) -> None:
        assert len(ignores(Lines(Source("f", text(size)), cast("Any", None)))) <= MAX_IGNORES

    assert growth(read, size) < SUPERLINEAR
