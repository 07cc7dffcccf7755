"""What the gate can do on GitHub, as values: a plan is a tuple of these, and `execute` is the only one to do them.

Bodies are whole and final: every limit is already kept, every text of the repository already made inert.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from deployflow_gate.record import dataclass


class Surface(StrEnum):
    """Where a verdict is shown; the values are the words of the input `publish`."""

    ANNOTATIONS = "annotations"
    SUMMARY = "summary"
    COMMENT = "comment"
    REVIEW = "review"
    CHECK_RUN = "check-run"
    STATUS = "status"
    SARIF = "sarif"


@dataclass(frozen=True, slots=True)
class CreateComment:
    """The sticky comment, where there is none. `marker` is the first line of `body`: look for it before a repeated try."""

    marker: str
    body: str


@dataclass(frozen=True, slots=True)
class UpdateComment:
    id: int
    body: str


@dataclass(frozen=True, slots=True)
class DeleteComment:
    """A surplus sticky comment of ours."""

    id: int


@dataclass(frozen=True, slots=True)
class InlineComment:
    """One comment of a review, on lines `start_line` (None: a single line) to `line` of the new side.

    `fingerprint` is that in the body's marker.
    """

    path: str
    line: int
    body: str
    fingerprint: str
    start_line: int | None = None


@dataclass(frozen=True, slots=True)
class CreateReview:
    """One review of `commit` with its comments; all of them lie in the diff as far as `plan` knows.

    `marker` stands in `body`: look for it before a repeated try.
    """

    commit: str
    marker: str
    body: str
    comments: tuple[InlineComment, ...]


@dataclass(frozen=True, slots=True)
class DeleteReviewComment:
    """An inline comment of ours whose finding is gone, and to which nobody replied."""

    id: int


@dataclass(frozen=True, slots=True)
class CreateCheckRun:
    """A completed check run. `batches` are lists of annotations (as the API wants them), of at most 50: the first goes with the
    creation, each other one with an update. `external_id` is looked for before a repeated try."""

    commit: str
    name: str
    conclusion: str
    external_id: str
    title: str
    summary: str
    text: str
    batches: tuple[tuple[Mapping[str, str | int], ...], ...]
    details_url: str = ""


@dataclass(frozen=True, slots=True)
class SetStatus:
    """A commit status; `state` is success, failure or error. Setting it again does no harm."""

    commit: str
    context: str
    state: str
    description: str
    target_url: str = ""


@dataclass(frozen=True, slots=True)
class UploadSarif:
    """`sarif` is the document as text; `ref` is refs/heads/… or refs/pull/N/head."""

    commit: str
    ref: str
    sarif: str


Post = (
    CreateComment
    | UpdateComment
    | DeleteComment
    | CreateReview
    | DeleteReviewComment
    | CreateCheckRun
    | SetStatus
    | UploadSarif
)

SURFACE: Mapping[type, Surface] = {
    CreateComment: Surface.COMMENT,
    UpdateComment: Surface.COMMENT,
    DeleteComment: Surface.COMMENT,
    CreateReview: Surface.REVIEW,
    DeleteReviewComment: Surface.REVIEW,
    CreateCheckRun: Surface.CHECK_RUN,
    SetStatus: Surface.STATUS,
    UploadSarif: Surface.SARIF,
}
"""The surface that a post is for."""
