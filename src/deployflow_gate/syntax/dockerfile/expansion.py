"""Variables, quotes and escapes of one Dockerfile word, as BuildKit's shell lexer expands them.

A value that is not known is a sketch with `UNKNOWN` in it, and so is what comes of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.syntax.dockerfile.limits import MAX_NESTING, MAX_VALUE
from deployflow_gate.syntax.dockerfile.substitution import replaced, trimmed
from deployflow_gate.text import UNKNOWN

Lookup = Callable[[str], str | None]
"""A variable's sketch; None where it is known to be unset, UNKNOWN where nothing is known of it."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a word comes to (a sketch), and one clause that says why BuildKit refuses it, or ""."""

    value: str
    error: str


class RefusedError(Exception):
    """BuildKit's lexer takes no such text."""


class _TooLongError(Exception):
    pass


_NAME = regex(r"\d+|[@*#?\-$!]|\w+")
_ONE_STRING = regex(r"""\"[^"\\]*\"|'[^']*'""")
_SPECIAL = regex(r"""['"$\\`]""")


def is_plain(raw: str) -> bool:
    """Whether a word is its own value whatever the variables are."""
    return not _SPECIAL.search(raw)


def expand(raw: str, lookup: Lookup, escape: str = "\\") -> Expansion:
    """The value of a word. Never raises; a word that BuildKit refuses, or that nests too deep, is UNKNOWN."""
    if not _SPECIAL.search(raw):
        return Expansion(raw, "")
    if len(raw) > MAX_VALUE:
        return Expansion(UNKNOWN, "")
    lexer = Lexer(raw, lookup, escape)
    try:
        return Expansion(lexer.until(0, "", 0, raw=False)[0], "")
    except RefusedError as refused:
        return Expansion(UNKNOWN, str(refused))
    except _TooLongError:
        return Expansion(UNKNOWN, "")


@cache
def _plain(escape: str) -> re.Pattern[str]:
    return re.compile(rf"""[^'"$\\}}/{re.escape(escape)}]++""")


class Lexer:
    """Reads one text. A marker character stands for each value while `WordSplitter` removes the quotes around it, so
    that quotes inside of values stay."""

    def __init__(self, text: str, lookup: Lookup, escape: str) -> None:
        self.text = text
        self.lookup = lookup
        self.escape = escape
        self.plain = _plain(escape)
        self.size = 0
        self.marker = "\ue000"
        if self.marker in text:
            used = set(text)
            self.marker = next(c for c in map(chr, range(0xE000, 0x110000)) if c not in used)

    def until(self, at: int, stop: str, depth: int, *, raw: bool) -> tuple[str, int]:
        """The value of the text up to `stop` ("": the end), and the offset behind it. `raw` keeps escapes (patterns)."""
        text = self.text
        template: list[str] = []
        values: list[str] = []
        while at < len(text):
            if match := self.plain.match(text, at):
                template.append(match[0])
                at = match.end()
                continue
            char = text[at]
            if char == stop:
                return self._join(template, values), at + 1
            if char == "'":
                end = text.find("'", at + 1)
                if end == -1:
                    raise RefusedError("a single quote is not closed")
                template.append(text[at : end + 1])
                at = end + 1
            elif char == '"':
                at = self.double(template, values, at, depth)
            elif char == "$":
                value, at = self.dollar(at, depth)
                self._put(template, values, value)
            elif char == self.escape:
                after = text[at + 1 : at + 2]
                if raw:
                    self._put(template, values, char + after)
                else:
                    template.append("\\" + after if after else "")
                at += 2
            else:
                self._plainly(template, values, char)
                at += 1
        if stop:
            raise RefusedError(f"`{stop}` is missing")
        return self._join(template, values), at

    def double(self, template: list[str], values: list[str], at: int, depth: int) -> int:
        """Read the double-quoted string at `at`, and return the offset behind it."""
        text, escape = self.text, self.escape
        template.append('"')
        at += 1
        while at < len(text):
            if match := self.plain.match(text, at):
                template.append(match[0])
                at = match.end()
                continue
            char = text[at]
            if char == '"':
                template.append(char)
                return at + 1
            if char == "$":
                value, at = self.dollar(at, depth)
                self._put(template, values, value)
                continue
            if char == escape and text[at + 1 : at + 2] in {'"', "$", escape}:
                at += 1
                char = text[at]
            self._plainly(template, values, char)
            at += 1
        raise RefusedError("a double quote is not closed")

    def _plainly(self, template: list[str], values: list[str], char: str) -> None:
        """Take a character that means nothing here; to WordSplitter a backslash or a quote always would."""
        if char in {'"', "\\"}:
            self._put(template, values, char)
        else:
            template.append(char)

    def _put(self, template: list[str], values: list[str], value: str) -> None:
        self.size += len(value)
        if self.size > MAX_VALUE and len(value) > 1:
            raise _TooLongError
        template.append(self.marker)
        values.append(value)

    def _join(self, template: list[str], values: list[str]) -> str:
        text = "".join(template)
        if _ONE_STRING.fullmatch(text):
            text = text[1:-1]
        elif '"' in text or "'" in text or "\\" in text:
            from dockerfile_parse.util import WordSplitter

            text = WordSplitter(text).dequote()
        if not values:
            return text
        pieces = text.split(self.marker)
        return "".join(v for pair in zip(pieces, [*values, ""], strict=True) for v in pair)

    def dollar(self, at: int, depth: int) -> tuple[str, int]:
        """The value of the variable whose `$` stands at `at`, and the offset behind it."""
        text = self.text
        if not text.startswith("{", at + 1):
            match = _NAME.match(text, at + 1)
            return (self.lookup(match[0]) or "", match.end()) if match else ("$", at + 1)
        if depth >= MAX_NESTING:
            raise RefusedError("variables are nested too deep")
        after = text[at + 2 : at + 3]
        if not after:
            raise RefusedError("`}` is missing")
        if after in "{}:":
            raise RefusedError("a substitution names no variable")
        match = _NAME.match(text, at + 2)
        name = match[0] if match else ""
        at = match.end() if match else at + 2
        value = self.lookup(name)
        operator = text[at : at + 1]
        if operator == "}":
            return value or "", at + 1
        if operator == "/":
            return self._replace(value, at + 1, depth)
        colon = operator == ":"
        if colon:
            at += 1
            operator = text[at : at + 1]
        if not operator:
            raise RefusedError("`}` is missing")
        if operator not in "+-?#%" or (colon and operator in "#%"):
            raise RefusedError(f"`{':' if colon else ''}{operator}` is no substitution that a Dockerfile knows")
        word, at = self.until(at + 1, "}", depth + 1, raw=operator in "#%")
        return _substitute(operator, colon, value, word), at

    def _replace(self, value: str | None, at: int, depth: int) -> tuple[str, int]:
        every = self.text.startswith("/", at)
        pattern, at = self.until(at + every, "/", depth + 1, raw=True)
        word, at = self.until(at, "}", depth + 1, raw=True)
        return replaced(value or "", pattern, word, every=every), at


def _substitute(operator: str, colon: bool, value: str | None, word: str) -> str:
    if operator in "#%":
        longest = word.startswith(operator)
        return trimmed(value or "", word[1:] if longest else word, at_end=operator == "%", longest=longest)
    # None: nothing known says whether it is set (or, with a colon, whether it is empty)
    given: bool | None = value is not None
    if value is not None and UNKNOWN in value:
        given = True if value.strip(UNKNOWN) else None
    elif value == "" and colon:
        given = False
    if operator == "+":
        return UNKNOWN if given is None else word if given else ""
    if given is None:
        return UNKNOWN
    if operator == "-":
        return value or "" if given else word
    return value or "" if given else UNKNOWN
