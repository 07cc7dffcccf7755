"""The policy's JSON Schema (draft 2020-12), made from the code that reads policies and from the rules' signatures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from deployflow_gate.lint import registry
from deployflow_gate.lint.registry import Option, RuleEntry
from deployflow_gate.policy import waivers
from deployflow_gate.policy._presets import PRESETS
from deployflow_gate.policy.rules import FIXED, UNSILENCEABLE, groups, known
from deployflow_gate.policy.written import FAIL_ON, INLINE_IGNORES, LEVELS

Json = dict[str, Any]

ID = "https://raw.githubusercontent.com/deployflow/deployflow-gate/main/schemas/policy.schema.json"

_TEXT = ["string", "number"]
"""What a text may be written as: a bare `10001` is one, and its spelling counts."""


def schema(presets: Iterable[str] = PRESETS) -> Json:
    """The schema as a JSON document.

    It accepts what the loader accepts, but for three things: the loader takes aliases in any case, it follows `extends`,
    and it knows globs and the calendar better.
    """
    entries = known()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "A policy of deployflow-gate",
        "type": ["object", "null"],
        "additionalProperties": False,
        "patternProperties": {"^x-": {"description": "Yours: a place for YAML anchors."}},
        "properties": {
            "extends": _said(
                "Presets, and files of the repository relative to this one, on which this policy stands. Later ones win "
                "over earlier ones, and this file over all.",
                _one_or_more({"type": "string", "minLength": 1, "examples": sorted(presets)}),
            ),
            "fail-on": {
                "description": "The level from which on a finding blocks. `never` only reports. By default `error`.",
                "enum": list(FAIL_ON),
            },
            "rules": {**_ref("rules"), "description": "What is said of rules, in every file."},
            "paths": {
                "description": "What is said of rules in some files. The last entry that matches wins, and all win over `rules`.",
                "type": ["array", "null"],
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["paths", "rules"],
                    "properties": {
                        "paths": _said("Globs, from the root of the repository.", _one_or_more(_ref("glob"))),
                        "rules": _ref("rules"),
                    },
                },
            },
            "exclude": _said("Globs of files that are not judged.", _one_or_more(_ref("glob"))),
            "production": _said(
                "Globs of compose files that run in production; the gate infers it where nothing is said.",
                _one_or_more(_ref("glob")),
            ),
            "waivers": {
                "description": "Findings that pass for some time.",
                "type": ["array", "null"],
                "items": _ref("waiver"),
            },
            "inline-ignores": {
                "description": "Whether comments in the judged files may silence findings. By default `allow`.",
                "enum": list(INLINE_IGNORES),
            },
        },
        "$defs": {
            "glob": {
                "description": "`*` within a name, `**` any folders, `{a,b}` either; without a slash, a name at any depth.",
                "type": "string",
                "minLength": 1,
                "maxLength": 1024,
                "pattern": r"^(?!/*$)(\./)?(?!(.*/)?\.\.?(/|$))",
            },
            "level": {
                "description": "A severity, `off`, `on` (the rule's own level), or `default` (that, or off if it is so by itself).",
                "enum": list(LEVELS),
            },
            "rules": {
                "type": ["object", "null"],
                "additionalProperties": False,
                "properties": dict(_rules(entries)),
            },
            "waiver": _waiver(entries),
            **{f"rule-{name}": _rule(entry) for name, entry in entries.items() if name not in FIXED},
        },
    }


def schema_text(presets: Iterable[str] = PRESETS) -> str:
    """The schema as the text of its file."""
    import json

    return json.dumps(schema(presets), indent=2, ensure_ascii=False) + "\n"


def _ref(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


def _said(description: str, rest: Json) -> Json:
    return {"description": description, **rest}


def _one_or_more(item: Json) -> Json:
    return {"anyOf": [item, {"type": "array", "items": item}, {"type": "null"}]}


def aliases(entries: Mapping[str, RuleEntry]) -> Iterator[tuple[str, str]]:
    """(alias, rule) for each alias that means one rule, with and without its tool, sorted."""
    spellings = {s for e in entries.values() for a in e.aliases for s in (a, a.partition(":")[2])}
    for spelling in sorted(spellings):
        meanings = registry.named(spelling)
        if len(meanings) == 1 and spelling not in entries:
            yield spelling, meanings[0]


def _rules(entries: Mapping[str, RuleEntry]) -> Iterator[tuple[str, Json]]:
    group = {
        "anyOf": [
            _ref("level"),
            {"type": "object", "additionalProperties": False, "properties": {"level": _ref("level")}},
        ]
    }
    for name in groups(entries):
        yield name, {"description": _group(name), **group}
    for name in entries:
        if name not in FIXED:
            yield name, _ref(f"rule-{name}")
    for alias, name in aliases(entries):
        yield alias, {"description": f"Another name of `{name}`.", "$ref": f"#/$defs/rule-{name}"}


def _group(name: str) -> str:
    kind, _, which = name.partition("/")
    if kind == "level":
        return f"The rules whose own level is {which}." if which != "off" else "The rules that are off by themselves."
    return f"The rules of the chapter {which}." if kind == "chapter" else "Every rule."


def _rule(entry: RuleEntry) -> Json:
    own = entry.severity.value if entry.on else "off"
    options = {option.name: _option(option) for option in entry.options}
    return {
        "description": f"{entry.summary}. (By default: {own}.)",
        "anyOf": [
            _ref("level"),
            {"type": "object", "additionalProperties": False, "properties": {"level": _ref("level"), **options}},
        ],
    }


def _option(option: Option) -> Json:
    match option.type:
        case "strings":
            item: Json = {"enum": list(option.choices)} if option.choices else {"type": _TEXT}
            found: Json = {"type": "array", "items": item}
        case "pairs":
            value: Json = {"enum": list(option.choices)} if option.choices else {"type": _TEXT}
            found = {"type": "object", "additionalProperties": value}
        case "int":
            found = {"type": "integer"}
        case "float":
            found = {"type": "number"}
        case "bool":
            found = {"type": "boolean"}
        case _:
            found = {"enum": list(option.choices)} if option.choices else {"type": _TEXT}
    return {"description": option.summary, **found, "default": option.plain_default}


def _waiver(entries: Mapping[str, RuleEntry]) -> Json:
    names = [name for name in entries if name not in UNSILENCEABLE]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(waivers.NEEDED),
        "anyOf": [{"required": ["path"]}, {"required": ["fingerprint"]}],
        "properties": {
            "rule": {"description": "The rule.", "enum": [*names, *(alias for alias, _ in aliases(entries))]},
            "path": _said(
                "Globs of the files.",
                {"anyOf": [_ref("glob"), {"type": "array", "items": _ref("glob"), "minItems": 1}]},
            ),
            "reason": {"description": "Why it may pass.", "type": "string", "pattern": r"\S"},
            "expires": {
                "description": "The last day on which it holds, as 2026-12-31.",
                "type": "string",
                "format": "date",
                "pattern": r"^\d{4}-\d{2}-\d{2}$",
            },
            "owner": {"description": "Who looks after it.", "type": "string", "pattern": r"\S"},
            "fingerprint": {
                "description": "The first 8 or more digits of the finding's fingerprint, as reports show it.",
                "type": ["string", "number"],
                "minimum": 10**7,
                "pattern": f"^{waivers.FINGERPRINT.pattern}$",
            },
        },
    }
