"""What GitHub did not do for a surface, and the line that says so."""

from __future__ import annotations

from deployflow_gate.github.errors import GitHubError, Refused
from deployflow_gate.github.posts import Surface
from deployflow_gate.record import dataclass

NEEDED = {
    Surface.COMMENT: "pull-requests: write",
    Surface.REVIEW: "pull-requests: write",
    Surface.CHECK_RUN: "checks: write",
    Surface.STATUS: "statuses: write",
    Surface.SARIF: "security-events: write",
}
"""What each surface needs, where GitHub does not name it (docs: permissions required for GitHub Apps)."""

DENIED = frozenset({401, 403, 404})
"""Answers of GitHub to who may not; some of them pretend that there is nothing."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A surface that is left out, or not whole, and why."""

    surface: Surface
    error: GitHubError

    def line(self, *, fork: bool, instead: Surface | None) -> str:
        """A sentence or two: what is missing, why, what would enable it, and where it is shown instead."""
        said = f"Not shown as {self.surface.value}: {self.error}"
        if isinstance(self.error, Refused) and self.error.status in DENIED:
            needed = self.error.permission or NEEDED[self.surface]
            said += (
                " A fork's pull request, and Dependabot's, get a token that only reads; docs/github.md says how to report there."
                if fork
                else f" Grant the job `{needed}` to enable it."
            )
        return said if instead is None else f"{said} See the {instead.value} instead."
