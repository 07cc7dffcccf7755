"""A commit to compare with, as a snapshot of the same folder."""

from __future__ import annotations

import os
from collections.abc import Sequence

from deployflow_gate.cli.call import CallError
from deployflow_gate.cli.roots import clone_of
from deployflow_gate.record import dataclass
from deployflow_gate.snapshot import Snapshot, SnapshotError, unlisted
from deployflow_gate.snapshot.commit import GitCommit


def commit(root: str, rev: str) -> Snapshot:
    """The commit `rev` of the clone around `root`, seen from `root`."""
    clone = clone_of(root)
    if clone is None:
        raise CallError(f"`{root}` is in no git clone, so there is no `{rev}` to compare with.")
    found = GitCommit(clone, rev)
    try:
        _ = found.commit
    except SnapshotError as error:
        raise CallError(str(error)) from error
    folder = os.path.relpath(root, clone).replace(os.sep, "/")
    return found if folder == os.curdir else Below(found, f"{folder}/")


@dataclass(frozen=True, eq=False)
class Below:
    """A folder of a snapshot, as a snapshot of its own. `folder` ends with a slash."""

    snapshot: Snapshot
    folder: str

    def paths(self) -> Sequence[str]:
        return tuple(p.removeprefix(self.folder) for p in self.snapshot.paths() if p.startswith(self.folder))

    @property
    def unlisted(self) -> frozenset[str]:
        return frozenset(p.removeprefix(self.folder) for p in unlisted(self.snapshot) if p.startswith(self.folder))

    def read(self, path: str) -> bytes:
        return self.snapshot.read(self.folder + path)
