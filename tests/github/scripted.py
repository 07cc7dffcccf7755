"""A real HTTP server on loopback that answers as it was told, faults included; and a clock that nobody waits for."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class Fault(Enum):
    """What goes wrong with a reply."""

    RESET = auto()
    """The connection is reset before a byte of it is sent."""
    CLOSED = auto()
    """The connection ends before a byte of it is sent."""
    CUT = auto()
    """The connection ends in the middle of the body."""
    SILENT = auto()
    """Nothing is sent, and the connection stays."""
    DRIPPING = auto()
    """The body comes byte by byte, without end."""


@dataclass(frozen=True)
class Reply:
    """`body` is sent as it is if it is bytes, else as JSON; None is no body."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: Fault | None = None

    @property
    def content(self) -> bytes:
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Asked:
    """A request as it came. The names of `headers` are lower case; `connection` tells which connection it came on."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: object
    connection: int


class Scripted(ThreadingHTTPServer):
    """`replies` are used up in order; what is asked beyond them fails the test. `asked` is the log."""

    daemon_threads = True
    block_on_close = True

    def __init__(self, *replies: Reply) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies = list(replies)
        self.asked: list[Asked] = []
        self.over = threading.Event()
        self.connections: list[socket.socket] = []
        self.surplus: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def then(self, *replies: Reply) -> Self:
        self.replies += replies
        return self


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Scripted

    def setup(self) -> None:
        super().setup()
        self.server.connections.append(self.connection)

    def handle_any(self) -> None:
        data = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        number = self.server.connections.index(self.connection)
        self.server.asked.append(Asked(self.command, self.path, headers, json.loads(data) if data else None, number))
        if not self.server.replies:
            self.server.surplus.append(f"{self.command} {self.path}")
            self._send(Reply(418, {"message": "nothing was scripted for this request"}))
            return
        reply = self.server.replies.pop(0)
        match reply.fault:
            case None:
                self._send(reply)
            case Fault.SILENT:
                self.close_connection = True
                self.server.over.wait(30)
            case Fault.RESET:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
            case Fault.CLOSED:
                self.close_connection = True
            case Fault.CUT:
                self._head(reply, len(reply.content) + 10)
                self.wfile.write(reply.content)
                self.close_connection = True
            case Fault.DRIPPING:
                self._head(reply, 1 << 40)
                self.close_connection = True
                with suppress(OSError):
                    while not self.server.over.is_set():
                        self.wfile.write(b" ")

    do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815  the names that http.server calls

    def _send(self, reply: Reply) -> None:
        self._head(reply, len(reply.content))
        self.wfile.write(reply.content)

    def _head(self, reply: Reply, length: int) -> None:
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as the base class names it
        """Say nothing."""


@contextmanager
def scripted(*replies: Reply) -> Iterator[Scripted]:
    """A server that runs; at the end it must have been asked for all its replies, and for no more."""
    server = Scripted(*replies)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        for connection in server.connections:
            with suppress(OSError):  # it is closed
                connection.shutdown(socket.SHUT_RDWR)
        server.server_close()
        thread.join()
    assert not server.surplus
    assert not server.replies, "not everything was asked for"


class FakeClock:
    """Time passes only in `sleep` and, if told, by `tick` with each look at it. `slept` are the sleeps."""

    def __init__(self, tick: float = 0.0) -> None:
        self.time = 1000.0
        self.tick = tick
        self.slept: list[float] = []

    def now(self) -> float:
        self.time += self.tick
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
