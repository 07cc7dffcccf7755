"""What a plan has to know of how the gate was called, and where it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployflow_gate.github.environment import CommentMode
from deployflow_gate.github.inputs import DEFAULT_INSTANCE, DEFAULT_REVIEW_COMMENTS
from deployflow_gate.github.posts import Surface
from deployflow_gate.record import dataclass

if TYPE_CHECKING:
    from deployflow_gate.github.environment import Environment
    from deployflow_gate.github.event import Event

TOOL = "deployflow-gate"

ON_A_PULL = frozenset({Surface.ANNOTATIONS, Surface.SUMMARY, Surface.COMMENT, Surface.REVIEW})
ELSEWHERE = frozenset({Surface.ANNOTATIONS, Surface.SUMMARY})
"""What is shown where the workflow does not say it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`surfaces` are those that are wanted. `pull` is the number of the pull request, None for an event without one; `ref` is that
    of the judged commit (refs/heads/…, refs/pull/N/head), "" where it has none. `stop_token` ends the part of the log that the
    runner reads no commands in; "" draws one, as it must be outside tests."""

    surfaces: frozenset[Surface]
    repository: str
    server_url: str = "https://github.com"
    run_url: str = ""
    run_id: int = 0
    run_attempt: int = 1
    ref: str = ""
    pull: int | None = None
    comment: CommentMode = CommentMode.ON_FAILURE
    instance: str = DEFAULT_INSTANCE
    max_review_comments: int = DEFAULT_REVIEW_COMMENTS
    stop_token: str = ""

    @property
    def name(self) -> str:
        """How this gate is called in front of people, and the name of its check run and status."""
        return TOOL if self.instance == DEFAULT_INSTANCE else f"{TOOL} ({self.instance})"


def settings_of(environment: Environment, event: Event, *, posting: bool) -> Settings:
    """The settings of a run. `posting` is whether there is a token to post with."""
    surfaces = environment.publish
    if surfaces is None:
        surfaces = ON_A_PULL if posting and event.pull is not None else ELSEWHERE
    return Settings(
        surfaces=surfaces,
        repository=event.repository,
        server_url=environment.server_url,
        run_url=environment.run_url,
        run_id=environment.run_id,
        run_attempt=environment.run_attempt or 1,
        ref=event.ref,
        pull=event.pull.number if event.pull is not None else None,
        comment=environment.comment,
        instance=environment.instance,
        max_review_comments=environment.max_review_comments,
    )
