"""The text of an exposed port, `[[address:]host:]port[-port][/protocol]`, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.syntax._comments import comment_behind
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Expose
    from deployflow_gate.model.instructions.settings import ExposedPort

PROTOCOLS = ("tcp", "udp", "sctp")
LAST_PORT = 65535

Fault = Literal["", "port", "range", "protocol", "mapping"]

_RANGE = regex(r"0*(\d{1,9})(?:-0*(\d{1,9}))?")


@dataclass(frozen=True, slots=True)
class Written:
    """One port as it is written: `protocol` with its case, "" where none is given. Each part may hold what is not known."""

    node: ExposedPort
    address: str
    host: str
    port: str
    protocol: str

    @property
    def fault(self) -> Fault:
        """The first thing that is surely wrong: no port, one that is too high, no protocol, or a mapping."""
        mapped = bool(self.host or self.address)
        wrong = _wrong(self.port) or (_wrong(self.host) if self.host else "")
        if wrong or not _is_address(self.address):
            return wrong or "port"
        if self.protocol.lower() not in ("", *PROTOCOLS) and UNKNOWN not in self.protocol:
            return "protocol"
        return "mapping" if mapped else ""


def written(expose: Expose) -> Iterator[Written]:
    """The ports of an instruction. A comment behind them is no port, and where nothing is left of a variable there is none."""
    comment = comment_behind(expose.syntax)
    for port in expose.ports:
        if not port.text.sketch or (comment is not None and comment.contains(port.text.span)):
            continue
        body, _, protocol = port.text.sketch.partition("/")
        front, _, last = body.rpartition(":")
        address, _, host = front.rpartition(":")
        yield Written(port, address, host, last, protocol)


def _wrong(text: str) -> Literal["", "port", "range"]:
    """What is wrong with a port or a range of ports."""
    if UNKNOWN in text:
        return ""
    match = _RANGE.fullmatch(text)
    if match is None:
        return "port"
    first, last = int(match[1]), int(match[2] or match[1])
    return "" if first <= last <= LAST_PORT else "range"


def _is_address(text: str) -> bool:
    if not text or UNKNOWN in text:
        return True
    import ipaddress

    try:
        ipaddress.ip_address(text.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True
