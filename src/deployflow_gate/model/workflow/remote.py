"""What a step runs on another machine: the script of an action that goes there by ssh, and what `ssh host …` is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from deployflow_gate.model.command_wrappers import SHELLS, base_name
from deployflow_gate.model.script import Script
from deployflow_gate.model.script_words import joined
from deployflow_gate.model.workflow.reading import scalar_of
from deployflow_gate.model.workflow.shell import shell_text

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.workflow.step import Step
    from deployflow_gate.syntax.shell import Word

REMOTE_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "appleboy/ssh-action": ("script",),
    "cross-the-world/ssh-pipeline": ("script",),
    "cross-the-world/ssh-scp-ssh-pipelines": ("first_ssh", "last_ssh"),
    "d3rhase/ssh-command-action": ("command",),
    "easingthemes/ssh-deploy": ("script_before", "script_after"),
    "fifsky/ssh-action": ("command",),
    "garygrossgarten/github-action-ssh": ("command",),
    "jimcronqvist/action-ssh": ("command",),
    "nekiro/ssh-job": ("command",),
}
"""Lower-case name → the inputs that hold a script for the server, by their documentation as of 2025."""

_WITH_VALUE = frozenset("BbcDEeFIiJLlmOopQRSWw")
"""Letters of ssh's flags that take a value. https://man.openbsd.org/ssh"""

MAX_COMMANDS = 200
"""Calls of ssh in one step that are opened; each is parsed anew."""


def remote_scripts(step: Step) -> tuple[Script, ...]:
    """The scripts that a step runs on servers, in order; those that are read from files are not known."""
    return (*_of_action(step), *_of_commands(step))


def _of_action(step: Step) -> Iterator[Script]:
    name = step.uses.name if step.uses is not None else None
    wanted = REMOTE_ACTIONS.get(name or "", ())
    for key, entry in step.with_entries.items():
        scalar = scalar_of(entry.value) if key.lower() in wanted else None
        if scalar is not None:
            mapped, placeholders = shell_text(scalar.mapped, step.file.embedded(scalar), step.context)
            yield Script.shell(step, mapped, "bash", placeholders)


def _of_commands(step: Step) -> Iterator[Script]:
    script = step.script
    if script is None or "ssh" not in script.text.text:
        return
    calls = [command for command in script.commands if ssh_words(command) is not None]
    for command in calls[:MAX_COMMANDS]:
        rest = ssh_words(command) or ()
        if rest:
            yield Script.shell(step, joined(command, rest, script.variables), "bash", script.variables)
        if not rest or rest[0].sketch.partition(" ")[0] in SHELLS:
            for redirect in command.redirects:
                if redirect.body is not None:
                    yield Script.shell(step, redirect.body, "bash", script.variables)


def ssh_words(command: Command) -> tuple[Word, ...] | None:
    """What an ssh command runs on its host: () for the shell there; None for another command, or without a host."""
    words = command.words
    if command.name == "sshpass":
        at = next((index for index, word in enumerate(words) if base_name(word) == "ssh"), len(words))
        words = words[at:]
    elif command.name != "ssh":
        return None
    index = 1
    while index < len(words):
        sketch = words[index].sketch
        if not sketch.startswith("-") or len(sketch) < 2:
            return words[index + 1 :]
        # of bundled letters the first that takes a value takes the rest of the word, or else the next one
        letter = next((at for at, char in enumerate(sketch) if at and char in _WITH_VALUE), None)
        index += 2 if letter == len(sketch) - 1 else 1
    return None
