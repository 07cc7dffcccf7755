"""The event that started the run, read from the runner's payload: which commit is judged, against which, for which pull request."""

from __future__ import annotations

from deployflow_gate.record import dataclass


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request. `fork` is True where its head lies in another repository, or in one that is gone."""

    number: int
    base_ref: str
    head_ref: str
    fork: bool
    draft: bool = False
    author: str = ""
    head_repository: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """`repository` is owner/name of the repository that the run belongs to (for a pull request its base). `head` is the SHA that
    is judged and to which statuses go; `base` the SHA that it is compared with and that the policy comes from, None where the event
    has none (push, schedule, workflow_dispatch: the whole commit counts, under its own policy)."""

    name: str
    action: str
    repository: str
    head: str
    base: str | None = None
    ref: str = ""
    pull: Pull | None = None
    default_branch: str = ""
    private: bool | None = None
