"""`${x#pattern}`, `${x%pattern}` and `${x/pattern/text}`: `*` and `?`, without backtracking.

Patterns know `*`, `?` and `\\`, no brackets (BuildKit's convertShellPatternToRegex). What stands between the stars is looked
for from left to right, the last piece from the right where the longest match is asked for: that is all that backtracking
would find.
"""

from __future__ import annotations

import re

from deployflow_gate.syntax.dockerfile.limits import MAX_VALUE
from deployflow_gate.text import UNKNOWN

_Piece = str | re.Pattern[str]
"""What stands between two stars: a text, or a pattern where `?` is in it."""


def _pieces(pattern: str, *, backwards: bool = False) -> list[_Piece]:
    tokens: list[list[str]] = [[]]
    characters = iter(pattern)
    for char in characters:
        if char == "*":
            tokens.append([])
        elif char == "?":
            tokens[-1].append("")
        else:
            tokens[-1].append(next(characters, "\\") if char == "\\" else char)
    if backwards:
        tokens = [piece[::-1] for piece in tokens[::-1]]
    return [_piece(piece) for piece in tokens]


def _piece(tokens: list[str]) -> _Piece:
    if "" not in tokens:
        return "".join(tokens)
    return re.compile("".join(re.escape(token) if token else "." for token in tokens), re.DOTALL)


def _find(piece: _Piece, value: str, at: int) -> tuple[int, int] | None:
    """The first place of a piece from `at` on."""
    if isinstance(piece, str):
        start = value.find(piece, at)
        return None if start == -1 else (start, start + len(piece))
    match = piece.search(value, at)
    return match.span() if match else None


def _find_last(piece: _Piece, value: str, at: int) -> int | None:
    """Where the last place of a piece from `at` on ends."""
    if isinstance(piece, str):
        start = value.rfind(piece, at)
        return None if start == -1 else start + len(piece)
    end = None
    place = _find(piece, value, at)
    while place is not None:
        end = place[1]
        place = _find(piece, value, place[0] + 1)
    return end


def _end(pieces: list[_Piece], value: str, at: int, *, longest: bool) -> int | None:
    """Where a match that begins at `at` ends, None if there is none."""
    first, *others = pieces
    if isinstance(first, str):
        end = at + len(first) if value.startswith(first, at) else None
    else:
        match = first.match(value, at)
        end = match.end() if match else None
    for number, piece in enumerate(others, 1):
        if end is None:
            return None
        if longest and number == len(others):
            return _find_last(piece, value, end)
        place = _find(piece, value, end)
        end = place[1] if place else None
    return end


def trimmed(value: str, pattern: str, *, at_end: bool, longest: bool) -> str:
    """The value without its shortest or longest beginning (or end) that matches."""
    if not value:
        return ""
    if UNKNOWN in value or UNKNOWN in pattern:
        return UNKNOWN
    if at_end:
        backwards = _end(_pieces(pattern, backwards=True), value[::-1], 0, longest=longest)
        return value[: len(value) - (backwards or 0)]
    return value[_end(_pieces(pattern), value, 0, longest=longest) or 0 :]


def replaced(value: str, pattern: str, text: str, *, every: bool) -> str:
    """The value with the first match, or with all of them, replaced."""
    if not value:
        return ""
    if UNKNOWN in value or UNKNOWN in pattern or UNKNOWN in text:
        return UNKNOWN
    pieces = _pieces(pattern)
    if pieces == [""]:
        return value
    if len(pieces) == 1 and isinstance(pieces[0], str):
        if value.count(pieces[0]) * len(text) > MAX_VALUE:
            return UNKNOWN
        return value.replace(pieces[0], text, -1 if every else 1)
    result: list[str] = []
    at = size = 0
    while at < len(value):
        place = _find(pieces[0], value, at)
        end = None if place is None else _end(pieces, value, place[0], longest=True)
        if place is None or end is None or end == place[0]:
            break  # what a later beginning would need is not there either
        result += (value[at : place[0]], text)
        at = end
        size += len(text)
        if size > MAX_VALUE:
            return UNKNOWN
        if not every:
            break
    return "".join((*result, value[at:]))
