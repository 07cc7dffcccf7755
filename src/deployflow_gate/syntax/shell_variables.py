"""Variables that a script itself sets: followed where the assignment surely happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from deployflow_gate.syntax.shell_words import evaluate
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.syntax.shell_raw import RawCommand

_SETTERS = frozenset(("read", "getopts", "mapfile", "readarray", "unset", "let"))
_DECLARERS = frozenset(("export", "declare", "local", "readonly", "typeset"))


class Variables:
    """What is known at each command, in the order of the text.

    A name that is set anywhere in a subshell, a branch, a loop, a function, a pipeline or the background, or behind
    `||`, or by a command such as `read`, is unknown throughout. What is set behind `&&` is known as far as that chain goes.
    """

    def __init__(self, given: Mapping[str, str], commands: Sequence[RawCommand], text: str) -> None:
        self._values = dict(given)
        self._chain: list[str] = []
        self._text = text
        self._lost = {name for command in commands for name in self._unsure(command)}
        self._values.update(dict.fromkeys(self._lost, UNKNOWN))

    def evaluate(self, raw: str) -> str:
        return evaluate(raw, self._values)

    def _spelled(self, command: RawCommand) -> list[str]:
        return [self._text[start:end] for start, end in command.words]

    def _unsure(self, command: RawCommand) -> list[str]:
        if not command.assignments and not command.words:
            return []
        name = self._text[slice(*command.words[0])] if command.words else ""
        if name in _SETTERS:
            return [word for word in self._spelled(command)[1:] if word.isidentifier()]
        if not command.assignments or (name and name not in _DECLARERS):
            return []
        place = command.place
        sure = set(place.nesting) <= {"group"} and place.operator != "||" and command.pipe[2] == 1
        if sure and not place.background and not place.enclosing:
            return [name for name, operator, _ in command.assignments if operator != "="]
        return [name for name, _, _ in command.assignments]

    def reach(self, operator: str, nesting: tuple[str, ...]) -> None:
        """Forget what was set in a chain of `&&` that ends before this command."""
        if self._chain and operator != "&&" and "substitution" not in nesting:
            self._values.update(dict.fromkeys(self._chain, UNKNOWN))
            self._chain = []

    def assign(self, command: RawCommand) -> None:
        """Take over the assignments of a command that is one, or declares."""
        if command.words and self._text[slice(*command.words[0])] not in _DECLARERS:
            return
        for name, _, (start, end) in command.assignments:
            if name in self._lost:
                continue
            spelled = self._text[start:end]
            self._values[name] = UNKNOWN if spelled.startswith("(") else self.evaluate(spelled)
            if command.place.operator == "&&":
                self._chain.append(name)
