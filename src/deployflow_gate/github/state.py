"""What GitHub shows already, as far as it is ours, and what the pull request changes: the input of `plan`."""

from __future__ import annotations

from collections.abc import Mapping

from deployflow_gate.record import dataclass


@dataclass(frozen=True, slots=True)
class OwnComment:
    """A sticky comment of this instance of the gate (marker and author are ours), oldest first in `State.comments`."""

    id: int
    body: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class OwnReviewComment:
    """An inline comment of this instance on the lines `start_line` (None: a single line) to `line`, which is None where GitHub
    calls it outdated. `replied`: somebody answered."""

    id: int
    fingerprint: str
    path: str
    line: int | None
    body: str
    replied: bool = False
    start_line: int | None = None


@dataclass(frozen=True, slots=True)
class Hunk:
    """A hunk's lines of the new side: `first` to `last`, both counted from 1. A comment must lie within one."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file of the pull request. `status` is GitHub's (added, removed, modified, renamed, …); `hunks` is None where GitHub
    gave no patch and nothing else did: then no line of it can be commented on."""

    path: str
    status: str = "modified"
    previous: str | None = None
    hunks: tuple[Hunk, ...] | None = None


@dataclass(frozen=True, slots=True)
class State:
    """`None` for what could not be read or was not asked for: nothing is planned for that surface then."""

    comments: tuple[OwnComment, ...] | None = None
    review_comments: tuple[OwnReviewComment, ...] | None = None
    reviews: frozenset[str] = frozenset()
    """Markers of own reviews that stand already."""
    files: Mapping[str, ChangedFile] | None = None
    """The changed files by path."""
    check_runs: frozenset[str] = frozenset()
    """`external_id` of own check runs at the judged commit."""
