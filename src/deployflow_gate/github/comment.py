"""The sticky comment: one for each instance of the gate, edited in place, made only where there is something to say."""

from __future__ import annotations

from deployflow_gate.github.environment import CommentMode
from deployflow_gate.github.judged import Judgement
from deployflow_gate.github.marker import Written, comment_marker, written_in, written_mark
from deployflow_gate.github.notices import notable
from deployflow_gate.github.page import page
from deployflow_gate.github.posts import CreateComment, DeleteComment, Post, UpdateComment
from deployflow_gate.github.settings import Settings
from deployflow_gate.github.state import OwnComment, State
from deployflow_gate.policy.verdict import Outcome

CHARACTERS = 60_000
"""GitHub refuses a body above 65,536 characters (422, "Body is too long"); what it counts as one is not documented."""


def comment_body(judgement: Judgement, settings: Settings, elsewhere: str) -> str:
    """The comment, its marker first."""
    written = Written(settings.run_id, settings.run_attempt, judgement.head)
    lead = f"{comment_marker(settings.instance)}\n{written_mark(written)}\n"
    return lead + page(judgement, settings, CHARACTERS - len(lead), len, elsewhere).whole


def worth_a_comment(judgement: Judgement, mode: CommentMode) -> bool:
    """Whether a comment is made where none is. One that is there is always brought up to date, for it must not lie.

    With `on-failure` that is where the gate does not pass, and where a reviewer would otherwise not learn that the change
    silences findings or edits the policy. Findings that do not block have their annotations, and are no reason.
    """
    if mode is CommentMode.ALWAYS:
        return True
    return mode is CommentMode.ON_FAILURE and (judgement.verdict.outcome is not Outcome.PASSED or notable(judgement))


def plan_comment(
    judgement: Judgement, state: State, settings: Settings, elsewhere: str
) -> tuple[list[Post], list[str]]:
    """The posts that leave one comment with this body, and what there is to say of it in the log."""
    if state.comments is None or settings.comment is CommentMode.NEVER:
        return [], []
    if not state.comments:
        if not worth_a_comment(judgement, settings.comment):
            return [], []
        return [CreateComment(comment_marker(settings.instance), comment_body(judgement, settings, elsewhere))], []
    oldest, *surplus = sorted(state.comments, key=lambda comment: comment.id)
    posts: list[Post] = []
    lines: list[str] = []
    if _is_newer(oldest, judgement, settings):
        lines.append("The comment stays as it is: a newer run wrote it, for another commit.")
    else:
        body = comment_body(judgement, settings, elsewhere)
        if _plain(oldest.body) != _plain(body):
            posts.append(UpdateComment(oldest.id, body))
    return [*posts, *(DeleteComment(comment.id) for comment in surplus)], lines


def _is_newer(comment: OwnComment, judgement: Judgement, settings: Settings) -> bool:
    """Whether a run that started later has spoken of another commit: ours is then of a commit that is no longer the head."""
    written = written_in(comment.body)
    return written is not None and written.run_id > settings.run_id > 0 and written.commit != judgement.head


def _plain(body: str) -> str:
    """A body without what GitHub may change as it stores it."""
    return body.replace("\r\n", "\n").strip()
