"""How compose lays one service over another (`extends`, an override file): https://docs.docker.com/reference/compose-file/merge/."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly

from deployflow_gate.syntax.yaml import Entry, Mapping, Node, Scalar, Sequence

_REPLACED = frozenset({"command", "entrypoint", "test"})
"""Lists that are replaced; all others are joined."""

Entries = ReadOnly[str, Entry]


def merged(under: Entries, over: Entries) -> dict[str, Entry]:
    """The entries of `over` laid over those of `under`: mappings merge, lists join, all else is replaced. `!reset` takes an
    entry away, `!override` replaces it as a whole. The nodes stay where they are written."""
    result = {key: entry for key, entry in under.items() if not is_reset(entry.value)}
    for key, entry in over.items():
        if is_reset(entry.value):
            result.pop(key, None)
        elif key in result and entry.value.tag != "!override":
            result[key] = _joined(result[key], entry)
        else:
            result[key] = entry
    return result


def is_reset(node: Node) -> bool:
    return node.tag == "!reset"


def _joined(under: Entry, over: Entry) -> Entry:
    value = _join(over.key.value, under.value, over.value)
    return over if value is over.value else Entry(over.key, value, over.alias)


def _join(key: str, under: Node, over: Node) -> Node:
    if isinstance(over, Scalar) and over.kind == "null" and not isinstance(under, Scalar):
        return under
    if key in _REPLACED:
        return over
    if isinstance(under, Mapping) and isinstance(over, Mapping):
        entries = merged(under.merged, over.merged)
        return Mapping(over.span, tuple(entries.values()), over.tag, over.flow)
    if isinstance(under, Sequence) and isinstance(over, Sequence):
        places = {**under.aliases, **{len(under.items) + at: span for at, span in over.aliases.items()}}
        return Sequence(over.span, under.items + over.items, over.tag, over.flow, places)
    return over
