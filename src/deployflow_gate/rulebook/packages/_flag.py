"""The fix that several rules about package managers share: a flag behind the subcommand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, edits

if TYPE_CHECKING:
    from deployflow_gate.model.install import Install


def with_flag(install: Install, flag: str, title: str) -> Fix | None:
    """`flag` right behind the subcommand; None where the subcommand is not spelled out there."""
    word = install.verb_word
    if word is None:
        return None
    written = word.span.text
    if written == word.sketch:
        return Fix(title, (edits.insert_after(word.span, f" {flag}"),))
    if written == f'"{word.sketch}"' and install.command.script.is_exec and install.command.within is None:
        return Fix(title, (edits.insert_after(word.span, f', "{flag}"'),))
    return None
