"""GitHub's REST API as the gate uses it: bounded in time, sparing, and with a token that goes nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Self, TypeVar
from urllib.parse import urlencode

from deployflow_gate.github.answer import Answer, Heard, Lost, answer
from deployflow_gate.github.errors import Refused, Unavailable
from deployflow_gate.github.patience import Clock, Patience, SystemClock
from deployflow_gate.github.redirect import MAX_REDIRECTS, STATUSES, Hop, follow, origin
from deployflow_gate.github.transport import ANSWER_SECONDS, Transport
from deployflow_gate.github.trouble import weigh

API_VERSION = "2022-11-28"
"""Supported by github.com and every GHES that is (docs.github.com, "API versions")."""

BUDGET = 90.0
"""Seconds of waiting in a whole run; then reports degrade."""

ATTEMPTS = 5
"""Of one request. The pauses between them are 1, 2, 4 and 8 seconds."""

PER_PAGE = 100
MAX_PAGES = 100
"""Of one listing. GitHub lists 3,000 files of a pull request, and takes 2,500 comments on one."""

Query = str | int | None
T = TypeVar("T")


def harmless() -> None:
    """The `again` of what does no harm a second time."""


class Client:
    """One run's calls of one API, one after another. `requests` and `mutations` count what was sent, repeats included.

    Every method raises Refused for a no and Unavailable for no usable answer in time. `token` may be None or "": public
    repositories can be read without. The parts of a `path` are to be quoted by whom calls.
    """

    def __init__(
        self,
        api_url: str,
        token: str | None,
        *,
        api_version: str = API_VERSION,
        budget: float = BUDGET,
        clock: Clock | None = None,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.requests = 0
        self.mutations = 0
        self._api = api_url.rstrip("/")
        self._token = (token or "").strip()
        self._clock = clock or SystemClock()
        self._patience = Patience(budget, self._clock)
        self._transport = Transport(self._token, api_version, self._clock, answer_seconds)
        self._rejected: Heard | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        self._transport.close()

    def get(self, path: str, /, **query: Query) -> Answer:
        """One answer. What is None in `query` is left out."""
        return self._ask(self._url(path, query))

    def pages(self, path: str, /, *, within: str = "", **query: Query) -> Iterator[object]:
        """The items of a listing, page after page; `within` names the list where the answer is an object around it.

        A listing that cannot be read to its end raises Unavailable: a part of it must not pass for the whole.
        """
        url = self._url(path, {**query, "per_page": PER_PAGE})
        for _ in range(MAX_PAGES):
            page = self._ask(url)
            items = page.body.get(within) if within and isinstance(page.body, dict) else page.body
            if not isinstance(items, list):
                raise Unavailable("GitHub answered with something else than a list.")
            yield from items
            if not page.next:
                return
            if origin(page.next) != origin(self._api):
                raise Unavailable("GitHub named a next page on another host, which is not followed.")
            url = page.next
        raise Unavailable(f"GitHub's listing has more than {MAX_PAGES} pages.")

    def post(self, path: str, body: Mapping[str, object], *, again: Callable[[], T | None] | None = None) -> Answer | T:
        """Make something. Where it may have been made although no answer came, `again` looks for it, and what it finds is the
        result; only if it finds nothing (None), the request is repeated. Without `again` it is not."""
        return self._change("POST", path, body, again)

    def patch(self, path: str, body: Mapping[str, object], *, again: Callable[[], T | None] = harmless) -> Answer | T:
        """Change something: repeated freely, unless `again` is given for a change that adds, as in `post`."""
        return self._change("PATCH", path, body, again)

    def delete(self, path: str) -> None:
        """Delete something. That it is gone after a lost answer is what was wanted."""
        unsure = False

        def again() -> None:
            nonlocal unsure
            unsure = True

        try:
            self._change("DELETE", path, None, again)
        except Refused as no:
            if not (unsure and no.status in {404, 410}):
                raise

    @cached_property
    def login(self) -> str | None:
        """The login of the token's user; None for a token that is not a user's (GITHUB_TOKEN, an app's)."""
        try:
            body = self.get("/user").body
        except Refused:
            return None
        login = body.get("login") if isinstance(body, dict) else None
        return login if isinstance(login, str) else None

    def _url(self, path: str, query: Mapping[str, Query]) -> str:
        given = {name: value for name, value in query.items() if value is not None}
        return f"{self._api}{path}?{urlencode(given)}" if given else f"{self._api}{path}"

    def _ask(self, url: str) -> Answer:
        return self._insist("GET", url, None, harmless)

    def _change(
        self, method: str, path: str, body: Mapping[str, object] | None, again: Callable[[], T | None] | None
    ) -> Answer | T:
        data = None if body is None else json.dumps(body).encode()
        return self._insist(method, self._url(path, {}), data, again)

    def _insist(self, method: str, url: str, data: bytes | None, again: Callable[[], T | None] | None) -> Answer | T:
        """Ask until there is an answer, a no that stands, or no hope. `again` as in `post`."""
        reason = ""
        for attempt in range(ATTEMPTS):
            outcome = self._send(method, Hop(url), data)
            if isinstance(outcome, Heard) and 200 <= outcome.status < 300:
                return answer(outcome)
            trouble = weigh(outcome, attempt, self._token)
            if isinstance(trouble, Refused):
                raise trouble
            reason = trouble.reason
            if trouble.limit:
                self._patience.hold(trouble.wait, reason)
                continue
            last = trouble.hopeless or attempt + 1 == ATTEMPTS
            if again is None or (last and again is harmless):
                break
            rested = not last and self._patience.rest(trouble.wait)
            found = again()
            if found is not None:
                return found
            if not rested:
                break
        raise Unavailable(reason)

    def _send(self, method: str, hop: Hop, data: bytes | None) -> Heard | Lost:
        """Ask once, wherever that is redirected to."""
        if self._rejected is not None:
            return self._rejected  # GitHub locks out who goes on with a bad token
        mutation = method != "GET"
        for _ in range(1 + MAX_REDIRECTS):
            outcome = self._exchange(method, hop, data, mutation=mutation)
            if isinstance(outcome, Lost):
                return outcome
            if outcome.status == 401 and hop.trusted:
                self._rejected = outcome
            if outcome.status not in STATUSES:
                return outcome
            next_hop = follow(hop, outcome, mutation=mutation)
            if isinstance(next_hop, Lost):
                return next_hop
            hop = next_hop
        return Lost("GitHub redirected too often.", hopeless=True)

    def _exchange(self, method: str, hop: Hop, data: bytes | None, *, mutation: bool) -> Heard | Lost:
        self._patience.take_turn(mutation=mutation)
        self.requests += 1
        self.mutations += mutation
        began = self._clock.now()
        try:
            return self._transport.exchange(method, hop.url, data, trusted=hop.trusted, seconds=self._patience.left)
        finally:
            self._patience.sent(began, mutation=mutation)
