"""How a call of GitHub's API can end badly. No message of these holds the token, and none has a cause that could."""

from __future__ import annotations


class GitHubError(Exception):
    """GitHub did not do what was asked. The message is sentences for people."""


class Refused(GitHubError):  # noqa: N818 - it says what GitHub did
    """GitHub said no, and would say so again: 401, 403 for a missing permission, 404, 406, 409, 410, 413, 422, 451.

    `message` is what GitHub gave as the reason, in one visible line. `permission` is what the job would have to grant, such as
    `pull-requests: write` (alternatives joined by "or"), where GitHub named it for a 403 or 404. `documentation` is GitHub's link.
    """

    def __init__(self, status: int, message: str, permission: str | None = None, documentation: str = "") -> None:
        super().__init__(f"GitHub refused ({status}): {message}")
        self.status = status
        self.message = message
        self.permission = permission
        self.documentation = documentation


class Unavailable(GitHubError):  # noqa: N818 - it says what GitHub is
    """No usable answer within our time: a rate limit, a fault of GitHub or the network, or an answer of the wrong shape.

    `reason` is one sentence. What was asked for may have been done all the same.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
