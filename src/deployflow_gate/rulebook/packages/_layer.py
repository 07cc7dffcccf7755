"""What rules about caches in layers share: where a cache is kept outside, what may clean up, and the clean-up at a script's end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deployflow_gate.lint import edits
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.lint.problem import Edit
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Run

SWEEPS = regex(r"(?:^|[-_/.])clean", re.IGNORECASE)
"""Names of scripts and functions that may well clean up."""


def mounted(run: Run, *paths: str) -> bool:
    """Whether what is below one of the paths is written to a mount (where a target is not known: may be)."""
    targets = [mount.target for mount in run.mounts if mount.type in ("cache", "tmpfs", None)]
    return any(
        target is not None and (target.value is None or f"{path}/".startswith(target.value.rstrip("/") + "/"))
        for target in targets
        for path in paths
    )


def sweeps(command: Command) -> bool:
    """Whether it runs something that is called as if it cleaned up."""
    return command.install is None and command.name is not None and bool(SWEEPS.search(command.words[0].sketch))


def appended(run: Run, left: Command, text: str) -> Edit | None:
    """A command at the end of a script, in the script's style, as the user that ran `left`; None where none can stand there."""
    script = run.script
    if script is None or script.is_exec or run.heredocs or not script.commands or script.faults:
        return None
    body = script.text.text.rstrip()
    if not body or body[-1] in ";&|\\" or "#" in body.rpartition("\n")[2]:
        return None
    end = script.text.span(len(body) - 1, len(body))
    semicolon = script.commands[-1].operator == ";"
    command = f"sudo {text}" if "sudo" in left.wrappers else text
    if end.line > run.span.line:
        escape = run.dockerfile.escape
        indent = edits.indent_of(end)
        added = f"; {escape}\n{indent}{command}" if semicolon else f" {escape}\n{indent}&& {command}"
    else:
        added = f"; {command}" if semicolon else f" && {command}"
    return edits.insert_after(end, added)
