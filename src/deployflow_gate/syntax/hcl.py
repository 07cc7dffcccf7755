"""As much of HCL as a bake file needs: blocks with attributes whose values are literal strings, lists and maps.

Any other expression (a condition, a function, arithmetic) is read over and has no value here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN, Source, Span, Text

MAX_TOKENS = 200_000
"""A bake file has some hundreds; what is behind the limit is not read."""

MAX_DEPTH = 4
"""Maps within maps; a bake file has two."""

_TOKEN = regex(
    r"""
      (?P<space>[ \t\r]+ | (?:\#|//)[^\n]* | /\*.*?(?:\*/|\Z))
    | (?P<newline>\n)
    | (?P<string>")
    | (?P<heredoc><<-?(?P<mark>\w+)[ \t\r]*\n)
    | (?P<word>[A-Za-z_][\w-]*)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_IN_STRING = regex(r'\\.|\$\$\{|%%\{|[$%]\{|["{}]', re.DOTALL)
_PLAIN_VARIABLE = regex(r"\$\{\s*([A-Za-z_][\w-]*)\s*\}")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}

Value = Text | tuple["Value", ...] | Mapping[str, "Value"]


@dataclass(frozen=True, eq=False)
class Block:
    """`type "label" { name = value }`; nested blocks are left out. A text's sketch is UNKNOWN where it is no literal."""

    span: Span
    type: str
    label: str
    attributes: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    start: int
    end: int


def parse_hcl(source: Source) -> tuple[Block, ...]:
    """The blocks at the top of a file. Never raises; what is not understood is left out."""
    return tuple(_Reader(source).blocks())


def resolve(text: Text, variables: Mapping[str, str]) -> Text:
    """The text with `${NAME}` and a bare `NAME` replaced by what the variables say."""
    if not text.raw.startswith('"'):
        return Text(text.span, text.raw, variables.get(text.raw, UNKNOWN)) if text.sketch == UNKNOWN else text
    return Text(text.span, text.raw, _template(text.raw[1:-1], variables))


def _template(inner: str, variables: Mapping[str, str]) -> str:
    pieces: list[str] = []
    at = 0
    while (found := _IN_STRING.search(inner, at)) is not None:
        pieces.append(inner[at : found.start()])
        at = found.end()
        if found[0][0] == "\\":
            pieces.append(_ESCAPES.get(found[0][1], found[0][1]))
        elif found[0] in ("$${", "%%{"):
            pieces.append(found[0][1:])
        elif found[0] in ("${", "%{"):
            plain = _PLAIN_VARIABLE.match(inner, found.start())
            at = _behind_template(inner, at)
            pieces.append(variables.get(plain[1], UNKNOWN) if plain is not None else UNKNOWN)
        else:
            pieces.append(found[0])
    pieces.append(inner[at:])
    return "".join(pieces)


def _behind_template(text: str, at: int) -> int:
    """The offset behind the `}` that ends a `${` (strings in it may hold braces and templates of their own)."""
    stack = ["{"]
    while stack and (found := _IN_STRING.search(text, at)) is not None:
        at = found.end()
        piece = found[0]
        if piece[0] == "\\":
            continue
        if stack[-1] == '"':
            if piece == '"':
                stack.pop()
            elif piece in ("${", "%{"):
                stack.append("{")
        elif piece == "}":
            stack.pop()
        else:
            stack.append('"' if piece == '"' else "{")
    return at if not stack else len(text)


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.depth = 0
        self.tokens = self.scan()
        self.at = 0

    def scan(self) -> list[_Token]:
        found: list[_Token] = []
        at = 0
        while at < len(self.text) and len(found) < MAX_TOKENS:
            token = _TOKEN.match(self.text, at)
            if token is None:
                break
            start, at = at, token.end()
            kind = token.lastgroup or "other"
            if token["string"]:
                at = self.string_end(at)
            elif token["heredoc"]:
                kind = "heredoc"
                end = re.compile(rf"^[ \t]*{token['mark']}[ \t\r]*$", re.MULTILINE).search(self.text, at)
                at = end.end() if end is not None else len(self.text)
            if kind != "space":
                found.append(_Token(kind, start, at))
        found.append(_Token("end", len(self.text), len(self.text)))
        return found

    def string_end(self, at: int) -> int:
        while (found := _IN_STRING.search(self.text, at)) is not None:
            at = found.end()
            if found[0] == '"':
                return at
            if found[0] in ("${", "%{"):
                at = _behind_template(self.text, at)
        return len(self.text)

    def of(self, token: _Token) -> str:
        return self.text[token.start : token.end]

    def peek(self) -> str:
        token = self.tokens[self.at]
        return "\n" if token.kind == "newline" else self.of(token)

    def take(self) -> _Token:
        token = self.tokens[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def skip_newlines(self) -> None:
        while self.tokens[self.at].kind == "newline" or self.peek() == ",":
            self.at += 1

    def blocks(self) -> list[Block]:
        found: list[Block] = []
        while self.tokens[self.at].kind != "end":
            token = self.take()
            if token.kind != "word":
                continue
            if self.peek() == "=":
                self.take()
                self.value(())
                continue
            labels = []
            while self.tokens[self.at].kind in ("string", "word"):
                labels.append(self.of(self.take()).strip('"'))
            if self.peek() == "{":
                self.take()
                attributes, end = self.attributes()
                span = Span(self.source, token.start, end)
                found.append(Block(span, self.of(token), labels[0] if labels else "", attributes))
        return found

    def attributes(self) -> tuple[dict[str, Value], int]:
        """Up to the closing brace of a block or map, which is taken."""
        found: dict[str, Value] = {}
        while True:
            self.skip_newlines()
            token = self.take()
            if token.kind == "end" or self.of(token) == "}":
                return found, token.end
            if token.kind not in ("word", "string"):
                continue
            if self.peek() in ("=", ":"):
                self.take()
                name = self.of(token).strip('"')
                found.setdefault(name, self.value(("}",)))
            else:
                self.skip_to(("\n",))

    def value(self, closing: tuple[str, ...]) -> Value:
        """A value and whatever follows it in its place; a value of which more follows is none that is known."""
        start = self.tokens[self.at]
        begin = self.at
        made: Value
        if start.kind in ("string", "heredoc", "word"):
            self.take()
            made = self.leaf(start)
        elif self.peek() == "[":
            self.take()
            made = self.items()
        elif self.peek() == "{" and self.depth < MAX_DEPTH:
            self.take()
            self.depth += 1
            made = self.attributes()[0]
            self.depth -= 1
        else:
            made = self.leaf(start)
            self.skip_to(("\n", ",", *closing))
            end = self.tokens[max(begin, self.at - 1)].end
            return Text(Span(self.source, start.start, end), self.text[start.start : end], UNKNOWN)
        if self.peek() in ("\n", ",", *closing) or self.tokens[self.at].kind == "end":
            return made
        self.skip_to(("\n", ",", *closing))
        end = self.tokens[max(begin, self.at - 1)].end
        return Text(Span(self.source, start.start, end), self.text[start.start : end], UNKNOWN)

    def leaf(self, token: _Token) -> Text:
        raw = self.of(token)
        span = Span(self.source, token.start, token.end)
        if token.kind == "string":
            return Text(span, raw, _template(raw[1:-1], {}))
        if token.kind == "word" and raw in ("true", "false", "null"):
            return Text(span, raw, "" if raw == "null" else raw)
        return Text(span, raw, UNKNOWN)

    def items(self) -> tuple[Value, ...]:
        found: list[Value] = []
        while True:
            self.skip_newlines()
            if self.tokens[self.at].kind == "end":
                return tuple(found)
            if self.peek() == "]":
                self.take()
                return tuple(found)
            before = self.at
            if self.peek() in ("[", "{"):
                self.skip_to((",", "]"))
            else:
                found.append(self.value(("]",)))
            if self.at == before:
                self.take()

    def skip_to(self, stops: tuple[str, ...]) -> None:
        """To the first of the stops that stands in no bracket."""
        depth = 0
        while self.tokens[self.at].kind != "end":
            text = self.peek()
            if depth == 0 and text in stops:
                return
            if text in ("[", "{", "("):
                depth += 1
            elif text in ("]", "}", ")"):
                if depth == 0:
                    return
                depth -= 1
            self.at += 1
