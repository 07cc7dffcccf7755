"""What a line of another tool's configuration becomes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from deployflow_gate.lint import registry
from deployflow_gate.record import dataclass, replace


@dataclass(frozen=True, slots=True)
class Level:
    """`rules.<rule>: <level>`; with `paths`, for these files only."""

    rule: str
    level: str
    paths: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.rule}: {self.level}{_in(self.paths)}"


@dataclass(frozen=True, slots=True)
class Option:
    """`rules.<rule>.<name>`; the values of several lines add up to one list."""

    rule: str
    name: str
    value: str

    def __str__(self) -> str:
        return f"{self.rule}.{self.name}: {self.value}"


@dataclass(frozen=True, slots=True)
class Passing:
    """A waiver: findings of a rule that may pass until a day."""

    rule: str
    paths: tuple[str, ...]
    reason: str
    expires: date

    def __str__(self) -> str:
        return f"a waiver of {self.rule} until {self.expires.isoformat()}"


@dataclass(frozen=True, slots=True)
class Top:
    """A key of the whole policy: `extends`, `fail-on`, `inline-ignores`, or an item of `exclude`."""

    key: str
    value: str

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"


Part = Level | Option | Passing | Top


def globs_of(part: Part) -> tuple[str, ...]:
    """The globs that a part holds."""
    if isinstance(part, Level | Passing):
        return part.paths
    return (part.value,) if isinstance(part, Top) and part.key == "exclude" else ()


@dataclass(frozen=True, slots=True)
class Became:
    """`where` is "file:line" (a reader gives the line alone), `said` the line in short, `comments` what its author wrote beside it.

    `parts` is what the policy has of it; if there are none, `left` says why. `remark` is what a reader should know of the parts.
    """

    where: str
    said: str
    parts: tuple[Part, ...] = ()
    left: str = ""
    remark: str = ""
    comments: tuple[str, ...] = ()

    def at(self, file: str) -> Became:
        return replace(self, where=f"{file}:{self.where}")


def _in(paths: tuple[str, ...]) -> str:
    return f" in {', '.join(paths)}" if paths else ""


NO_RULE = "the gate has no rule for it"
COMMAND_LINE = "a matter of the command line or the workflow, not of the policy"


def rules_of(tool: str, name: str) -> tuple[str, ...]:
    """Our rules for a rule of a tool."""
    return registry.named(f"{tool}:{name}")


def without_code(code: str) -> tuple[tuple[Part, ...], str, str]:
    """A code of a program that a rule of ours asks (`SC2086`), which is not to be reported."""
    return tuple(Option(rule, "ignore", code.upper()) for rule in registry.family(code)), "", ""


def also(tool: str, rules: Collection[str], given: Collection[str]) -> str:
    """What else of the tool's the rules stand for, as a remark; "" if they are just what was given."""
    wanted = {name.lower() for name in given}
    others = sorted(
        alias.partition(":")[2]
        for rule in rules
        for alias in registry.index()[rule].aliases
        if alias.startswith(f"{tool}:") and alias.partition(":")[2].lower() not in wanted
    )
    return f"it also covers {', '.join(dict.fromkeys(others))}" if others else ""


def leveled(tool: str, name: str, level: str, given: Iterable[str]) -> tuple[tuple[Part, ...], str, str]:
    """A rule of a tool at a level: the parts, why there are none, and a remark."""
    rules = rules_of(tool, name)
    if not rules:
        return (), NO_RULE, ""
    return tuple(Level(rule, level) for rule in rules), "", also(tool, rules, set(given)) if level == "off" else ""


def listed(rule: str, option: str, value: str) -> tuple[tuple[Part, ...], str, str]:
    """A value of an option that is a list; the rule is then on."""
    return (Level(rule, "on"), Option(rule, option, value)), "", ""
