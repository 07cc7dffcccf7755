"""What silences a finding, in which order, and what is said of what silences nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fakedocuments import Instructions

from deployflow_gate.lint.finding import Finding, Why
from deployflow_gate.lint.runner import fingerprinted
from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy.judge import judge
from deployflow_gate.policy.model import Policy
from deployflow_gate.text import Source, Span

Written = Callable[..., Policy]
TODAY = date(2026, 6, 1)


class Case:
    """A Dockerfile with a finding of a rule wherever a line is `USER root` (root-user) or has `:latest` (latest-image)."""

    def __init__(self, text: str, path: str = "Dockerfile") -> None:
        self.source = Source(path, text)
        self.document = Instructions(self.source, cast("Any", None))
        found = []
        for number in range(1, len(self.source.line_starts) + 1):
            line = self.source.line_span(number)
            for mark, rule in (("USER root", "root-user"), (":latest", "latest-image")):
                if mark in line.text and "#" not in line.text:
                    found.append(Finding(rule, Severity.ERROR, line, "It is so."))
        self.findings = fingerprinted(found)

    def judged(self, policy: Policy, **more: Any) -> tuple[Finding, ...]:
        project = cast("Any", SimpleNamespace(documents=(self.document,)))
        return judge(project, self.findings, policy, TODAY, **more)

    def said(self, policy: Policy, **more: Any) -> list[str]:
        """`line rule`, or who silenced it behind it; for what is said of comments and waivers the message."""
        return [
            f"{f.path}:{f.line} {f.rule}"
            + (f" by {f.suppressed.by} {f.suppressed.where} {f.suppressed.reason}".rstrip() if f.suppressed else "")
            + (f" {f.severity.value}: {f.message}" if f.message != "It is so." else "")
            for f in self.judged(policy, **more)
        ]


def waivers(*each: str) -> str:
    return "waivers:\n" + "".join(f"  - {{{one}}}\n" for one in each)


ROOT = "FROM a\n# gate: ignore[root-user] it must\nUSER root\n"


def test_a_comment_silences_and_the_finding_stays(written: Written) -> None:
    case = Case(ROOT)
    assert case.said(written("")) == ["Dockerfile:3 root-user by inline Dockerfile:2 it must"]
    assert case.judged(written(""))[0].fingerprint == case.findings[0].fingerprint


def test_a_comment_silences_nothing_where_the_policy_forbids_it(written: Written) -> None:
    assert Case(ROOT).said(written("inline-ignores: forbid")) == ["Dockerfile:3 root-user"]


def test_a_comment_without_a_reason_where_one_is_needed(written: Written) -> None:
    policy = written("inline-ignores: require-reason")
    text = ROOT.replace(" it must", "")
    message = "unexplained-ignore warning: The comment gives no reason, so it silences nothing."
    assert Case(ROOT).said(policy) == ["Dockerfile:3 root-user by inline Dockerfile:2 it must"]
    assert Case(text).said(policy) == [f"Dockerfile:2 {message}", "Dockerfile:3 root-user"]
    foreign = "FROM a\n# hadolint ignore=DL3002\nUSER root\n# hadolint ignore=DL3006\nUSER x\n"
    assert Case(foreign).said(policy) == [f"Dockerfile:2 {message}", "Dockerfile:3 root-user"]


def test_a_comment_that_silences_nothing(written: Written) -> None:
    text = "# gate: ignore[root-user, rot-user, unused-ignore]\nFROM a\n# gate: ignore\nUSER x\n# hadolint ignore=DL3002\nUSER y\n"
    assert Case(text).said(written("")) == [
        (
            "Dockerfile:1 unused-ignore notice: There is no rule `rot-user` (did you mean `root-user`?). "
            "There is no finding of `root-user` to ignore. `unused-ignore` cannot be ignored."
        ),
        "Dockerfile:3 unused-ignore notice: The comment names no rule in brackets, so it silences nothing.",
    ]


def test_a_comment_about_a_rule_that_did_not_run_is_not_unused(written: Written) -> None:
    text = "# gate: ignore[root-user] x\nFROM a\n"
    assert Case(text).said(written("rules: {root-user: off}")) == []
    assert Case(text).said(written(""), only=frozenset({"latest-image", "unused-ignore"})) == []
    assert len(Case(text).said(written(""), only=frozenset({"root-user", "unused-ignore"}))) == 1
    assert Case(text).said(written("rules: {unused-ignore: off}")) == []


def test_a_comment_of_trivy_holds_until_its_day(written: Written) -> None:
    text = "FROM a\n# trivy:ignore:DS-0002 exp:{}\nUSER root\n"
    assert "inline" in Case(text.format("2026-06-01")).said(written(""))[0]
    assert "inline" not in Case(text.format("2026-05-31")).said(written(""))[0]


def test_a_waiver_silences_by_rule_and_path(written: Written) -> None:
    case = Case("FROM a\nUSER root\n", "api/Dockerfile")
    for path, silenced in (("api/**", True), ("api/Dockerfile", True), ("web/**", False), ("[web, api]", True)):
        policy = written(waivers(f"rule: DL3002, path: {path}, reason: the why, expires: 2026-06-01"))
        expected = " by waiver policy.yml:2 the why" if silenced else ""
        assert case.said(policy)[0] == f"api/Dockerfile:2 root-user{expected}"


def test_a_waiver_may_name_a_fingerprint(written: Written) -> None:
    case = Case("FROM a\nUSER root\nUSER root\n")
    digits = case.findings[1].fingerprint[:12]
    policy = written(waivers(f'rule: root-user, fingerprint: "{digits}", reason: r, expires: 2027-01-01'))
    assert case.said(policy) == ["Dockerfile:2 root-user", "Dockerfile:3 root-user by waiver policy.yml:2 r"]


def test_a_comment_comes_before_a_waiver_and_neither_is_unused(written: Written) -> None:
    policy = written(waivers("rule: root-user, path: '*', reason: r, expires: 2027-01-01"))
    assert Case(ROOT).said(policy) == ["Dockerfile:3 root-user by inline Dockerfile:2 it must"]


def test_the_first_waiver_in_force_silences(written: Written) -> None:
    one = "rule: root-user, path: '*', reason: {}, expires: {}"
    policy = written(
        waivers(one.format("a", "2026-05-31"), one.format("b", "2026-07-01"), one.format("c", "2026-07-01"))
    )
    assert Case("USER root\n").said(policy) == [
        "Dockerfile:1 root-user by waiver policy.yml:3 b",
        "policy.yml:2 expired-waiver warning: The waiver of `root-user` on `*` expired on `2026-05-31`: its finding counts again.",
    ]


def test_expired_and_unused_waivers_are_findings_at_their_place(written: Written) -> None:
    policy = written(
        waivers(
            "rule: root-user, path: Dockerfile, reason: r, expires: 2026-05-31",
            "rule: latest-image, path: [a, b], reason: r, expires: 2026-05-31",
            "rule: latest-image, path: x, reason: r, expires: 2027-01-01",
        )
    )
    case = Case("USER root\nUSER root\n")
    assert case.said(policy)[2:] == [
        (
            "policy.yml:2 expired-waiver warning: The waiver of `root-user` on `Dockerfile` expired on `2026-05-31`: "
            "its 2 findings count again."
        ),
        (
            "policy.yml:3 expired-waiver warning: The waiver of `latest-image` expired on `2026-05-31`: "
            "it has nothing left to silence."
        ),
        "policy.yml:4 unused-waiver notice: The waiver of `latest-image` on `x` silences nothing.",
    ]
    own = case.judged(policy)[2:]
    assert all(len(f.fingerprint) == 32 for f in own)
    assert own[0].span.text.startswith("{rule: root-user")
    assert case.said(policy, only=frozenset({"root-user"})) == ["Dockerfile:1 root-user", "Dockerfile:2 root-user"]


def test_levels_of_what_is_said_of_waivers(written: Written) -> None:
    text = waivers("rule: root-user, path: x, reason: r, expires: 2026-05-31")
    policy = written(text + "rules: {expired-waiver: error}\n")
    finding = Case("FROM a\n").judged(policy)[0]
    assert (finding.severity, finding.why) == (Severity.ERROR, Why("rules", "policy.yml:3"))


@pytest.mark.parametrize("rule", ["internal-error", "expired-waiver", "unused-ignore"])
def test_what_cannot_be_silenced(written: Written, rule: str) -> None:
    case = Case(f"# gate: ignore-file[{rule}] x\nFROM a\n")
    span = case.source.line_span(2)
    case.findings = fingerprinted([Finding(rule, Severity.ERROR, span, "It is so.")])
    assert [f.suppressed for f in case.judged(written("")) if f.rule == rule and f.line == 2] == [None]


def test_the_order_is_by_path_place_gravity_and_rule(written: Written) -> None:
    source = Source("b", "xx\n")
    other = Source("a", "xx\n")
    given = [
        Finding("z", Severity.NOTICE, Span(source, 0, 1), "1"),
        Finding("y", Severity.ERROR, Span(source, 0, 2), "2"),
        Finding("x", Severity.ERROR, Span(source, 0, 2), "3"),
        Finding("w", Severity.ERROR, Span(source, 1, 2), "4"),
        Finding("v", Severity.NOTICE, Span(other, 1, 2), "5"),
    ]
    project = cast("Any", SimpleNamespace(documents=()))
    assert [f.rule for f in judge(project, given, written(""), TODAY)] == ["v", "x", "y", "z", "w"]
