"""Whether what ran before a command can have put a file at a path of the image."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, join
from typing import TYPE_CHECKING

from deployflow_gate.model.placement import before, clean, joined, working_directory
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.build import Context
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.imageref import ImageRef
    from deployflow_gate.model.instruction import Instruction, Run, Transfer

_WRITES_NO_FILE = frozenset({
    "mkdir", "rm", "rmdir", "chmod", "chown", "chgrp", "cd", "pushd", "popd", "set", "export", "unset", "true", ":", "echo",
    "printf",
    "useradd", "adduser", "groupadd", "addgroup", "usermod", "groupmod", "deluser", "id", "whoami", "apt-mark", "apt-cache",
    "update-ca-certificates", "locale-gen", "ldconfig", "corepack", "sleep", "ls", "pwd", "which", "command", "update-alternatives",
    "apt-key", "dpkg-reconfigure", "setcap", "shopt", "umask", "touch",
})  # fmt: skip
"""Commands that bring no content by themselves; a redirect behind them may."""

_SORTS = frozenset({"distro", "language", "tool", "server"})


def can_be_there(path: str, command: Command, run: Run, context: Context | None) -> bool:
    """True unless it is certain that nothing before `command` of `run` has put a file at `path` (absolute, or below UNKNOWN)."""
    if run.stage is None or not is_plain_base(run.stage.base, scratch=run.stage.from_scratch):
        return True
    if run.stage.first(_runs_a_writer) < run.index or command.script.any_before(command, _writes):
        return True
    for mount in run.mounts:
        target = mount.target.value if mount.target is not None else None
        if mount.type is None or target is None:
            return True
        if mount.type in ("bind", "secret") and _meets(joined(working_directory(run), target), path):
            return True
    return any(_brings(transfer, path, context) for transfer in transfers_before(run))


def transfers_before(run: Run) -> Iterator[Transfer]:
    from deployflow_gate.model.instruction import Transfer

    return (earlier for earlier in before(run) if isinstance(earlier, Transfer))


def is_plain_base(base: ImageRef | None, *, scratch: bool = False) -> bool:
    """Whether an external image is known to hold no files of any project."""
    if scratch:
        return True
    if base is None or base.name is None or "tag" in base.unknown or "onbuild" in (base.tag or ""):
        return False
    if base.name.startswith("gcr.io/distroless/"):
        return True
    return base.known is not None and base.known.sort in _SORTS


def _runs_a_writer(instruction: Instruction) -> bool:
    from deployflow_gate.model.instruction import Run

    return (
        isinstance(instruction, Run)
        and instruction.script is not None
        and any(_writes(command) for command in instruction.script.commands)
    )


def _writes(command: Command) -> bool:
    """Whether a command may bring any file: everything may, but for what is known not to."""
    if command.redirects and any(redirect.operator.startswith((">", "&>")) for redirect in command.redirects):
        targets = [redirect.target.sketch if redirect.target is not None else UNKNOWN for redirect in command.redirects]
        if any(
            not target.startswith(("/dev/", "/etc/", "/usr/", "/root/", "&")) and not target.isdigit()
            for target in targets
        ):
            return True
    if command.pipes_into or not command.words:
        return bool(command.pipes_into)
    install = command.install
    if install is not None:
        return install.verb in ("add", "init") and install.ecosystem == "node"
    return command.name not in _WRITES_NO_FILE and command.tool not in ("venv", "virtualenv")


def _brings(transfer: Transfer, path: str, context: Context | None) -> bool:
    to = transfer.destination
    if to is None or to.value is None or any(source.value is None for source in transfer.sources):
        return True
    place = joined(working_directory(transfer), to.value)
    if not _meets(place, path):
        return False
    if place == path or transfer.heredocs or transfer.from_ is not None or transfer.keyword == "ADD":
        return True
    return any(_source_brings(source.value or "", place, path, context) for source in transfer.sources)


def _source_brings(source: str, place: str, path: str, context: Context | None) -> bool:
    """Whether a source of the context can be, or hold, what stands at `path`; it is a single file only where that is sure."""
    wanted = clean(source)
    if not wanted or set(wanted) & set("*?["):
        return True
    name = basename(wanted)
    if context is not None and context.inside(wanted) in context.project.paths:
        return join(place, name) == path
    if context is not None and context.project.is_dir(context.inside(wanted)):
        return True
    return join(place, name) == path or "." not in name.lstrip(".")


def _meets(place: str, path: str) -> bool:
    """Whether a path is at or below a place; True, too, where one of them hangs on a folder that is not known."""
    if UNKNOWN in place or UNKNOWN in path:
        same = place.split("/", 1)[0] == path.split("/", 1)[0] and place.startswith(UNKNOWN)
        if not same or UNKNOWN in place[1:].lstrip("0123456789"):
            return True
    return place == path or path.startswith(place.rstrip("/") + "/")
