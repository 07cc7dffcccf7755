"""Shell scripts wherever they stand: RUN, CMD, compose `command:`, workflow `run:`, a file that is an entrypoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import takewhile
from typing import Literal

from deployflow_gate.model.command import Command
from deployflow_gate.model.command_wrappers import SHELLS, peel
from deployflow_gate.model.node import Node
from deployflow_gate.model.order import Order
from deployflow_gate.model.script_words import after_c, fields, joined, spelled
from deployflow_gate.record import dataclass, field
from deployflow_gate.regex import regex
from deployflow_gate.syntax.shell import ShellSyntax, SimpleCommand, Word, parse_shell
from deployflow_gate.text import UNKNOWN, Fault, Mapped, Source, Span, Text

__all__ = ["Body", "Command", "Dialect", "Script", "spelled"]

Dialect = Literal["sh", "bash", "powershell", "cmd", "other"]

MAX_OPENED_DEPTH = 4
"""`sh -c` within `sh -c`: each level is parsed anew."""

MAX_OPENED = 500
"""Texts opened (`sh -c "…"`) in one script."""

_SHEBANG = regex(r"\ufeff?#![ \t]*(\S+)(?:[ \t]+(?:-\S+[ \t]+)*(\S+))?")


@dataclass(frozen=True, eq=False)
class Body:
    """A text that was parsed on its own: the script itself, or what a `sh -c` in it was given."""

    text: Mapped
    syntax: ShellSyntax | None
    within: Command | None = None
    commands: list[Command] = field(default_factory=list)

    @cached_property
    def _pipelines(self) -> dict[int, list[Command]]:
        found: dict[int, list[Command]] = {}
        for command in self.commands:
            found.setdefault(command.simple.pipe, []).append(command)
            for pipe, _ in command.simple.enclosing:
                found.setdefault(pipe, []).append(command)
        return found

    @cached_property
    def _exports(self) -> dict[str, list[tuple[int, str]]]:
        found: dict[str, list[tuple[int, str]]] = {}
        for command in self.commands:
            if command.name == "export" and command.unconditional:
                for name, word in command.assignments:
                    found.setdefault(name, []).append((command.simple.span.start, word.sketch))
        return found

    def exported(self, name: str, before: int) -> str | None:
        """The value of the last `export` of a variable that surely happens before a place in the file."""
        values = [value for at, value in self._exports.get(name, ()) if at < before]
        return values[-1] if values else None

    @cached_property
    def _outer(self) -> dict[int, Command]:
        found: dict[int, Command] = {}
        open_: list[Command] = []
        for command in self.commands:
            span = command.simple.span
            while open_ and open_[-1].simple.span.end <= span.start:
                open_.pop()
            if open_ and "substitution" in command.nesting:
                found[id(command)] = open_[-1]
            open_.append(command)
        return found

    def outer(self, command: Command) -> Command | None:
        return self._outer.get(id(command))

    @cached_property
    def order(self) -> Order:
        """The order of the commands of this text alone."""
        return Order(self.commands)

    def pipeline(self, pipe: int) -> tuple[Command, ...]:
        return tuple([command for command in self._pipelines[pipe] if command.simple.pipe == pipe])

    def neighbours(self, command: Command, step: int) -> tuple[Command, ...]:
        """The commands a pipe before (-1) or behind (1) this one, in its own pipeline or else in the nearest around it."""
        simple = command.simple
        for pipe, index in ((simple.pipe, simple.pipe_index), *reversed(simple.enclosing)):
            found = self._places.get((pipe, index + step))
            if found:
                return tuple(found)
        return ()

    @cached_property
    def _places(self) -> dict[tuple[int, int], list[Command]]:
        """The commands at each place of each pipeline, those of a group at the group's place."""
        found: dict[tuple[int, int], list[Command]] = {}
        for command in self.commands:
            simple = command.simple
            for place in ((simple.pipe, simple.pipe_index), *simple.enclosing):
                found.setdefault(place, []).append(command)
        return found


@dataclass(frozen=True, eq=False)
class Script:
    """`text` is what the shell sees. `exec_words` are the items of an exec form, which no shell sees (then `syntax` is None)."""

    owner: object
    span: Span
    text: Mapped
    dialect: Dialect
    variables: Mapping[str, str] = field(default_factory=dict)
    exec_words: tuple[Text, ...] = ()

    @staticmethod
    def shell(
        owner: object, text: Mapped, dialect: Dialect = "sh", variables: Mapping[str, str] | None = None
    ) -> Script:
        """From the text a shell is given. `variables` are those of its environment, name to sketch."""
        return Script(owner, text.span(0, len(text.text)), text, dialect, variables or {})

    @staticmethod
    def exec(owner: object, words: Sequence[Text], variables: Mapping[str, str] | None = None) -> Script:
        """From an exec form: one command, whose `["sh", "-c", "…"]` is opened. Nothing is substituted in its words."""
        if not words:
            raise ValueError("an exec form has at least one word")
        parts: list[tuple[str, int]] = []
        for word in words:
            if parts:
                parts.append((" ", word.span.start))
            parts.append((word.raw, word.span.start))
        span = words[0].span.until(words[-1].span)
        return Script(owner, span, Mapped.of(span.source, parts), "other", variables or {}, tuple(words))

    @staticmethod
    def file(owner: object, source: Source, variables: Mapping[str, str] | None = None) -> Script:
        """From a script file; its first line decides the dialect ("sh" without one)."""
        return Script(owner, source.whole, Mapped.whole(source.whole), shebang_dialect(source.text), variables or {})

    @property
    def is_exec(self) -> bool:
        return bool(self.exec_words)

    @property
    def posix(self) -> bool:
        """True when the text was read as shell."""
        return self.dialect in ("sh", "bash")

    def children(self) -> Iterator[Node]:
        return iter(self.commands)

    @cached_property
    def syntax(self) -> ShellSyntax | None:
        return parse_shell(self.text, self.variables) if self.posix else None

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Places that are not understood as shell; empty where the script is in another language."""
        return self.syntax.faults if self.syntax else ()

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """All commands in the order of the text: those of substitutions, and behind a `sh -c "…"` those of its text."""
        return self._read[0]

    @property
    def opened(self) -> Mapping[int, Body]:
        return self._read[1]

    @cached_property
    def body(self) -> Body:
        return self._read[2]

    @cached_property
    def _read(self) -> tuple[tuple[Command, ...], dict[int, Body], Body]:
        return _Reading(self).result()

    @cached_property
    def order(self) -> Order:
        """The order of all commands, those that a `sh -c` was given among them."""
        return Order(self.commands)

    @cached_property
    def _moves(self) -> tuple[Command, ...]:
        return tuple(command for command in self.commands if command.name in {"cd", "pushd"})

    def moves_before(self, command: Command) -> Iterator[Command]:
        """The commands written before this one that change the folder."""
        at = self.order.at(command)
        return takewhile(lambda move: self.order.at(move) < at, self._moves)

    def any_before(self, command: Command, test: Callable[[Command], bool]) -> bool:
        """Whether the test holds of a command that is written before this one.

        All are tested once for each test (a function of a module), so that it may be asked for each command.
        """
        first, _ = self._holding(test)
        return first is not None and self.order.at(first) < self.order.at(command)

    def any_after(self, command: Command, test: Callable[[Command], bool]) -> bool:
        """The same of the commands that are written after it."""
        _, last = self._holding(test)
        return last is not None and self.order.at(last) > self.order.at(command)

    def _holding(self, test: Callable[[Command], bool]) -> tuple[Command | None, Command | None]:
        """The first and the last command of which a test holds."""
        if test not in self._held:
            held = [command for command in self.commands if test(command)]
            self._held[test] = (held[0], held[-1]) if held else (None, None)
        return self._held[test]

    @cached_property
    def _held(self) -> dict[Callable[[Command], bool], tuple[Command | None, Command | None]]:
        return {}

    @cached_property
    def main_command(self) -> Command | None:
        """What finally runs: the command that replaces the shell (`exec …`), else the last one, if it surely runs.

        None for `exec "$@"`, for a branch or a loop at the end, and where several run at once.
        """
        return _main(self.body, self)


class _Reading:
    """Builds the commands of one script, opening texts breadth first but listing them in place."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.opened: dict[int, Body] = {}

    def result(self) -> tuple[tuple[Command, ...], dict[int, Body], Body]:
        script = self.script
        body = Body(script.text, script.syntax)
        if script.exec_words:
            simple = _exec_command(script)
            body.commands.append(self._command(body, simple, (), None))
        elif script.syntax is not None:
            body.commands.extend([self._command(body, simple, (), None) for simple in script.syntax.commands])
        ordered: list[Command] = []
        stack: list[tuple[Command, int]] = [(command, 0) for command in reversed(body.commands)]
        while stack:
            command, depth = stack.pop()
            ordered.append(command)
            inner = self._open(command) if depth < MAX_OPENED_DEPTH and len(self.opened) < MAX_OPENED else None
            if inner is not None:
                self.opened[id(command.simple)] = inner
                stack.extend((found, depth + 1) for found in reversed(inner.commands))
        return tuple(ordered), self.opened, body

    def _command(self, body: Body, simple: SimpleCommand, wrappers: tuple[str, ...], user: Word | None) -> Command:
        words = simple.words
        if not self.script.exec_words or body.within is not None:
            words = fields(words)
        peeled = peel(words)
        first = simple.span
        if words or simple.assignments:
            last = words[-1].span if words else simple.assignments[-1][1].span
            first = Span(first.source, first.start, max(first.start, last.end))
        return Command(
            self.script,
            body,
            simple,
            first,
            peeled.words,
            wrappers + peeled.wrappers,
            simple.assignments + peeled.assigned if peeled.assigned else simple.assignments,
            peeled.user or user,
        )

    def _open(self, command: Command) -> Body | None:
        """The body of `sh -c "…"`, `eval "…"`, `su app -c "…"`, where its text is known well enough to be read."""
        name = command.name
        if name in SHELLS:
            words = after_c(command)
        elif name == "eval":
            words = command.arguments
        elif name in ("su", "runuser"):
            word = command.option("-c", "--command")
            words = (word,) if word else ()
        else:
            return None
        if not words or all(word.sketch == UNKNOWN for word in words):
            return None
        text = joined(command, words, self.script.variables)
        body = Body(text, parse_shell(text, self.script.variables), command)
        user = command.run_as
        if name in ("su", "runuser"):
            user = next((word for word in command.operands if word.sketch not in ("-", words[0].sketch)), user)
        assert body.syntax is not None
        wrappers = (*command.wrappers, name)
        body.commands.extend([self._command(body, simple, wrappers, user) for simple in body.syntax.commands])
        return body


def _exec_command(script: Script) -> SimpleCommand:
    words = tuple([Word(text.span, text.raw, text.sketch) for text in script.exec_words])
    return SimpleCommand(script.span, words)


def shebang_dialect(text: str) -> Dialect:
    """Which language a script file is in, by its first line."""
    found = _SHEBANG.match(text)
    if found is None:
        return "sh"
    program = found[1].rpartition("/")[2]
    if program == "env" and found[2]:
        program = found[2].rpartition("/")[2]
    if program in ("sh", "dash", "ash"):
        return "sh"
    if program in ("bash", "zsh", "ksh", "mksh"):
        return "bash"
    return "powershell" if program in ("pwsh", "powershell") else "other"


_NOTHING = frozenset((":", "exit", "set", "cd", "export", "return", "shift", "trap"))


def _main(body: Body, script: Script) -> Command | None:
    top = [
        command
        for command in body.commands
        if "substitution" not in command.nesting and "function" not in command.nesting
    ]
    chosen: Command | None = None
    for command in top:
        certain = set(command.nesting) <= {"group", "subshell"} and command.operator != "||"
        if certain and "exec" in command.wrappers and not command.background:
            chosen = command
            break
    else:
        while top and top[-1].operator == "||" and not top[-1].simple.enclosing:
            top.pop()
        if top and set(top[-1].nesting) <= {"group", "subshell"}:
            chosen = top[-1].pipeline[0]
    if chosen is None or chosen.background or not chosen.words or chosen.name in ("wait", "exec"):
        return None
    if chosen.words[0].raw.strip('"') in ("$@", "$*"):
        return None
    inner = script.opened.get(id(chosen.simple))
    if inner is not None:
        return _main(inner, script)
    unread = chosen.name in SHELLS and bool(after_c(chosen))
    return None if unread or chosen.name in _NOTHING else chosen
