"""The tokens of a `${{ }}` expression, as the runner's lexer cuts them."""

from __future__ import annotations

import math
from typing import Literal

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex

TokenKind = Literal["constant", "word", "operator", "punctuation", "wrong", "end"]

_SPACE = regex(r"\s*")
_STRING = regex(r"'(?:[^']|'')*+'")
_OPERATOR = regex(r"[=!]=|[<>]=?|&&|\|\||!")
_NUMBER = regex(r"[^\s()\[\],!<>=&|]+")
_WORD = regex(r"[^\s()\[\],.!<>=&|*]+")
_NAME = regex(r"[A-Za-z_][A-Za-z0-9_-]*")
_DECIMAL = regex(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")

_KEYWORDS: dict[str, float | bool | None] = {
    "null": None,
    "true": True,
    "false": False,
    "NaN": math.nan,
    "Infinity": math.inf,
}


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is as written. `value` is a constant's meaning, or the sentence that says what is wrong with a wrong token."""

    kind: TokenKind
    start: int
    end: int
    text: str
    value: str | float | bool | None = None


def number(text: str) -> float:
    """What the runner makes of a text where a number is wanted; NaN for what is none, 0 for the empty text."""
    text = text.strip()
    if not text:
        return 0.0
    if _DECIMAL.fullmatch(text):
        return float(text)
    for prefix, base, digits in (("0x", 16, "0123456789abcdefABCDEF"), ("0o", 8, "01234567")):
        rest = text.removeprefix(prefix)
        if rest != text:
            # Wider numbers overflow the runner's 32 bits; a length bound also keeps the conversion cheap.
            return float(int(rest, base)) if 0 < len(rest) <= 16 and not rest.strip(digits) else math.nan
    return {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}.get(text, math.nan)


def tokens(text: str, start: int, end: int) -> list[Token]:
    """The tokens of text[start:end], the last one of kind "end". The first wrong token stops the reading."""
    found: list[Token] = []
    at = start
    while True:
        space = _SPACE.match(text, at, end)
        at = space.end() if space else at
        if at >= end:
            found.append(Token("end", end, end, ""))
            return found
        token = _token(text, at, end, found[-1] if found else None)
        found.append(token)
        if token.kind == "wrong":
            return found
        at = token.end


def _token(text: str, at: int, end: int, last: Token | None) -> Token:
    first = text[at]
    if first in "()[],*":
        return Token("punctuation", at, at + 1, first)
    if first == "'":
        found = _STRING.match(text, at, end)
        if found is None:
            return Token("wrong", at, end, text[at:end], "The string is not closed: its second `'` is missing.")
        return Token("constant", at, found.end(), found[0], found[0][1:-1].replace("''", "'"))
    found = _OPERATOR.match(text, at, end)
    if found is not None:
        return Token("operator", at, found.end(), found[0])
    if first in "=&|":
        double = first * 2
        return Token("wrong", at, at + 1, first, f"`{first}` is no operator of an expression (`{double}` is).")
    if first == "." and last is not None and (last.kind == "word" or last.text in ("*", ")", "]")):
        return Token("punctuation", at, at + 1, first)
    if first in "+-." or first.isdecimal():
        return _number(text, at, end)
    return _word(text, at, end, last)


def _number(text: str, at: int, end: int) -> Token:
    found = _NUMBER.match(text, at, end)
    stop = found.end() if found else at + 1
    value = number(text[at:stop])
    if math.isnan(value):
        return Token("wrong", at, stop, text[at:stop], f"`{_short(text[at:stop])}` is not a number.")
    return Token("constant", at, stop, text[at:stop], value)


def _word(text: str, at: int, end: int, last: Token | None) -> Token:
    found = _WORD.match(text, at, end)
    stop = found.end() if found else at + 1
    word = text[at:stop]
    if _NAME.fullmatch(word) is None:
        if word[0] == '"':
            return Token("wrong", at, stop, word, 'A string of an expression stands in single quotes, not in `"`.')
        return Token("wrong", at, stop, word, f"`{_short(word)}` means nothing in an expression.")
    if word in _KEYWORDS and not (last is not None and last.text == "." and last.kind == "punctuation"):
        return Token("constant", at, stop, word, _KEYWORDS[word])
    return Token("word", at, stop, word)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
