"""How GitHub's runner reads commands out of a log, written anew from its description (actions/runner, ActionCommand.cs).

A second version (`::name key=value,…::message`) counts at the start of a line, blanks before it aside; a first one
(`##[name key=value;…]message`) counts anywhere in a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

KNOWN = frozenset(
    {
        *("error", "warning", "notice", "debug", "group", "endgroup", "section", "command", "echo", "stop-commands"),
        *(
            "add-mask",
            "add-matcher",
            "remove-matcher",
            "add-path",
            "set-env",
            "set-output",
            "save-state",
            "set-repo-path",
        ),
    }
)

_PROPERTY = (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_OLD = (("%3B", ";"), ("%5D", "]"), *_PROPERTY[2:])


@dataclass(frozen=True)
class Command:
    name: str
    data: str
    properties: dict[str, str] = field(default_factory=dict)


def commands(log: str, known: frozenset[str] = KNOWN) -> list[Command]:
    """What the runner would do, in order. `stop-commands` is obeyed."""
    found: list[Command] = []
    token = ""
    for line in re.split(r"\r\n|\r|\n", log):
        command = parse(line, known | ({token} if token else frozenset()))
        if command is None:
            continue
        if token:
            if command.name == token:
                token = ""
                found.append(Command("resume", ""))
            continue
        if command.name == "stop-commands":
            token = command.data
        found.append(command)
    return found


def parse(line: str, known: frozenset[str] = KNOWN) -> Command | None:
    return _second(line.lstrip(), known) or _first(line, known)


def _second(line: str, known: frozenset[str]) -> Command | None:
    if not line.startswith("::"):
        return None
    end = line.find("::", 2)
    if end < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    if name not in known:
        return None
    return Command(name, _undo(line[end + 2 :], _PROPERTY[2:]), _properties(rest.strip(), ",", _PROPERTY))


def _first(line: str, known: frozenset[str]) -> Command | None:
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name, _, rest = line[start + 3 : end].partition(" ")
    if name not in known:
        return None
    return Command(name, _undo(line[end + 1 :], _OLD), _properties(rest.strip(), ";", _OLD))


def _properties(text: str, separator: str, escapes: tuple[tuple[str, str], ...]) -> dict[str, str]:
    pairs = (piece.split("=", 1) for piece in text.split(separator) if piece)
    return {pair[0]: _undo(pair[1], escapes) for pair in pairs if len(pair) == 2}


def _undo(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for spelled, meant in escapes:
        text = text.replace(spelled, meant)
    return text
