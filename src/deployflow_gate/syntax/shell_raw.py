"""Simple commands as ranges of the text, and what they come to once all assignments of the script are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from deployflow_gate.record import dataclass, field
from deployflow_gate.syntax.shell import Redirect, SimpleCommand, Word
from deployflow_gate.syntax.shell_mask import Heredoc
from deployflow_gate.syntax.shell_variables import Variables
from deployflow_gate.text import Mapped, Span

if TYPE_CHECKING:
    from tree_sitter import Node

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands."""

    nesting: tuple[str, ...] = ()
    operator: str = ""
    pipe: tuple[int, int, int] | None = None
    enclosing: tuple[tuple[int, int], ...] = ()
    background: bool = False
    negated: bool = False
    redirects: tuple[Node, ...] = ()


@dataclass(slots=True)
class RawCommand:
    """A simple command as ranges of the text: nothing is evaluated before all assignments are known."""

    start: int
    end: int
    place: Place
    pipe: tuple[int, int, int]
    words: list[Range] = field(default_factory=list)
    assignments: list[tuple[str, str, Range]] = field(default_factory=list)
    redirects: list[tuple[Range, str, Range | None, Heredoc | None]] = field(default_factory=list)


def finish(text: Mapped, raw: list[RawCommand], variables: Mapping[str, str]) -> Iterator[SimpleCommand]:
    known = Variables(variables, raw, text.text)
    for command in raw:
        place = command.place
        known.reach(place.operator, place.nesting)
        if command.pipe[0] >= 0:
            words = tuple([_make_word(text, at, known) for at in command.words])
            yield SimpleCommand(
                text.span(command.start, command.end),
                words,
                tuple([(name, _make_word(text, at, known)) for name, _, at in command.assignments])
                if command.assignments
                else (),
                tuple([_make_redirect(text, redirect, known) for redirect in command.redirects])
                if command.redirects
                else (),
                *command.pipe,
                place.operator,
                place.nesting,
                place.enclosing,
                place.background,
                place.negated,
            )
        if command.assignments:
            known.assign(command)


def _make_word(text: Mapped, at: Range, known: Variables) -> Word:
    start, end = at
    raw = text.text[start:end]
    return Word(text.span(start, end), raw, known.evaluate(raw), start, end)


def _make_redirect(
    text: Mapped, redirect: tuple[Range, str, Range | None, Heredoc | None], known: Variables
) -> Redirect:
    at, operator, target, heredoc = redirect
    span: Span = text.span(*at)
    word = _make_word(text, target, known) if target else None
    return Redirect(span, operator, word, text.slice(heredoc.body, heredoc.body_end) if heredoc else None)
