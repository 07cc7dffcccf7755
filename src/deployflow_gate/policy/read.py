"""A policy file's YAML to what it says, with every fault listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deployflow_gate.lint.registry import RuleEntry
from deployflow_gate.policy.faults import Faults, quoted
from deployflow_gate.policy.settings import read_settings
from deployflow_gate.policy.values import Budget, entries_of, items_of, record_of, text_of, where
from deployflow_gate.policy.waivers import read_waivers
from deployflow_gate.policy.written import FAIL_ON, INLINE_IGNORES, Layer, Said, Waiver, Written
from deployflow_gate.syntax.globs import glob_fault
from deployflow_gate.syntax.yaml import Node, Scalar, parse_yaml
from deployflow_gate.text import Source, Span

KEYS = ("exclude", "extends", "fail-on", "inline-ignores", "paths", "production", "rules", "waivers")

_SINGLE = ("fail-on", "inline-ignores")

MAX_ENTRIES = 20_000
"""Keys and items of one policy, aliases counted each time: ten times the rules there will ever be."""


def read_policy(source: Source, entries: Mapping[str, RuleEntry], faults: Faults, *, preset: bool = False) -> Written:
    """What a policy file says. What is wrong is added to `faults`, and left out; never raises for any text."""
    file = parse_yaml(source)
    for fault in file.faults:
        faults.add(fault.span, fault.message)
    if file.root is None or file.broken:
        return Written()
    return _Reader(entries, faults, Budget(MAX_ENTRIES, faults), preset).policy(file.root)


def _empty(node: Node) -> bool:
    """True for a key whose value is left out, as where all that stood below it is a comment now."""
    return isinstance(node, Scalar) and node.kind == "null" and not node.tag


class _Reader:
    def __init__(self, entries: Mapping[str, RuleEntry], faults: Faults, budget: Budget, preset: bool) -> None:
        self.entries = entries
        self.faults = faults
        self.budget = budget
        self.preset = preset

    def policy(self, root: Node) -> Written:
        if _empty(root):
            return Written()
        said: dict[str, Node] = {}
        for entry in entries_of(root, "A policy", self.faults, self.budget):
            key = entry.key.value
            if key in KEYS:
                if key in _SINGLE or not _empty(entry.value):
                    said[key] = entry.value
            elif not key.startswith("x-"):
                self.faults.unknown(entry.key.span, f"A policy has no key {quoted(key)}", key, KEYS)
        return Written(
            extends=tuple(self._extends(said.get("extends"))),
            fail_on=self._choice(said.get("fail-on"), "fail-on", FAIL_ON),
            inline_ignores=self._choice(said.get("inline-ignores"), "inline-ignores", INLINE_IGNORES),
            exclude=tuple(self._globs(said.get("exclude"), "exclude")),
            production=tuple(self._globs(said.get("production"), "production")),
            layers=(*self._rules(said.get("rules")), *self._paths(said.get("paths"))),
            waivers=self._waivers(said.get("waivers")),
        )

    def _extends(self, node: Node | None) -> Iterator[tuple[str, Span | None]]:
        for item in items_of(node, "extends", self.faults, self.budget, one_may_do=True):
            name = text_of(item, "A name in `extends`", self.faults)
            if name:
                yield name, item.span
            elif name == "":
                self.faults.add(item.span, "A name in `extends` is empty.")

    def _choice(self, node: Node | None, key: str, choices: tuple[str, ...]) -> Said | None:
        if node is None:
            return None
        value = text_of(node, f"`{key}`", self.faults)
        if value is None:
            return None
        if value not in choices:
            listed = ", ".join(choices)
            sentence = f"`{key}` is {quoted(value)}, which is none of {listed}"
            self.faults.unknown(node.span, sentence, value, choices)
            return None
        return Said(value, where(node.span))

    def _globs(self, node: Node | None, key: str) -> Iterator[Said]:
        for item in items_of(node, key, self.faults, self.budget, one_may_do=True):
            glob = text_of(item, f"A glob in `{key}`", self.faults)
            if glob is None:
                continue
            fault = glob_fault(glob)
            if fault:
                self.faults.add(item.span, fault)
            else:
                yield Said(glob, where(item.span))

    def _layer(self, node: Node | None, by: str, globs: tuple[str, ...] | None) -> Iterator[Layer]:
        if node is None:
            return
        settings = read_settings(node, self.entries, self.faults, self.budget)
        if settings:
            yield Layer("preset" if self.preset else by, globs, settings)

    def _rules(self, node: Node | None) -> Iterator[Layer]:
        yield from self._layer(node, "rules", None)

    def _paths(self, node: Node | None) -> Iterator[Layer]:
        for item in items_of(node, "paths", self.faults, self.budget):
            both = ("paths", "rules")
            keys = record_of(item, "An entry of `paths`", both, both, self.faults, self.budget)
            if keys is None:
                continue
            globs = tuple(said.value for said in self._globs(keys.get("paths"), "paths"))
            yield from self._layer(keys.get("rules"), "paths", globs)

    def _waivers(self, node: Node | None) -> tuple[Waiver, ...]:
        def globs(path: Node) -> tuple[str, ...]:
            return tuple(said.value for said in self._globs(path, "path"))

        items = items_of(node, "waivers", self.faults, self.budget)
        return tuple(read_waivers(items, globs, self.entries, self.faults, self.budget))
