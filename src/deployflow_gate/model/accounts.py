"""Users and groups that the RUN instructions of a stage make, whichever of the three programs makes them.

`useradd` and `groupadd` are of the shadow package; `adduser` and `addgroup` are Debian's own programs, or BusyBox's, or on other
distributions another name of `useradd`. Their manual pages are the source of what is said here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from deployflow_gate.record import dataclass

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Run
    from deployflow_gate.model.stage import Stage
    from deployflow_gate.syntax.shell import Word

Tool = Literal["shadow", "debian", "busybox"]

MAKERS = frozenset({"useradd", "adduser", "groupadd", "addgroup"})

_BY_DISTRO: dict[str, Tool] = {
    "debian": "debian", "ubuntu": "debian", "kali": "debian",
    "alpine": "busybox", "busybox": "busybox",
    "fedora": "shadow", "rhel": "shadow", "rhel-minimal": "shadow", "photon": "shadow", "opensuse": "shadow", "arch": "shadow",
}  # fmt: skip
"""Whose `adduser` a distribution has."""
_BY_MANAGER: dict[str, Tool] = {
    "apt-get": "debian", "apt": "debian", "apk": "busybox", "dnf": "shadow", "microdnf": "shadow", "yum": "shadow",
    "tdnf": "shadow", "zypper": "shadow", "pacman": "shadow",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Account:
    """A user or a group that is made. `name` is the word that names it, `id` the uid or gid that it is given, if any.

    Of a user: `group` is the primary group that it is given, by name or number. `own_group` says whether it gets one by itself
    where it is given none; None where that is not known.
    """

    run: Run
    command: Command
    tool: Tool | None
    kind: Literal["user", "group"]
    name: Word
    id: Word | None
    group: Word | None = None
    own_group: bool | None = None

    @property
    def certain(self) -> bool:
        """Whether it is made whatever happens, rather than where it is not there already (`id app || …`, `… || true`)."""
        if not self.command.unconditional:
            return False
        commands = self.command.body.commands
        behind = commands.index(self.command) + 1
        return behind == len(commands) or commands[behind].operator != "||"


def accounts(stage: Stage) -> Iterator[Account]:
    """Those that a stage makes itself, in order."""
    from deployflow_gate.model.instruction import Run

    for run in stage.of(Run):
        if run.script is None:
            continue
        for command in run.script.commands:
            if command.name in MAKERS and command.inner is None:
                account = _account(run, command)
                if account is not None:
                    yield account


def _account(run: Run, command: Command) -> Account | None:
    names = command.operands
    if len(names) != 1:
        return None  # two of them put a user into a group
    if command.name in {"groupadd", "addgroup"}:
        return Account(run, command, None, "group", names[0], command.option("-g", "--gid"))
    tool = "shadow" if command.name == "useradd" else _tool(run, command)
    group = command.option("-G", "--ingroup") if tool == "busybox" else command.option("-g", "--gid", "--ingroup")
    if tool is None:
        group = command.option("--gid", "--ingroup", "-G", "-g")
    own = None if group is not None else _own_group(run, command, tool)
    return Account(run, command, tool, "user", names[0], command.option("-u", "--uid"), group, own)


def _own_group(run: Run, command: Command, tool: Tool | None) -> bool | None:
    if command.uncertain:
        return None
    if tool == "shadow":
        if command.has_flag("-N", "--no-user-group"):
            return False
        return command.has_flag("-U", "--user-group") or _distro(run.stage) != "opensuse"
    system = command.has_flag("-S", "--system")
    if tool is None:
        return None if system else True
    return not system or (tool == "debian" and command.has_flag("--group"))


def _tool(run: Run, command: Command) -> Tool | None:
    known = _BY_DISTRO.get(_distro(run.stage) or "")
    if known is not None:
        return known
    if command.has_flag("-r", "-M", "-m", "-N", "-U"):
        return "shadow"
    if command.has_flag("-S", "-D", "-H"):
        return "busybox"
    for earlier in run.stage.history if run.stage is not None else ():
        script = getattr(earlier, "script", None)
        for other in script.commands if script is not None else ():
            if other.install is not None and other.install.manager in _BY_MANAGER:
                return _BY_MANAGER[other.install.manager]
    return None


def _distro(stage: Stage | None) -> str | None:
    from deployflow_gate.model.images_known import distro_of

    return distro_of(stage.base) if stage is not None and stage.base is not None else None
