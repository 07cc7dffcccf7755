"""Doing what was planned, post by post. What GitHub refuses is noted, and stops nothing else; the verdict is not touched."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from deployflow_gate.github import endpoints
from deployflow_gate.github.client import Client
from deployflow_gate.github.errors import GitHubError, Refused
from deployflow_gate.github.posts import (
    SURFACE,
    CreateCheckRun,
    CreateComment,
    CreateReview,
    DeleteComment,
    DeleteReviewComment,
    Post,
    SetStatus,
    Surface,
    UpdateComment,
    UploadSarif,
)
from deployflow_gate.github.refusal import Refusal
from deployflow_gate.record import dataclass, field

GONE = frozenset({404, 410})
UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a plan. `urls` are the pages of the comment and the check run. `lines` are sentences for the log."""

    refusals: tuple[Refusal, ...] = ()
    urls: dict[Surface, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()


def execute(posts: Iterable[Post], client: Client, repository: str, pull: int | None) -> Done:
    """Do the posts in their order. After a refusal the surface's other posts are left out."""
    doing = _Doing(client, repository, pull)
    for post in posts:
        surface = SURFACE[type(post)]
        if surface in doing.refused:
            continue
        try:
            doing.do(post)
        except GitHubError as error:
            doing.refused[surface] = Refusal(surface, error)
    return Done(tuple(doing.refused.values()), doing.urls, tuple(doing.lines))


class _Doing:
    def __init__(self, client: Client, repository: str, pull: int | None) -> None:
        self.client = client
        self.repository = repository
        self.pull = pull or 0
        self.refused: dict[Surface, Refusal] = {}
        self.urls: dict[Surface, str] = {}
        self.lines: list[str] = []
        self.left_over: set[type] = set()

    def do(self, post: Post) -> None:
        client, repository = self.client, self.repository
        match post:
            case CreateComment():
                self.urls[Surface.COMMENT] = endpoints.create_comment(client, repository, self.pull, post).url
            case UpdateComment():
                self._update(post)
            case DeleteComment():
                self._delete(post, partial(endpoints.delete_comment, client, repository, post.id))
            case CreateReview():
                self._review(post)
            case DeleteReviewComment():
                self._delete(post, partial(endpoints.delete_review_comment, client, repository, post.id))
            case CreateCheckRun():
                self._check_run(post)
            case SetStatus():
                endpoints.set_status(client, repository, post)
            case UploadSarif():
                endpoints.upload_sarif(client, repository, post)

    def _update(self, post: UpdateComment) -> None:
        """Somebody may have deleted the comment since it was read."""
        try:
            made = endpoints.update_comment(self.client, self.repository, post)
        except Refused as no:
            if no.status not in GONE or self._stands(post.id):
                raise
            new = CreateComment(post.body.split("\n", 1)[0], post.body)
            made = endpoints.create_comment(self.client, self.repository, self.pull, new)
        self.urls[Surface.COMMENT] = made.url

    def _stands(self, comment: int) -> bool:
        """Whether GitHub still lists a comment: it may say "not found" for one that may not be touched."""
        listed = endpoints.issue_comments(self.client, self.repository, self.pull)
        return any(one.id == comment for one in listed)

    def _review(self, post: CreateReview) -> None:
        """GitHub refuses a whole review for one comment that it cannot place: then each is tried on its own."""
        try:
            endpoints.create_review(self.client, self.repository, self.pull, post)
            return
        except Refused as no:
            if no.status != UNPROCESSABLE:
                raise
        left = 0
        for comment in post.comments:
            try:
                endpoints.create_review_comment(self.client, self.repository, self.pull, post.commit, comment)
            except Refused as no:
                if no.status != UNPROCESSABLE:
                    raise
                left += 1
        if left:
            self.lines.append(
                f"GitHub cannot place {left} of {len(post.comments)} review comments; their findings are in the other reports."
            )

    def _delete(self, post: DeleteComment | DeleteReviewComment, delete: partial[None]) -> None:
        """What cannot be taken away makes nothing worse: it is said, and its likes are left alone."""
        kind = type(post)
        if kind in self.left_over:
            return
        try:
            delete()
        except GitHubError as no:
            if isinstance(no, Refused) and no.status in GONE:
                return
            self.left_over.add(kind)
            self.lines.append(f"Comments that are no longer needed are left over: {no}")

    def _check_run(self, post: CreateCheckRun) -> None:
        run = endpoints.create_check_run(self.client, self.repository, post)
        self.urls[Surface.CHECK_RUN] = run.url
        for batch in range(1, len(post.batches)):
            try:
                endpoints.update_check_run(self.client, self.repository, run.id, post, batch)
            except GitHubError as error:
                left = sum(map(len, post.batches[batch:]))
                self.lines.append(f"{left} annotations of the check run are missing: {error} They are in the summary.")
                return
