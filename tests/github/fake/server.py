"""The server: a real one on a loopback port, with a log of what was asked and faults by script."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.github.fake.answering import Answer, Asked, answer
from tests.github.fake.faults import Fault, Rule, filled
from tests.github.fake.permissions import ACTIONS_APP, Kind, Token
from tests.github.fake.routes import Settings
from tests.github.fake.world import World

ENTERPRISE_BASE = "/api/v3"


@dataclass(frozen=True)
class Request:
    """A request in the log. `status` is None where no answer was sent; `path` is without the base path."""

    method: str
    path: str
    query: str
    status: int | None
    time: float
    authorised: bool
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> object:
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True)
class Violation:
    """A request that the real GitHub refuses, silently cuts or misunderstands."""

    method: str
    path: str
    reason: str


class Loopback:
    """An HTTP server on a free port of 127.0.0.1, for as long as the `with` lasts. Says `respond` to each request."""

    def __init__(self, respond: Callable[[Handler, bytes], None]) -> None:
        class Bound(Handler):
            def respond(self, body: bytes) -> None:
                respond(self, body)

        self._server = _Server(("127.0.0.1", 0), Bound)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.close_connections()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self._open: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """End connections that a client keeps alive."""
        for connection in tuple(self._open):
            with suppress(OSError):  # it may be gone already
                connection.shutdown(socket.SHUT_RDWR)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60

    def respond(self, body: bytes) -> None:
        raise NotImplementedError

    def send(self, reply: Answer, *, cut: int | None = None) -> None:
        """Send an answer, or (`cut`) only so many bytes of its body."""
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status not in {204, 304}:
            self.send_header("content-length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body[:cut])
        self.wfile.flush()
        if cut is not None:
            self.drop()

    def drop(self) -> None:
        """Cut the connection without a good-bye (RST)."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def _any(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        self.respond(self.rfile.read(length))

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _any  # noqa: N815  as the base looks for them

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as the base names it
        """Nothing on stderr."""

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            self.close_connection = True


class FakeGitHub(World):
    """GitHub for the tests; see the package. `clock` gives the time that posts, limits and the log are stamped with."""

    def __init__(self, slice: str = "api.github.com", *, clock: Callable[[], float] = time.time) -> None:  # noqa: A002
        super().__init__(clock)
        self.slice = slice
        self.settings = Settings()
        self.requests: list[Request] = []
        self.violations: list[Violation] = []
        self._rules: list[Rule] = []
        self._lock = threading.RLock()
        self._base = "" if slice == "api.github.com" else ENTERPRISE_BASE
        self._loopback = Loopback(self._respond)
        host = f"http://127.0.0.1:{self._loopback.port}"
        self.url = host + self._base
        self.server_url = "https://github.com" if slice == "api.github.com" else host

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
        wrong: `times` of them (None: all), after `after` good ones. Of several rules the first that strikes counts."""
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
                reply = _faulty(fault, now)
            self.violations += [Violation(asked.method, path, said) for said in asked.faults]
            sent = None if fault.drop or reply is None else reply.status
            given = "authorization" in headers
            self.requests.append(Request(asked.method, path, address.query, sent, now, given, headers, body))
        if fault.delay:
            time.sleep(fault.delay)
        if fault.drop or reply is None:
            handler.drop()
        else:
            handler.send(reply, cut=fault.cut)

    def _fault(self, asked: Asked) -> Fault:
        body = json.loads(asked.body) if asked.body.startswith(b"{") else None
        return next((rule.fault for rule in self._rules if rule.strikes(asked.method, asked.path, body)), Fault())

    def _expire_given(self, headers: Mapping[str, str]) -> None:
        token = self.tokens.get(headers.get("authorization", "").partition(" ")[2])
        if token:
            token.expired = True


class OtherHost:
    """Another host, to redirect to: `url`, and the `requests` that came. It answers all of them with `body`."""

    def __init__(self, body: object = None) -> None:
        self.requests: list[Request] = []
        self._body = json.dumps(body).encode()
        self._loopback = Loopback(self._respond)
        self.url = f"http://localhost:{self._loopback.port}"

    def __enter__(self) -> Self:
        self._loopback.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loopback.stop()

    def _respond(self, handler: Handler, body: bytes) -> None:
        address = urlsplit(handler.path)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        given = "authorization" in headers
        self.requests.append(
            Request(handler.command, address.path, address.query, 200, time.time(), given, headers, body)
        )
        handler.send(Answer(200, self._body, {"content-type": "application/json"}))


def _faulty(fault: Fault, now: float) -> Answer:
    assert fault.status is not None
    html = isinstance(fault.body, str)
    body = fault.body.encode() if isinstance(fault.body, str) else json.dumps(fault.body).encode()
    kind = "text/html" if html else "application/json; charset=utf-8"
    return Answer(fault.status, body, {"content-type": kind, **filled(fault.headers, now)})
