"""What the gate uses of GitHub's objects, each with how it is read from an answer (`of` raises Unavailable for a wrong shape)."""

from __future__ import annotations

from typing import Self

from deployflow_gate.github.shape import Shape
from deployflow_gate.record import dataclass


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a post. `login` is "" for a user that is gone. `bot`: an app; GITHUB_TOKEN's posts are an app's, too."""

    login: str
    bot: bool

    @classmethod
    def of(cls, post: Shape) -> Self:
        user = post.within_if_any("user")
        return cls("", bot=False) if user is None else cls(user.text("login"), bot=user.text("type", "") == "Bot")


@dataclass(frozen=True, slots=True)
class PullRequest:
    """`state` is open or closed. `head_repository` is None where the fork is gone."""

    number: int
    state: str
    draft: bool
    author: Author
    base_ref: str
    base_sha: str
    base_repository: str
    head_ref: str
    head_sha: str
    head_repository: str | None

    @classmethod
    def of(cls, pull: Shape) -> Self:
        base, head = pull.within("base"), pull.within("head")
        fork = head.within_if_any("repo")
        return cls(
            number=pull.number("number"),
            state=pull.text("state"),
            draft=pull.flag("draft"),
            author=Author.of(pull),
            base_ref=base.text("ref"),
            base_sha=base.text("sha"),
            base_repository=base.within("repo").text("full_name"),
            head_ref=head.text("ref"),
            head_sha=head.text("sha"),
            head_repository=fork.text("full_name") if fork else None,
        )


@dataclass(frozen=True, slots=True)
class PullFile:
    """A changed file. `previous` is the old path of a renamed one; `patch` is None where GitHub shows none (binary, too large, a
    mere rename)."""

    path: str
    status: str
    previous: str | None = None
    patch: str | None = None

    @classmethod
    def of(cls, file: Shape) -> Self:
        previous, patch = file.text("previous_filename", ""), file.text("patch", "")
        return cls(file.text("filename"), file.text("status"), previous or None, patch or None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`merge_base` is the SHA of the common ancestor; `files`, at most 300, are what differs from it in the head."""

    merge_base: str
    files: tuple[PullFile, ...]

    @classmethod
    def of(cls, comparison: Shape) -> Self:
        merge_base = comparison.within("merge_base_commit").text("sha")
        return cls(merge_base, tuple(map(PullFile.of, comparison.each("files", missing=True))))


@dataclass(frozen=True, slots=True)
class IssueComment:
    id: int
    body: str
    author: Author
    url: str = ""

    @classmethod
    def of(cls, comment: Shape) -> Self:
        author, url = Author.of(comment), comment.text("html_url", "")
        return cls(comment.number("id"), comment.text("body", ""), author, url)


@dataclass(frozen=True, slots=True)
class ReviewComment:
    """A comment on lines of the new side. `line` is None where it is outdated, `start_line` where it is on a single line.

    `replies_to` is the id of the comment that it answers. `commit` is the SHA that it was made for.
    """

    id: int
    path: str
    line: int | None
    body: str
    author: Author
    start_line: int | None = None
    replies_to: int | None = None
    commit: str = ""
    url: str = ""

    @classmethod
    def of(cls, comment: Shape) -> Self:
        return cls(
            id=comment.number("id"),
            path=comment.text("path"),
            line=comment.number_if_any("line"),
            body=comment.text("body", ""),
            author=Author.of(comment),
            start_line=comment.number_if_any("start_line"),
            replies_to=comment.number_if_any("in_reply_to_id"),
            commit=comment.text("original_commit_id", ""),
            url=comment.text("html_url", ""),
        )


@dataclass(frozen=True, slots=True)
class Review:
    """`state` is PENDING, COMMENTED, APPROVED, CHANGES_REQUESTED or DISMISSED."""

    id: int
    body: str
    author: Author
    state: str = ""
    commit: str = ""
    url: str = ""

    @classmethod
    def of(cls, review: Shape) -> Self:
        state, commit = review.text("state", ""), review.text("commit_id", "")
        author, url = Author.of(review), review.text("html_url", "")
        return cls(review.number("id"), review.text("body", ""), author, state, commit, url)


@dataclass(frozen=True, slots=True)
class CheckRun:
    """`annotations` counts those it has. `conclusion` is "" until it is completed."""

    id: int
    name: str
    external_id: str
    status: str
    conclusion: str
    annotations: int = 0
    url: str = ""

    @classmethod
    def of(cls, run: Shape) -> Self:
        output = run.within_if_any("output")
        return cls(
            id=run.number("id"),
            name=run.text("name"),
            external_id=run.text("external_id", ""),
            status=run.text("status"),
            conclusion=run.text("conclusion", ""),
            annotations=(output.number_if_any("annotations_count") or 0) if output else 0,
            url=run.text("html_url", ""),
        )


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """`type` is blob, tree or commit (a submodule), `mode` git's six octal digits. Only a blob has a `size`."""

    path: str
    mode: str
    type: str
    sha: str
    size: int | None = None

    @classmethod
    def of(cls, entry: Shape) -> Self:
        mode, kind = entry.text("mode"), entry.text("type")
        return cls(entry.text("path"), mode, kind, entry.text("sha"), entry.number_if_any("size"))


@dataclass(frozen=True, slots=True)
class Tree:
    """`truncated`: there is more than GitHub lists at once."""

    sha: str
    entries: tuple[TreeEntry, ...]
    truncated: bool

    @classmethod
    def of(cls, tree: Shape) -> Self:
        return cls(tree.text("sha"), tuple(map(TreeEntry.of, tree.each("tree"))), tree.flag("truncated"))


@dataclass(frozen=True, slots=True)
class Commit:
    sha: str
    tree: str
    parents: tuple[str, ...]

    @classmethod
    def of(cls, commit: Shape) -> Self:
        """Of either of GitHub's two objects: git's own has its tree on top, that of a ref in `commit`."""
        inner = commit.within_if_any("commit") or commit
        parents = tuple(parent.text("sha") for parent in commit.each("parents"))
        return cls(commit.text("sha"), inner.within("tree").text("sha"), parents)
