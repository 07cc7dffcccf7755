"""Splitting the text behind a keyword into flags and words, as BuildKit's line parsers do."""

from __future__ import annotations

import re
from functools import cache
from typing import NoReturn

from deployflow_gate.regex import regex
from deployflow_gate.syntax.dockerfile.limits import MAX_SHOWN, MAX_WORDS
from deployflow_gate.syntax.dockerfile.tree import FlagSyntax, WordSyntax
from deployflow_gate.text import Mapped, Span

SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""Go's unicode.IsSpace; Python's str.isspace also takes the four information separators."""

BLANKS = "\t\v\f\r "
"""What BuildKit splits a keyword and plain words at."""

ASCII_SPACE = "\t\n\v\f\r "
"""What it splits flags and a HEALTHCHECK's type at, byte by byte."""

KEYWORD = regex(rf"[^{BLANKS}]+")
_BARE_WORD = regex(rf"[^{SPACE}]+")
_JSON_STRING = regex(r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+"')
_JSON_SPACE = regex(r"[ \t\n\r]*+")


@cache
def _quoted_word(escape: str) -> re.Pattern[str]:
    # an escape at the very end of the text belongs to no word: BuildKit drops it
    e = re.escape(escape)
    return re.compile(
        rf"""(?:[^{SPACE}'"{e}]++|{e}.|'[^']*+(?:'|\Z)|"(?:[^"{e}]++|{e}.)*+(?:"|\Z|(?={e}\Z)))++""", re.DOTALL
    )


_FLAG = regex(
    rf"""(?:[^{ASCII_SPACE}'"\\]++|\\.|'(?:[^'\\]++|\\.)*+(?:'|\\?\Z)|"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|\\\Z)++""",
    re.DOTALL,
)
_FLAG_QUOTING = regex(r"""\\(.)|'((?:[^'\\]|\\.)*+)'?|"((?:[^"\\]|\\.)*+)"?|\\\Z""", re.DOTALL)
_ESCAPED = regex(r"\\(.)|\\\Z", re.DOTALL)


def shown(text: str) -> str:
    """A piece of the file as a message shows it: no longer than a message may be."""
    return f"`{text}`" if len(text) <= MAX_SHOWN else f"`{text[:MAX_SHOWN]}…`"


def word(text: Mapped, start: int, end: int) -> WordSyntax:
    raw = text.text[start:end]
    if len(text.starts) == 1:  # most instructions stand on one line
        origin = text.origins[0]
        return WordSyntax(Span(text.source, origin + start, origin + end), raw, raw)
    return WordSyntax(text.span(start, end), raw, raw)


def plain_words(text: Mapped) -> tuple[WordSyntax, ...]:
    """Words between blanks; quotes mean nothing."""
    return tuple(word(text, start, end) for start, end in _ranges(text.text, 0, KEYWORD))


def quoted_words(text: Mapped, start: int, escape: str) -> tuple[WordSyntax, ...]:
    """Words between white space; quotes and the escape character keep it inside of a word."""
    return tuple(word(text, begin, end) for begin, end in quoted_ranges(text.text, start, escape))


def quoted_ranges(text: str, start: int, escape: str) -> list[tuple[int, int]]:
    """The ranges of these words."""
    special = escape in text or '"' in text or "'" in text
    return _ranges(text, start, _quoted_word(escape) if special else _BARE_WORD)


def _ranges(text: str, start: int, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    found = []
    for match in pattern.finditer(text, start):
        found.append(match.span())
        if len(found) == MAX_WORDS:
            break
    return found


def flags(text: Mapped, start: int) -> tuple[tuple[FlagSyntax, ...], int]:
    """The `--flag`s from an offset on, and the offset behind them.

    BuildKit works byte by byte here and so spoils what is not ASCII; we do not.
    """
    body = text.text
    if not body.startswith("--", start):
        return (), start
    found: list[FlagSyntax] = []
    at = start
    while True:
        while at < len(body) and body[at] in ASCII_SPACE:
            at += 1
        if not body.startswith("--", at) or len(found) >= MAX_WORDS:
            return tuple(found), at
        match = _FLAG.match(body, at)
        end = match.end() if match else len(body)
        raw = body[at:end]
        dequoted = _dequote_flag(raw)
        if dequoted == "--":
            return tuple(found), end
        found.append(_flag(text, at, end, raw, dequoted))
        at = end


def _dequote_flag(raw: str) -> str:
    if not any(c in raw for c in "\\'\""):
        return raw

    def inside(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[1]
        quoted = match[2] if match[2] is not None else match[3]
        return _ESCAPED.sub(lambda m: m[1] or "", quoted) if quoted else ""

    return _FLAG_QUOTING.sub(inside, raw)


def _flag(text: Mapped, start: int, end: int, raw: str, dequoted: str) -> FlagSyntax:
    name, equals, value = dequoted[2:].partition("=")
    if equals:
        at = start + raw.find("=") + 1
        given = WordSyntax(text.span(at, end), text.text[at:end], value)
        return FlagSyntax(text.span(start, end), dequoted, name, given, text.slice(at, end))
    return FlagSyntax(text.span(start, end), dequoted, name, None)


class NotStringsError(Exception):
    """A JSON array that holds something else than strings: BuildKit refuses the file."""


def json_words(text: Mapped, start: int) -> tuple[WordSyntax, ...] | None:
    """The strings of a JSON array at the offset, None if there is none (then it is the shell form).

    What stands behind the array is ignored, as BuildKit's decoder does. Raises NotStringsError.
    """
    body = text.text
    begin = at = start + len(body[start:]) - len(body[start:].lstrip(SPACE))
    if not body.startswith("[", at):
        return None
    at = _skip(body, at + 1)
    found: list[WordSyntax] = []
    if body.startswith("]", at):
        return ()
    while match := _JSON_STRING.match(body, at):
        found.append(_json_word(text, at, match.end()))
        at = _skip(body, match.end())
        if body.startswith("]", at):
            return tuple(found[:MAX_WORDS])
        if not body.startswith(",", at):
            return None
        at = _skip(body, at + 1)
    if _is_array(body, begin):
        raise NotStringsError
    return None


def _skip(body: str, at: int) -> int:
    match = _JSON_SPACE.match(body, at)
    return match.end() if match else at


def _json_word(text: Mapped, start: int, end: int) -> WordSyntax:
    raw = text.text[start:end]
    value = raw[1:-1]
    if "\\" in value:
        from json import loads

        value = loads(raw)
        if "\\u" in raw:  # Go puts U+FFFD for half a surrogate pair
            value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return WordSyntax(text.span(start, end), raw, value, json=True)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _number(digits: str) -> float:
    value = float(digits)
    if value in {float("inf"), float("-inf")}:
        raise ValueError(digits)
    return value


def _is_array(body: str, start: int) -> bool:
    from json import JSONDecoder

    try:
        JSONDecoder(parse_constant=_no_constant, parse_float=_number, parse_int=_number).raw_decode(body, start)
    except (ValueError, RecursionError):
        return False
    return True
