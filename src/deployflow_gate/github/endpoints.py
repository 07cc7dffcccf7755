"""Every call of GitHub's API that the gate makes. `repository` is owner/name; all raise what the client raises.

What makes something new says how it is found again where the answer was lost: by our marker in a post of ours.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar
from urllib.parse import quote

from deployflow_gate.github.answer import Answer
from deployflow_gate.github.client import Client, harmless
from deployflow_gate.github.errors import Unavailable
from deployflow_gate.github.posts import (
    CreateCheckRun,
    CreateComment,
    CreateReview,
    InlineComment,
    SetStatus,
    UpdateComment,
    UploadSarif,
)
from deployflow_gate.github.records import (
    Author,
    CheckRun,
    Commit,
    Comparison,
    IssueComment,
    PullFile,
    PullRequest,
    Review,
    ReviewComment,
    Tree,
    TreeEntry,
)
from deployflow_gate.github.shape import Shape
from deployflow_gate.regex import regex

__all__ = [
    "Author",
    "CheckRun",
    "Commit",
    "Comparison",
    "IssueComment",
    "PullFile",
    "PullRequest",
    "Review",
    "ReviewComment",
    "Tree",
    "TreeEntry",
]

T = TypeVar("T")
P = TypeVar("P", IssueComment, Review, ReviewComment)
_SHA = regex(r"[0-9a-f]{40}|[0-9a-f]{64}")


# Pull requests and commits


def pull(client: Client, repository: str, number: int) -> PullRequest:
    return PullRequest.of(Shape(client.get(f"{_repo(repository)}/pulls/{number}").body, "a pull request"))


def pull_files(client: Client, repository: str, number: int) -> tuple[PullFile, ...]:
    """The changed files, of which GitHub lists 3,000."""
    return _listed(client, f"{_repo(repository)}/pulls/{number}/files", PullFile.of, "a list of files")


def pulls_of_commit(client: Client, repository: str, sha: str) -> tuple[PullRequest, ...]:
    """The pull requests that a commit belongs to."""
    path = f"{_repo(repository)}/commits/{_part(sha)}/pulls"
    return _listed(client, path, PullRequest.of, "a list of pull requests")


def compare(client: Client, repository: str, base: str, head: str) -> Comparison:
    """What `head` has changed since it left `base`."""
    path = f"{_repo(repository)}/compare/{_part(f'{base}...{head}')}"
    answer = client.get(path, per_page=1)  # of the commits, which nobody looks at; the files are all on the first page
    return Comparison.of(Shape(answer.body, "a comparison"))


def commit(client: Client, repository: str, ref: str) -> Commit:
    """The commit of a SHA, a branch or a tag. By its SHA it comes without its files."""
    kind = "git/commits" if _SHA.fullmatch(ref) else "commits"
    return Commit.of(Shape(client.get(f"{_repo(repository)}/{kind}/{_part(ref)}").body, "a commit"))


def tree(client: Client, repository: str, sha: str, *, recursive: bool = False) -> Tree:
    """What a tree, or the tree of a commit, lists."""
    path = f"{_repo(repository)}/git/trees/{_part(sha)}"
    return Tree.of(Shape(client.get(path, recursive=1 if recursive else None).body, "a tree"))


def blob(client: Client, repository: str, sha: str) -> bytes:
    """The content of a file."""
    shape = Shape(client.get(f"{_repo(repository)}/git/blobs/{_part(sha)}").body, "a file's content")
    content = _decoded(shape.text("content", ""), shape.text("encoding"))
    if content is None:
        raise Unavailable("GitHub answered with something else than a file's content.")
    return content


# Who we are


def viewer(client: Client) -> str | None:
    """The login of the token's user, asked once; None for GITHUB_TOKEN and apps."""
    return client.login


def ours(client: Client, author: Author) -> bool:
    """Whether a post with our marker is ours by its author: an app's or the token's own user's. Any person can copy a marker."""
    return author.bot or (author.login != "" and author.login == viewer(client))


# Comments


def issue_comments(client: Client, repository: str, number: int) -> tuple[IssueComment, ...]:
    """The comments of a pull request's conversation, oldest first."""
    return _listed(client, f"{_repo(repository)}/issues/{number}/comments", IssueComment.of, "a list of comments")


def create_comment(client: Client, repository: str, number: int, post: CreateComment) -> IssueComment:
    def again() -> IssueComment | None:
        return _first_ours(client, issue_comments(client, repository, number), post.marker)

    made = client.post(f"{_repo(repository)}/issues/{number}/comments", {"body": post.body}, again=again)
    return _read(made, IssueComment.of, "a comment")


def update_comment(client: Client, repository: str, post: UpdateComment) -> IssueComment:
    made = client.patch(f"{_repo(repository)}/issues/comments/{post.id}", {"body": post.body})
    return IssueComment.of(Shape(made.body, "a comment"))


def delete_comment(client: Client, repository: str, comment: int) -> None:
    client.delete(f"{_repo(repository)}/issues/comments/{comment}")


# Reviews


def reviews(client: Client, repository: str, number: int) -> tuple[Review, ...]:
    """The reviews, oldest first."""
    return _listed(client, f"{_repo(repository)}/pulls/{number}/reviews", Review.of, "a list of reviews")


def review_comments(client: Client, repository: str, number: int) -> tuple[ReviewComment, ...]:
    """The comments on lines, of all reviews, oldest first."""
    path = f"{_repo(repository)}/pulls/{number}/comments"
    return _listed(client, path, ReviewComment.of, "a list of review comments")


def create_review(client: Client, repository: str, number: int, post: CreateReview) -> Review:
    """All comments or, with a 422, none: one that lies outside of the diff spoils them all."""

    def again() -> Review | None:
        return _first_ours(client, reviews(client, repository, number), post.marker)

    body = {
        "commit_id": post.commit,
        "event": "COMMENT",  # without it the review stays pending, and blocks the next
        "body": post.body,
        "comments": [_inline(comment) for comment in post.comments],
    }
    made = client.post(f"{_repo(repository)}/pulls/{number}/reviews", body, again=again)
    return _read(made, Review.of, "a review")


def create_review_comment(client: Client, repository: str, number: int, sha: str, post: InlineComment) -> ReviewComment:
    """One comment on its own, for the head commit `sha`."""

    def again() -> ReviewComment | None:
        made = (c for c in review_comments(client, repository, number) if c.commit == sha and c.path == post.path)
        return _first_ours(client, made, _first_line(post.body))

    body = {"commit_id": sha, **_inline(post)}
    made = client.post(f"{_repo(repository)}/pulls/{number}/comments", body, again=again)
    return _read(made, ReviewComment.of, "a review comment")


def delete_review_comment(client: Client, repository: str, comment: int) -> None:
    client.delete(f"{_repo(repository)}/pulls/comments/{comment}")


def _inline(comment: InlineComment) -> dict[str, object]:
    """A comment on the new side's lines. GitHub takes a start only if it is before the end."""
    made: dict[str, object] = {"path": comment.path, "line": comment.line, "side": "RIGHT", "body": comment.body}
    if comment.start_line is not None and comment.start_line < comment.line:
        made |= {"start_line": comment.start_line, "start_side": "RIGHT"}
    return made


# What stands at a commit


def check_runs(client: Client, repository: str, sha: str, name: str | None = None) -> tuple[CheckRun, ...]:
    """The check runs of a commit, superseded ones too; with `name`, those that are called so."""
    path = f"{_repo(repository)}/commits/{_part(sha)}/check-runs"
    return _listed(
        client, path, CheckRun.of, "a list of check runs", within="check_runs", check_name=name, filter="all"
    )


def create_check_run(client: Client, repository: str, post: CreateCheckRun) -> CheckRun:
    """The completed run with the first batch of its annotations; `update_check_run` adds the others."""

    def again() -> CheckRun | None:
        there = check_runs(client, repository, post.commit, post.name)
        return next((run for run in there if run.external_id == post.external_id), None)

    body = {
        "name": post.name,
        "head_sha": post.commit,
        "status": "completed",
        "conclusion": post.conclusion,
        "external_id": post.external_id,
        "output": _output(post, post.batches[0] if post.batches else ()),
        **({"details_url": post.details_url} if post.details_url else {}),
    }
    made = client.post(f"{_repo(repository)}/check-runs", body, again=again)
    return _read(made, CheckRun.of, "a check run")


def update_check_run(client: Client, repository: str, run: int, post: CreateCheckRun, batch: int) -> CheckRun:
    """Add the batch of that number to the run that `post` made; those before it are there already.

    Annotations only ever append, so after a lost answer their number tells whether these are there.
    """
    before = sum(map(len, post.batches[:batch]))

    def again() -> CheckRun | None:
        there = check_runs(client, repository, post.commit, post.name)
        return next((found for found in there if found.id == run and found.annotations > before), None)

    body = {"output": _output(post, post.batches[batch])}
    made = client.patch(f"{_repo(repository)}/check-runs/{run}", body, again=again)
    return _read(made, CheckRun.of, "a check run")


def _output(post: CreateCheckRun, annotations: Iterable[Mapping[str, str | int]]) -> dict[str, object]:
    output: dict[str, object] = {"title": post.title, "summary": post.summary}
    if post.text:
        output["text"] = post.text
    return {**output, "annotations": [dict(annotation) for annotation in annotations]}


def set_status(client: Client, repository: str, post: SetStatus) -> None:
    body = {
        "state": post.state,
        "context": post.context,
        "description": post.description,
        **({"target_url": post.target_url} if post.target_url else {}),
    }
    client.post(f"{_repo(repository)}/statuses/{_part(post.commit)}", body, again=harmless)


def upload_sarif(client: Client, repository: str, post: UploadSarif) -> str:
    """Hand the report to code scanning, which works on it later. Returns its id, "" where GitHub gives none."""
    packed = base64.b64encode(gzip.compress(post.sarif.encode(), mtime=0)).decode()
    body = {"commit_sha": post.commit, "ref": post.ref, "sarif": packed}
    made = client.post(f"{_repo(repository)}/code-scanning/sarifs", body, again=harmless)
    return Shape(made.body, "the receipt of an upload").text("id", "")


# What the calls share


def _listed(
    client: Client, path: str, of: Callable[[Shape], T], what: str, *, within: str = "", **query: str | None
) -> tuple[T, ...]:
    return tuple(of(Shape(item, what)) for item in client.pages(path, within=within, **query))


def _read(made: Answer | T, of: Callable[[Shape], T], what: str) -> T:
    """What was made: from the answer, or what was found instead of it."""
    return of(Shape(made.body, what)) if isinstance(made, Answer) else made


def _first_ours(client: Client, posts: Iterable[P], marker: str) -> P | None:
    """The first post of ours whose first line is the marker."""
    return next((post for post in posts if _first_line(post.body) == marker and ours(client, post.author)), None)


def _first_line(body: str) -> str:
    """GitHub gives a body back with other line ends than it was given."""
    return body.split("\n", 1)[0].rstrip()


def _decoded(content: str, encoding: str) -> bytes | None:
    """The bytes of a blob; None for an encoding or digits that are none."""
    if encoding == "utf-8":
        return content.encode(errors="replace")
    try:
        return base64.b64decode(content.replace("\n", ""), validate=True) if encoding == "base64" else None
    except ValueError:
        return None


def _repo(repository: str) -> str:
    owner, _, name = repository.partition("/")
    return f"/repos/{_part(owner)}/{_part(name)}"


def _part(text: str) -> str:
    """One part of a path, whatever it holds. A part of dots alone would lead to another path; nothing is called so."""
    if not text.strip("."):
        raise ValueError(f"`{text}` cannot be asked for.")
    return quote(text, safe="")
