"""A small set of rules, so that the tests of the policy do not change with the real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from deployflow_gate.lint import registry
from deployflow_gate.lint.registry import Option, RuleEntry
from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy.load import load_policy
from deployflow_gate.policy.model import Policy

FAKES = (
    RuleEntry(
        "latest-image",
        "nowhere",
        "base",
        Severity.ERROR,
        True,
        "An image must have a version",
        ("hadolint:DL3006", "hadolint:DL3007", "trivy:DS-0001", "zizmor:unpinned-images", "compose-lint:CL-0004"),
        options=(
            Option("moving-tags", "strings", ("latest",), summary="Tags that move."),
            Option("parts", "int", 1, summary="How many parts."),
            Option("share", "float", 0.5, summary="A share."),
            Option("strict", "bool", False, summary="Whether."),
            Option("mode", "str", "a", ("a", "b"), summary="Which."),
            Option("kinds", "pairs", (("x", "a"),), ("a", "b"), summary="The kind of each."),
        ),
    ),
    RuleEntry(
        "long-line", "nowhere", "script", Severity.NOTICE, False, "A line must be short", ("other:L1", "x:DL3006")
    ),
    RuleEntry(
        "missing-healthcheck",
        "nowhere",
        "command",
        Severity.WARNING,
        True,
        "A service must have a health check",
        ("dclint:no-health", "kics:healthcheck_missing", "buildkit:NoHealth", "checkov:CKV_DOCKER_2"),
    ),
    RuleEntry(
        "root-user",
        "nowhere",
        "user",
        Severity.ERROR,
        True,
        "A shipped image must not run as root",
        ("hadolint:DL3002", "trivy:DS-0002", "checkov:CKV_DOCKER_3", "kics:missing_user", "buildkit:RootUser"),
        options=(Option("user", "str", "10001", summary="The user that the fix switches to."),),
    ),
    RuleEntry("twin-a", "nowhere", "script", Severity.NOTICE, True, "A", ("other:TWIN",)),
    RuleEntry("twin-b", "nowhere", "script", Severity.NOTICE, True, "B", ("other:TWIN",)),
)


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The registry knows the fakes only."""
    index = {entry.name: entry for entry in FAKES}
    monkeypatch.setattr(registry, "index", lambda: index)
    registry._aliases.cache_clear()
    yield
    registry._aliases.cache_clear()


Written = Callable[..., Policy]


@pytest.fixture
def written(fakes: None) -> Written:
    """A policy from its text; other files by path (dots and slashes as `__`)."""

    def load(text: str, **others: str) -> Policy:
        files = {"policy.yml": text} | {f"{name}.yml": other for name, other in others.items()}
        return load_policy("policy.yml", read=lambda path: files[path].encode())

    return load
