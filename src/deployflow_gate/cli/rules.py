"""`deployflow-gate rules`: every rule there is."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from deployflow_gate.cli.arguments import parser_of
from deployflow_gate.cli.call import PASSED
from deployflow_gate.cli.screen import put, screen

if TYPE_CHECKING:
    from deployflow_gate.lint.registry import RuleEntry


def parser() -> argparse.ArgumentParser:
    made = parser_of(
        "rules",
        "List the rules, with their level by default and what other tools call them.",
        "example: deployflow-gate rules --format json | jq '.[].name'",
    )
    made.add_argument("--format", choices=("text", "json"), default="text", help="by default text")
    return made


def run(arguments: Sequence[str]) -> int:
    args = parser().parse_args(arguments)
    from deployflow_gate.policy.rules import rules

    put(_json(rules()) if args.format == "json" else "\n".join(_table(rules())) + "\n")
    return PASSED


def _table(entries: Sequence[RuleEntry]) -> Iterator[str]:
    from deployflow_gate.report.cells import wrapped

    seen = screen()
    for chapter in sorted({entry.chapter for entry in entries}):
        yield f"\x1b[1m{chapter}\x1b[0m" if seen.color else chapter
        for entry in entries:
            if entry.chapter != chapter:
                continue
            level = entry.severity.value if entry.on else "off"
            fix = ", has a fix" if entry.fixable else ""
            yield f"  {entry.name} ({level}{fix})"
            yield from (f"      {line}" for line in wrapped(f"{entry.summary}.", seen.width - 6))
            if entry.aliases:
                yield from (f"      {line}" for line in wrapped(f"also {', '.join(entry.aliases)}", seen.width - 6))
        yield ""
    yield f"{len(entries)} rules; `deployflow-gate explain RULE` shows a rule's page"


def _json(entries: Iterable[RuleEntry]) -> str:
    import json

    return json.dumps([_described(entry) for entry in entries], indent=2) + "\n"


def _described(entry: RuleEntry) -> dict[str, object]:
    return {
        "name": entry.name,
        "chapter": entry.chapter,
        "severity": entry.severity.value,
        "on": entry.on,
        "summary": entry.summary,
        "fixable": entry.fixable,
        "aliases": list(entry.aliases),
        "options": [
            {
                "name": option.name,
                "type": option.type,
                "default": option.plain_default,
                "choices": list(option.choices),
                "summary": option.summary,
            }
            for option in entry.options
        ],
    }
