"""What one policy file says, checked and with its places, before the files it extends are added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from deployflow_gate.lint.registry import OptionValue
from deployflow_gate.record import dataclass
from deployflow_gate.text import Span

LEVELS = ("error", "warning", "notice", "off", "on", "default")
"""What a policy can say of a rule. `on` is the rule's own level, `default` too, but off if the rule is off by itself."""

FAIL_ON = ("error", "warning", "notice", "never")
INLINE_IGNORES = ("allow", "require-reason", "forbid")


@dataclass(frozen=True, slots=True)
class Said:
    """A word of a policy file, and where it stands ("path:line")."""

    value: str
    where: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What is said of a rule or a group of rules: a level (None: only options), options, and where."""

    level: str | None
    options: Mapping[str, OptionValue]
    where: str


@dataclass(frozen=True, slots=True)
class Layer:
    """The settings of a `rules` mapping by selector. `globs` limits it to some paths (None: every path); `by` is
    "preset", "rules" or "paths"."""

    by: str
    globs: tuple[str, ...] | None
    settings: Mapping[str, Setting]


@dataclass(frozen=True, slots=True)
class Waiver:
    """Findings of a rule that a policy lets pass for some time.

    `paths` are globs; () is every path (then there is a fingerprint). `fingerprint` is "" or the first 8 or more digits
    of one. `expires` is the last day on which it holds.
    """

    rule: str
    paths: tuple[str, ...]
    reason: str
    expires: date
    owner: str
    fingerprint: str
    span: Span

    @property
    def where(self) -> str:
        return f"{self.span.path}:{self.span.line}"


@dataclass(frozen=True, slots=True)
class Written:
    """One policy file. `extends` holds (name, its span or None in a preset)."""

    extends: tuple[tuple[str, Span | None], ...] = ()
    fail_on: Said | None = None
    inline_ignores: Said | None = None
    exclude: tuple[Said, ...] = ()
    production: tuple[Said, ...] = ()
    layers: tuple[Layer, ...] = ()
    waivers: tuple[Waiver, ...] = ()
