"""A real HTTP server on a loopback port, which can also break off."""

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
from typing import Self
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]


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
        self._open: set[socket.socket | tuple[bytes, socket.socket]] = set()
        self.dropped: set[object] = set()

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        self._open.discard(request)
        if request in self.dropped:
            self.close_request(request)  # without the shutdown that would say good-bye
        else:
            super().shutdown_request(request)

    def close_connections(self) -> None:
        """End connections that a client keeps alive."""
        for connection in tuple(self._open):
            assert isinstance(connection, socket.socket)
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
        assert isinstance(self.server, _Server)
        self.server.dropped.add(self.connection)

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

    def finish(self) -> None:
        with suppress(ConnectionError):  # the client may be gone already
            super().finish()


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
