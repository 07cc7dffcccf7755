"""Which variables the instructions of a stage use: by Docker's own expansion, and in the shell of a RUN."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.model.scope import PREDEFINED
from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Instruction, Run
    from deployflow_gate.model.stage import Stage
    from deployflow_gate.syntax.shell import Word
    from deployflow_gate.text import Text

PLATFORM = frozenset(name for name in PREDEFINED if name.startswith(("TARGET", "BUILD")))
"""What BuildKit declares before the first FROM of every file."""

_ALWAYS_THERE = PREDEFINED - PLATFORM

_OF_THE_SHELL = frozenset(
    {"EUID", "GROUPS", "HOME", "HOSTNAME", "IFS", "LINENO", "OLDPWD", "OPTARG", "OPTIND", "PPID", "PWD", "RANDOM", "UID"}
)  # fmt: skip

_USE = regex(r"\$(?:(\w+)|\{(\w+)\s*([^}\s])?)")
_SETTERS = frozenset(
    {"read", "export", "local", "declare", "typeset", "readonly", "getopts", "unset", "mapfile", "printf"}
)
_LOADERS = frozenset({".", "source", "eval", "set"})
_LOOP = regex(r"\b(?:for|select)\s+(\w+)\b")


@dataclass(frozen=True, slots=True)
class Use:
    """`span` is the variable alone, with its `$`."""

    instruction: Instruction
    name: str
    span: Span


def uses(stage: Stage, outer: frozenset[str]) -> Iterator[Use]:
    """The variables that are used without a fallback, in file order. Of those in a RUN only the ones that BuildKit, or an ARG
    before the first FROM (`outer`), declares: what else a shell knows is its own matter."""
    from deployflow_gate.model.instruction import Run

    of_runs = (outer | PLATFORM) - _OF_THE_SHELL
    for instruction in stage.instructions:
        if isinstance(instruction, Run):
            yield from _in_script(instruction, of_runs)
        elif instruction.expands:
            yield from _expanded(instruction)


def _expanded(instruction: Instruction) -> Iterator[Use]:
    from deployflow_gate.model.instruction import Arg, Env

    own = instruction.variables if isinstance(instruction, Env | Arg) else ()
    names = {variable.name.value for variable in own} if len(own) > 1 else set()
    flags = (instruction.flag_value(flag) for flag in ("chown", "chmod"))
    for text in (*(flag for flag in flags if flag is not None), *instruction.words):
        cared = _with_fallback(text.raw)
        for name in instruction.references(text):
            if name not in cared and name not in names and name not in _ALWAYS_THERE:
                yield Use(instruction, name, _place(text, name))


def _with_fallback(raw: str) -> set[str]:
    if "{" not in raw:
        return set()
    return {match[2] for match in _USE.finditer(raw) if match[3] is not None and match[3] in ":-+?"}


def _place(text: Text, name: str) -> Span:
    shown = text.span.text
    for match in _USE.finditer(shown):
        if name in (match[1], match[2]):
            end = match.end() if match[1] else shown.find("}", match.end()) + 1
            return Span(text.span.source, text.span.start + match.start(), text.span.start + max(end, match.end()))
    return text.span


def _in_script(run: Run, names: frozenset[str]) -> Iterator[Use]:
    body = run.shell_text
    if body is None or run.json or "$" not in body.text:
        return
    used = {match[1] or match[2] for match in _USE.finditer(body.text)} & names
    script = run.script
    if not used or script is None or not script.posix:
        return
    set_here = {match[1] for match in _LOOP.finditer(body.text)} | set(_mounted(run))
    for command in script.commands:
        if command.name in _LOADERS:
            return
        set_here.update(name for name, _ in command.assignments)
        if command.name in _SETTERS:
            set_here.update(word.sketch.partition("=")[0] for word in command.arguments)
    used -= set_here
    for command in script.commands:
        for word in command.words:
            yield from _of_word(run, word, used)


def _mounted(run: Run) -> Iterator[str]:
    """The variables that mounts of secrets set."""
    for mount in run.flags:
        if mount.value is not None:
            yield from (part.removeprefix("env=") for part in mount.value.sketch.split(",") if part.startswith("env="))


def _of_word(run: Run, word: Word, names: set[str]) -> Iterator[Use]:
    if "$" not in word.raw or not names:
        return
    for match in _USE.finditer(word.raw):
        name = match[1] or match[2]
        if name not in names or match[3] is not None:
            continue
        if f"${name}" in word.sketch or f"${{{name}" in word.sketch:
            continue  # quoted, so that it stays as it is
        end = match.end() if match[1] else word.raw.find("}", match.end()) + 1
        shown = word.span.text
        at = shown.find(word.raw[match.start() : end])
        start = word.span.start + max(at, 0)
        yield Use(run, name, Span(word.span.source, start, start + end - match.start()) if at >= 0 else word.span)
