"""Commands that do nothing of use while an image is built, and what makes them useful after all."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Run

POINTLESS = (
    "ssh", "vi", "vim", "nano", "emacs", "shutdown", "reboot", "halt", "poweroff", "service", "ps", "free", "top", "htop",
    "kill", "mount", "ifconfig",
)  # fmt: skip

MAX_COMMANDS = 500
"""Commands of a RUN that are looked through for what a command may be of use to; the longest real one has 124."""

_NOTHING_RUN = frozenset({"set", "export", "cd", "echo", "true", ":"})
"""What starts, makes and changes nothing that a later command could be about."""
_INNER = frozenset({"if", "loop", "case", "condition", "function"})


def of_use(command: Command, run: Run) -> bool:
    """Whether a command that mostly makes no sense in a build does so here."""
    commands = run.script.commands[:MAX_COMMANDS] if run.script is not None else ()
    before = any(
        other.span.start < command.span.start and other is not command.within and other.name not in _NOTHING_RUN
        for other in commands
    )
    name = command.name
    if name in ("vi", "vim", "nano", "emacs"):
        # installs plug-ins or edits by itself: `vim +PlugInstall +qall`, `emacs --batch`
        return any(
            w.sketch.startswith(("+", "-c", "-e", "-E", "--batch", "--cmd", "--version", "-S"))
            for w in command.arguments
        )
    if name == "service":
        # runs as long as the RUN does: what stands behind it, or stops it again, may need it
        return _serves(command, commands)
    if name in ("kill", "ps"):
        # of what the same RUN started
        return (before and name == "kill") or bool(_INNER.intersection(command.nesting))
    if name == "ssh":
        return any(mount.type in ("ssh", "secret") for mount in run.mounts) or command.has_flag("-V", "-Q", "-G")
    if name == "mount":
        asks = not command.operands and bool(command.pipes_into)
        return run.flag("security") is not None or before or asks
    return False


def _serves(command: Command, commands: tuple[Command, ...]) -> bool:
    others = [other for other in commands if other.name not in ("service", "echo", "true", "exit", "rm")]
    if any(other.span.start > command.span.start for other in others):
        return True
    return any(
        other is not command and other.name == "service" and other.span.start < command.span.start for other in commands
    ) and bool(others)
