"""Where a change branched off, so that it answers for what it does and not for what happened to its base since."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from deployflow_gate.github.asking import ask
from deployflow_gate.github.contents import Contents
from deployflow_gate.github.event import Event
from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.snapshot import Snapshot, SnapshotError, Unreadable
from deployflow_gate.snapshot.gitprocess import ask as ask_git

if TYPE_CHECKING:
    from deployflow_gate.github.endpoints import Comparison, PullFile

COMPARED_FILES = 300
"""What a comparison lists at most (docs: REST, compare two commits); the list of a pull request has 3,000."""

_SHA = regex(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, eq=False)
class Branching:
    """The change from the commit `base` to the event's head, as the clone and GitHub know it."""

    event: Event
    base: str
    contents: Contents

    @cached_property
    def point(self) -> str | None:
        """The last commit that both sides have in common; None where nobody can say, or where there is none."""
        if self.event.name == "merge_group":
            return self.base  # the queue builds on it
        return self._local_point or (self._comparison.merge_base if self._comparison else None)

    @cached_property
    def _local_point(self) -> str | None:
        """What git says, unless the clone's history is cut off: an older common commit may be all that it sees then."""
        clone = self.contents.clone
        if clone is None:
            return None
        try:
            _, cut_off = ask_git(clone.git_dir, ("rev-parse", "--is-shallow-repository"), limit=64)
            if cut_off.strip() != b"false":
                return None
            code, output = ask_git(clone.git_dir, ("merge-base", self.base, self.event.head), limit=64 * 1024)
        except SnapshotError:
            return None
        point = output.decode("ascii", "replace").strip()
        return point if code == 0 and _SHA.fullmatch(point) else None

    @cached_property
    def _comparison(self) -> Comparison | None:
        from deployflow_gate.github import endpoints

        event, base = self.event, self.base
        try:
            return ask(
                self.contents.client,
                "where the change branched off",
                lambda client: endpoints.compare(client, event.repository, base, event.head),
            )
        except SnapshotError:
            return None

    @cached_property
    def files(self) -> tuple[PullFile, ...]:
        """The changed files with their patches, as far as GitHub lists them; () where it does not."""
        from deployflow_gate.github import endpoints

        listed = self._comparison.files if self._comparison else ()
        pull = self.event.pull
        if len(listed) < COMPARED_FILES or pull is None:
            return listed
        try:
            return ask(
                self.contents.client,
                "the list of changed files",
                lambda client: tuple(endpoints.pull_files(client, self.event.repository, pull.number)),
            )
        except SnapshotError:
            return listed


@dataclass(frozen=True, eq=False)
class Undone:
    """The old side's files, from the new side's and the patches between them: a guess at what need not be fetched then."""

    branching: Branching
    head: Snapshot

    def __call__(self, path: str) -> bytes | None:
        """What a path held before the change; None where that cannot be told."""
        from deployflow_gate.github.unpatch import unpatched

        found = self._patches.get(path)
        if found is None:
            return None
        new, patch = found
        try:
            after = b"" if new is None else self.head.read(new)
        except (KeyError, Unreadable):
            return None
        return unpatched(after, patch)

    @cached_property
    def _patches(self) -> Mapping[str, tuple[str | None, str]]:
        """Old path → (new path or None for a file that is gone, patch)."""
        return {
            file.previous or file.path: (None if file.status == "removed" else file.path, file.patch)
            for file in self.branching.files
            if file.patch
        }
