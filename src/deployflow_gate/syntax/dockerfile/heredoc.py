"""Which heredocs an instruction opens, and where their bodies end."""

from __future__ import annotations

from bisect import bisect_left

from deployflow_gate.regex import regex
from deployflow_gate.syntax.dockerfile.expansion import Lexer, RefusedError, expand
from deployflow_gate.syntax.dockerfile.limits import MAX_HEREDOCS
from deployflow_gate.syntax.dockerfile.physical import Physical
from deployflow_gate.syntax.dockerfile.tree import HeredocSyntax
from deployflow_gate.syntax.dockerfile.words import BLANKS, SPACE, NotStringsError, flags, json_words, shown
from deployflow_gate.text import UNKNOWN, Fault, Mapped, Span

_OPENING = regex(r"([0-9]*)<<(-?)([^<]*)")
_CANDIDATE = regex(rf"[{BLANKS}]*+([^{BLANKS}]+)")
_KEYWORDS = frozenset({"RUN", "COPY", "ADD"})
_BARE = regex(rf"""[^{SPACE}'"$\\]++""")


def opens_heredocs(line: Mapped) -> bool:
    """Whether BuildKit looks for heredocs in this logical line: RUN, COPY, ADD, bare or behind ONBUILD, no JSON form."""
    text = line.text
    if "<<" not in text:
        return False
    match = _CANDIDATE.match(text)
    if match and match[1].upper() == "ONBUILD":
        _, at = flags(line, _skip(text, match.end()))
        match = _CANDIDATE.match(text, at)
    if not match or match[1].upper() not in _KEYWORDS:
        return False
    _, at = flags(line, _skip(text, match.end()))
    try:
        return json_words(line, at) is None
    except NotStringsError:
        return False


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in SPACE:
        at += 1
    return at


def _shell_words(text: str) -> list[tuple[int, int]]:
    """The ranges of the words that BuildKit's lexer makes of a line; none at all if the line does not lex."""
    lexer = Lexer(text, lambda _: UNKNOWN, "\\")
    ranges: list[tuple[int, int]] = []
    begin: int | None = None
    at = 0
    try:
        while at < len(text):
            start = at
            at = _token_end(lexer, text, at)
            # what a variable brings along is split again: `${x:-a <<EOF}` opens a heredoc
            pieces = range(start, at) if text[start] == "$" else (start,)
            for piece in pieces:
                if text[piece] not in SPACE:
                    begin = piece if begin is None else begin
                elif begin is not None:
                    ranges.append((begin, piece))
                    begin = None
    except RefusedError:
        return []
    if begin is not None:
        ranges.append((begin, len(text)))
    return ranges


def _token_end(lexer: Lexer, text: str, at: int) -> int:
    """The offset behind the plain text, the white space, the string or the variable that begins at `at`."""
    if match := _BARE.match(text, at):
        return match.end()
    char = text[at]
    if char == "'":
        end = text.find("'", at + 1)
        if end == -1:
            raise RefusedError("a single quote is not closed")
        return end + 1
    if char == '"':
        return lexer.double([], [], at, 0)
    if char == "$":
        return lexer.dollar(at, 0)[1]
    return min(at + (2 if char == "\\" else 1), len(text))


class Bodies:
    """Reads the bodies behind instructions. Terminators are looked up, never searched for, so that many heredocs without
    an end cost no more than one."""

    def __init__(self, physical: Physical) -> None:
        self.physical = physical
        self._ends: dict[tuple[bool, str], list[int]] | None = None
        self._resumes: list[int] | None = None

    def read(self, line: Mapped, at: int, faults: list[Fault]) -> tuple[tuple[HeredocSyntax, ...], int]:
        """The heredocs of a logical line whose bodies begin at physical line `at`; and the line behind them."""
        found: list[HeredocSyntax] = []
        for start, end in _shell_words(line.text):
            word = line.text[start:end]
            if "<<" not in word or not (opening := _OPENING.fullmatch(word)):
                continue
            spelled = opening[3].removeprefix("\ufeff")  # Go's scanner drops one wherever a text begins
            name = _unquoted(spelled)
            if not name:
                continue
            span = line.span(start, end)
            if len(found) == MAX_HEREDOCS:
                faults.append(Fault(span, f"The instruction opens more than {MAX_HEREDOCS} heredocs."))
                break
            strip = opening[2] == "-"
            last = self._end_of(name, strip=strip, at=at)
            if last is None:
                faults.append(Fault(span, f"The heredoc {shown(name)} is never closed."))
                last = self._resume(at)
                terminator, following = None, last
            else:
                terminator, following = self._terminator(last, strip=strip), last + 1
            body_span = self.physical.lines_span(at, last)
            body = self._body(at, last, strip=strip)
            descriptor = int(opening[1][:9] or "0")
            expands = name == spelled
            found.append(HeredocSyntax(span, name, descriptor, expands, strip, body_span, body, terminator))
            at = following
        return tuple(found), at

    def _end_of(self, name: str, *, strip: bool, at: int) -> int | None:
        if self._ends is None:
            self._ends = {}
            for number, content in enumerate(self.physical.contents):
                self._ends.setdefault((False, content), []).append(number)
                self._ends.setdefault((True, content.lstrip("\t")), []).append(number)
        lines = self._ends.get((strip, name), [])
        index = bisect_left(lines, at)
        return lines[index] if index < len(lines) else None

    def _resume(self, at: int) -> int:
        """The first line from `at` on that looks like an instruction: an unclosed heredoc silences nothing behind it."""
        if self._resumes is None:
            self._resumes = [n for n, content in enumerate(self.physical.contents) if _INSTRUCTION.match(content)]
        index = bisect_left(self._resumes, at)
        return self._resumes[index] if index < len(self._resumes) else len(self.physical.contents)

    def _terminator(self, number: int, *, strip: bool) -> Span:
        content, start = self.physical.contents[number], self.physical.starts[number]
        skip = len(content) - len(content.lstrip("\t")) if strip else 0
        return Span(self.physical.source, start + skip, start + len(content))

    def _body(self, first: int, last: int, *, strip: bool) -> Mapped:
        pieces: list[tuple[str, int]] = []
        for number in range(first, last):
            content, start = self.physical.contents[number], self.physical.starts[number]
            if strip:
                bare = content.lstrip("\t")
                start += len(content) - len(bare)
                content = bare
            pieces.append((content, start))
            pieces.append(("\n", self.physical.newline_at(number)))
        return Mapped.of(self.physical.source, merged(pieces))


def merged(pieces: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The same pieces, neighbours of the source joined."""
    groups: list[tuple[list[str], int]] = []
    end = -1
    for text, origin in pieces:
        if not text:
            continue
        if origin == end:
            groups[-1][0].append(text)
        else:
            groups.append(([text], origin))
        end = origin + len(text)
    return [("".join(texts), origin) for texts, origin in groups]


def _unquoted(spelled: str) -> str:
    """The name without its quotes; variables in it are no variables."""
    if not any(c in spelled for c in "'\"\\"):
        return spelled
    stand_in = next(c for c in map(chr, range(0xE000, 0x110000)) if c not in spelled)
    return expand(spelled.replace("$", stand_in), lambda _: UNKNOWN).value.replace(stand_in, "$")


_INSTRUCTION = regex(
    r"(?:ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME"
    r"|WORKDIR)[ \t]"
)
