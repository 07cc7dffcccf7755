"""Who may do what: kinds of token, and what each operation asks of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tests.github.fake.state import User

RANK = {"none": 0, "read": 1, "write": 2}


class Kind(StrEnum):
    ACTIONS = "actions"
    """GITHUB_TOKEN of a job: an installation token of the app github-actions."""
    APP = "app"
    """An installation token of another app."""
    PERSONAL = "personal"
    """A classic personal access token: all that its user may, but no checks API."""


ACTIONS_APP = 15368
"""The id of the app github-actions."""


@dataclass
class Token:
    """`permissions` are spelled as in a workflow (`pull-requests: write`). `expired` may be set at any time. `repository`, if
    given, is the only one that the token is for: it reads others if they are public."""

    value: str
    kind: Kind
    user: User
    permissions: Mapping[str, str]
    app: int | None = None
    expired: bool = False
    repository: str | None = None

    def __repr__(self) -> str:
        return f"Token({self.kind}, {dict(self.permissions)})"

    def may(self, need: Need) -> bool:
        """Whether one of the alternatives is granted in full."""
        return any(
            all(RANK[self.permissions.get(name.replace("_", "-"), "none")] >= RANK[level] for name, level in all_of)
            for all_of in need
        )


Need = tuple[tuple[tuple[str, str], ...], ...]
"""Alternatives, each of them permissions that are needed together."""


def _need(text: str) -> Need:
    """From the form of the header: `issues=write; pull_requests=write`."""
    alternatives = ([pair.strip().partition("=") for pair in alternative.split(",")] for alternative in text.split(";"))
    return tuple(tuple((name, level) for name, _, level in pairs) for pairs in alternatives)


def header(need: Need) -> str:
    """The value of `x-accepted-github-permissions`."""
    return "; ".join(",".join(f"{name}={level}" for name, level in all_of) for all_of in need)


ON_ISSUES = "issues={0}; pull_requests={0}"
NEEDS: Mapping[tuple[str, str], Need] = {
    # From the docs' "permissions required for fine-grained tokens" and the header of real answers; without the repository.
    ("GET", ""): _need("metadata=read"),
    ("POST", "/check-runs"): _need("checks=write"),
    ("PATCH", "/check-runs/{check_run_id}"): _need("checks=write"),
    ("GET", "/commits/{ref}/check-runs"): _need("checks=read"),
    ("POST", "/code-scanning/sarifs"): _need("security_events=write"),
    ("GET", "/code-scanning/sarifs/{sarif_id}"): _need("security_events=read"),
    ("GET", "/commits/{commit_sha}/pulls"): _need("pull_requests=read"),
    ("GET", "/commits/{ref}"): _need("contents=read"),
    ("GET", "/compare/{basehead}"): _need("contents=read"),
    ("GET", "/contents/{path}"): _need("contents=read"),
    ("GET", "/git/blobs/{file_sha}"): _need("contents=read"),
    ("GET", "/git/commits/{commit_sha}"): _need("contents=read"),
    ("GET", "/git/trees/{tree_sha}"): _need("contents=read"),
    ("GET", "/issues/{issue_number}/comments"): _need(ON_ISSUES.format("read")),
    ("POST", "/issues/{issue_number}/comments"): _need(ON_ISSUES.format("write")),
    ("PATCH", "/issues/comments/{comment_id}"): _need(ON_ISSUES.format("write")),
    ("DELETE", "/issues/comments/{comment_id}"): _need(ON_ISSUES.format("write")),
    ("GET", "/pulls/{pull_number}"): _need("pull_requests=read"),
    ("GET", "/pulls/{pull_number}/files"): _need("pull_requests=read"),
    ("GET", "/pulls/{pull_number}/comments"): _need("pull_requests=read"),
    ("POST", "/pulls/{pull_number}/comments"): _need("pull_requests=write"),
    ("PATCH", "/pulls/comments/{comment_id}"): _need("pull_requests=write"),
    ("DELETE", "/pulls/comments/{comment_id}"): _need("pull_requests=write"),
    ("GET", "/pulls/{pull_number}/reviews"): _need("pull_requests=read"),
    ("POST", "/pulls/{pull_number}/reviews"): _need("pull_requests=write"),
    ("POST", "/statuses/{sha}"): _need("statuses=write"),
}

APPS_ONLY = frozenset({("POST", "/check-runs"), ("PATCH", "/check-runs/{check_run_id}")})
"""What no personal token may do, whatever its scopes."""
