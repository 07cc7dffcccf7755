"""The fix that several rules about package managers share: a flag behind the subcommand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployflow_gate.lint import Edit, Fix, edits

if TYPE_CHECKING:
    from deployflow_gate.model.install import Install
    from deployflow_gate.syntax.shell import Word


def with_flag(install: Install, flag: str, title: str, behind: Word | None = None) -> Fix | None:
    """`flag` right behind the subcommand, or another word; None where that is not spelled out there."""
    word = behind or install.verb_word
    if word is None:
        return None
    written = word.span.text
    if written == word.sketch:
        return Fix(title, (edits.insert_after(word.span, f" {flag}"),))
    if written == f'"{word.sketch}"' and install.command.script.is_exec and install.command.within is None:
        return Fix(title, (edits.insert_after(word.span, f', "{flag}"'),))
    return None


def respelled(word: Word, text: str) -> Edit | None:
    """Other words in the place of one, in the shell or in the JSON form; None where it is not spelled out there."""
    written = word.span.text
    if written == word.sketch:
        return edits.replace(word.span, text)
    if written == f'"{word.sketch}"':
        return edits.replace(word.span, ", ".join(f'"{part}"' for part in text.split()))
    return None
