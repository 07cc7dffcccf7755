"""A rule's page as people read it: its facts, then the docstring with what the gate really says of each example."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from deployflow_gate.lint.declared import page_text
from deployflow_gate.lint.examples import FENCE, Example, examples
from deployflow_gate.lint.registry import RuleEntry, index
from deployflow_gate.lint.trial import findings, option_of


def page(name: str) -> str:
    """The Markdown page of a rule. Raises KeyError for a name that is no rule (see `registry.named` for aliases)."""
    entry = index()[name]
    text = page_text(importlib.import_module(entry.module))
    summary, _, body = text.partition("\n")
    prose, _, options = body.partition("## Options")
    parts = [f"# {entry.name}", summary, _facts(entry), _with_output(entry, prose).strip()]
    if options:
        parts.append("## Options\n\n" + "\n".join(_options(entry)))
    if entry.aliases:
        parts.append("## What others call it\n\n" + ", ".join(f"`{alias}`" for alias in entry.aliases))
    return "\n\n".join(parts) + "\n"


def _facts(entry: RuleEntry) -> str:
    level = entry.severity.value if entry.on else f"off ({entry.severity.value} when switched on)"
    nodes = ", ".join(entry.nodes)
    fix = "yes" if entry.fixable else "no"
    return f"| level | looks at | fix | chapter |\n|---|---|---|---|\n| {level} | {nodes} | {fix} | {entry.chapter} |"


def _options(entry: RuleEntry) -> Iterator[str]:
    for option in entry.options:
        parts = option.default if isinstance(option.default, tuple) else (str(option.default),)
        default = ", ".join(part if isinstance(part, str) else ": ".join(part) for part in parts)
        shown = f"`{default}`" if default else "none"
        yield f"- `{option.name}` ({option.type}, by default {shown}): {option.summary}"


def _with_output(entry: RuleEntry, prose: str) -> str:
    """The prose with fences that Markdown knows, and behind each failing example the gate's own words."""
    outputs = iter(_output(entry, example) for example in examples(prose))
    parts: list[str] = []
    at, pending = 0, False
    for fence in FENCE.finditer(prose):
        between = prose[at : fence.start()]
        if pending and between.strip():
            parts.append(next(outputs))
        parts.append(between)
        ticks, language, path, verdict, _, text = fence.groups()
        shown = text.replace("«", "").replace("»", "")
        parts.append(f"`{path}` {verdict}:\n\n{ticks}{language}\n{shown}{ticks}\n")
        at, pending = fence.end(), True
    if pending:
        parts.append(next(outputs))
    parts.append(prose[at:])
    return "".join(parts)


def _output(entry: RuleEntry, example: Example) -> str:
    if not example.fails:
        return ""
    options = {name: option_of(entry, name, text) for name, text in example.options.items()}
    found = findings(entry, example.files, options)
    return "\n" + "".join(f"> `{f.path}:{f.line}:{f.column}` {f.message}\n" for f in found)
