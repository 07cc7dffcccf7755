"""What GitHub did not do for a surface, and the lines that say so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deployflow_gate.github.errors import GitHubError, Refused
from deployflow_gate.github.posts import Surface
from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex

NEEDED = {
    Surface.COMMENT: "pull-requests: write",
    Surface.REVIEW: "pull-requests: write",
    Surface.CHECK_RUN: "checks: write",
    Surface.STATUS: "statuses: write",
    Surface.SARIF: "security-events: write",
}
"""What each surface needs (docs: permissions required for GitHub Apps); of several ways that GitHub names, the one to take."""

NEXT = {
    Surface.REVIEW: Surface.COMMENT,
    Surface.CHECK_RUN: Surface.STATUS,
    Surface.COMMENT: Surface.SUMMARY,
    Surface.STATUS: Surface.SUMMARY,
    Surface.SARIF: Surface.SUMMARY,
}
"""Where a refused surface's findings are shown instead."""

DENIED = frozenset({403, 404})
"""Answers of GitHub to who may not; one pretends that there is nothing."""

_SAYS_IT = regex(r"\block(?:ed)?\b|\b(?:not|be) enabled\b")
"""A no that no permission changes: a locked conversation, a repository without code scanning. GitHub's message tells it all."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A surface that is left out, and why."""

    surface: Surface
    error: GitHubError

    def said(self, *, fork: bool) -> str:
        """What is missing, and what would enable it."""
        said = str(self.error)
        return f"{said if said.endswith('.') else f'{said}.'}{self._advice(fork=fork)}"

    def _advice(self, *, fork: bool) -> str:
        error = self.error
        if not isinstance(error, Refused):
            return ""
        if error.status == 401:
            return " The token has expired or is none of this GitHub's; see the input `token`."
        if error.status not in DENIED or _SAYS_IT.search(error.message):
            return ""
        if "GitHub App" in error.message:
            return " Only an app's token can make it, as `github.token` is."
        if fork:
            return " A fork's pull request, and Dependabot's, get a token that only reads; docs/github.md says how to report there."
        needed = NEEDED[self.surface]
        named = error.permission or needed
        return f" Grant the job `{needed if needed in named else named}` to enable it."


def told(refusals: Iterable[Refusal], *, fork: bool) -> Iterator[str]:
    """A line for each reason, with all surfaces that it is the reason for and what shows their findings."""
    because: dict[tuple[str, Surface], list[Surface]] = {}
    refused = {refusal.surface: refusal for refusal in refusals}
    for surface, refusal in refused.items():
        instead = NEXT[surface]
        while instead in refused:
            instead = NEXT[instead]
        because.setdefault((refusal.said(fork=fork), instead), []).append(surface)
    for (said, instead), surfaces in because.items():
        yield f"Not shown as {', '.join(surfaces)}: {said} See the {instead.value} instead."
