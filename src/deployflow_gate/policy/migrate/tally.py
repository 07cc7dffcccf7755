"""`.tally.toml` (https://github.com/wharflab/tally)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deployflow_gate.lint.registry import family
from deployflow_gate.policy.migrate.became import (
    COMMAND_LINE,
    NO_RULE,
    Became,
    Level,
    Part,
    Top,
    leveled,
    listed,
    rules_of,
    without_code,
)
from deployflow_gate.policy.migrate.hadolint import LEVELS
from deployflow_gate.policy.migrate.items import Item

_OPTIONS = {("unapproved-registry", "trusted-registries"): "allowed"}
_OF_THE_CALL = {"output", "file-validation", "slow-checks", "ai", "format"}


def read(items: Iterable[Item]) -> Iterator[Became]:
    every = tuple(items)
    excluded = {item.value for item in every if item.keys == ("rules", "exclude")}
    for item in every:
        parts, left, remark = _became(item, excluded)
        yield Became(str(item.line), item.said, parts, left, remark, item.comments)


def _became(item: Item, excluded: set[str]) -> tuple[tuple[Part, ...], str, str]:
    keys, value = item.keys, item.value
    if keys[:1] == ("rules",):
        if keys[1:] in {("include",), ("exclude",)}:
            return _selected(value, "on" if keys[1] == "include" else "off", excluded)
        return _configured(keys[1:], value)
    if keys == ("output", "fail-level") and value in LEVELS:
        return (Top("fail-on", LEVELS[value].replace("off", "never")),), "", ""
    if keys == ("inline-directives", "enabled") and value == "false":
        return (Top("inline-ignores", "forbid"),), "", ""
    if keys == ("inline-directives", "require-reason") and value == "true":
        return (Top("inline-ignores", "require-reason"),), "", ""
    return (), COMMAND_LINE if keys[:1] and keys[0] in _OF_THE_CALL else "the gate does not know this setting", ""


def _selected(name: str, level: str, given: set[str]) -> tuple[tuple[Part, ...], str, str]:
    if name.endswith("/*") or name == "*":
        return (), "the gate has chapters in the place of families: write `chapter/<name>` or `all`", ""
    code = name.rpartition("/")[2]
    if level == "off" and family(code) and not rules_of("tally", name):
        return without_code(code)
    return leveled("tally", name, level, given)


def _configured(keys: tuple[str, ...], value: str) -> tuple[tuple[Part, ...], str, str]:
    """`rules.<family>.<rule>.<key>`; a rule's name may have a slash of its own."""
    for end in range(len(keys) - 1, 0, -1):
        rules = rules_of("tally", "/".join(keys[:end]))
        if not rules:
            continue
        rest = keys[end:]
        if rest == ("severity",) and value in LEVELS:
            return tuple(Level(rule, LEVELS[value]) for rule in rules), "", ""
        if rest == ("exclude", "paths"):
            return tuple(Level(rule, "off", (value,)) for rule in rules), "", ""
        option = _OPTIONS.get((rules[0], rest[0])) if len(rest) == 1 else None
        if option:
            return listed(rules[0], option, value)
        return (), f"see the options of `{rules[0]}`", ""
    return (), NO_RULE, ""
