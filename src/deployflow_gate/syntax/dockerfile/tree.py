"""What a Dockerfile says, instruction by instruction, before anybody asks what it means."""

from __future__ import annotations

from functools import cached_property

from deployflow_gate.record import dataclass
from deployflow_gate.text import Fault, Mapped, Source, Span


@dataclass(frozen=True, slots=True)
class WordSyntax:
    """One word. `raw` is its spelling with continuations joined; `value` is the decoded string of a JSON form, else `raw`
    (quotes, escapes and variables still in it)."""

    span: Span
    raw: str
    value: str
    json: bool = False


@dataclass(frozen=True, slots=True)
class FlagSyntax:
    """`--name=value` before the arguments. `text` is what BuildKit makes of it (quotes removed, the dashes still there);
    `value` is None where there is no `=`; `written` is its spelling, each character knowing its place."""

    span: Span
    text: str
    name: str
    value: WordSyntax | None
    written: Mapped | None = None


@dataclass(frozen=True, slots=True)
class PairSyntax:
    """One name with its value, of ENV, LABEL (always a value) or ARG (None without a default)."""

    span: Span
    name: WordSyntax
    value: WordSyntax | None


@dataclass(frozen=True, slots=True)
class HeredocSyntax:
    """One heredoc: `span` is the redirection (`3<<-"EOF"`), `body_span` the lines up to the terminator, as they are.

    `body` is what is read from it: leading tabs gone for `<<-`, and LF line ends. `expand` is false where the name is
    quoted. `terminator` is the closing name, None where it is missing (which is a fault).
    """

    span: Span
    name: str
    descriptor: int
    expand: bool
    strip_tabs: bool
    body_span: Span
    body: Mapped
    terminator: Span | None


@dataclass(frozen=True, eq=False)
class InstructionSyntax:
    """One instruction.

    `span` runs from the keyword to the end of the last line with something of it on it, heredocs included; `lines` are
    BuildKit's first and last line (it counts the blank and comment lines that a dangling continuation swallows).
    `body` is the argument text behind the flags as a shell sees it. `values` are the arguments as BuildKit splits them:
    one for the whole text of a shell form, of USER, WORKDIR, STOPSIGNAL and MAINTAINER; for HEALTHCHECK its type and its
    command. `pairs` are those of ENV, LABEL and ARG.
    """

    span: Span
    lines: tuple[int, int]
    name: str
    keyword: Span
    body: Mapped
    escape: str
    flags: tuple[FlagSyntax, ...] = ()
    json: bool = False
    values: tuple[WordSyntax, ...] = ()
    pairs: tuple[PairSyntax, ...] = ()
    heredocs: tuple[HeredocSyntax, ...] = ()
    continuations: tuple[Span, ...] = ()
    inner: InstructionSyntax | None = None
    command: Mapped | None = None
    """The command text of a HEALTHCHECK, behind its type."""

    @property
    def keyword_text(self) -> str:
        """The keyword as it is spelled."""
        return self.keyword.text if self.keyword.end - self.keyword.start == len(self.name) else self.name

    @cached_property
    def words(self) -> tuple[WordSyntax, ...]:
        """The arguments word by word, quotes keeping a word together. A word that starts with `#` is one too: no
        instruction knows a comment behind it (only the shell of a RUN does)."""
        from deployflow_gate.syntax.dockerfile.words import quoted_words

        if self.json or self.name in {"FROM", "EXPOSE", "COPY", "ADD", "VOLUME", "ARG"}:
            return self.values
        return quoted_words(self.body, 0, self.escape)


@dataclass(frozen=True, slots=True)
class Directive:
    """`# syntax=…`, `# escape=…` or `# check=…` at the top of the file. `name` is lower case."""

    span: Span
    name: str
    value: str
    value_span: Span


@dataclass(frozen=True, eq=False)
class DockerfileSyntax:
    """`comments` are the spans of all comment lines, from `#` to the line's end, directives and those inside of
    continued instructions included. `broken` is true when a limit kept part of the file from being read."""

    source: Source
    escape: str
    directives: tuple[Directive, ...]
    instructions: tuple[InstructionSyntax, ...]
    comments: tuple[Span, ...]
    faults: tuple[Fault, ...]
    broken: bool = False
