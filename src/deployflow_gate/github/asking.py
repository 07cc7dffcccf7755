"""Asking GitHub for a part of the repository: what it does not give ends in a SnapshotError, for then nothing can be judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from deployflow_gate.snapshot import SnapshotError

if TYPE_CHECKING:
    from deployflow_gate.github.client import Client
    from deployflow_gate.github.errors import GitHubError

Answer = TypeVar("Answer")

CLONE = "check out with `fetch-depth: 0` where git is installed"
"""What needs no API. The action's own image has no git."""


def ask(client: Client | None, what: str, question: Callable[[Client], Answer]) -> Answer:
    """The answer to a question about `what` ("the files of the commit `…`"). Raises SnapshotError where there is none."""
    if client is None:
        raise SnapshotError(
            f"The workspace does not have {what}, and there is no token to ask GitHub with. "
            f"Give the input `token`, or {CLONE}."
        )
    from deployflow_gate.github.errors import GitHubError

    try:
        return question(client)
    except GitHubError as error:
        raise SnapshotError(
            f"GitHub does not give {what}: {str(error).rstrip('.')}. {_remedy(error)}, or {CLONE}."
        ) from error


def _remedy(error: GitHubError) -> str:
    from deployflow_gate.github.errors import Refused

    if not isinstance(error, Refused):
        return "Run the job again"
    return "See the input `token`" if error.status == 401 else "Give the job `contents: read`"
