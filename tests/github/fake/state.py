"""What the fake GitHub holds: plain records, open for tests to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.github.fake.diff import Change, Hunk, changes
from tests.github.fake.gitdata import Objects

ZERO = "0" * 40
Json = dict[str, Any]


@dataclass(frozen=True)
class User:
    id: int
    login: str
    type: str = "User"


@dataclass
class Repository:
    """`code_scanning` is on, forbidden (403, as on private repositories without the licence) or missing (404)."""

    id: int
    full_name: str
    objects: Objects
    default_branch: str = "main"
    private: bool = False
    fork: bool = False
    code_scanning: str = "on"
    branches: dict[str, str] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    check_runs: list[CheckRun] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    sarifs: list[Sarif] = field(default_factory=list)
    changed: dict[tuple[str, str], tuple[Change, ...]] = field(default_factory=dict)

    @property
    def owner(self) -> str:
        return self.full_name.partition("/")[0]

    @property
    def name(self) -> str:
        return self.full_name.partition("/")[2]

    def changes(self, old: str, new: str) -> tuple[Change, ...]:
        """What differs between two commits, computed once."""
        if (old, new) not in self.changed:
            self.changed[old, new] = changes(self.objects, old, new)
        return self.changed[old, new]

    def resolve(self, ref: str) -> str | None:
        """The commit that a branch, a full ref or a SHA (also shortened) names."""
        for prefix in ("refs/heads/", "heads/", ""):
            if ref.startswith(prefix) and ref.removeprefix(prefix) in self.branches:
                return self.branches[ref.removeprefix(prefix)]
        number, _, kind = ref.removeprefix("refs/").removeprefix("pull/").partition("/")
        if number.isdecimal() and int(number) in self.pulls and kind in {"head", "merge"}:
            pull = self.pulls[int(number)]
            return pull.head if kind == "head" else pull.merge
        if ref in self.objects.commits:
            return ref
        found = [sha for sha in self.objects.commits if len(ref) >= 7 and sha.startswith(ref)]
        return found[0] if len(found) == 1 else None


@dataclass
class Pull:
    """A pull request. `base` and `head` are SHAs; `merge` that of the test merge, None on a conflict. `head_repository` is
    None for a fork that is gone."""

    number: int
    repository: Repository
    author: User
    base_ref: str
    base: str
    head_ref: str
    head: str
    head_repository: Repository | None
    merge: str | None
    title: str = "A change"
    body: str | None = None
    draft: bool = False
    locked: bool = False
    state: str = "open"
    comments: list[IssueComment] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    review_comments: list[ReviewComment] = field(default_factory=list)

    @property
    def merge_base(self) -> str:
        return self.repository.objects.merge_base(self.base, self.head) or self.base

    @property
    def commits(self) -> list[str]:
        """The commits that the pull request brings, newest first."""
        objects = self.repository.objects
        behind = set(objects.ancestors(self.base))
        return [sha for sha in objects.ancestors(self.head) if sha not in behind]

    @property
    def fork(self) -> bool:
        return self.head_repository is not self.repository

    def changes(self, head: str | None = None) -> tuple[Change, ...]:
        """The changed files, at the head or at an earlier commit of it."""
        return self.repository.changes(self.merge_base, head or self.head)


@dataclass
class IssueComment:
    id: int
    pull: Pull
    user: User
    body: str
    created: float
    updated: float


@dataclass
class Review:
    id: int
    pull: Pull
    user: User
    body: str
    state: str
    commit: str
    created: float


@dataclass
class ReviewComment:
    """`line` and `start_line` follow the head; `line` is None once it is outdated."""

    id: int
    pull: Pull
    review: Review | None
    user: User
    body: str
    path: str
    commit: str
    side: str
    line: int | None
    start_line: int | None
    original_commit: str
    original_line: int | None
    original_start_line: int | None
    hunk: Hunk | None
    created: float
    updated: float
    reply_to: int | None = None
    subject: str = "line"


@dataclass
class CheckRun:
    """`annotations` only ever grow."""

    id: int
    name: str
    head: str
    app: int
    status: str = "queued"
    conclusion: str | None = None
    external_id: str = ""
    details_url: str | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    started: str | None = None
    completed: str | None = None
    annotations: list[Json] = field(default_factory=list)


@dataclass(frozen=True)
class Status:
    id: int
    sha: str
    state: str
    context: str
    description: str | None
    target_url: str | None
    creator: User
    created: float


@dataclass(frozen=True)
class Sarif:
    """An upload; `document` is it, decoded."""

    id: str
    commit: str
    ref: str
    document: Mapping[str, Any]
