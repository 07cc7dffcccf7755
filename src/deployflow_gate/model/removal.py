"""What a command takes away for good: `rm -rf /var/lib/apt/lists/*`, `find /tmp -delete`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deployflow_gate.model.command import braces

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command

_NEVER_ASKS = ("never", "no", "none")
_NARROWED = ("-name", "-iname", "-path", "-regex", "-mtime", "-newer")


def removes(command: Command, path: str) -> bool:
    """Whether all below the absolute path is removed."""
    path = path.rstrip("/")
    if command.name == "rm":
        if not recursive(command) or asks_first(command):
            return False
        return any(_covers(operand, path) for word in command.operands for operand in braces(word.sketch))
    if command.name == "find":
        sketches = [word.sketch for word in command.words[1:]]
        deletes = "-delete" in sketches or ("rm" in sketches and ("-exec" in sketches or "-execdir" in sketches))
        narrowed = any(flag in sketches for flag in _NARROWED)
        return deletes and not narrowed and any(_covers(sketch, path) for sketch in _find_roots(sketches))
    return False


def recursive(command: Command) -> bool:
    """Whether an `rm` takes folders, too."""
    return command.has_flag("-r", "-R", "--recursive")


def asks_first(command: Command) -> bool:
    """Whether an `rm` asks before it removes something, so that nothing goes where nobody answers. The last flag counts."""
    asks = False
    for argument in command.parsed:
        if argument.name in ("-f", "--force"):
            asks = False
        elif argument.name in ("-i", "-I"):
            asks = True
        elif argument.name == "--interactive":
            asks = argument.word.sketch.partition("=")[2] not in _NEVER_ASKS
    return asks


def _find_roots(sketches: list[str]) -> list[str]:
    roots = []
    for sketch in sketches:
        if sketch.startswith(("-", "(", "!")):
            break
        roots.append(sketch)
    return roots


def _covers(removed: str, path: str) -> bool:
    """Whether removing a (glob) path removes all below the other."""
    removed = re.sub(r"(?:/+(?:\*{1,2}|\.))*/*\Z", "", removed)
    return bool(removed) and (path == removed or path.startswith(removed + "/"))
