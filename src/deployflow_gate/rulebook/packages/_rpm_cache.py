"""The caches of dnf, yum and zypper: what fills them, what empties them, and where they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem
from deployflow_gate.model.shipping import ships
from deployflow_gate.record import dataclass
from deployflow_gate.rulebook.packages._layer import appended, mounted, sweeps
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Run

FILLING = frozenset({"install", "update", "upgrade"})
ELSEWHERE = (
    "--installroot",
    "--root",
    "-R",
    "--cacheonly",
    "-C",
    "--no-refresh",
    "--help",
    "-h",
    "--version",
    "--downloadonly",
)
"""Flags behind which the cache is not this image's, or nothing is fetched."""


@dataclass(frozen=True, slots=True)
class Cache:
    """`managers` fill `folders`; `cleaners` empty them when told to clean `what` (whatever they are told, if it is empty)."""

    managers: frozenset[str]
    cleaners: frozenset[str]
    folders: tuple[str, ...]
    what: str
    clean: str


_FOLDERS = ("/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/yum", "/var/cache/tdnf")
_CLEANERS = frozenset({"dnf", "microdnf", "tdnf", "yum"})
"""On most systems these are one program under several names."""

DNF = Cache(frozenset({"dnf", "microdnf", "tdnf"}), _CLEANERS, _FOLDERS, "all", "clean all")
YUM = Cache(frozenset({"yum"}), _CLEANERS, _FOLDERS, "all", "clean all")
ZYPPER = Cache(
    frozenset({"zypper"}), frozenset({"zypper"}), ("/var/cache/zypp", "/var/cache/zypper"), "", "clean --all"
)


def kept(run: Run, cache: Cache) -> Iterator[Problem]:
    """The last command of a RUN whose layer ships that fills the cache with nothing behind it that empties it."""
    if run.script is None or not ships(run) or mounted(run, *cache.folders):
        return
    left: Command | None = None
    for command in run.script.commands:
        install = command.install
        if install is not None and install.manager in cache.managers and install.action in FILLING:
            left = left if install.has_flag(*ELSEWHERE) else command
        elif _empties(command, cache):
            left = None
    if left is None or left.name is None:
        return
    edit = appended(run, left, f"{left.name} {cache.clean}")
    yield Problem(
        left.span,
        f"`{left.name} {left.subcommand}` leaves its cache in the layer.",
        fix=Fix("Empty the cache in the same layer", (edit,)) if edit is not None else None,
    )


def _empties(command: Command, cache: Cache) -> bool:
    install = command.install
    if install is not None and install.manager in cache.cleaners and install.action == "clean":
        said = [word.sketch for word in command.operands]
        return not cache.what or cache.what in said or any(UNKNOWN in word for word in said)
    if any(command.removes(folder) for folder in cache.folders):
        return True
    if command.name == "rm":
        return any(word.sketch.startswith(folder) for word in command.operands for folder in cache.folders)
    return sweeps(command)
