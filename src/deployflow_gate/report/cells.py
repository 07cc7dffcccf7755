"""How wide text is on a terminal, and wrapping by that width."""

from __future__ import annotations

from collections.abc import Iterator

TAB = 4


def width(char: str) -> int:
    """The columns that one printed character takes: 0 for a combining one, 2 for a wide one."""
    if char.isascii():
        return 1
    from unicodedata import category, east_asian_width

    if category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if east_asian_width(char) in {"W", "F"} else 1


def text_width(text: str) -> int:
    return len(text) if text.isascii() else sum(map(width, text))


def wrapped(text: str, columns: int) -> Iterator[str]:
    """Lines of at most `columns`, broken at spaces, or within a word that alone is longer. One line at least."""
    line, used = "", 0
    for word in text.split(" "):
        for piece in _pieces(word, columns):
            size = text_width(piece)
            if line and used + 1 + size > columns:
                yield line
                line, used = piece, size
            else:
                line, used = (f"{line} {piece}", used + 1 + size) if line else (piece, size)
    yield line


def _pieces(word: str, columns: int) -> Iterator[str]:
    if text_width(word) <= columns:
        yield word
        return
    piece, used = "", 0
    for char in word:
        size = width(char)
        if used + size > columns:
            yield piece
            piece, used = "", 0
        piece += char
        used += size
    yield piece
