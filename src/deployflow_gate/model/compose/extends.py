"""`extends`: the entries that a service takes from another one, of the same file or of another."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from deployflow_gate.model.compose.merge import Entries, is_reset, merged
from deployflow_gate.record import dataclass
from deployflow_gate.syntax.yaml import Mapping, Node, Scalar
from deployflow_gate.text import Fault, Text

if TYPE_CHECKING:
    from deployflow_gate.model.compose.file import ComposeFile

MAX_EXTENDS = 16
"""Services that extend each other in a row. Real ones stop at two or three."""

MAX_INHERITED = 1 << 22
"""Characters that all `extends` of one file may take over: thousands of services that extend one huge one take minutes."""


@dataclass(frozen=True)
class Effective:
    """`complete` is False where a service that is extended cannot be seen, so that nothing is surely absent."""

    entries: Entries
    complete: bool = True
    fault: Fault | None = None


def effective(file: ComposeFile, mapping: Mapping, name: str) -> Effective:
    """A service's entries, with merge keys followed and `extends` laid under them."""
    return _effective(file, mapping, ((file.path, name),))


def _effective(file: ComposeFile, mapping: Mapping, chain: tuple[tuple[str, str], ...]) -> Effective:
    written = {key: entry for key, entry in mapping.merged.items() if key != "extends"}
    own = {key: entry for key, entry in written.items() if not is_reset(entry.value)}
    extends = mapping.merged.get("extends")
    if extends is None or is_reset(extends.value):
        return Effective(own)
    wanted, path = _wanted(file, extends.value)
    other = file if path is None else file.other(resolve(file.path, path.value or "/"))
    if wanted is None or wanted.value is None or other is None:
        return Effective(own, complete=False)
    base = other.service_mappings.get(wanted.value)
    said = _refusal(file, other, base, wanted.value, chain)
    if base is None or said:
        at = wanted.span if wanted.span.source is file.source else extends.key.span
        return Effective(own, complete=False, fault=Fault(at, said) if said else None)
    below = _effective(other, base, (*chain, (other.path, wanted.value)))
    return Effective(merged(below.entries, written), below.complete, below.fault)


def _refusal(
    file: ComposeFile, other: ComposeFile, base: Mapping | None, wanted: str, chain: tuple[tuple[str, str], ...]
) -> str:
    """Why a service is not laid under another; "" if it can be, or if that cannot be told."""
    if base is None:
        return "" if other.broken else f"There is no service `{wanted}` to extend in `{other.path}`."
    if (other.path, wanted) in chain:
        return f"The service `{wanted}` extends itself."
    if len(chain) >= MAX_EXTENDS:
        return f"More than {MAX_EXTENDS} services extend each other in a row."
    file.inherited["characters"] += base.span.end - base.span.start
    too_much = file.inherited["characters"] > MAX_INHERITED
    return "The services of this file extend more than can be read." if too_much else ""


def _wanted(file: ComposeFile, node: Node) -> tuple[Text | None, Text | None]:
    """The service and the file that are named; no file where it is this one."""
    if isinstance(node, Scalar):
        return file.text(node), None
    if isinstance(node, Mapping):
        return file.text(node.get("service")), file.text(node.get("file"))
    return None, None


def resolve(path: str, written: str) -> str | None:
    """A path as written in a file, as a path of the repository; None if it leaves it."""
    if written.startswith(("/", "~")) or "\\" in written or "://" in written:
        return None
    joined = normpath(join(dirname(path), written))
    return None if joined == ".." or joined.startswith("../") else joined
