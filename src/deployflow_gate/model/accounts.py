"""Users and groups that the RUN instructions of a stage make, whichever of the three programs makes them.

`useradd` and `groupadd` are of the shadow package; `adduser` and `addgroup` are Debian's own programs, or BusyBox's, or on other
distributions another name of `useradd`. Their manual pages are the source of what is said here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Run
    from deployflow_gate.model.stage import Stage
    from deployflow_gate.syntax.shell import Word
    from deployflow_gate.text import Span

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


_ADD_MEMBER = regex(r"(?i)\bAdd-LocalGroupMember\b[^;|&\n]*")
_GROUP = regex(r"(?i)-(?:Group|Name)[ =]+['\"]?([\w.-]+)")
_MEMBER = regex(r"(?i)-Member[ =]+['\"]?([\w.-]+)")
_NET = regex(r"(?i)\bnet(?:\.exe)? +localgroup +['\"]?([\w.-]+)['\"]? +['\"]?([\w.-]+)['\"]? +/add")


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
        behind = self.command.body.order.after(self.command)
        return behind is None or behind.operator != "||"


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


@dataclass(frozen=True, slots=True)
class Membership:
    """A user that is put into groups besides its primary one."""

    span: Span
    user: str
    groups: tuple[str, ...]


def memberships(stage: Stage) -> Iterator[Membership]:
    """Those that a stage itself gives, in order."""
    from deployflow_gate.model.instruction import Run

    for run in stage.of(Run):
        if run.script is None:
            continue
        if run.dialect in {"powershell", "cmd"}:
            yield from _local_groups(run)
        for command in run.script.commands:
            user, groups = _joined(command, run)
            if user and groups:
                yield Membership(command.span, user, groups)


def _joined(command: Command, run: Run) -> tuple[str | None, tuple[str, ...]]:
    """The user that a command puts into groups, and the groups."""
    names = [word.value for word in command.operands]
    last = names[-1] if names else None
    if command.name in {"useradd", "usermod"} or (command.name == "adduser" and _tool(run, command) == "shadow"):
        return last, _list(command.option("-G", "--groups"))
    if command.name in {"adduser", "addgroup"} and len(names) == 2 and names[1] is not None:
        return names[0], (names[1],)
    if command.name == "gpasswd":
        user = command.option("-a", "--add")
        return user.value if user is not None else None, (last,) if last else ()
    return None, ()


def _list(word: Word | None) -> tuple[str, ...]:
    return tuple(filter(None, word.value.split(","))) if word is not None and word.value is not None else ()


def _local_groups(run: Run) -> Iterator[Membership]:
    """What PowerShell and `net` do to Windows' groups."""
    text = run.argument_text.text
    for call in _ADD_MEMBER.finditer(text):
        group, member = _GROUP.search(call[0]), _MEMBER.search(call[0])
        if group and member:
            yield Membership(run.argument_text.span(*call.span()), member[1], (group[1],))
    for call in _NET.finditer(text):
        yield Membership(run.argument_text.span(*call.span()), call[2], (call[1],))
