"""Where the contents of a commit's files come from: whoever has bytes of the hash that git gives them has the file.

A usual checkout is the merge of head and base, in which nearly every file of both is; so most files are the work tree's, by their
hash, and only what differs is asked for. What the hash is compared with is GitHub's or git's list, so nobody who writes into the
workspace can put another content in a file's place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from deployflow_gate.github.asking import ask
from deployflow_gate.record import dataclass, field
from deployflow_gate.snapshot import MemorySnapshot, Snapshot, SnapshotError, Unreadable
from deployflow_gate.snapshot.commit import GitCommit
from deployflow_gate.snapshot.paths import TOO_LARGE
from deployflow_gate.snapshot.tree import SYMLINK, Entry
from deployflow_gate.snapshot.worktree import WorkTree

if TYPE_CHECKING:
    from deployflow_gate.github.client import Client

MAX_FETCHED = 400
"""Files of one run that are fetched one by one; a repository's GITHUB_TOKEN has 1,000 requests an hour (docs: rate-limits)."""

Guess = Callable[[str], "bytes | None"]
"""A path to what its content probably is."""


def no_guess(_: str) -> bytes | None:
    return None


@dataclass(frozen=True, eq=False)
class Contents:
    """The contents of files of `repository`, for all its commits. `client` is None where GitHub cannot be asked.

    `sizes` are those that GitHub told with its lists, by hash. `fetched` counts the files that were asked for.
    """

    repository: str
    workspace: Path
    client: Client | None
    sizes: dict[str, int] = field(default_factory=dict)
    _known: dict[str, bytes] = field(default_factory=dict)
    _failed: list[SnapshotError] = field(default_factory=list)
    _fetched: list[str] = field(default_factory=list)

    @property
    def fetched(self) -> int:
        return len(self._fetched)

    def raise_failed(self) -> None:
        """Raises the SnapshotError that a read came to, if one did: who reads in the middle of a rule cannot stop the run."""
        if self._failed:
            raise self._failed[0]

    def blob(self, path: str, entry: Entry, limit: int, guess: Guess = no_guess) -> bytes:
        """The content of an entry. Raises Unreadable for one over the limit, SnapshotError where it cannot be had."""
        known = self._known.get(entry.blob)
        if known is None:
            if self.sizes.get(entry.blob, 0) > limit:
                raise Unreadable(path, TOO_LARGE)
            known = self._known[entry.blob] = self._found(path, entry, limit, guess)
        if len(known) > limit:
            raise Unreadable(path, TOO_LARGE)
        return known

    def _found(self, path: str, entry: Entry, limit: int, guess: Guess) -> bytes:
        """What has the hash, from the nearest place that has it."""
        near: tuple[Callable[[], bytes | None], ...] = (
            lambda: None if entry.mode == SYMLINK else self._from_work_tree(path),
            lambda: self._from_clone(path, entry, limit),
            lambda: guess(path),
        )
        for place in near:
            content = place()
            if content is not None and git_hash(content, len(entry.blob)) == entry.blob:
                return content
        return self._from_github(path, entry)

    def _from_work_tree(self, path: str) -> bytes | None:
        try:
            return self._work_tree.read(path)
        except (KeyError, Unreadable):
            return None

    @cached_property
    def _work_tree(self) -> Snapshot:
        """What is checked out; nothing where that is more than can be listed, which is found out once."""
        tree = WorkTree(self.workspace)
        try:
            return tree if tree.paths() else MemorySnapshot({})
        except SnapshotError:
            return MemorySnapshot({})

    def _from_clone(self, path: str, entry: Entry, limit: int) -> bytes | None:
        if self.clone is None:
            return None
        try:
            return self.clone.blob(path, entry, limit)
        except Unreadable as error:
            if error.reason == TOO_LARGE:
                raise
            return None
        except SnapshotError:  # the clone is damaged
            return None

    @cached_property
    def clone(self) -> GitCommit | None:
        """The clone in the workspace, at whatever it has checked out; None where there is none, or no git to ask it with."""
        if not (self.workspace / ".git").exists():
            return None
        clone = GitCommit(self.workspace, "HEAD")
        try:
            return clone if clone.commit else None
        except SnapshotError:
            return None

    def _from_github(self, path: str, entry: Entry) -> bytes:
        try:
            return self._fetch(path, entry)
        except SnapshotError as error:
            self._failed.append(error)
            raise

    def _fetch(self, path: str, entry: Entry) -> bytes:
        from deployflow_gate.github import endpoints

        if self.fetched >= MAX_FETCHED:
            raise SnapshotError(
                f"More than {MAX_FETCHED} files would have to be fetched one by one. "
                "Check the repository out in a step before, so that fewer differ from it."
            )
        self._fetched.append(path)
        repository = self.repository
        content = ask(
            self.client, f"the content of `{path}`", lambda client: endpoints.blob(client, repository, entry.blob)
        )
        if git_hash(content, len(entry.blob)) != entry.blob:
            raise SnapshotError(f"GitHub gave something else than the content of `{path}`. Run the job again.")
        return content


def git_hash(content: bytes, digits: int) -> str:
    """The name that git gives a content, in a repository whose names have so many digits."""
    import hashlib

    data = b"blob %d\0" % len(content) + content
    if digits == 64:
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()  # what git's names are
