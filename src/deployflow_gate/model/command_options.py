"""How a command's arguments divide into flags, their values and operands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deployflow_gate.model.command_flags import interprets, value_flags
from deployflow_gate.record import dataclass
from deployflow_gate.syntax.shell import Word
from deployflow_gate.text import UNKNOWN


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument. `name` is the flag as spelled, "" for an operand; `value` the word that holds the flag's value, `skip` how much
    of that word stands before the value; `behind` the index of the next argument's word."""

    word: Word
    behind: int
    name: str = ""
    value: Word | None = None
    skip: int = 0


def read_arguments(words: Sequence[Word], takes_value: frozenset[str], at: int = 0) -> Iterator[Argument]:
    """The arguments from a word on, in order. Bundled short flags come apart (`-ym x` is -y and -m with x); what follows `--` are
    operands. Long flags may be spelled with one dash where the tool is known to have such a flag."""
    while at < len(words):
        word = words[at]
        at += 1
        sketch = word.sketch
        if sketch == "--":
            yield from [Argument(rest, index + 1) for index, rest in enumerate(words[at:], at)]
            return
        if len(sketch) < 2 or sketch[0] != "-":
            yield Argument(word, at)
            continue
        name, equals, _ = sketch.partition("=")
        if UNKNOWN in name:
            yield Argument(word, at, name)
        elif equals and (sketch.startswith("--") or len(name) > 2):
            yield Argument(word, at, name, word, len(name) + 1)
        elif name in takes_value and not equals:
            value = words[at] if at < len(words) else None
            at += value is not None
            yield Argument(word, at, name, value)
        elif sketch.startswith("--"):
            yield Argument(word, at, name)
        else:
            found = _bundle(word, at, words[at] if at < len(words) else None, takes_value)
            at = found[-1].behind
            yield from found


def _bundle(word: Word, at: int, following: Word | None, takes_value: frozenset[str]) -> list[Argument]:
    """The flags of `-yqq`, `-mvalue`, `-ym value`."""
    found: list[Argument] = []
    letters = word.sketch[1:]
    for index, letter in enumerate(letters):
        flag = "-" + letter
        if flag not in takes_value:
            found.append(Argument(word, at, flag))
        elif index + 1 < len(letters):
            return [*found, Argument(word, at, flag, word, index + 2)]
        else:
            return [*found, Argument(word, at + (following is not None), flag, following)]
    return found


def arguments_of(name: str | None, words: Sequence[Word]) -> tuple[Argument, ...]:
    """The arguments of a tool, by name, whose words are given without the name. An interpreter's own flags end at its program, and
    what follows `python -m uvicorn` is read as uvicorn's."""
    if not interprets(name):
        return tuple(read_arguments(words, value_flags(name)))
    found: list[Argument] = []
    rest = len(words)
    takes_value: frozenset[str] = frozenset()
    for argument in read_arguments(words, value_flags(name)):
        if not argument.name:
            rest = argument.behind - 1
            break
        found.append(argument)
        if argument.name == "-m" and argument.value is not None:
            rest = argument.behind
            takes_value = value_flags(argument.value.sketch[argument.skip :])
            break
    return (*found, *read_arguments(words, takes_value, rest))
