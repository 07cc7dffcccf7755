"""The arguments that FROM lines are made with: those before the first FROM, and what is left where they are not passed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from deployflow_gate.model.scope import PREDEFINED
from deployflow_gate.regex import regex
from deployflow_gate.syntax.dockerfile import expand
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.dockerfile import Dockerfile
    from deployflow_gate.model.instructions.start import From
    from deployflow_gate.text import Text

_WITH_FALLBACK = regex(r"\$\{(\w+):?[-+?]")


def argument_defaults(dockerfile: Dockerfile) -> Mapping[str, str]:
    """Name → sketch of each global ARG: what the builds pass, else its default, else nothing.

    BuildKit warns where such defaults make no valid base: its check InvalidDefaultArgInFrom.
    """
    found: dict[str, str] = {}
    passed = dockerfile.build_arguments
    for arg in dockerfile.global_args:
        for variable in arg.variables:
            name, value = variable.name.value, variable.value
            if name is not None:
                default = expand(value.raw, _lookup(found), dockerfile.escape).value if value is not None else ""
                found[name] = passed.get(name, default)
    return found


def expanded_image(from_: From, known: Mapping[str, str]) -> str:
    """The sketch of a base with these arguments; others but BuildKit's own are not set."""
    return expand(from_.image.raw, _lookup(known), from_.dockerfile.escape).value


def undeclared(from_: From, text: Text) -> tuple[str, ...]:
    """See `From.undeclared`."""
    used: dict[str, None] = {}

    def seen(name: str) -> str:
        used[name] = None
        return UNKNOWN

    if "$" not in text.raw:
        return ()
    expand(text.raw, seen, from_.dockerfile.escape)
    cared = set(_WITH_FALLBACK.findall(text.raw)) | PREDEFINED
    return tuple(name for name in used if name.isidentifier() and name not in cared and name not in from_.scope)


def _lookup(known: Mapping[str, str]) -> Callable[[str], str | None]:
    return lambda name: known.get(name, UNKNOWN if name in PREDEFINED else None)
