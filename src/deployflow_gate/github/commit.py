"""A commit's files without a checkout of it: listed by the clone in the workspace or by GitHub, read wherever they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from deployflow_gate.github.asking import ask
from deployflow_gate.github.contents import Contents, Guess, no_guess
from deployflow_gate.record import dataclass
from deployflow_gate.snapshot import SnapshotError
from deployflow_gate.snapshot.commit import GitCommit
from deployflow_gate.snapshot.tree import Entry, Listing, listing, read

if TYPE_CHECKING:
    from deployflow_gate.github.endpoints import Tree

MAX_TREES = 200
"""Requests for one list: GitHub gives 100,000 entries or 7 MB at once (docs: git/trees); more is asked for folder by folder."""


@dataclass(frozen=True, eq=False)
class ApiCommit:
    """The files of the commit `sha`, one of the repository whose `contents` are given.

    Submodules are not listed, and are `unlisted`. `guess` is asked for a content before GitHub is. Raises SnapshotError on first
    use where neither the clone nor GitHub has the commit; reading raises it for what cannot be had.
    """

    contents: Contents
    sha: str
    guess: Guess = no_guess

    def paths(self) -> Sequence[str]:
        return tuple(self.entries)

    @property
    def unlisted(self) -> frozenset[str]:
        """The folders of submodules."""
        return self._listing.submodules

    @property
    def entries(self) -> Mapping[str, Entry]:
        """What git lists, by path."""
        return self._listing.entries

    def read(self, path: str) -> bytes:
        """A file's bytes; a symlink is followed within the commit."""
        return read(path, self.entries, lambda at, entry, limit: self.contents.blob(at, entry, limit, self.guess))

    @cached_property
    def _listing(self) -> Listing:
        return self._remote if self._local is None else self._local

    @property
    def listed_by(self) -> str:
        """Who listed the files, in words."""
        return "the clone" if self._local is not None else "GitHub's API"

    @cached_property
    def _local(self) -> Listing | None:
        """The clone's list; None where it has not the whole commit, or git cannot be started."""
        if self.contents.clone is None:
            return None
        commit = GitCommit(self.contents.workspace, self.sha)
        try:
            return Listing(commit.entries, commit.unlisted)
        except SnapshotError:
            return None

    @cached_property
    def _remote(self) -> Listing:
        return listing(self._items())

    def _items(self) -> Iterator[tuple[str, Entry]]:
        todo = [("", self.sha, True)]
        requests = 0
        while todo:
            prefix, sha, recursive = todo.pop()
            requests += 1
            if requests > MAX_TREES:
                raise SnapshotError(
                    f"GitHub would have to be asked more than {MAX_TREES} times for the list of files. "
                    "Check out with `fetch-depth: 0`, where git is installed."
                )
            tree = self._tree(sha, recursive)
            if tree.truncated and recursive:
                todo.append((prefix, sha, False))
                continue
            if tree.truncated:
                raise SnapshotError(f"GitHub does not list the folder `{prefix}` whole. Split the folder.")
            for item in tree.entries:
                if item.type == "tree":
                    if not recursive:
                        todo.append((f"{prefix}{item.path}/", item.sha, True))
                    continue
                if item.size is not None:
                    self.contents.sizes[item.sha] = item.size
                yield f"{prefix}{item.path}", Entry(item.mode, item.sha)

    def _tree(self, sha: str, recursive: bool) -> Tree:
        from deployflow_gate.github import endpoints

        repository = self.contents.repository
        return ask(
            self.contents.client,
            f"the list of files of the commit `{self.sha}`",
            lambda client: endpoints.tree(client, repository, sha, recursive=recursive),
        )
