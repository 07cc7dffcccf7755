"""`.hadolint.yaml` (https://github.com/hadolint/hadolint#configure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deployflow_gate.lint.registry import family
from deployflow_gate.policy.migrate.became import (
    COMMAND_LINE,
    Became,
    Option,
    Part,
    Top,
    leveled,
    listed,
    without_code,
)
from deployflow_gate.policy.migrate.items import Item

LEVELS = {"error": "error", "warning": "warning", "info": "notice", "style": "notice", "ignore": "off", "none": "off"}

LABEL_TYPES = {"rawtext": "text", "text": "text", "url": "url", "rfc3339": "rfc3339", "semver": "semver", "spdx": "spdx",
               "hash": "hash", "email": "email"}  # fmt: skip

ONE_LEVEL = "the codes of ShellCheck have one level together, that of `shell-script-defect`"

_OF_THE_CALL = {"format", "no-color", "verbose"}


def read(items: Iterable[Item]) -> Iterator[Became]:
    every = tuple(items)
    ignored = {item.value for item in every if item.keys == ("ignored",)}
    strict = any(item.keys == ("strict-labels",) and item.value.lower() == "true" for item in every)
    for item in every:
        became = _labels(item) if strict and item.keys[:1] == ("label-schema",) else _became(item, ignored)
        parts, left, remark = became
        yield Became(str(item.line), item.said, parts, left, remark, item.comments)


def _became(item: Item, ignored: set[str]) -> tuple[tuple[Part, ...], str, str]:
    head = item.keys[0] if item.keys else ""
    value = item.value.lower()
    if head == "ignored" and family(item.value):
        return without_code(item.value)
    if head == "ignored":
        return leveled("hadolint", item.value, "off", ignored)
    if head == "override" and len(item.keys) == 2 and item.keys[1] in LEVELS:
        if family(item.value):
            return without_code(item.value) if LEVELS[item.keys[1]] == "off" else ((), ONE_LEVEL, "")
        return leveled("hadolint", item.value, LEVELS[item.keys[1]], {item.value})
    if head == "failure-threshold" and value in LEVELS:
        return (Top("fail-on", LEVELS[value].replace("off", "never")),), "", ""
    if head == "no-fail":
        return ((Top("fail-on", "never"),), "", "") if value == "true" else ((), "it is so by itself", "")
    if head == "trustedRegistries":
        return listed("unapproved-registry", "allowed", item.value)
    if head == "label-schema" and len(item.keys) == 2 and value in LABEL_TYPES:
        return listed("malformed-label-value", "schema", f"{item.keys[1]}={LABEL_TYPES[value]}")
    if head == "strict-labels":
        return leveled("hadolint", "DL3050", "on" if value == "true" else "off", {"DL3050"})
    if head == "disable-ignore-pragma":
        return ((Top("inline-ignores", "forbid"),), "", "") if value == "true" else ((), "it is so by itself", "")
    return (), COMMAND_LINE if head in _OF_THE_CALL else "the gate does not know this setting", ""


def _labels(item: Item) -> tuple[tuple[Part, ...], str, str]:
    """A label of a strict schema: it has a type, and no others are expected."""
    parts, left, remark = _became(item, set())
    typed = [part for part in parts if isinstance(part, Option)]
    return (*parts, *(Option("unexpected-label", part.name, part.value) for part in typed)), left, remark
