"""What GitHub shows already: the state that a plan is made against. Each surface is read for itself, and only if it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from deployflow_gate.github import endpoints
from deployflow_gate.github.client import Client
from deployflow_gate.github.environment import CommentMode
from deployflow_gate.github.errors import GitHubError
from deployflow_gate.github.hunks import read_hunks
from deployflow_gate.github.marker import fingerprint_in, is_sticky, review_marker_in
from deployflow_gate.github.posts import Surface
from deployflow_gate.github.refusal import Refusal
from deployflow_gate.github.settings import Settings
from deployflow_gate.github.state import ChangedFile, OwnComment, OwnReviewComment, State
from deployflow_gate.record import dataclass, replace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading:
    """The state as far as it could be read, and the surfaces for which it could not. `lines` are sentences for the log."""

    state: State
    refusals: tuple[Refusal, ...] = ()
    lines: tuple[str, ...] = ()


def read_state(client: Client, settings: Settings, head: str) -> Reading:
    """Read what the wanted surfaces need. `head` is the judged commit. Never raises what the client raises."""
    state = State()
    refusals: list[Refusal] = []
    lines: list[str] = []

    def tried(surface: Surface, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except GitHubError as error:
            refusals.append(Refusal(surface, error))
            return None

    wanted, pull = settings.surfaces, settings.pull
    if pull is not None and Surface.COMMENT in wanted and settings.comment is not CommentMode.NEVER:
        state = replace(state, comments=tried(Surface.COMMENT, lambda: _comments(client, settings, pull)))
    if pull is not None and Surface.REVIEW in wanted:
        reviewed = tried(Surface.REVIEW, lambda: _review(client, settings, pull, head))
        if reviewed is not None:
            state = replace(
                state, review_comments=reviewed.review_comments, reviews=reviewed.reviews, files=reviewed.files
            )
            if reviewed.files is None:
                lines.append("No review: the pull request has a newer commit, whose own run reviews it.")
    if Surface.CHECK_RUN in wanted:
        runs = tried(Surface.CHECK_RUN, lambda: endpoints.check_runs(client, settings.repository, head, settings.name))
        state = replace(state, check_runs=frozenset(run.external_id for run in runs or ()))
    return Reading(state, tuple(refusals), tuple(lines))


def _comments(client: Client, settings: Settings, pull: int) -> tuple[OwnComment, ...]:
    return tuple(
        OwnComment(comment.id, comment.body, comment.url)
        for comment in endpoints.issue_comments(client, settings.repository, pull)
        if is_sticky(comment.body, settings.instance) and endpoints.ours(client, comment.author)
    )


def _review(client: Client, settings: Settings, pull: int, head: str) -> State:
    """The part of a state that is about the review. Without `files`, where the pull request has moved on."""
    repository, instance = settings.repository, settings.instance
    if endpoints.pull(client, repository, pull).head_sha != head:
        return State()
    listed = endpoints.review_comments(client, repository, pull)
    answered = {comment.replies_to for comment in listed}
    own = tuple(
        OwnReviewComment(
            comment.id,
            fingerprint,
            comment.path,
            comment.line,
            comment.body,
            comment.id in answered,
            comment.start_line,
        )
        for comment in listed
        if (fingerprint := fingerprint_in(comment.body, instance)) and endpoints.ours(client, comment.author)
    )
    reviews = frozenset(
        marker
        for review in endpoints.reviews(client, repository, pull)
        if (marker := review_marker_in(review.body, instance)) and endpoints.ours(client, review.author)
    )
    files = {
        file.path: ChangedFile(file.path, file.status, file.previous, read_hunks(file.patch) if file.patch else None)
        for file in endpoints.pull_files(client, repository, pull)
    }
    return State(review_comments=own, reviews=reviews, files=files)
