"""The effective policy as text says the same as the policy, and who said it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deployflow_gate.policy.load import PRESETS, load_policy
from deployflow_gate.policy.model import Policy
from deployflow_gate.policy.show import show
from deployflow_gate.policy.starter import POLICY_PATH, starter_policy, starter_workflow

Written = Callable[..., Policy]

RICH = """\
extends: [strict, base.yml]
rules:
  DL3002: {level: notice, user: "a \\"b\\" # c"}
  latest-image: {moving-tags: [latest, "3.10"], strict: true, share: 0.25, parts: 2, kinds: {"a: b": b, c: a}}
paths:
  - paths: "tests/**"
    rules: {all: off, root-user: {user: x}}
exclude: ["v/**"]
production: prod.yml
waivers:
  - {rule: 'hadolint:DL3006', path: [a, b], reason: "x: y", expires: 2030-01-01, owner: "@me", fingerprint: "12345678"}
"""
BASE = "paths:\n  - {paths: base/**, rules: {twin-a: error, root-user: {user: base}}}\nfail-on: never\n"


def again(text: str) -> Policy:
    return load_policy("shown.yml", read=lambda _: text.encode())


def test_a_rich_policy(written: Written) -> None:
    policy = written(RICH, base=BASE)
    text = show(policy)
    lines = {line.split("#")[0].strip(): line.partition(" # ")[2] for line in text.splitlines()}
    assert lines["fail-on: never"] == "base.yml:3"
    assert lines["inline-ignores: require-reason"].startswith("preset strict:")
    assert lines["missing-healthcheck: error"].startswith("preset strict:")
    assert "\n  long-line: off\n" in text
    assert lines['- "v/**"'] == "policy.yml:8"
    assert lines["- rule: latest-image"] == "policy.yml:11"
    assert "      twin-a: error                          # paths base.yml:2\n" in text


def test_shown_again_it_is_the_same(written: Written) -> None:
    policy = written(RICH, base=BASE)
    same = again(show(policy))
    assert same.digest == policy.digest
    for path in ("Dockerfile", "tests/x", "base/x", "tests/base/x"):
        for rule in policy.entries:
            one, other = policy.decide(rule, path), same.decide(rule, path)
            assert (one.severity, one.options) == (other.severity, other.options), (rule, path)


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_can_be_shown(name: str) -> None:
    policy = load_policy(name)
    assert again(show(policy)).digest == policy.digest


def test_the_starter_policy_is_a_policy() -> None:
    text = starter_policy()
    policy = load_policy(POLICY_PATH, read=lambda _: text.encode())
    assert policy.inline_ignores == "require-reason"


def test_what_the_starter_policy_shows_in_comments_is_valid_too(fakes: None) -> None:
    lines = []
    for line in starter_policy().splitlines():
        shown = line.removeprefix("# ")
        is_yaml = shown != line and (shown.startswith("  ") or shown.endswith(":"))
        lines.append(shown if is_yaml else line)
    text = "\n".join(lines).replace("chapter/compose", "chapter/command")
    policy = load_policy(POLICY_PATH, read=lambda _: text.encode())
    assert [w.rule for w in policy.waivers] == ["root-user"]
    assert policy.exclude
    assert policy.production
    assert policy.layers[0].by == "rules"
    assert policy.layers[1].by == "paths"


def test_the_starter_workflow_is_yaml_and_asks_for_little() -> None:
    import yaml

    text = starter_workflow("a/b@v1", "trunk")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert workflow[True]["push"] == {"branches": ["trunk"]}
    assert workflow["jobs"]["deployflow-gate"]["steps"][1]["uses"] == "a/b@v1"
    assert "${{ github.ref }}" not in text
    assert "${{ github.event.pull_request.number || github.ref }}" in text
