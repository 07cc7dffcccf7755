"""What a shell word comes to: quote removal and the expansions whose values are known (POSIX shell, 2.2 and 2.6)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from itertools import pairwise

from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN, Mapped

MAX_NESTED_DEFAULTS = 8
"""`${a:-${b:-…}}` deeper than this is unknown; each level is scanned once more."""

Piece = tuple[str, int, int]
"""A stretch of the value, and the start and end in the word's spelling that it came from."""

_PLAIN = regex(r"[^\\'\"$`<>\x00]*")
_SPECIAL = regex(r"[\\'\"$`\x00]|[<>]\(")
_IN_QUOTES = regex(r"[\\\"$`\x00]")
_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*")
_ANSI_END = regex(r"(?:[^\\']|\\.)*", re.DOTALL)
_ANSI_ESCAPE = regex(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|c(.)|(.))", re.DOTALL
)
_ANSI_LETTERS = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_DEFAULT = regex(r"(:?[-+?=])|(##?|%%?)")
_GLOB = regex(r"[*?\[\]$`\\'\"]")


def evaluate(raw: str, variables: Mapping[str, str], depth: int = 0) -> str:
    """The sketch of a word as spelled."""
    if _PLAIN.fullmatch(raw):
        return raw
    return _joined([text for text, _, _ in _pieces(raw, variables, depth)])


def unquoted(text: Mapped, start: int, end: int, variables: Mapping[str, str]) -> Mapped:
    """The word text[start:end] as evaluated, each character knowing its place: what `sh -c` sees of its argument."""
    parts: list[tuple[str, int]] = []
    for value, first, last in _pieces(text.text[start:end], variables, 0):
        if value == UNKNOWN:
            parts.extend((UNKNOWN, text.origin(at)) for at in range(start + first, start + last))
            continue
        if len(value) == last - first:
            parts.extend(_cut(text, start + first, start + last))
            continue
        for index, character in enumerate(value):
            place = last - 1 if 0 < index == len(value) - 1 else min(first + index, last - 1)
            parts.append((character, text.origin(start + place)))
    return Mapped.of(text.source, parts)


def _cut(text: Mapped, start: int, end: int) -> list[tuple[str, int]]:
    """text[start:end] as the pieces of the Mapped that it is made of."""
    first, last = bisect_right(text.starts, start), bisect_left(text.starts, end)
    cuts = [start, *text.starts[first:last], end]
    return [(text.text[at:stop], text.origin(at)) for at, stop in pairwise(cuts)]


def _joined(pieces: list[str]) -> str:
    sketch = "".join(pieces)
    while UNKNOWN * 2 in sketch:
        sketch = sketch.replace(UNKNOWN * 2, UNKNOWN)
    return sketch


def _pieces(raw: str, variables: Mapping[str, str], depth: int) -> list[Piece]:
    pieces: list[Piece] = []
    at = 0
    quotes = False
    length = len(raw)
    while at < length:
        found = (_IN_QUOTES if quotes else _SPECIAL).search(raw, at)
        if found is None:
            pieces.append((raw[at:], at, length))
            break
        start = found.start()
        if start > at:
            pieces.append((raw[at:start], at, start))
        mark = raw[start]
        if mark == '"':
            quotes = not quotes
            at = start + 1
            continue
        if mark == "\\":
            at, value = _backslash(raw, start, quotes)
        elif mark == "'":
            at = raw.find("'", start + 1)
            at = length if at < 0 else at + 1
            inner_end = at - 1 if raw[at - 1] == "'" and at - 1 > start else at
            if inner_end > start + 1:
                pieces.append((raw[start + 1 : inner_end], start + 1, inner_end))
            continue
        elif mark == "$":
            at, value = _dollar(raw, start, quotes, variables, depth)
        elif mark == "`":
            at, value = _past_backtick(raw, start), UNKNOWN
        elif mark == UNKNOWN:
            at, value = start + 1, UNKNOWN
        else:
            at, value = closing(raw, start + 2, ")"), UNKNOWN
        if value:
            pieces.append((value, start, at))
    return pieces


def _backslash(raw: str, at: int, quotes: bool) -> tuple[int, str]:
    following = raw[at + 1 : at + 2]
    if following == "\n":
        return at + 2, ""
    if following == "\r" and raw[at + 2 : at + 3] == "\n":
        return at + 3, ""
    if quotes and following not in ("$", "`", '"', "\\"):
        return at + 1, "\\"
    return (at + 2, following) if following else (at + 1, "\\")


def _past_backtick(raw: str, at: int) -> int:
    at += 1
    while at < len(raw) and raw[at] != "`":
        at += 2 if raw[at] == "\\" else 1
    return min(at + 1, len(raw))


def _dollar(raw: str, at: int, quotes: bool, variables: Mapping[str, str], depth: int) -> tuple[int, str]:
    following = raw[at + 1 : at + 2]
    if following == "(":
        return closing(raw, at + 2, ")"), UNKNOWN
    if following == "{":
        end = closing(raw, at + 2, "}")
        return end, _braced(raw[at + 2 : end - 1], variables, depth)
    if found := _NAME.match(raw, at + 1):
        return found.end(), variables.get(found[0], UNKNOWN)
    if following and following in "0123456789@*#?$!-":
        return at + 2, UNKNOWN
    if not quotes and following == "'":
        quoted = _ANSI_END.match(raw, at + 2)
        stop = quoted.end() if quoted else len(raw)
        return min(stop + 1, len(raw)), _ANSI_ESCAPE.sub(_ansi, raw[at + 2 : stop])
    if not quotes and following == '"':
        return at + 1, ""
    return at + 1, "$"


def _ansi(found: re.Match[str]) -> str:
    for group, base in ((1, 16), (2, 16), (3, 16), (4, 8)):
        if digits := found[group]:
            code = int(digits, base)
            return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else UNKNOWN
    if found[5]:
        return chr(ord(found[5]) & 0x1F) or UNKNOWN
    return _ANSI_LETTERS.get(found[6], found[6] if found[6] in "\\'\"?" else "\\" + found[6])


def _braced(inner: str, variables: Mapping[str, str], depth: int) -> str:
    name = _NAME.match(inner)
    if name is None or name[0] not in variables:
        return UNKNOWN
    value = variables[name[0]]
    rest = inner[name.end() :]
    if not rest:
        return value
    operator = _DEFAULT.match(rest)
    if operator is None or UNKNOWN in value or depth >= MAX_NESTED_DEFAULTS:
        return UNKNOWN
    word = rest[operator.end() :]
    if operator[2]:
        if _GLOB.search(word):
            return UNKNOWN
        return value.removeprefix(word) if operator[2][0] == "#" else value.removesuffix(word)
    given = bool(value) or operator[1][0] != ":"
    if operator[1][-1] == "+":
        return evaluate(word, variables, depth + 1) if given else ""
    return value if given or operator[1][-1] == "?" else evaluate(word, variables, depth + 1)


_NESTED = regex(r"\\.|'|\"|`|\$\(|\$\{|[(){}]", re.DOTALL)


def closing(text: str, at: int, close: str) -> int:
    """The offset behind the `close` that ends what was opened just before `at` (the text's length if nothing does).

    Knows quotes and nested expansions; keeps a stack, so that depth costs nothing.
    """
    stack = [close]
    quotes = 0
    while stack and (found := _NESTED.search(text, at)):
        mark, at = found[0], found.end()
        top = stack[-1]
        if mark == top:
            quotes -= mark == '"'
            stack.pop()
        elif mark in ("$(", "${"):
            stack.append(")" if mark == "$(" else "}")
        elif mark == "`":
            at = _past_backtick(text, at - 1)
        elif mark == "(" and top == ")":
            stack.append(")")
        elif mark == '"' and top != '"':
            stack.append('"')
            quotes += 1
        elif mark == "'" and top != '"' and not (top == "}" and quotes):
            end = text.find("'", at)
            at = len(text) if end < 0 else end + 1
    return len(text) if stack else at
