"""Which folders of a runner's workspace are this repository, and what a path there is in it."""

from __future__ import annotations

from collections.abc import Iterable
from posixpath import join, normpath, relpath
from typing import TYPE_CHECKING

from deployflow_gate.model.workflow.environment import WORKSPACE
from deployflow_gate.record import dataclass
from deployflow_gate.text import UNKNOWN, Text

if TYPE_CHECKING:
    from deployflow_gate.model.workflow.step import Step


@dataclass(frozen=True, slots=True)
class Workspace:
    """Folders of the workspace ("" is the workspace itself) that hold this repository, and that hold another one."""

    own: tuple[str, ...] = ("",)
    foreign: tuple[str, ...] = ()

    def inside(self, folder: str) -> str | None:
        """A path of the workspace as a path of the repository; None if it is not in it."""
        holders = [(len(one), one, False) for one in self.foreign if _below(folder, one)]
        holders += [(len(one), one, True) for one in self.own if _below(folder, one)]
        if not holders:
            return None
        _, holder, own = max(holders)
        return folder[len(holder) :].strip("/") if own else None


def _below(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(folder + "/")


def workspace_of(steps: Iterable[Step]) -> Workspace:
    """By the checkouts among the steps; without any, the workspace is taken to be the repository."""
    own: list[str] = []
    foreign: list[str] = []
    for step in steps:
        if step.uses is None or step.uses.name != "actions/checkout":
            continue
        path = step.input("path")
        folder = normal(path.sketch if path is not None else "")
        repository = step.input("repository")
        other = repository is not None and repository.raw.strip() and "github.repository" not in repository.raw
        if folder is not None:
            (foreign if other else own).append(folder)
    return Workspace(tuple(own), tuple(foreign)) if own or foreign else Workspace()


def normal(path: str) -> str | None:
    """A path as a normal one of the workspace; None if it is unknown, absolute or leaves it."""
    if UNKNOWN in path or "\\" in path:
        return None
    if path == WORKSPACE or path.startswith(WORKSPACE + "/"):
        path = path[len(WORKSPACE) + 1 :]
    if path.startswith(("/", "~")):
        return None
    path = normpath(path or ".")
    if path == ".." or path.startswith("../"):
        return None
    return "" if path == "." else path


def step_into(folder: str | None, path: str) -> str | None:
    """The folder that `path` is, seen from a folder of the workspace."""
    if path.startswith("/") or (folder is not None and UNKNOWN not in path):
        return normal(path if path.startswith("/") else join(folder or "", path))
    return None


@dataclass(frozen=True, slots=True)
class Folder:
    """Where a command runs. `path` is a folder of the workspace, None if that is not known."""

    workspace: Workspace
    path: str | None

    @property
    def base(self) -> str:
        """The same as a folder of the repository ("" if it is not in it: then `seen` knows no path)."""
        return (self.workspace.inside(self.path) if self.path is not None else None) or ""

    def outside(self, path: Text | None) -> bool:
        """Whether a path of a command (None: the folder itself) is known and is not this repository's."""
        value = path.value if path is not None else ""
        full = step_into(self.path, value) if value is not None and not _remote(value) else None
        return full is not None and self.workspace.inside(full) is None

    def seen(self, text: Text) -> Text:
        """A path of a command, made one that is relative to `base`; unknown if it cannot be."""
        if text.value is None or _remote(text.value):
            return text
        full = step_into(self.path, text.value)
        target = self.workspace.inside(full) if full is not None else None
        if target is None:
            return Text(text.span, text.raw, UNKNOWN)
        if not text.value.startswith("/") and target == normal(join(self.base, text.value)):
            return text
        return Text(text.span, text.raw, relpath(target or ".", self.base or "."))


def _remote(path: str) -> bool:
    return path == "-" or "://" in path or path.startswith("git@")
