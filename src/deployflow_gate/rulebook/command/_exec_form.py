"""A command in shell form, written as a JSON array."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, edits
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.text import Mapped

_SHELL_NEEDED = regex(r"[$`|&;<>()*?\[\]{}~#!\\\"'\n]")


def array_fix(body: Mapped, start: int, text: str) -> Fix | None:
    """The words as an array, if the shell does nothing with them but part them."""
    at = body.span(start, start + len(text))
    if _SHELL_NEEDED.search(at.text):
        return None
    import json

    return Fix("Write it as a JSON array", (edits.replace(at, json.dumps(text.split(), ensure_ascii=False)),))
