"""Where files come from: a small protocol and its implementations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol


class Unreadable(Exception):  # noqa: N818 - it says what the file is
    """A file of the snapshot that must not or cannot be read. `reason` is a full sentence for people."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class Snapshot(Protocol):
    """The files of a repository at one moment. Paths are POSIX, relative to the root, sorted, and never leave it."""

    def paths(self) -> Sequence[str]:
        """Every regular file (and symlink: reading one that leaves the root raises Unreadable)."""
        ...

    def read(self, path: str) -> bytes:
        """A file's bytes. Raises Unreadable; KeyError for a path that `paths()` does not list."""
        ...


class SnapshotError(Exception):
    """The snapshot as a whole cannot be taken: no such folder, git or commit missing, too many files.

    The message is full sentences for people, the last of which says what to do. The gate then fails closed.
    """


def unlisted(snapshot: Snapshot) -> frozenset[str]:
    """Folders that are there but whose files `paths()` does not list: generated ones, submodules, unreadable ones.

    A path below one of them may well exist. Empty for a snapshot that does not know of any.
    """
    folders: frozenset[str] = getattr(snapshot, "unlisted", frozenset())
    return folders


__all__ = ["GitCommit", "MemorySnapshot", "Snapshot", "SnapshotError", "Unreadable", "WorkTree", "unlisted"]

if TYPE_CHECKING:
    from deployflow_gate.snapshot.commit import GitCommit
    from deployflow_gate.snapshot.memory import MemorySnapshot
    from deployflow_gate.snapshot.worktree import WorkTree

_HOMES = {"GitCommit": "commit", "MemorySnapshot": "memory", "WorkTree": "worktree"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
