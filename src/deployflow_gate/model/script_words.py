"""Words of a script as the shell hands them on: split into fields, or joined to a text that is run in turn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from deployflow_gate.regex import regex
from deployflow_gate.syntax.shell import Word
from deployflow_gate.syntax.shell_words import unquoted
from deployflow_gate.text import UNKNOWN, Mapped, Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command


def after_c(command: Command) -> tuple[Word, ...]:
    """What a shell is to run: the word behind its options, if one of them is -c."""
    told = False
    arguments = iter(command.arguments)
    for word in arguments:
        sketch = word.sketch
        if sketch == "--":
            continue
        if sketch[:1] not in ("-", "+") or len(sketch) < 2:
            return (word,) if told else ()
        if not sketch.startswith("--"):
            told = told or (sketch[0] == "-" and "c" in sketch)
            if sketch[-1] in "oO":
                next(arguments, None)
        elif sketch in ("--rcfile", "--init-file"):
            next(arguments, None)
    return ()


def fields(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Field splitting: an unquoted expansion whose value is known may come to several words, or none."""
    if not any("$" in word.raw for word in words):
        return words
    found: list[Word] = []
    for word in words:
        if "$" in word.raw and not word.quoted and "`" not in word.raw and (not word.sketch or " " in word.sketch):
            found.extend(Word(word.span, word.raw, part, word.start, word.end) for part in word.sketch.split())
        else:
            found.append(word)
    return tuple(found)


def joined(command: Command, words: tuple[Word, ...], variables: Mapping[str, str]) -> Mapped:
    """The text that words come to, joined by spaces, each character knowing its place."""
    parts: list[tuple[str, int]] = []
    source = command.span.source
    for word in words:
        if parts:
            parts.append((" ", word.span.start))
        mapped = _unquoted(command, word, variables)
        if not mapped.text:
            continue
        ends = (*mapped.starts[1:], len(mapped.text))
        parts.extend(
            (mapped.text[start:end], origin)
            for start, end, origin in zip(mapped.starts, ends, mapped.origins, strict=True)
        )
    return Mapped.of(source, parts)


def _unquoted(command: Command, word: Word, variables: Mapping[str, str]) -> Mapped:
    if not word.end:
        return spelled(word)
    mapped = unquoted(command.text, word.start, word.end, variables)
    return mapped if _plain(mapped.text) == _plain(word.sketch) else _spread(word.sketch, word.span)


def _plain(text: str) -> str:
    return re.sub(f"{UNKNOWN}+", UNKNOWN, text)


def _spread(value: str, span: Span) -> Mapped:
    """A value whose characters cannot be told apart in the file: all of it stands within the span."""
    last = max(span.start, span.end - 1)
    pieces = [(character, min(span.start + at, last)) for at, character in enumerate(value)]
    if pieces:
        pieces[-1] = (pieces[-1][0], last)
    return Mapped.of(span.source, pieces)


_JSON_ESCAPE = regex(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_JSON_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def spelled(word: Word | Text) -> Mapped:
    """An item of an exec form as a text whose characters know their places, its JSON or YAML quoting undone."""
    span, value, written = word.span, word.sketch, word.span.text
    for quote in (0, 1):
        if written[quote : len(written) - quote] == value:
            return Mapped.of(span.source, [(value, span.start + quote)])
    parts: list[tuple[str, int]] = []
    if written[:1] == '"' == written[-1:]:
        at = 1
        for found in _JSON_ESCAPE.finditer(written, 1, len(written) - 1):
            parts.append((written[at : found.start()], span.start + at))
            letter = chr(int(found[1], 16)) if found[1] else _JSON_LETTERS.get(found[2], found[2])
            parts.append((letter, span.start + found.start()))
            at = found.end()
        parts.append((written[at:-1], span.start + at))
    elif written[:1] == "'" == written[-1:]:
        at = 1
        while (quote := written.find("''", at, len(written) - 1)) >= 0:
            parts.append((written[at : quote + 1], span.start + at))
            at = quote + 2
        parts.append((written[at:-1], span.start + at))
    mapped = Mapped.of(span.source, parts)
    return mapped if mapped.text == value else _spread(value, span)
