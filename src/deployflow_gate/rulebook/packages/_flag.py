"""The fix that several rules about package managers share: a flag behind the subcommand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployflow_gate.lint import Edit, Fix, edits

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.install import Install
    from deployflow_gate.syntax.shell import Word


def with_flag(install: Install, flag: str, title: str, behind: Word | None = None) -> Fix | None:
    """`flag` right behind the subcommand, or another word; None where that is not spelled out there."""
    word = behind or install.verb_word
    edit = flag_behind(word, flag, install.command) if word is not None else None
    return Fix(title, (edit,)) if edit is not None else None


def flag_behind(word: Word, flag: str, command: Command) -> Edit | None:
    """`flag` right behind a word of a command, in the shell or in the JSON form; None where it is not spelled out there."""
    written = word.span.text
    if written == word.sketch:
        return edits.insert_after(word.span, f" {flag}")
    if written == f'"{word.sketch}"' and command.script.is_exec and command.within is None:
        return edits.insert_after(word.span, f', "{flag}"')
    return None


def respelled(word: Word, text: str) -> Edit | None:
    """Other words in the place of one, in the shell or in the JSON form; None where it is not spelled out there."""
    written = word.span.text
    if written == word.sketch:
        return edits.replace(word.span, text)
    if written == f'"{word.sketch}"':
        return edits.replace(word.span, ", ".join(f'"{part}"' for part in text.split()))
    return None
