"""What all instructions of a Dockerfile have."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from deployflow_gate.model.instructions.dialect import Dialect, dialect_of
from deployflow_gate.model.scope import NOTHING_KNOWN, Scope
from deployflow_gate.record import dataclass
from deployflow_gate.syntax.dockerfile import FlagSyntax, HeredocSyntax, InstructionSyntax, WordSyntax, expand, is_plain
from deployflow_gate.text import UNKNOWN, Mapped, Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.dockerfile import Dockerfile
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.stage import Stage


@dataclass(frozen=True, slots=True)
class Flag:
    """`--name=value`; `value` is None where there is no `=`."""

    span: Span
    name: str
    value: Text | None
    syntax: FlagSyntax


@dataclass(frozen=True, eq=False)
class Instruction:
    """One instruction. `index` counts those of the file; `stage` is None before the first FROM.

    `onbuild` is true for the instruction behind an ONBUILD: it runs in stages that stand on this image.
    """

    dockerfile: Dockerfile
    stage: Stage | None
    syntax: InstructionSyntax
    index: int
    onbuild: bool = False

    expands: ClassVar[bool] = False
    """Whether Docker itself expands variables in the arguments (else a shell does, or nobody)."""

    @property
    def keyword(self) -> str:
        """In upper case."""
        return self.syntax.name

    @property
    def span(self) -> Span:
        return self.syntax.span

    @property
    def keyword_span(self) -> Span:
        return self.syntax.keyword

    @property
    def json(self) -> bool:
        return self.syntax.json

    @property
    def argument_text(self) -> Mapped:
        """All of the arguments behind the flags; of a HEALTHCHECK the command behind its type."""
        return self.syntax.body if self.syntax.command is None else self.syntax.command

    @property
    def shell(self) -> tuple[str, ...]:
        """The SHELL in force at this line; () where it is not known."""
        return self.stage.shell_at(self.index) if self.stage else ()

    @property
    def dialect(self) -> Dialect:
        """The language of a shell form here."""
        return dialect_of(self.shell)

    @property
    def heredocs(self) -> tuple[HeredocSyntax, ...]:
        return self.syntax.heredocs

    @cached_property
    def scope(self) -> Scope:
        """The variables that this line sees: name → sketch."""
        if self.onbuild:
            return NOTHING_KNOWN
        return Scope(self.stage.timeline if self.stage else self.dockerfile.timeline, self.index)

    @cached_property
    def flags(self) -> tuple[Flag, ...]:
        return tuple(
            Flag(f.span, f.name, None if f.value is None else self.text(f.value), f) for f in self.syntax.flags
        )

    def flag(self, name: str) -> Flag | None:
        """The flag of a name (without dashes); the last one, as Docker takes it."""
        return next((f for f in reversed(self.flags) if f.name == name), None)

    def flag_value(self, name: str) -> Text | None:
        flag = self.flag(name)
        return flag.value if flag else None

    @cached_property
    def words(self) -> tuple[Text, ...]:
        """The arguments word by word, with the values they have at this line."""
        of = self.text if self.expands or not self.json else self.literal
        return tuple(of(word) for word in self.syntax.words)

    def text(self, word: WordSyntax) -> Text:
        """A word with variables expanded and quotes removed."""
        return Text(word.span, word.raw, self.sketch(word.value))

    @staticmethod
    def literal(word: WordSyntax) -> Text:
        """A word of which nothing is expanded."""
        return Text(word.span, word.raw, word.value)

    def part(self, text: Mapped, start: int, end: int) -> Text:
        """A range of a text of this instruction, expanded."""
        raw = text.text[start:end]
        return Text(text.span(start, end), raw, self.sketch(raw))

    def sketch(self, raw: str, scope: Scope | None = None) -> str:
        """What a spelling comes to, in the scope of this line or another one."""
        if is_plain(raw):
            return raw
        if not self.expands and ("`" in raw or "$(" in raw):
            return UNKNOWN  # a shell runs a command there
        escape = self.syntax.escape if self.expands else "\\"
        return expand(raw, (self.scope if scope is None else scope).lookup, escape).value

    def references(self, text: Text) -> tuple[str, ...]:
        """The names of the variables that Docker expands in a text of this instruction, in order, each once."""
        if "$" not in text.raw:
            return ()
        found: dict[str, None] = {}

        def seen(name: str) -> str:
            found[name] = None
            return UNKNOWN

        expand(text.raw, seen, self.syntax.escape)
        return tuple(name for name in found if name.isidentifier())

    def whole(self) -> Text:
        """All of the arguments as one text."""
        body = self.syntax.body
        return self.part(body, 0, len(body.text))

    def children(self) -> Iterator[Node]:
        return iter(())
