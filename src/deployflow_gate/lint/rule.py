"""The decorator that makes a function a rule, and what is read from such a function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, TypeVar

from deployflow_gate.lint.problem import Problem
from deployflow_gate.lint.severity import Severity
from deployflow_gate.record import dataclass

Check = Callable[..., Iterator[Problem]]


class CannotRun(Exception):  # noqa: N818  it says what is so
    """Raised by a rule that lacks what it works with: a program that is not installed. The sentence stands in the verdict's
    notes; nothing fails by it."""


AnyCheck = TypeVar("AnyCheck", bound=Check)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the decorator says of a rule; name, chapter, nodes, options and page are read from the module itself."""

    severity: Severity
    on: bool
    seeds: tuple[str, ...]
    aliases: tuple[str, ...]


def rule(
    severity: Severity, *, on: bool = True, seeds: tuple[str, ...] = (), aliases: tuple[str, ...] = ()
) -> Callable[[AnyCheck], AnyCheck]:
    """Declare a module's `check` function a rule.

    `severity` is its level where a policy says nothing; `on=False` leaves it to the policies that ask for it. `seeds` are the
    practices it comes from ("000:2"), `aliases` what other tools call it ("hadolint:DL3002").
    """

    def declare(check: AnyCheck) -> AnyCheck:
        setattr(check, _DECLARATION, Declaration(severity, on, seeds, aliases))
        return check

    return declare


_DECLARATION = "__rule__"


def declaration(module: ModuleType) -> Declaration:
    """What a rule module declares. Raises LookupError for a module without a rule."""
    found: Any = getattr(getattr(module, "check", None), _DECLARATION, None)
    if not isinstance(found, Declaration):
        raise LookupError(f"{module.__name__} has no function `check` under @rule")
    return found
