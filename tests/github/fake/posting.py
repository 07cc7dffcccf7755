"""Comments and reviews: listing, making, changing and deleting them."""

from __future__ import annotations

from typing import Any, TypeVar

from tests.github.fake.diff import Hunk
from tests.github.fake.permissions import Kind
from tests.github.fake.routes import ApiError, Call, Reply, listing, not_found, route
from tests.github.fake.state import IssueComment, Pull, Review, ReviewComment

STATES = {"COMMENT": "COMMENTED", "APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED"}
Comment = TypeVar("Comment", IssueComment, ReviewComment)


@route("GET", "~/issues/{issue_number}/comments")
def comments(call: Call) -> Reply:
    return listing(call.pull("issue_number").comments, call.shapes.issue_comment)


@route("POST", "~/issues/{issue_number}/comments")
def create_comment(call: Call) -> Reply:
    pull = call.pull("issue_number")
    if pull.locked:
        raise ApiError(403, "Unable to create comment because issue is locked.")
    made = call.world.comment(pull, call.body["body"], call.user)
    shown = call.shapes.issue_comment(made)
    return Reply(201, shown, headers={"location": shown["url"]})


@route("PATCH", "~/issues/comments/{comment_id}")
def update_comment(call: Call) -> Reply:
    found = _own(call, _issue_comment(call))
    found.body, found.updated = call.body["body"], call.world.now()
    return Reply(body=call.shapes.issue_comment(found))


@route("DELETE", "~/issues/comments/{comment_id}")
def delete_comment(call: Call) -> Reply:
    found = _own(call, _issue_comment(call))
    found.pull.comments.remove(found)
    return Reply(204)


@route("GET", "~/pulls/{pull_number}/reviews")
def reviews(call: Call) -> Reply:
    return listing(call.pull().reviews, call.shapes.review)


@route("POST", "~/pulls/{pull_number}/reviews")
def create_review(call: Call) -> Reply:
    """A review with all its comments, or nothing: one comment outside the diff refuses them all."""
    pull, body = call.pull(), call.body
    commit = _commit(pull, body["commit_id"])
    now = call.world.now()
    review = Review(call.world.new_id(), pull, call.user, body.get("body", ""), STATES[body["event"]], commit, now)
    made = [_comment(call, pull, review, commit, one, batch=True) for one in body.get("comments", ())]
    pull.reviews.append(review)
    pull.review_comments += made
    return Reply(200, call.shapes.review(review))


@route("GET", "~/pulls/{pull_number}/comments")
def review_comments(call: Call) -> Reply:
    return listing(call.pull().review_comments, call.shapes.review_comment)


@route("POST", "~/pulls/{pull_number}/comments")
def create_review_comment(call: Call) -> Reply:
    """A single comment; GitHub makes a review without a text for it. `in_reply_to` answers another."""
    pull, body = call.pull(), call.body
    if "in_reply_to" in body:
        to = next((one for one in pull.review_comments if one.id == body["in_reply_to"]), None) or not_found()
        return Reply(201, call.shapes.review_comment(call.world.reply(to, body["body"], call.user)))
    commit = _commit(pull, body["commit_id"])
    review = Review(call.world.new_id(), pull, call.user, "", "COMMENTED", commit, call.world.now())
    made = _comment(call, pull, review, commit, body, batch=False)
    pull.reviews.append(review)
    pull.review_comments.append(made)
    return Reply(201, call.shapes.review_comment(made))


@route("PATCH", "~/pulls/comments/{comment_id}")
def update_review_comment(call: Call) -> Reply:
    found = _own(call, _review_comment(call))
    found.body, found.updated = call.body["body"], call.world.now()
    return Reply(body=call.shapes.review_comment(found))


@route("DELETE", "~/pulls/comments/{comment_id}")
def delete_review_comment(call: Call) -> Reply:
    """Answers to a deleted comment stay. A review without text goes with its last comment."""
    found = _own(call, _review_comment(call))
    pull = found.pull
    pull.review_comments.remove(found)
    if found.review and not found.review.body and not any(c.review is found.review for c in pull.review_comments):
        pull.reviews.remove(found.review)
    return Reply(204)


def _issue_comment(call: Call) -> IssueComment:
    every = (comment for pull in call.repository.pulls.values() for comment in pull.comments)
    return next((comment for comment in every if comment.id == int(call.params["comment_id"])), None) or not_found()


def _review_comment(call: Call) -> ReviewComment:
    every = (comment for pull in call.repository.pulls.values() for comment in pull.review_comments)
    return next((comment for comment in every if comment.id == int(call.params["comment_id"])), None) or not_found()


def _own(call: Call, comment: Comment) -> Comment:
    """The comment, if the token's own user posted it. The real GitHub lets some tokens change those of others as well; here
    none of an app's may, so that a test sees when the gate touches what is not its own."""
    assert call.token
    if call.token.kind is not Kind.PERSONAL and comment.user != call.user:
        raise ApiError(403, "Resource not accessible by integration")
    return comment


def _commit(pull: Pull, sha: str) -> str:
    if sha not in pull.commits:
        raise ApiError(422, "Unprocessable Entity", ["The commit_id is not part of the pull request"])
    return sha


def _comment(
    call: Call, pull: Pull, review: Review, commit: str, given: dict[str, Any], *, batch: bool
) -> ReviewComment:
    subject = given.get("subject_type", "line")
    side, line, start = given.get("side", "RIGHT"), given.get("line"), given.get("start_line")
    change = next((change for change in pull.changes(commit) if change.path == given["path"]), None)
    if change is None:
        raise _refused(batch, "Path could not be resolved", "path")
    hunk: Hunk | None = None
    if subject == "line":
        start_side = given.get("start_side") or side
        shown = change.hunks or ()
        hunk = next((one for one in shown if line in _side(one, side)), None)
        if hunk is None:
            raise _refused(batch, "Line could not be resolved", "line")
        if start is not None and not any(start in _side(one, start_side) and one is hunk for one in shown):
            raise _refused(batch, "Start line must be part of the same hunk as the line.", "start_line")
    now = call.world.now()
    return ReviewComment(
        call.world.new_id(),
        pull,
        review,
        call.user,
        given["body"],
        given["path"],
        commit,
        side,
        line,
        start,
        commit,
        line,
        start,
        hunk,
        now,
        now,
        subject=subject,
    )


def _side(hunk: Hunk, side: str) -> range:
    return hunk.old if side == "LEFT" else hunk.new


def _refused(batch: bool, message: str, field: str) -> ApiError:
    if batch:
        return ApiError(422, "Unprocessable Entity", [message])
    name = f"pull_request_review_thread.{field}"
    error = {"resource": "PullRequestReviewComment", "code": "custom", "field": name, "message": f"{name} {message}"}
    return ApiError(422, "Validation Failed", [error])
