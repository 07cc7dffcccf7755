"""The arguments of one instruction, split as its keyword asks for."""

from __future__ import annotations

from deployflow_gate.record import dataclass, field
from deployflow_gate.regex import regex
from deployflow_gate.syntax.dockerfile.limits import MAX_WORDS
from deployflow_gate.syntax.dockerfile.tree import FlagSyntax, PairSyntax, WordSyntax
from deployflow_gate.syntax.dockerfile.words import (
    ASCII_SPACE,
    BLANKS,
    SPACE,
    NotStringsError,
    flags,
    json_words,
    plain_words,
    quoted_ranges,
    shown,
    word,
)
from deployflow_gate.text import Fault, Mapped

_SHELL_OR_JSON = frozenset({"RUN", "CMD", "ENTRYPOINT", "SHELL"})
_LIST_OR_JSON = frozenset({"COPY", "ADD", "VOLUME"})
_ONE_TEXT = frozenset({"USER", "WORKDIR", "STOPSIGNAL", "MAINTAINER"})
_LIST = frozenset({"FROM", "EXPOSE"})
_BLANKS = regex(rf"[{BLANKS}]+")
_NOT_SPACE = regex(rf"[^{ASCII_SPACE}]+")


@dataclass(slots=True)
class Arguments:
    body: Mapped
    flags: tuple[FlagSyntax, ...]
    json: bool = False
    values: tuple[WordSyntax, ...] = ()
    pairs: tuple[PairSyntax, ...] = ()
    command: Mapped | None = None
    faults: list[Fault] = field(default_factory=list)


def arguments(name: str, line: Mapped, start: int, escape: str) -> Arguments:
    """What stands from `start` on in a logical line behind the keyword `name`."""
    found, start = flags(line, start)
    text = line.text
    end = len(text.rstrip(SPACE))
    start = min(end, len(text) - len(text[start:].lstrip(SPACE))) if start < end else end
    parts = Arguments(line.slice(start, end), found)
    if start == end:
        # an empty body stands where the line's text ends
        parts.body = Mapped(line.source, "", (0,), (line.origin(end),))
        return parts
    if name in _SHELL_OR_JSON:
        if not _json(parts):
            _whole(parts)
    elif name in _LIST_OR_JSON:
        if not _json(parts):
            _list(parts)
    elif name in _LIST:
        _list(parts)
    elif name in _ONE_TEXT:
        _whole(parts)
    elif name in {"ENV", "LABEL"}:
        _pairs(parts, name, escape)
    elif name == "ARG":
        _args(parts, escape)
    elif name == "HEALTHCHECK":
        _healthcheck(parts)
    if len(parts.values) >= MAX_WORDS or len(parts.flags) >= MAX_WORDS:
        span = parts.body.span(0, len(parts.body.text))
        parts.faults.append(Fault(span, f"The instruction has {MAX_WORDS} words or more; the rest is not read."))
    return parts


def _json(parts: Arguments, start: int = 0) -> bool:
    """Take the JSON form, if it is one."""
    body = parts.body
    try:
        words = json_words(body, start)
    except NotStringsError:
        parts.faults.append(
            Fault(body.span(start, len(body.text)), "The JSON array holds something else than strings.", "arguments")
        )
        return False
    if words is None:
        return False
    parts.json = True
    parts.values += words
    return True


def _list(parts: Arguments) -> None:
    parts.values = plain_words(parts.body)


def _whole(parts: Arguments, start: int = 0) -> None:
    parts.values += (word(parts.body, start, len(parts.body.text)),)


def _args(parts: Arguments, escape: str) -> None:
    ranges = quoted_ranges(parts.body.text, 0, escape)
    parts.values = tuple(word(parts.body, start, end) for start, end in ranges)
    parts.pairs = tuple(_pair(parts.body, start, end) for start, end in ranges)


def _pair(body: Mapped, start: int, end: int) -> PairSyntax:
    equals = body.text.find("=", start, end)
    if equals == -1:
        name = word(body, start, end)
        return PairSyntax(name.span, name, None)
    return PairSyntax(body.span(start, end), word(body, start, equals), word(body, equals + 1, end))


def _pairs(parts: Arguments, keyword: str, escape: str) -> None:
    body = parts.body
    text = body.text
    ranges = quoted_ranges(text, 0, escape)
    if not ranges:
        return
    start, end = ranges[0]
    if "=" not in text[start:end]:
        # the old form, `ENV name the whole rest`: the name ends at the first blank, quoted or not
        blank = _BLANKS.search(text)
        if not blank:
            parts.faults.append(Fault(body.span(0, len(text)), f"The {keyword} has a name and no value.", "arguments"))
            name = word(body, 0, len(text))
            parts.pairs = (PairSyntax(name.span, name, None),)
            return
        name, value = word(body, 0, blank.start()), word(body, blank.end(), len(text))
        parts.pairs = (PairSyntax(body.span(0, len(text)), name, value),)
    else:
        pairs = []
        for start, end in ranges:
            pair = _pair(body, start, end)
            if pair.value is None:
                message = f"The {keyword} has a word without `=`: {shown(pair.name.raw)}."
                parts.faults.append(Fault(pair.span, message, "arguments"))
            else:
                pairs.append(pair)
        parts.pairs = tuple(pairs)
    parts.values = tuple(part for pair in parts.pairs for part in (pair.name, pair.value) if part is not None)


def _healthcheck(parts: Arguments) -> None:
    body = parts.body
    match = _NOT_SPACE.match(body.text)
    if not match:
        return
    parts.values = (word(body, 0, match.end()),)
    start = match.end()
    while start < len(body.text) and body.text[start] in ASCII_SPACE:
        start += 1
    if start < len(body.text):
        parts.command = body.slice(start, len(body.text))
        if not _json(parts, start):
            _whole(parts, start)
