"""One rule, alone, on a few files: what examples, pages and their tests are made with."""

from __future__ import annotations

from collections.abc import Mapping

from deployflow_gate.lint.decision import Decision
from deployflow_gate.lint.finding import Finding
from deployflow_gate.lint.registry import RuleEntry
from deployflow_gate.lint.rule import CannotRun
from deployflow_gate.lint.runner import fingerprinted, run
from deployflow_gate.model.link import link
from deployflow_gate.model.node import walk
from deployflow_gate.snapshot.memory import MemorySnapshot


def findings(
    entry: RuleEntry, files: Mapping[str, str], options: Mapping[str, object] | None = None
) -> tuple[Finding, ...]:
    """What a rule reports of a little repository, with the options given. Raises RuntimeError if the rule raised, CannotRun if
    it lacks something."""
    project = link(MemorySnapshot(files))
    ran = run(walk(project), lambda *_: Decision(entry.severity, options or {}), frozenset({entry.name}))
    if ran.crashes:
        raise RuntimeError(ran.crashes[0])
    if ran.notes:
        raise CannotRun(ran.notes[0])
    return fingerprinted(ran.findings)


def option_of(entry: RuleEntry, name: str, text: str) -> object:
    """An option's value from its spelling in an example's fence (`ports=80,443`, `schema=version:semver,vendor:text`)."""
    kind = next(option.type for option in entry.options if option.name == name)
    if kind == "strings":
        return tuple(part for part in text.split(",") if part)
    if kind == "pairs":
        return tuple(tuple(part.rsplit(":", 1)) for part in text.split(",") if part)
    if kind == "bool":
        return text == "true"
    return {"int": int, "float": float}.get(kind, str)(text)
