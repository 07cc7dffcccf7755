"""Each practice of the owner's documents is checked, by the rules that it names."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

import pytest
from _pytest.mark import ParameterSet

from deployflow_gate.gate import check
from deployflow_gate.lint.registry import index
from deployflow_gate.policy.load import load_policy
from deployflow_gate.policy.model import Policy

from .table import Example, Practice, practices

TODAY = date(2026, 1, 15)

HOW_MANY = {"000": 21, "001": 22, "002": 13, "003": 21, "004": 22}

NOT_YET: set[str] = set()
"""Rules that the table names and nobody has written yet. It may only become smaller."""


def policy(example: Example) -> Policy:
    levels = {rule: level for rule, level in example.levels.items() if rule not in NOT_YET}
    written = json.dumps({"extends": "deployflow", "rules": levels}).encode()
    return load_policy("./policy.yml", read=lambda _: written)


def cases(which: str) -> list[ParameterSet]:
    return [
        pytest.param(practice, example, id=f"{practice.name}-{number}")
        for practice in practices()
        for number, example in enumerate(getattr(practice, which), 1)
    ]


@pytest.mark.parametrize(("practice", "example"), cases("fails"))
def test_the_failing_example_gives_these_findings(practice: Practice, example: Example) -> None:
    verdict = check(example.files, policy(example), today=TODAY)
    found = {finding.rule for finding in verdict.active} & set(practice.rules)
    assert found == set(example.rules) - NOT_YET
    assert not verdict.incomplete


@pytest.mark.parametrize(("practice", "example"), cases("passes"))
def test_the_passing_example_gives_none(practice: Practice, example: Example) -> None:
    verdict = check(example.files, only=frozenset(practice.rules) - NOT_YET, today=TODAY)
    assert {f"{f.rule} {f.path}:{f.line}" for f in verdict.findings if f.rule in practice.rules} == set()
    assert not verdict.incomplete
    assert verdict.files, "something was judged"


@pytest.mark.parametrize("practice", [pytest.param(p, id=p.name) for p in practices()])
def test_each_rule_of_a_practice_fails_and_passes_somewhere(practice: Practice) -> None:
    assert practice.fails
    assert practice.passes
    assert {rule for example in practice.fails for rule in example.rules} == set(practice.rules)
    assert {rule for example in practice.passes for rule in example.rules} == set(practice.rules)
    off = {r for r in practice.rules if r in index() and not index()[r].on}
    switched = {rule for example in practice.fails for rule in example.levels}
    assert switched - NOT_YET == off, "only what is off by itself is switched on"


def test_all_practices_are_here() -> None:
    assert Counter(p.name.partition(":")[0] for p in practices()) == HOW_MANY
    assert len({p.name for p in practices()}) == 99


def test_the_rules_are_written_or_known_to_be_missing() -> None:
    named = {rule for practice in practices() for rule in practice.rules}
    assert named - index().keys() == NOT_YET


def test_the_rules_name_the_practices_that_name_them() -> None:
    wanted = {(rule, p.name) for p in practices() for rule in p.rules if rule not in NOT_YET}
    assert {(rule.name, seed) for rule in index().values() for seed in rule.seeds} == wanted
