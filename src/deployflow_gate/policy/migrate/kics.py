"""KICS' configuration file, as YAML, JSON or TOML (https://docs.kics.io/latest/configuration-file/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deployflow_gate.policy.migrate.became import COMMAND_LINE, Became, Part, Top
from deployflow_gate.policy.migrate.items import Item

LEVELS = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "notice",
    "info": "notice",
    "trace": "notice",
}

_NO_RULES = {"exclude-queries", "include-queries"}
_NOT_OURS = {
    "exclude-categories": "the gate has chapters in the place of categories: write `chapter/<name>: off`",
    "exclude-severities": "set the levels of the rules instead",
    "exclude-results": "fingerprints of KICS mean nothing to the gate: use waivers",
    "exclude-type": "the gate judges Dockerfiles, compose files, ignore files and workflows",
    "type": "the gate judges Dockerfiles, compose files, ignore files and workflows",
    "disable-secrets": "write `secret-in-variable: off` and `hardcoded-secret: off` if you mean it",
    "secrets-regexes-path": "the gate finds secrets by rules of its own",
}


def read(items: Iterable[Item]) -> Iterator[Became]:
    thresholds: list[Item] = []
    for item in items:
        if item.keys[:1] == ("fail-on",):
            thresholds.append(item)
            continue
        parts, left = _became(item)
        yield Became(str(item.line), item.said, parts, left, comments=item.comments)
    if thresholds:
        yield _threshold(thresholds)


def _became(item: Item) -> tuple[tuple[Part, ...], str]:
    head = item.keys[0] if item.keys else ""
    if head == "exclude-paths":
        path = item.value.removeprefix("./").strip("/")
        return ((Top("exclude", path), Top("exclude", f"{path}/**")), "") if path else ((), "it names nothing")
    if head in _NO_RULES:
        return (
            (),
            "KICS names it by a number: find its name, then `deployflow-gate explain kics:<name>`",
        )
    return (), _NOT_OURS.get(head, COMMAND_LINE)


def _threshold(items: list[Item]) -> Became:
    levels = [LEVELS.get(word.strip().lower(), "") for item in items for word in item.value.split(",")]
    known = [level for level in ("notice", "warning", "error") if level in levels]
    comments = tuple(comment for item in items for comment in item.comments)
    said = "fail-on: " + ", ".join(item.value for item in items)
    if not known:
        return Became(str(items[0].line), said, left="no level of it is known", comments=comments)
    return Became(str(items[0].line), said, (Top("fail-on", known[0]),), comments=comments)
