"""What is mounted into a service: volumes in both forms, `tmpfs`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.model.compose.values import Variables, inner_span, interpolated, part, scalar_of, text_of, truth
from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.syntax.yaml import Mapping, Node, Scalar
from deployflow_gate.text import UNKNOWN, Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model import node as graph
    from deployflow_gate.model.compose.service import Service

_WINDOWS_DRIVE = regex(r"[A-Za-z]:[\\/]")


@dataclass(frozen=True, eq=False)
class Mount:
    """`type` is "bind", "volume", "tmpfs" or another that is written, None where it cannot be known.

    `source` is a path of the host for a bind mount and a name for a volume; None for an anonymous volume and a tmpfs.
    `read_only` is None where it cannot be known.
    """

    service: Service
    span: Span
    node: Node
    type: str | None
    source: Text | None
    target: Text | None
    read_only: bool | None = False
    options: tuple[str, ...] = ()
    """The third part of the short form: "ro", "z", "cached", …"""

    def children(self) -> Iterator[graph.Node]:
        return iter(())


def mount_of(service: Service, node: Node, variables: Variables) -> Mount | None:
    """An item of `volumes:`; None for what is no mount at all."""
    if isinstance(node, Mapping):
        return _long(service, node, variables)
    scalar = scalar_of(node)
    return _short(service, scalar, variables) if scalar is not None else None


def tmpfs_of(service: Service, node: Node, variables: Variables) -> Mount | None:
    """An item of `tmpfs:`, which may have options behind a colon."""
    scalar = scalar_of(node)
    if scalar is None:
        return None
    text = interpolated(scalar, variables)
    target, _, options = text.sketch.partition(":")
    words = tuple(options.split(",")) if options else ()
    return Mount(service, inner_span(scalar), node, "tmpfs", None, part(text, 0, len(target)), "ro" in words, words)


def _long(service: Service, node: Mapping, variables: Variables) -> Mount:
    found = {key: text_of(entry.value, variables) for key, entry in node.merged.items()}
    kind, written = found.get("type"), found.get("read_only")
    read_only = False if written is None else truth(written)
    source = found.get("source") or found.get("src")
    target = found.get("target") or found.get("dst") or found.get("destination")
    return Mount(service, node.span, node, "volume" if kind is None else kind.value, source, target, read_only)


def _short(service: Service, scalar: Scalar, variables: Variables) -> Mount:
    text = interpolated(scalar, variables)
    sketch, span = text.sketch, inner_span(scalar)
    cuts = _cuts(sketch)
    if len(cuts) == 1:
        if UNKNOWN in sketch:
            # what is not known may be `source:target` as well
            return Mount(service, span, scalar, None, None, None, None)
        return Mount(service, span, scalar, "volume", None, part(text, *cuts[0]))
    source, target = part(text, *cuts[0]), part(text, *cuts[1])
    rest = sketch[cuts[2][0] :] if len(cuts) > 2 else ""
    options = tuple(rest.split(",")) if rest else ()
    read_only = True if "ro" in options else None if UNKNOWN in rest else False
    return Mount(service, span, scalar, _kind(source), source, target, read_only, options)


def _kind(source: Text) -> str | None:
    """A path or the name of a volume: a name has no slash and does not begin with a dot or a tilde."""
    sketch = source.sketch
    if sketch.startswith((".", "~")) or "/" in sketch or "\\" in sketch or _WINDOWS_DRIVE.match(sketch):
        return "bind"
    return None if UNKNOWN in sketch else "volume"


def _cuts(sketch: str) -> list[tuple[int, int]]:
    """The parts between colons, a Windows drive's colon left alone; at most three."""
    parts: list[tuple[int, int]] = []
    start = 0
    while len(parts) < 2:
        at = sketch.find(":", start + 2 if _WINDOWS_DRIVE.match(sketch, start) else start)
        if at == -1:
            break
        parts.append((start, at))
        start = at + 1
    return [*parts, (start, len(sketch))]
