"""One command that a script runs, with its wrappers taken off."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from deployflow_gate.model.command_options import Argument, arguments_of
from deployflow_gate.model.command_wrappers import base_name
from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.syntax.shell import Redirect, SimpleCommand, Word
from deployflow_gate.text import UNKNOWN, Mapped, Span

if TYPE_CHECKING:
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.script import Body, Script

_PYTHON = regex(r"(?:python|pypy)[0-9.]*w?")
_BRACES = regex(r"\{([^{}]*,[^{}]*)\}")
_MAX_BRACES = 3
_CERTAIN = frozenset(("group", "subshell", "condition"))


@dataclass(frozen=True, eq=False)
class Command:
    """`words` are the command's own, name first; `wrappers` what ran it (`("sudo", "env")`, `("poetry run",)`, `("sh",)` for what
    `sh -c` was given), outermost first. `within` is the `sh -c`, `eval` or `su -c` command whose text this one stands in.

    `span` goes from the first word, wrapper or assignment to the last word; `script` is the script as a whole.
    """

    script: Script
    body: Body
    simple: SimpleCommand
    span: Span
    words: tuple[Word, ...]
    wrappers: tuple[str, ...] = ()
    assignments: tuple[tuple[str, Word], ...] = ()
    run_as: Word | None = None
    """The user that a wrapper becomes (`gosu app`, `sudo -u app`, `su app -c`); None when none is named."""

    def children(self) -> Iterator[Node]:
        return iter(())

    @property
    def parent_script(self) -> Script:
        return self.script

    @property
    def within(self) -> Command | None:
        return self.body.within

    @property
    def text(self) -> Mapped:
        """The text that this command's words are offsets in."""
        return self.body.text

    @cached_property
    def name(self) -> str | None:
        """The command's name without path and .exe; None when it is not known, or there is none (assignments only)."""
        return base_name(self.words[0]) if self.words else None

    @property
    def name_span(self) -> Span:
        return self.words[0].span if self.words else self.span

    @property
    def arguments(self) -> tuple[Word, ...]:
        return self.words[1:]

    @property
    def redirects(self) -> tuple[Redirect, ...]:
        return self.simple.redirects

    @property
    def nesting(self) -> tuple[str, ...]:
        return self.simple.nesting

    @property
    def operator(self) -> str:
        return self.simple.operator

    @property
    def background(self) -> bool:
        return self.simple.background

    @cached_property
    def parsed(self) -> tuple[Argument, ...]:
        """The arguments, told apart by what is known of the tool."""
        return arguments_of(self.name, self.words[1:])

    @cached_property
    def flags(self) -> tuple[Word, ...]:
        """The words that are flags (with what is joined to them), each once."""
        found = {id(argument.word): argument.word for argument in self.parsed if argument.name}
        return tuple(found.values())

    @cached_property
    def operands(self) -> tuple[Word, ...]:
        """The words that are neither flags nor a flag's value."""
        return tuple([argument.word for argument in self.parsed if not argument.name])

    @cached_property
    def subcommand(self) -> str | None:
        """The first operand's value: `install` of `apt-get -y install x`."""
        return self.operands[0].value if self.operands else None

    def has_flag(self, *names: str) -> bool:
        """Whether one of the flags is given: `-y`, bundled as in `-yqq`, `--yes`, `--yes=true` (not `=false`)."""
        return self.flag(*names) is not None

    def flag(self, *names: str) -> Word | None:
        """The word in which one of the flags is given."""
        for argument in self.parsed:
            if argument.name in names and not (
                argument.skip and argument.word.sketch[argument.skip :] in ("false", "0")
            ):
                return argument.word
            if len(argument.word.raw) > 2 and argument.word.sketch in names and argument.name:
                return argument.word
        return None

    def option(self, *names: str) -> Word | None:
        """The value of the last of these flags: `--x y`, `--x=y`, `-xy`. None when absent or without a value."""
        values = self.options(*names)
        return values[-1] if values else None

    def options(self, *names: str) -> tuple[Word, ...]:
        """The values of each of these flags, in order. A flag that the tool is not known to have takes the next word."""
        found: list[Word] = []
        words = self.words
        for argument in self.parsed:
            if argument.name in names or (argument.name and argument.word.sketch in names):
                if argument.value is not None and argument.skip:
                    found.append(self.tail(argument.value, argument.skip))
                elif argument.value is not None:
                    found.append(argument.value)
                elif (at := words.index(argument.word) + 1) < len(words) and not words[at].sketch.startswith("-"):
                    found.append(words[at])
        return tuple(found)

    def tail(self, word: Word, skip: int) -> Word:
        """The rest of a word behind `skip` characters of its value, with its own span where the spelling allows."""
        raw = word.raw
        if raw[:skip] != word.sketch[:skip] or UNKNOWN in raw[:skip]:
            return Word(word.span, raw, word.sketch[skip:], word.start, word.end)
        if word.end:
            span = self.text.span(word.start + skip, word.end)
            return Word(span, raw[skip:], word.sketch[skip:], word.start + skip, word.end)
        at = word.span.text.find(raw)
        span = word.span
        if at >= 0:
            span = Span(span.source, span.start + at + skip, span.start + at + len(raw))
        return Word(span, raw[skip:], word.sketch[skip:])

    @cached_property
    def uncertain(self) -> bool:
        """True when an argument is not known from its first character on: it may be any flag (`pip install $OPTIONS x`)."""
        return any(word.sketch.startswith(UNKNOWN) and not word.raw.startswith(('"', "'")) for word in self.words[1:])

    @cached_property
    def module(self) -> str | None:
        """What `python -m` runs."""
        if self.name is None or not _PYTHON.fullmatch(self.name):
            return None
        word = self.option("-m") if self.words[1:] else None
        return word.value if word else None

    @cached_property
    def own(self) -> tuple[Word, ...]:
        """The words with `python -m` taken for a wrapper: `uvicorn app:app` of `python -m uvicorn app:app`."""
        if self.module is None:
            return self.words
        for index, word in enumerate(self.words):
            if word.sketch == "-m":
                return self.words[index + 1 :]
            if word.sketch.startswith("-m"):
                return (self.tail(word, 2), *self.words[index + 1 :])
        return self.words

    @cached_property
    def tool(self) -> str | None:
        """The command's name, or the module that python runs."""
        return self.module or self.name

    @cached_property
    def pipeline(self) -> tuple[Command, ...]:
        """The simple commands piped together with this one, itself included, in order."""
        return self.body.pipeline(self.simple.pipe)

    @cached_property
    def pipes_into(self) -> tuple[Command, ...]:
        """The commands that read this one's output through a pipe: the next of the pipeline, or all of the next group."""
        found = self.body.neighbours(self, 1)
        if not found and self.within is not None and self._shares_output:
            return self.within.pipes_into
        return found

    @cached_property
    def piped_from(self) -> tuple[Command, ...]:
        """The commands whose output this one reads through a pipe."""
        found = self.body.neighbours(self, -1)
        return self.within.piped_from if not found and self.within is not None and self._shares_output else found

    @property
    def _shares_output(self) -> bool:
        return "substitution" not in self.nesting

    @cached_property
    def outer(self) -> Command | None:
        """The command in whose words, redirects or assignments this one is substituted: the `sh` of `sh <(curl x)`."""
        return self.body.outer(self)

    @cached_property
    def unconditional(self) -> bool:
        """True when the command runs whenever the script gets this far without a failure."""
        if self.simple.operator == "||" or not _CERTAIN.issuperset(self.nesting):
            return False
        return self.within is None or self.within.unconditional

    @cached_property
    def inner(self) -> Body | None:
        """The text that this command runs as a script (`sh -c "…"`, `eval "…"`), opened; its commands are among the script's."""
        return self.script.opened.get(id(self.simple))

    @cached_property
    def install(self) -> Install | None:
        """What the command does as a package manager; None when it is none."""
        from deployflow_gate.model.install import read_install

        return read_install(self)

    def variable(self, name: str) -> str | None:
        """The value (a sketch) of an environment variable as the command sees it; None when nothing known sets it.

        From its own assignments (`A=b command`, `env A=b command`), an `export` before it, or the script's environment.
        """
        for given, word in reversed(self.assignments):
            if given == name:
                return word.sketch
        exported = self.body.exported(name, self.simple.span.start)
        if exported is None and self.within is not None:
            return self.within.variable(name)
        return exported if exported is not None else self.script.variables.get(name)

    def removes(self, path: str) -> bool:
        """Whether all below the absolute path is removed: `rm -rf /var/lib/apt/lists/*` for "/var/lib/apt/lists"."""
        from deployflow_gate.model.removal import removes

        return removes(self, path)


def braces(sketch: str) -> list[str]:
    """The words that bash makes of `a{b,c}d`; at most three groups are expanded."""
    if "{" not in sketch:
        return [sketch]
    parts = _BRACES.split(sketch)
    if not 1 < len(parts) <= 2 * _MAX_BRACES + 1:
        return [sketch]
    choices = [part.split(",") if index % 2 else [part] for index, part in enumerate(parts)]
    return ["".join(chosen) for chosen in product(*choices)]
