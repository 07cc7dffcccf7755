"""From text to trees: where the expressions are, and what each one says."""

from __future__ import annotations

from functools import partial

from deployflow_gate.record import dataclass
from deployflow_gate.syntax.expression.tokens import Token, tokens
from deployflow_gate.syntax.expression.tree import (
    Call,
    Comparison,
    Constant,
    Embedded,
    Filter,
    Index,
    Logic,
    Name,
    Not,
    Property,
    Tree,
)
from deployflow_gate.text import Fault, Mapped, Span

MAX_LENGTH = 21_000
"""Characters of one expression: the runner's own limit (ExpressionConstants.MaxLength)."""

MAX_DEPTH = 50
"""Nodes from the root to a leaf: the runner's own limit (ExpressionConstants.MaxDepth)."""

MAX_NESTING = 100
"""Open parentheses at one place. The runner knows no such limit; it keeps the parser off Python's recursion limit."""

_PRECEDENCE = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4}


class _Wrong(Exception):  # noqa: N818 - control flow inside this module, never seen outside
    def __init__(self, start: int, end: int, message: str) -> None:
        super().__init__(message)
        self.start = start
        self.end = end
        self.message = message


def find(text: Mapped) -> tuple[Embedded, ...]:
    """Every `${{ }}` in a text, in order. One that is not closed ends the search. Never raises."""
    found: list[Embedded] = []
    at = text.text.find("${{")
    while at != -1:
        close = _close(text.text, at + 3)
        if close is None:
            end = len(text.text)
            message = "The expression is not closed: `}}` is missing."
            span = text.span(at, end)
            found.append(
                Embedded(at, end, span, text.span(at + 3, end), None, (Fault(text.span(at, at + 3), message),))
            )
            break
        found.append(_embedded(text, at, close + 2, at + 3, close))
        at = text.text.find("${{", close + 2)
    return tuple(found)


def parse(text: Mapped) -> Embedded:
    """A text that is one expression without `${{ }}`, such as the one of an `if:`. Never raises."""
    return _embedded(text, 0, len(text.text), 0, len(text.text))


def _close(text: str, at: int) -> int | None:
    """The offset of the `}}` that ends an expression; one within a string is none."""
    end = text.find("}}", at)
    while end != -1:
        quote = text.find("'", at, end)
        if quote == -1:
            return end
        at = text.find("'", quote + 1) + 1
        if at == 0:
            return None
        if at > end:
            end = text.find("}}", at)
    return None


def _embedded(text: Mapped, start: int, end: int, inner_start: int, inner_end: int) -> Embedded:
    tree: Tree | None = None
    faults: tuple[Fault, ...] = ()
    try:
        if inner_end - inner_start > MAX_LENGTH:
            raise _Wrong(inner_start, inner_end, f"The expression is longer than {MAX_LENGTH} characters.")
        tree = _Parser(text, tokens(text.text, inner_start, inner_end)).whole()
    except _Wrong as wrong:
        if wrong.start >= wrong.end:  # an empty span shows nothing: the whole expression stands for its end
            wrong.start, wrong.end = start, end
        faults = (Fault(text.span(wrong.start, wrong.end), wrong.message),)
    return Embedded(start, end, text.span(start, end), text.span(inner_start, inner_end), tree, faults)


@dataclass(frozen=True, slots=True)
class _Part:
    """A tree under way, with what the finished one does not keep: its offsets (with parentheses) and its depth."""

    tree: Tree
    start: int
    end: int
    depth: int
    accessible: bool = False
    """Whether `.name` or `[index]` may follow."""


class _Parser:
    """Precedence climbing; a chain is a loop, so that the recursion is only as deep as the parentheses."""

    def __init__(self, text: Mapped, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0
        self.nesting = 0

    def whole(self) -> Tree:
        first = self.tokens[0]
        if first.kind == "end":
            raise _Wrong(first.start, first.end, "The expression is empty.")
        part = self.binary(1)
        if self.token.kind != "end":
            raise self.unexpected("the end of the expression or an operator")
        return part.tree

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def span(self, start: int, end: int) -> Span:
        return self.text.span(start, end)

    def unexpected(self, wanted: str) -> _Wrong:
        token = self.token
        if token.kind == "wrong":
            return _Wrong(token.start, token.end, str(token.value))
        if token.kind == "end":
            return _Wrong(token.start, token.end, f"The expression ends where {wanted} is expected.")
        return _Wrong(token.start, token.end, f"`{token.text[:40]}` stands where {wanted} is expected.")

    def part(self, tree: Tree, start: int, end: int, depth: int, accessible: bool = False) -> _Part:
        if depth > MAX_DEPTH:
            raise _Wrong(start, end, f"The expression is nested deeper than {MAX_DEPTH} levels.")
        return _Part(tree, start, end, depth, accessible)

    def binary(self, least: int) -> _Part:
        left = self.unary()
        while self.token.kind == "operator" and _PRECEDENCE.get(self.token.text, 0) >= least:
            operator = self.token.text
            precedence = _PRECEDENCE[operator]
            if precedence > 2:
                self.take()
                right = self.binary(precedence + 1)
                span = self.span(left.start, right.end)
                depth = 1 + max(left.depth, right.depth)
                left = self.part(Comparison(span, operator, left.tree, right.tree), left.start, right.end, depth)
                continue
            operands = [left]
            while self.token.kind == "operator" and self.token.text == operator:
                self.take()
                operands.append(self.binary(precedence + 1))
            end = operands[-1].end
            logic = Logic(self.span(left.start, end), operator, tuple(operand.tree for operand in operands))
            left = self.part(logic, left.start, end, 1 + max(operand.depth for operand in operands))
        return left

    def unary(self) -> _Part:
        starts: list[int] = []
        while self.token.kind == "operator" and self.token.text == "!":
            starts.append(self.take().start)
        part = self.access(self.primary())
        for start in reversed(starts):
            part = self.part(Not(self.span(start, part.end), part.tree), start, part.end, part.depth + 1)
        return part

    def access(self, part: _Part) -> _Part:
        while part.accessible and self.token.kind == "punctuation" and self.token.text in (".", "["):
            opening = self.take()
            part = self.dereference(part) if opening.text == "." else self.index(part)
        return part

    def dereference(self, part: _Part) -> _Part:
        token = self.token
        if token.text == "*":
            self.take()
            tree: Tree = Filter(self.span(part.start, token.end), part.tree)
        elif token.kind == "word":
            self.take()
            tree = Property(self.span(part.start, token.end), part.tree, token.text, self.span(token.start, token.end))
        else:
            raise self.unexpected("a property's name")
        return self.part(tree, part.start, token.end, part.depth + 1, True)

    def index(self, part: _Part) -> _Part:
        if self.token.text == "*" and self.token.kind == "punctuation":
            self.take()
            end = self.expect("]")
            return self.part(Filter(self.span(part.start, end), part.tree), part.start, end, part.depth + 1, True)
        inner = self.nested()
        end = self.expect("]")
        tree = Index(self.span(part.start, end), part.tree, inner.tree)
        return self.part(tree, part.start, end, 1 + max(part.depth, inner.depth), True)

    def primary(self) -> _Part:
        token = self.token
        if token.kind == "constant":
            self.take()
            return _Part(Constant(self.span(token.start, token.end), token.value), token.start, token.end, 1)
        if token.kind == "word":
            self.take()
            if self.token.text == "(" and self.token.kind == "punctuation":
                return self.call(token)
            return _Part(Name(self.span(token.start, token.end), token.text), token.start, token.end, 1, True)
        if token.text == "(" and token.kind == "punctuation":
            self.take()
            inner = self.nested()
            return _Part(inner.tree, token.start, self.expect(")"), inner.depth, True)
        raise self.unexpected("a value")

    def call(self, name: Token) -> _Part:
        self.take()
        arguments: list[_Part] = []
        if self.token.text != ")" or self.token.kind != "punctuation":
            arguments.append(self.nested())
            while self.token.text == "," and self.token.kind == "punctuation":
                self.take()
                arguments.append(self.nested())
        end = self.expect(")")
        make = partial(Call, self.span(name.start, end), name.text, self.span(name.start, name.end))
        depth = 1 + max((argument.depth for argument in arguments), default=0)
        return self.part(make(tuple(argument.tree for argument in arguments)), name.start, end, depth, True)

    def nested(self) -> _Part:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            token = self.token
            raise _Wrong(token.start, token.end, f"The expression has more than {MAX_NESTING} open parentheses.")
        part = self.binary(1)
        self.nesting -= 1
        return part

    def expect(self, closing: str) -> int:
        token = self.token
        if token.kind != "punctuation" or token.text != closing:
            raise self.unexpected(f"`{closing}`")
        return self.take().end
