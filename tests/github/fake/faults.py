"""Things that go wrong on the way, by script: which requests they hit, how many, and after how many good ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
    "If you reach out to GitHub Support for help, please include the request ID."
)
OLD_SECONDARY = "You have triggered an abuse detection mechanism. Please wait a few minutes before you try again."
"""As older GitHub Enterprise Servers put it."""
DOCUMENTATION = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"


@dataclass(frozen=True)
class Fault:
    """What happens in place of a good answer.

    With `done`, the request is carried out first, and then the answer is lost in what is said here. `delay` seconds pass before
    anything is sent. `drop` cuts the connection; `cut` sends that many bytes of the body and then cuts. `status` None leaves the
    answer as it was. In `headers`, `{now+N}` stands for the time in N seconds. `expire` makes the token invalid for good.
    `comment` hits a review only if it holds a comment on that path and line.
    """

    status: int | None = None
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    done: bool = False
    drop: bool = False
    cut: int | None = None
    delay: float = 0.0
    expire: bool = False
    comment: tuple[str, int] | None = None


def broken(status: int, *, done: bool = False, message: str = "Server Error") -> Fault:
    """500, 502, 503, or whatever else; HTML as GitHub's load balancer sends it for 502 and 503."""
    body: object = {"message": message, "documentation_url": "https://docs.github.com/rest"}
    if status in {502, 503}:
        body = "<html><body><h1>Unicorn!</h1></body></html>"
    return Fault(status, body, done=done)


def reset(*, done: bool = False) -> Fault:
    """The connection is cut before the request was carried out, or (`done`) after: then only the answer is lost."""
    return Fault(drop=True, done=done)


def slow(seconds: float) -> Fault:
    """A good answer that comes late."""
    return Fault(delay=seconds, done=True)


def truncated(size: int = 10) -> Fault:
    """A good answer that ends too early."""
    return Fault(done=True, cut=size)


def garbage(body: object = "<html>hello</html>", status: int = 200, *, done: bool = True) -> Fault:
    """An answer that is no JSON, or (given other `body`) JSON of another shape."""
    return Fault(status, body, done=done)


def secondary_limit(retry_after: int | None = None, *, status: int = 403, message: str = SECONDARY) -> Fault:
    """The secondary rate limit. Without `retry_after`, only the text of the body tells it from a missing permission."""
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    return Fault(
        status, {"message": message, "documentation_url": f"{DOCUMENTATION}#about-secondary-rate-limits"}, headers
    )


def primary_limit(seconds: int, *, status: int = 403) -> Fault:
    """The hour's requests are used up, until in so many seconds."""
    body = {"message": "API rate limit exceeded for installation ID 1.", "documentation_url": DOCUMENTATION}
    return Fault(status, body, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": f"{{now+{seconds}}}"})


def not_acceptable() -> Fault:
    """406, as for a diff that is too large."""
    body = {
        "message": "Sorry, the diff exceeded the maximum number of files (300).",
        "errors": [{"resource": "PullRequest", "field": "diff", "code": "too_large"}],
        "documentation_url": "https://docs.github.com/rest/pulls/pulls#list-pull-requests-files",
    }
    return Fault(406, body)


def refused_comment(path: str, line: int) -> Fault:
    """422 for every review or single comment that holds this one, as if GitHub's diff were another than ours."""
    body = {
        "message": "Unprocessable Entity",
        "errors": ["Line could not be resolved"],
        "documentation_url": "https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request",
    }
    return Fault(422, body, comment=(path, line))


def expired_token() -> Fault:
    """From this request on the token is no longer valid."""
    return Fault(expire=True)


def redirect(location: str, status: int = 301) -> Fault:
    body = {"message": "Moved Permanently", "url": location, "documentation_url": "https://docs.github.com/rest"}
    return Fault(status, body, {"location": location})


@dataclass
class Rule:
    """A fault at requests `on` ("POST /repos/*/issues/*/comments", "* *"): the first `after` of them pass, `times` (None: all)
    are hit. `hits` counts."""

    fault: Fault
    on: str
    times: int | None
    after: int
    seen: int = 0
    hits: int = 0

    def strikes(self, method: str, path: str, body: object) -> bool:
        """Whether this request is hit; counts it."""
        wanted, pattern = self.on.split(" ", 1)
        if wanted not in {"*", method} or not fnmatchcase(path, pattern):
            return False
        if self.fault.comment and self.fault.comment not in _places(body):
            return False
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.hits >= self.times):
            return False
        self.hits += 1
        return True


def filled(headers: Mapping[str, str], now: float) -> dict[str, str]:
    return {
        name: re.sub(r"\{now\+(\d+)\}", lambda match: str(int(now) + int(match[1])), value)
        for name, value in headers.items()
    }


def _places(body: object) -> list[tuple[object, object]]:
    """Path and line of each comment that a body holds."""
    if not isinstance(body, dict):
        return []
    comments = body.get("comments", [body])
    return [(one.get("path"), one.get("line")) for one in comments if isinstance(one, dict)]
