"""The presets, the rules of the policy itself, and what the documentation shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from deployflow_gate.lint import registry
from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy.build import POLICIES
from deployflow_gate.policy.load import DEFAULT, PRESETS, PolicyError, load_policy
from deployflow_gate.policy.rules import PAGES, POLICY_RULES, groups, known, policy_page, rules

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_preset_file_is_a_preset() -> None:
    assert sorted(PRESETS) == sorted(file.stem for file in POLICIES.glob("*.yml"))
    for file in POLICIES.glob("*.yml"):
        assert file.read_text(encoding="utf-8").startswith(
            "# yaml-language-server: $schema=../schemas/policy.schema.json\n"
        )


@pytest.mark.parametrize("name", PRESETS)
def test_presets_name_only_what_there_is(name: str) -> None:
    entries = known()
    named = {key for layer in PRESETS[name].layers for key in layer.settings}
    assert named <= {*entries, *groups(entries)}


def levels(name: str) -> dict[str, Severity | None]:
    policy = load_policy(name)
    return {rule: policy.decide(rule, "Dockerfile").severity for rule in policy.entries}


def test_the_default_is_the_rules_own_levels() -> None:
    assert levels(DEFAULT) == {e.name: e.severity if e.on else None for e in rules()}


def test_strict_is_one_level_up() -> None:
    up = {Severity.ERROR: Severity.ERROR, Severity.WARNING: Severity.ERROR, Severity.NOTICE: Severity.WARNING}
    assert levels("strict") == {e.name: up[e.severity] if e.on else None for e in rules()}
    assert load_policy("strict").fail_on is Severity.WARNING


def rank(level: Severity | None) -> int:
    return 3 if level is None else level.rank


def test_size_first_has_no_objection_to_alpine_and_lets_nothing_else_pass() -> None:
    default, size_first = levels(DEFAULT), levels("size-first")
    assert {rule for rule in default if default[rule] and not size_first[rule]} == {"alpine-python"}
    for rule in default.keys() - {"alpine-python"}:
        assert rank(size_first[rule]) <= rank(default[rule])


def test_everything_is_on_and_no_comment_counts() -> None:
    assert levels("everything") == {e.name: e.severity for e in rules()}
    assert load_policy("everything").inline_ignores == "forbid"


@pytest.mark.parametrize("name", ["minimal", "security"])
def test_a_smaller_preset_raises_no_rule_above_error_and_leaves_most_off(name: str) -> None:
    on = {rule for rule, severity in levels(name).items() if severity}
    assert set(POLICY_RULES) <= on
    assert all(known()[rule].on for rule in on)


def test_the_rules_of_the_policy_have_pages_and_no_other_rule_has_their_name() -> None:
    assert sorted(PAGES) == sorted(POLICY_RULES)
    assert not set(POLICY_RULES) & set(registry.index())
    for name, entry in POLICY_RULES.items():
        assert policy_page(name).startswith(f"# {name}\n\n{entry.summary}.\n")
    assert [e.name for e in rules()] == sorted(known())


def test_a_start_with_a_preset_reads_no_yaml() -> None:
    code = (
        "import sys; from deployflow_gate.policy.load import load_policy; load_policy('strict').decide('x', 'y')\n"
        "print(sorted({'yaml', 'json', 'difflib', 'deployflow_gate.policy.read', 'jsonschema', 'ruamel'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_the_policies_of_the_documentation_are_valid() -> None:
    if "root-user" not in registry.index():
        pytest.skip("the index has no rules yet")
    for text in FENCE.findall((ROOT / "docs" / "policy.md").read_text(encoding="utf-8")):
        files = {"policy.yml": text.encode(), "security-base.yml": b""}
        try:
            load_policy("policy.yml", read=files.__getitem__)
        except PolicyError as error:
            pytest.fail(f"{error}\n\n{text}")
