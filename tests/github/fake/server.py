"""The fake GitHub as a whole: its world behind a server, with tokens, a log of what was asked, and faults by script."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.github.fake.access import rate_headers
from tests.github.fake.answering import answer
from tests.github.fake.faults import Fault, Rule, filled
from tests.github.fake.loopback import Answer, Handler, Loopback, Request
from tests.github.fake.permissions import ACTIONS_APP, Kind, Token
from tests.github.fake.routes import Asked, Settings
from tests.github.fake.world import World

ENTERPRISE_BASE = "/api/v3"


@dataclass(frozen=True)
class Violation:
    """A request that the real GitHub refuses, silently cuts or misunderstands."""

    method: str
    path: str
    reason: str


class FakeGitHub(World):
    """GitHub for the tests; see the package. `clock` gives the time that posts, limits and the log are stamped with."""

    def __init__(self, slice: str = "api.github.com", *, clock: Callable[[], float] = time.time) -> None:  # noqa: A002
        super().__init__(clock, enterprise=slice != "api.github.com")
        self.slice = slice
        self.settings = Settings()
        self.sleep: Callable[[float], object] = time.sleep  # how a slow answer waits
        self.requests: list[Request] = []
        self.violations: list[Violation] = []
        self._rules: list[Rule] = []
        self._lock = threading.RLock()
        self._base = ENTERPRISE_BASE if self.enterprise else ""
        self._loopback = Loopback(self._respond)
        host = f"http://127.0.0.1:{self._loopback.port}"
        self.url = host + self._base
        self.server_url = host if self.enterprise else "https://github.com"

    def __enter__(self) -> Self:
        self._loopback.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self._loopback.stop()
        if kind is None:
            assert not self.violations, self.violations

    @property
    def mutations(self) -> list[Request]:
        """The requests that were to change something."""
        return [request for request in self.requests if request.method != "GET"]

    # Tokens

    def actions_token(self, *, repository: str | None = None, **permissions: str) -> str:
        """The GITHUB_TOKEN of a job that grants these (`pull_requests="write"`); without any, what a job with
        `permissions: {}` has: the public."""
        return self._token("ghs", Kind.ACTIONS, "github-actions[bot]", permissions, ACTIONS_APP, repository)

    def read_only_token(self, *, repository: str | None = None) -> str:
        """The GITHUB_TOKEN of a pull request from a fork or by Dependabot: whatever the job grants, it only reads."""
        names = ("actions", "checks", "contents", "issues", "pull_requests", "security_events", "statuses")
        return self.actions_token(repository=repository, **dict.fromkeys(names, "read"))

    def app_token(self, slug: str = "deployflow", *, repository: str | None = None, **permissions: str) -> str:
        """An installation token of another app."""
        return self._token("ghs", Kind.APP, f"{slug}[bot]", permissions, self.new_id(), repository)

    def personal_token(self, login: str = "octocat", **permissions: str) -> str:
        """A personal access token; with scope `repo` if nothing else is said."""
        names = ("contents", "issues", "pull_requests", "statuses", "security_events", "checks")
        return self._token("ghp", Kind.PERSONAL, login, permissions or dict.fromkeys(names, "write"), None, None)

    def expire(self, token: str) -> None:
        """From now on the token is refused with 401."""
        self.tokens[token].expired = True

    def _token(
        self,
        prefix: str,
        kind: Kind,
        login: str,
        permissions: Mapping[str, str],
        app: int | None,
        repository: str | None,
    ) -> str:
        user = self.user(login, type="User" if kind is Kind.PERSONAL else "Bot")
        value = f"{prefix}_canary{self.new_id():034d}"
        spelled = {name.replace("_", "-"): level for name, level in permissions.items()}
        self.tokens[value] = Token(value, kind, user, spelled, app, repository=repository)
        return value

    # Faults

    def inject(self, fault: Fault, on: str = "* *", *, times: int | None = 1, after: int = 0) -> Rule:
        """Make the next requests `on` ("METHOD /path", with * and ? as in file names, the path without base path and query) go
        wrong: `times` of them (None: all), after `after` good ones. Of several rules the first that strikes counts,
        and those after it do not see that request."""
        rule = Rule(fault, on, times, after)
        self._rules.append(rule)
        return rule

    # Answering

    def _respond(self, handler: Handler, body: bytes) -> None:
        address = urlsplit(handler.path)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        path = address.path.removeprefix(self._base)
        asked = Asked(handler.command, path, address.query, headers, body)
        with self._lock:
            now = self.now()
            if self._base and not address.path.startswith(self._base + "/"):
                asked.faults.append(f"the path does not begin with {self._base}")
            fault = self._fault(asked)
            if fault.expire:
                self._expire_given(headers)
            reply: Answer | None = None
            if (fault.status is None and not fault.drop) or fault.done:
                reply = answer(asked, self, self.settings, self.slice, self.url, self.server_url)
            if fault.status is not None:
                token = self.tokens.get(_given(headers))
                rate = {} if fault.status >= 500 else rate_headers(token, self, self.settings)
                reply = _faulty(fault, rate | filled(fault.headers, now))
            self.violations += [Violation(asked.method, path, said) for said in asked.faults]
            sent = None if fault.drop or reply is None else reply.status
            given = "authorization" in headers
            self.requests.append(Request(asked.method, path, address.query, sent, now, given, headers, body))
        if fault.delay:
            self.sleep(fault.delay)
        if fault.drop or reply is None:
            handler.drop()
        else:
            handler.send(reply, cut=fault.cut)

    def _fault(self, asked: Asked) -> Fault:
        body = json.loads(asked.body) if asked.body.startswith(b"{") else None
        return next((rule.fault for rule in self._rules if rule.strikes(asked.method, asked.path, body)), Fault())

    def _expire_given(self, headers: Mapping[str, str]) -> None:
        token = self.tokens.get(_given(headers))
        if token:
            token.expired = True


def _given(headers: Mapping[str, str]) -> str:
    """The token that came along."""
    return headers.get("authorization", "").partition(" ")[2]


def _faulty(fault: Fault, headers: Mapping[str, str]) -> Answer:
    assert fault.status is not None
    html = isinstance(fault.body, str)
    body = fault.body.encode() if isinstance(fault.body, str) else json.dumps(fault.body).encode()
    kind = "text/html" if html else "application/json; charset=utf-8"
    return Answer(fault.status, body, {"content-type": kind, **headers})
