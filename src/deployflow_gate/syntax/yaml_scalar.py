"""Where each character of a decoded YAML scalar stands in the file.

The decoding repeats what the parser did (YAML 1.1's line breaks, as libyaml has them) and is checked against the
parser's value; where the two should differ, the value keeps its text and all of it points at the scalar's start.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator

from deployflow_gate.regex import regex
from deployflow_gate.syntax.yaml import Style
from deployflow_gate.text import Mapped, Source, Span

Piece = tuple[str, int]

_BREAK = r"(?:\r\n|[\r\n\x85\u2028\u2029])"
_FOLD = regex(rf"[ \t]*{_BREAK}(?:[ \t]*{_BREAK})*[ \t]*")
_BREAK_AT = regex(_BREAK)
_ESCAPE = regex(
    rf"\\(?:x([0-9A-Fa-f]{{2}})|u([0-9A-Fa-f]{{4}})|U([0-9A-Fa-f]{{8}})|({_BREAK}(?:[ \t]*{_BREAK})*[ \t]*)|(.))"
)
_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "\t": "\t",
    "v": "\v",
}
_ESCAPES |= {"N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029"}
_DOUBLE = regex(rf"\\|[ \t]*{_BREAK}")
_SINGLE = regex(rf"''|[ \t]*{_BREAK}")
_PLAIN = regex(rf"[ \t]*{_BREAK}")
_HEADER = regex(rf"[|>]([-+]?)[0-9]?([-+]?)[ \t]*(?:#[^\r\n\x85\u2028\u2029]*)?({_BREAK}|\Z)")


def locate(span: Span, value: str, style: Style) -> Mapped:
    """The scalar's value with the origin of each character; its text is always `value`."""
    source = span.source
    if not value:
        return Mapped(source, "", (), ())
    if value == span.text:
        return Mapped(source, value, (0,), (span.start,))
    if style in {"literal", "folded"}:
        return _locate_block(span, value, folded=style == "folded") or _nowhere(span, value)
    text = source.text
    if style == "plain":
        pieces = _flow(text, span.start, span.end, _PLAIN)
    else:
        pieces = _flow(text, span.start + 1, span.end - 1, _SINGLE if style == "single" else _DOUBLE)
    return _joined(source, pieces, value) or _nowhere(span, value)


def _nowhere(span: Span, value: str) -> Mapped:
    return Mapped.of(span.source, [(character, span.start) for character in value])


def _joined(source: Source, pieces: Iterator[Piece], value: str) -> Mapped | None:
    """Pieces that follow each other in the file become one; None when they do not come to the value."""
    merged: list[Piece] = []
    text, origin = "", 0
    for piece, at in pieces:
        if not piece:
            continue
        if text and origin + len(text) == at:
            text += piece
        else:
            merged.append((text, origin))
            text, origin = piece, at
    merged.append((text, origin))
    mapped = Mapped.of(source, merged)
    return mapped if mapped.text == value else None


def _breaks(text: str, start: int, end: int) -> list[Piece]:
    """The line breaks of a range as they count in a value; a CR LF stands at its LF."""
    return [(_normal(found[0]), found.end() - 1) for found in _BREAK_AT.finditer(text, start, end)]


def _normal(line_break: str) -> str:
    return line_break if line_break in "\u2028\u2029" else "\n"


def _folded(breaks: list[Piece]) -> list[Piece]:
    """One break is a space, of several the first is dropped; a line or paragraph separator stays what it is."""
    if breaks[0][0] != "\n":
        return breaks
    return breaks[1:] if len(breaks) > 1 else [(" ", breaks[0][1])]


def _flow(text: str, start: int, end: int, special: re.Pattern[str]) -> Iterator[Piece]:
    at = start
    while (found := special.search(text, at, end)) is not None:
        yield text[at : found.start()], at
        if found[0] == "''":
            yield "'", found.start()
            at = found.end()
        elif found[0] == "\\":
            at = yield from _escape(text, found.start(), end)
        else:
            fold = _FOLD.match(text, found.start(), end)
            at = fold.end() if fold else found.end()
            yield from _folded(_breaks(text, found.start(), at))
    yield text[at:end], at


def _escape(text: str, start: int, end: int) -> Generator[Piece, None, int]:
    """One escape, which counts as one character at its backslash; returns where it ends."""
    found = _ESCAPE.match(text, start, end)
    if found is None:
        return end
    digits = found[1] or found[2] or found[3]
    if digits:
        code = int(digits, 16)
        yield (chr(code) if code < 0x110000 else ""), start
    elif found[4]:
        yield from _breaks(text, start, found.end())[1:]
    else:
        yield _ESCAPES.get(found[5], found[5]), start
    return found.end()


def _locate_block(span: Span, value: str, *, folded: bool) -> Mapped | None:
    text = span.source.text
    header = _HEADER.match(text, span.start)
    if header is None:
        return None
    chomp = header[1] or header[2]
    for indent in _indents(text, header.end(), value):
        mapped = _joined(span.source, _block(text, header.end(), indent, chomp, folded), value)
        if mapped is not None:
            return mapped
    return None


def _indents(text: str, start: int, value: str) -> Iterator[int]:
    """The block's indentation: what its first visible line has more than the value's; or, should the block have none, any."""
    content = re.compile(r"^( *)[^ \r\n\x85\u2028\u2029]", re.MULTILINE)
    raw, decoded = re.compile(r"( *)[^ \r\n\x85\u2028\u2029]").search(text, start), content.search(value)
    if raw is not None and decoded is not None and len(raw[1]) > len(decoded[1]):
        yield len(raw[1]) - len(decoded[1])
    yield from range(1, 80)


def _block(text: str, at: int, indent: int, chomp: str, folded: bool) -> Iterator[Piece]:
    """The scanner's own walk: lines at `indent`, the break after each held back until it is known what follows."""
    leading: list[Piece] = []
    blank_before = False
    at, trailing = _blank_lines(text, at, indent)
    while at < len(text) and _column(text, at) == indent:
        blank = text[at] in " \t"
        if folded and leading and leading[0][0] == "\n" and not blank_before and not blank:
            if not trailing:
                yield " ", leading[0][1]
        else:
            yield from leading
        yield from trailing
        blank_before = blank
        found = _BREAK_AT.search(text, at)
        end = found.start() if found else len(text)
        yield text[at:end], at
        leading = [(_normal(found[0]), found.end() - 1)] if found else []
        at, trailing = _blank_lines(text, found.end() if found else end, indent)
    if chomp != "-":
        yield from leading
    if chomp == "+":
        yield from trailing


def _blank_lines(text: str, at: int, indent: int) -> tuple[int, list[Piece]]:
    """Behind up to `indent` spaces of the first line that is not empty, and the breaks of the empty ones."""
    breaks: list[Piece] = []
    while True:
        column = 0
        while column < indent and text[at : at + 1] == " ":
            at += 1
            column += 1
        found = _BREAK_AT.match(text, at)
        if found is None:
            return at, breaks
        breaks.append((_normal(found[0]), found.end() - 1))
        at = found.end()


def _column(text: str, at: int) -> int:
    """How far into its line an offset is that has only spaces before it."""
    start = at
    while start > 0 and text[start - 1] == " ":
        start -= 1
    return at - start
