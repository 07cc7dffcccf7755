"""Variables in the values of a compose file: `$X`, `${X}`, `${X:-default}`, `${X-…}`, `${X:?…}`, `${X?…}`, `${X:+…}`, `${X+…}`,
nested ones, and `$$` for a dollar (https://docs.docker.com/reference/compose-file/interpolation/)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property
from itertools import accumulate

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN, Mapped, Span

MAX_NESTED = 16
"""Defaults within defaults; each level is scanned once more, and a deeper one is unknown."""

MAX_SUBSTITUTED = 4096
"""Characters that the variables of one text may come to; beyond them they are unknown (lines of a `.env` can double each other)."""

MAX_VARIABLES = 5_000
"""Variables of one text; what follows is unknown. The largest real texts are scripts with a few dozen."""

_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATOR = regex(r":?[-?+]")
_BRACE = regex(r"\$\{|\}")


@dataclass(frozen=True, slots=True)
class Piece:
    """`value` came of text[start:end]; `substituted` where it is not the same characters."""

    value: str
    start: int
    end: int
    substituted: bool


@dataclass(frozen=True, eq=False)
class Interpolated:
    """`invalid` are the ranges of the text that compose refuses: a `${` that is not closed or has no name. A `$` before
    anything else that is no name stands for itself."""

    text: Mapped
    pieces: tuple[Piece, ...]
    invalid: tuple[tuple[int, int], ...] = ()

    @cached_property
    def sketch(self) -> str:
        return "".join(piece.value for piece in self.pieces)

    @cached_property
    def _starts(self) -> list[int]:
        """Where each piece begins in the sketch."""
        return list(accumulate((len(piece.value) for piece in self.pieces), initial=0))

    def _at(self, offset: int) -> tuple[Piece, int] | None:
        """The piece that sketch[offset] is of, and how far into it."""
        index = bisect_right(self._starts, offset) - 1
        return (self.pieces[index], offset - self._starts[index]) if 0 <= index < len(self.pieces) else None

    def _range(self, start: int, end: int) -> tuple[int, int]:
        """The range of the text that sketch[start:end] comes from."""
        first, last = self._at(start), self._at(end - 1)
        if first is None:
            return len(self.text.text), len(self.text.text)
        begin = first[0].start if first[0].substituted else first[0].start + first[1]
        if last is None or end <= start:
            return begin, begin
        return begin, last[0].end if last[0].substituted else last[0].start + last[1] + 1

    def place(self, start: int, end: int) -> Span:
        """Where sketch[start:end] is written: a substituted piece counts from its `$` to its end."""
        return self.text.span(*self._range(start, end))

    def written(self, start: int, end: int) -> str:
        """The spelling of sketch[start:end], variables as they are written."""
        first, last = self._range(start, end)
        return self.text.text[first:last]

    @cached_property
    def mapped(self) -> Mapped:
        """The sketch as a text of its own, its characters at their places: a substituted one stands at its `$`, and the
        last one of several at its end."""
        parts: list[tuple[str, int]] = []
        for piece in self.pieces:
            if not piece.substituted:
                inner = self.text.slice(piece.start, piece.end)
                cuts = [*inner.starts, len(inner.text)]
                for index, origin in enumerate(inner.origins):
                    parts.append((inner.text[cuts[index] : cuts[index + 1]], origin))
                continue
            first, last = self.text.origin(piece.start), self.text.origin(piece.end - 1)
            parts += [(character, first) for character in piece.value[:-1]]
            parts.append((piece.value[-1:], last if len(piece.value) > 1 else first))
        return Mapped.of(self.text.source, parts)


def interpolate(text: Mapped, variables: Mapping[str, str]) -> Interpolated:
    """Substitute. `variables` maps known names to sketches; one that is not there takes its default, or is unknown."""
    if "$" not in text.text:
        return Interpolated(text, (Piece(text.text, 0, len(text.text), False),) if text.text else ())
    pieces, invalid = _pieces(text.text, variables, 0)
    return Interpolated(text, tuple(pieces), tuple(invalid))


def sketch_of(text: str, variables: Mapping[str, str], depth: int = 0) -> str:
    """What a text comes to, without its places."""
    if "$" not in text:
        return text
    return "".join(piece.value for piece in _pieces(text, variables, depth)[0])


def _pieces(text: str, variables: Mapping[str, str], depth: int) -> tuple[list[Piece], list[tuple[int, int]]]:
    pieces: list[Piece] = []
    invalid: list[tuple[int, int]] = []
    done = substituted = 0
    closings = _closings(text)
    at = text.find("$")
    while at != -1:
        value, end = _variable(text, at, closings, variables, depth)
        if value is None and text.startswith("${", at):
            invalid.append((at, max(end, at + 2)))
        if value is not None or end > at + 1:
            if at > done:
                pieces.append(Piece(text[done:at], done, at, False))
            substituted += len(value or "")
            known = UNKNOWN if value is None or substituted > MAX_SUBSTITUTED else value
            if known:
                pieces.append(Piece(known, at, end, True))
            done = end
        if len(pieces) > MAX_VARIABLES and end < len(text):
            pieces.append(Piece(UNKNOWN, end, len(text), True))
            return pieces, invalid
        at = text.find("$", end)
    if done < len(text):
        pieces.append(Piece(text[done:], done, len(text), False))
    return pieces, invalid


def _variable(
    text: str, at: int, closings: Mapping[int, int], variables: Mapping[str, str], depth: int
) -> tuple[str | None, int]:
    """What the `$` at `at` comes to and where it ends; None where compose refuses it."""
    following = text[at + 1 : at + 2]
    if following == "$":
        return "$", at + 2
    if following != "{":
        name = _NAME.match(text, at + 1)
        return (variables.get(name[0], UNKNOWN), name.end()) if name else (None, at + 1)
    close = closings.get(at)
    if close is None:
        return None, at + 1
    return _braced(text[at + 2 : close], variables, depth), close + 1


def _closings(text: str) -> dict[int, int]:
    """Where the brace of each `${` is closed, by the offset of its `$`; those that are not are left out."""
    open_braces: list[int] = []
    found: dict[int, int] = {}
    for brace in _BRACE.finditer(text):
        if brace[0] != "}":
            open_braces.append(brace.start())
        elif open_braces:
            found[open_braces.pop()] = brace.start()
    return found


def _braced(inner: str, variables: Mapping[str, str], depth: int) -> str | None:
    name = _NAME.match(inner)
    if name is None:
        return None
    value = variables.get(name[0])
    if name.end() == len(inner):
        return UNKNOWN if value is None else value
    operator = _OPERATOR.match(inner, name.end())
    if operator is None:
        return None
    if depth >= MAX_NESTED or (value is not None and UNKNOWN in value):
        return UNKNOWN
    colon, kind = len(operator[0]) == 2, operator[0][-1]
    given = value is not None and (value != "" or not colon)
    if kind == "-":
        return value if given else sketch_of(inner[operator.end() :], variables, depth + 1)
    if kind == "?":
        return value if given else UNKNOWN
    if value is None:
        return UNKNOWN
    return sketch_of(inner[operator.end() :], variables, depth + 1) if given else ""
