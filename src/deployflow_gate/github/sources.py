"""Which commits an event is judged by, and where their files come from: chosen once, and said in a sentence."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from deployflow_gate.github.branching import Branching, Undone
from deployflow_gate.github.changes import Changes, changes
from deployflow_gate.github.commit import ApiCommit
from deployflow_gate.github.contents import Contents
from deployflow_gate.github.event import Event
from deployflow_gate.github.judged import SHORT
from deployflow_gate.record import dataclass
from deployflow_gate.snapshot import Snapshot
from deployflow_gate.snapshot.tree import Tree
from deployflow_gate.snapshot.worktree import WorkTree

if TYPE_CHECKING:
    from deployflow_gate.github.client import Client


@dataclass(frozen=True, eq=False)
class Sources:
    """`head` is what is judged, of the commit `head_sha`. `policy` is where the policy is read: the tip of a change's base branch,
    the head itself of anything else. `policy_sha` is "" where that is the work tree.

    `base` is what the head, a tree as well then, is compared with, of the commit `base_sha`; both are None where there is nothing
    to compare with. `chosen` says in a sentence what was chosen.
    """

    head: Snapshot
    head_sha: str
    policy: Snapshot
    policy_sha: str
    chosen: str
    base: Tree | None = None
    base_sha: str | None = None
    contents: Contents | None = None

    @cached_property
    def changes(self) -> Changes:
        """What the change does to the files; nothing where there is none."""
        return Changes() if self.base is None else changes(self.base, cast("Tree", self.head))

    @property
    def said(self) -> str:
        """Where the files came from, in a sentence or two; to be asked when they have been read."""
        if self.contents is None or not isinstance(self.head, ApiCommit):
            return self.chosen
        fetched = f", and {self.contents.fetched} of them were fetched" if self.contents.fetched else ""
        return f"{self.chosen} The files were listed by {self.head.listed_by}{fetched}."

    def raise_failed(self) -> None:
        """Raises SnapshotError if a file could not be had, whoever asked for it and went on."""
        if self.contents is not None:
            self.contents.raise_failed()


def choose(event: Event, workspace: Path, client: Client | None) -> Sources:
    """The sources of an event. `client` is None where there is no token. Nothing is listed or read yet, but where a change
    branched off is asked for; what cannot be had raises SnapshotError when it is used."""
    contents = Contents(event.repository, workspace, client)
    if event.base is None:
        return _whole(event, contents)
    head, tip = ApiCommit(contents, event.head), event.base
    branching = Branching(event, tip, contents)
    point = branching.point
    if point is None:
        chosen = f"with `{tip[:SHORT]}`, the tip of its base, since it is not known where it branched off."
    elif point == tip:
        chosen = f"with its base `{tip[:SHORT]}`."
    else:
        chosen = f"with `{point[:SHORT]}`, where it branched off."
    base = ApiCommit(contents, point or tip, Undone(branching, head))
    return Sources(
        head=head,
        head_sha=event.head,
        policy=base if base.sha == tip else ApiCommit(contents, tip),
        policy_sha=tip,
        chosen=f"`{event.head[:SHORT]}` is compared {chosen}",
        base=base,
        base_sha=base.sha,
        contents=contents,
    )


def _whole(event: Event, contents: Contents) -> Sources:
    """What there is to judge without a base: what is checked out, or else the event's commit."""
    if _checked_out(contents):
        tree = WorkTree(contents.workspace)
        return Sources(
            tree, event.head, tree, "", "The checked out files were judged; there is nothing to compare them with."
        )
    commit = ApiCommit(contents, event.head)
    chosen = f"`{event.head[:SHORT]}` was judged; there is nothing to compare it with."
    return Sources(commit, event.head, commit, event.head, chosen, contents=contents)


def _checked_out(contents: Contents) -> bool:
    """Whether the workspace holds the repository whole. Without git's folder, and with somebody to ask, it may be anything; and a
    sparse checkout leaves files out, which then would seem not to be there."""
    git = contents.workspace / ".git"
    if git.exists():
        return not (git / "info" / "sparse-checkout").exists()
    return contents.client is None and any(contents.workspace.iterdir())
