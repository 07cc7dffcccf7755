"""`.checkov.yaml` (https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deployflow_gate.policy.migrate.became import COMMAND_LINE, Became, Part, Top, leveled
from deployflow_gate.policy.migrate.items import Item

_OF_THE_CALL = {
    "branch", "compact", "directory", "download-external-modules", "evaluate-variables", "external-modules-download-path",
    "file", "framework", "output", "output-file-path", "quiet", "repo-id", "repo-root-for-plan-enrichment", "skip-download",
    "skip-fixes", "summary-position", "deep-analysis", "no-guide", "block-list-secret-scan",
}  # fmt: skip


def read(items: Iterable[Item]) -> Iterator[Became]:
    every = tuple(items)
    skipped = {name for item in every if item.keys == ("skip-check",) for name in _names(item.value)}
    only = [item for item in every if item.keys == ("check",)]
    for item in every:
        head = item.key
        if head in {"skip-check", "check", "soft-fail-on", "hard-fail-on"}:
            for name in _names(item.value):
                parts, left, remark = _check(head, name, skipped)
                if head == "check" and item is only[0]:
                    parts = (Top("all", "off"), *parts) if parts else ()
                yield Became(str(item.line), f"{head}: {name}", parts, left, remark, item.comments)
            continue
        yield Became(str(item.line), item.said, *_other(head, item.value), "", item.comments)


def _names(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


def _check(key: str, name: str, skipped: set[str]) -> tuple[tuple[Part, ...], str, str]:
    if name.upper() in {"LOW", "MEDIUM", "HIGH", "CRITICAL"}:
        return (), "the severities of Prisma Cloud are not known to the gate", ""
    level = {"skip-check": "off", "check": "on", "soft-fail-on": "notice", "hard-fail-on": "error"}[key]
    return leveled("checkov", name, level, skipped | {name})


def _other(key: str, value: str) -> tuple[tuple[Part, ...], str]:
    if key == "soft-fail":
        return ((Top("fail-on", "never"),), "") if value.lower() == "true" else ((), "it is so by itself")
    if key == "skip-path":
        return (Top("exclude", f"{value.strip('/')}/**"), Top("exclude", value.strip("/"))), ""
    return (), COMMAND_LINE if key in _OF_THE_CALL else "the gate does not know this setting"
