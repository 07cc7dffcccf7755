"""The order in which commands are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command


class Order:
    """Where each of some commands stands among them; found in constant time."""

    __slots__ = ("_at", "_commands")

    def __init__(self, commands: Sequence[Command]) -> None:
        self._commands = commands
        self._at = {id(command): at for at, command in enumerate(commands)}

    def at(self, command: Command) -> int:
        return self._at[id(command)]

    def after(self, command: Command) -> Command | None:
        """The command that is written next, None behind the last one."""
        at = self._at[id(command)] + 1
        return self._commands[at] if at < len(self._commands) else None
