"""A command written as one string in a compose file, to words: quotes and backslashes, and no shell.

Compose splits after it has put in the variables. An operator (`&&`, `|`, `>`) means nothing here: it is a word.
"""

from __future__ import annotations

from deployflow_gate.syntax.interpolation import Interpolated
from deployflow_gate.text import Located, Mapped

MAX_WORDS = 10_000
"""Words of one command; what follows is left out."""

_BLANK = " \t\r\n"
_ESCAPES = {"n": "\n", "t": "\t"}


def split_words(text: Interpolated) -> tuple[Located, ...]:
    """The words, each with its place and spelling. A quote that is not closed ends at the end."""
    sketch = text.sketch
    words: list[Located] = []
    value: list[tuple[str, int]] = []
    start: int | None = None
    quote = ""
    at = 0
    while at < len(sketch) and len(words) < MAX_WORDS:
        character = sketch[at]
        if not quote and character in _BLANK:
            if start is not None:
                words.append(_word(text, start, at, value))
                start, value = None, []
            at += 1
            continue
        if start is None:
            start = at
        if character == "\\" and quote != "'" and at + 1 < len(sketch):
            at += 1
            value.append((_ESCAPES.get(sketch[at], sketch[at]), text.mapped.origin(at)))
        elif character == quote:
            quote = ""
        elif not quote and character in "'\"":
            quote = character
        else:
            value.append((character, text.mapped.origin(at)))
        at += 1
    if start is not None and len(words) < MAX_WORDS:
        words.append(_word(text, start, len(sketch), value))
    return tuple(words)


def _word(text: Interpolated, start: int, end: int, value: list[tuple[str, int]]) -> Located:
    mapped = Mapped.of(text.text.source, value)
    return Located(text.place(start, end), text.written(start, end), mapped.text, mapped)
