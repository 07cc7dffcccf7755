"""What runs programs: RUN, CMD, ENTRYPOINT, HEALTHCHECK, and the SHELL they run in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from deployflow_gate.model.instructions.base import Instruction
from deployflow_gate.model.instructions.dialect import Dialect, shebang_dialect
from deployflow_gate.text import Mapped, Text

if TYPE_CHECKING:
    from deployflow_gate.model.instructions.mount import RunMount
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.script import Script


class _Program(Instruction):
    """JSON form: a program and its arguments, in which nobody expands anything. Shell form: a script."""

    @cached_property
    def exec_words(self) -> tuple[Text, ...]:
        """The words of the JSON form, () for the shell form."""
        return tuple(self.literal(v) for v in self.syntax.values if v.json)

    @property
    def shell_text(self) -> Mapped | None:
        """What the shell gets; None where there is nothing. (Of a JSON form: its spelling.)"""
        return self.syntax.body if self.syntax.body.text else None

    @cached_property
    def script(self) -> Script | None:
        """What runs; None if nothing does."""
        from deployflow_gate.model.script import Script

        if self.json:
            return Script.exec(self, self.exec_words, self.scope) if self.exec_words else None
        text = self.shell_text
        return Script.shell(self, text, self.dialect, self.scope) if text is not None else None

    def children(self) -> Iterator[Node]:
        if self.script is not None:
            yield self.script


class Run(_Program):
    @cached_property
    def mounts(self) -> tuple[RunMount, ...]:
        from deployflow_gate.model.instructions.mount import mounts

        return tuple(mounts(self))

    @property
    def _only_heredoc(self) -> bool:
        """`RUN <<EOF`: the body is the script. Else the shell gets the command with the heredocs behind it."""
        return len(self.heredocs) == 1 and self.syntax.body.text == self.heredocs[0].span.text

    @cached_property
    def shell_text(self) -> Mapped | None:
        if not self.heredocs:
            return super().shell_text
        if self._only_heredoc:
            return self.heredocs[0].body
        return _with_bodies(self)

    @property
    def dialect(self) -> Dialect:
        if self._only_heredoc:
            return shebang_dialect(self.heredocs[0].body.text) or super().dialect
        return super().dialect

    def children(self) -> Iterator[Node]:
        yield from self.mounts
        yield from super().children()


def _with_bodies(run: Run) -> Mapped:
    source = run.span.source
    pieces = list(_pieces(run.syntax.body))
    for heredoc in run.heredocs:
        # the shell strips the tabs of `<<-` itself, and its body is as good without them
        at = heredoc.body_span.start
        pieces.append(("\n", max(0, at - 1)))
        pieces.extend(_pieces(heredoc.body))
        pieces.append((heredoc.name, heredoc.terminator.start if heredoc.terminator else heredoc.body_span.end))
    return Mapped.of(source, pieces)


def _pieces(text: Mapped) -> Iterator[tuple[str, int]]:
    ends = (*text.starts[1:], len(text.text)) if text.starts else ()  # an empty text has no piece
    for start, end, origin in zip(text.starts, ends, text.origins, strict=True):
        yield text.text[start:end], origin


class Cmd(_Program):
    pass


class Entrypoint(_Program):
    pass


class Healthcheck(_Program):
    @property
    def disabled(self) -> bool:
        """HEALTHCHECK NONE."""
        return bool(self.syntax.values) and self.syntax.values[0].raw.upper() == "NONE"

    @cached_property
    def shell_text(self) -> Mapped | None:
        return self.syntax.command

    @property
    def command(self) -> Script | None:
        return None if self.disabled else self.script

    @property
    def interval(self) -> Text | None:
        return self.flag_value("interval")

    @property
    def timeout(self) -> Text | None:
        return self.flag_value("timeout")

    @property
    def start_period(self) -> Text | None:
        return self.flag_value("start-period")

    @property
    def start_interval(self) -> Text | None:
        return self.flag_value("start-interval")

    @property
    def retries(self) -> Text | None:
        return self.flag_value("retries")

    def children(self) -> Iterator[Node]:
        if self.command is not None:
            yield self.command


class Shell(Instruction):
    @property
    def command(self) -> tuple[str, ...]:
        """The program and its arguments; () where they are not a JSON array."""
        return tuple(v.value for v in self.syntax.values) if self.json else ()
