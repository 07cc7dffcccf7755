"""A policy that is ready to decide: every file it extends is in it, in the order in which they speak."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from deployflow_gate.digest import sha256_hex
from deployflow_gate.lint.decision import Decision
from deployflow_gate.lint.finding import Why
from deployflow_gate.lint.registry import OptionValue, RuleEntry
from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy.rules import FIXED, selectors
from deployflow_gate.policy.written import Layer, Said, Waiver
from deployflow_gate.record import dataclass, field

DIGEST_DIGITS = 32


@dataclass(frozen=True, slots=True)
class _Table:
    """The decisions of all paths to which the same layers apply."""

    layers: tuple[Layer, ...]
    decisions: dict[str, Decision] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Policy:
    """What is enforced. Made by `deployflow_gate.policy.load.load_policy`.

    `name` is a preset's name or the file's path, `origin` the place of its text. `fail_on` is the level that blocks, None
    for never. `layers` are in the order in which they speak: the last one to say something of a rule wins.
    `provenance` says where `fail-on` and `inline-ignores` were written, "" if nowhere. `entries` are the rules there are.
    """

    name: str
    origin: str
    fail_on: Severity | None
    inline_ignores: str
    layers: tuple[Layer, ...]
    excluded: tuple[Said, ...]
    produced: tuple[Said, ...]
    waivers: tuple[Waiver, ...]
    entries: Mapping[str, RuleEntry]
    provenance: Mapping[str, str]
    _tables: dict[tuple[int, ...], _Table] = field(default_factory=dict, repr=False)
    _by_path: dict[str, _Table] = field(default_factory=dict, repr=False)

    @cached_property
    def exclude(self) -> tuple[str, ...]:
        """Globs of the files that are not judged."""
        return tuple(said.value for said in self.excluded)

    @cached_property
    def production(self) -> tuple[str, ...]:
        """Globs of the compose files that are production."""
        return tuple(said.value for said in self.produced)

    def decide(self, rule: str, path: str) -> Decision:
        """What is said of a rule in a file. Cheap: asked for every node. A rule nobody knows blocks."""
        table = self._by_path.get(path)
        if table is None:
            table = self._by_path[path] = self._table(path)
        decision = table.decisions.get(rule)
        if decision is None:
            decision = table.decisions[rule] = self._decision(rule, table.layers)
        return decision

    def _table(self, path: str) -> _Table:
        applying = tuple(i for i, layer in enumerate(self.layers) if _applies(layer, path))
        table = self._tables.get(applying)
        if table is None:
            table = self._tables[applying] = _Table(tuple(self.layers[i] for i in applying))
        return table

    def _decision(self, rule: str, layers: tuple[Layer, ...]) -> Decision:
        entry = self.entries.get(rule)
        if entry is None or rule in FIXED:
            return Decision(Severity.ERROR)
        severity = entry.severity if entry.on else None
        why = Why("default")
        options: dict[str, OptionValue] = {}
        keys = selectors(entry)
        for layer in layers:
            for key in keys:
                setting = layer.settings.get(key)
                if setting is None:
                    continue
                options |= setting.options
                if setting.level is not None:
                    severity = level_of(entry, setting.level)
                    why = Why(layer.by, setting.where)
        return Decision(severity, options, why)

    @cached_property
    def everywhere(self) -> Mapping[str, Decision]:
        """What is said of each rule where nothing is said of the path, sorted by name."""
        general = tuple(layer for layer in self.layers if layer.globs is None)
        return {name: self._decision(name, general) for name in self.entries}

    @cached_property
    def from_first_path(self) -> tuple[Layer, ...]:
        """The layers from the first one on that is limited to some paths. Those before it only say what holds everywhere."""
        first = next((i for i, layer in enumerate(self.layers) if layer.globs is not None), len(self.layers))
        return self.layers[first:]

    @cached_property
    def before_first_path(self) -> Mapping[str, Decision]:
        """What the layers before `from_first_path` come to, for each rule, sorted by name."""
        layers = self.layers[: len(self.layers) - len(self.from_first_path)]
        return {name: self._decision(name, layers) for name in self.entries}

    @cached_property
    def digest(self) -> str:
        """The first hex digits of the SHA-256 of what is enforced; the same for policies that say the same in other words
        and for one that is written on other lines."""
        said = (
            self.fail_on.value if self.fail_on else "never",
            self.inline_ignores,
            self.exclude,
            self.production,
            tuple((name, *_content(decision)) for name, decision in self.before_first_path.items()),
            tuple((layer.globs or ("**",), self.expanded(layer)) for layer in self.from_first_path),
            tuple((w.rule, w.paths, w.fingerprint, w.expires.isoformat(), w.reason, w.owner) for w in self.waivers),
        )
        return sha256_hex(repr(said).encode(errors="surrogatepass"), DIGEST_DIGITS)

    def expanded(self, layer: Layer) -> tuple[tuple[str, str | None, tuple[tuple[str, OptionValue], ...]], ...]:
        """(rule, level or None, options) for each rule that a layer speaks of, its groups resolved."""
        found = []
        for name, entry in self.entries.items():
            given = [layer.settings[key] for key in selectors(entry) if key in layer.settings]
            if not given or name in FIXED:
                continue
            level = next((s.level for s in reversed(given) if s.level is not None), None)
            options = {option: value for s in given for option, value in s.options.items()}
            severity = level_of(entry, level) if level is not None else None
            word = None if level is None else severity.value if severity else "off"
            found.append((name, word, tuple(sorted(options.items()))))
        return tuple(found)

    def place(self, layer: Layer, rule: str) -> str:
        """Where a layer speaks of a rule: the narrowest key that does; "" if none."""
        given = [layer.settings[key] for key in selectors(self.entries[rule]) if key in layer.settings]
        return given[-1].where if given else ""


def _content(decision: Decision) -> tuple[object, ...]:
    return (decision.severity.value if decision.severity else "off", tuple(sorted(decision.options.items())))


def _applies(layer: Layer, path: str) -> bool:
    if layer.globs is None:
        return True
    from deployflow_gate.syntax.globs import match

    return any(match(glob, path) for glob in layer.globs)


def level_of(entry: RuleEntry, level: str) -> Severity | None:
    """The severity that a level of a policy means for a rule; None for off."""
    if level == "off":
        return None
    if level == "on":
        return entry.severity
    if level == "default":
        return entry.severity if entry.on else None
    return Severity(level)
