"""A port of a service: `"8080:80"`, or the long form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.model.compose.values import Variables, inner_span, interpolated, part, scalar_of, text_of
from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.syntax.yaml import Mapping, Node, Scalar
from deployflow_gate.text import UNKNOWN, Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model import node as graph
    from deployflow_gate.model.compose.service import Service

_RANGE = regex(r"(\d{1,5})(?:-(\d{1,5}))?")
_LOOPBACK = regex(r"127(\.\d{1,3}){3}|localhost|\[?::1\]?")


@dataclass(frozen=True, eq=False)
class Port:
    """One item of `ports:`. `text` is the short form as a whole, None for the long form.

    `published` is None where none is written: Docker then takes a free port, on all addresses unless `host_ip` is given.
    """

    service: Service
    span: Span
    node: Node
    text: Text | None
    target: Text | None
    published: Text | None = None
    host_ip: Text | None = None
    protocol: Text | None = None
    """None where none is written, which is tcp."""
    mode: Text | None = None

    def children(self) -> Iterator[graph.Node]:
        return iter(())

    @property
    def target_range(self) -> range | None:
        """The ports in the container, None where that cannot be known."""
        return _range(self.target)

    @property
    def published_range(self) -> range | None:
        """The ports on the host, None where none is written or it cannot be known."""
        return _range(self.published)

    @property
    def public(self) -> bool | None:
        """Whether it is bound to an address other than the host's own; None where that cannot be known."""
        if self.host_ip is not None:
            address = self.host_ip.value
            return None if address is None else not _LOOPBACK.fullmatch(address)
        if self.text is not None and self.published is not None and self.published.value is None:
            # `${WEB:-127.0.0.1:80}:80` is common: what is not known may hold an address
            return None
        return None if self.text is not None and self.published is None and self.text.value is None else True


def _range(text: Text | None) -> range | None:
    found = _RANGE.fullmatch(text.value) if text is not None and text.value is not None else None
    return range(int(found[1]), int(found[2] or found[1]) + 1) if found else None


def port_of(service: Service, node: Node, variables: Variables) -> Port | None:
    """None for what is no port at all (null, a list)."""
    if isinstance(node, Mapping):
        found = {key: text_of(entry.value, variables) for key, entry in node.merged.items()}
        return Port(
            service,
            node.span,
            node,
            None,
            *(found.get(key) for key in ("target", "published", "host_ip", "protocol", "mode")),
        )
    scalar = scalar_of(node)
    return _short(service, scalar, variables) if scalar is not None else None


def _short(service: Service, scalar: Scalar, variables: Variables) -> Port:
    text = interpolated(scalar, variables)
    sketch = text.sketch
    span = inner_span(scalar)
    whole = Text(span, scalar.value, sketch)
    if sketch.strip(UNKNOWN) == "":
        return Port(service, span, scalar, whole, None)
    end = len(sketch)
    protocol = None
    slash = sketch.rfind("/")
    if slash != -1:
        protocol, end = part(text, slash + 1, end), slash
    cut = sketch.rfind(":", 0, end)
    target = part(text, cut + 1, end)
    if cut == -1:
        return Port(service, span, scalar, whole, target, protocol=protocol)
    host = sketch[:cut]
    ip_end = host.rfind(":")
    published = part(text, ip_end + 1, cut) if ip_end + 1 < cut else None
    ip = None
    if ip_end > 0:
        bracketed = host[0] == "[" and host[ip_end - 1] == "]"
        ip = part(text, 1, ip_end - 1) if bracketed else part(text, 0, ip_end)
    return Port(service, span, scalar, whole, target, published, ip, protocol)
