"""What the core schema of YAML 1.2 makes of a scalar (https://yaml.org/spec/1.2.2/#103-core-schema)."""

from __future__ import annotations

from functools import lru_cache

from deployflow_gate.regex import regex
from deployflow_gate.syntax.yaml import Kind, Style

_CORE = "tag:yaml.org,2002:"
_COLLECTIONS = frozenset({"map", "seq", "str", "int", "float", "bool", "null"})
_KINDS: dict[str, Kind] = {"str": "str", "int": "int", "float": "float", "bool": "bool", "null": "null"}
_NULL_OR_BOOL: dict[str, Kind] = {
    "": "null",
    "~": "null",
    **dict.fromkeys(("null", "Null", "NULL"), "null"),
    **dict.fromkeys(("true", "True", "TRUE", "false", "False", "FALSE"), "bool"),
}
_INT = regex(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = regex(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


@lru_cache(maxsize=4096)
def plain_kind(value: str) -> Kind:
    """The kind of an unquoted scalar without a tag."""
    known = _NULL_OR_BOOL.get(value)
    if known is not None:
        return known
    if value[0] not in "+-.0123456789":
        return "str"
    if _INT.fullmatch(value):
        return "int"
    return "float" if _FLOAT.fullmatch(value) else "str"


def kind_of(value: str, style: Style, tag: str | None) -> Kind:
    """`tag` is the resolved tag of the event, None where none is written (`!` alone says "a string")."""
    if tag is None:
        return plain_kind(value) if style == "plain" else "str"
    if tag == "!":
        return "str"
    return _KINDS.get(tag.removeprefix(_CORE), "other") if tag.startswith(_CORE) else "other"


def own_tag(tag: str | None) -> str:
    """A custom tag as people write it (`!reset`, `!!python/name`); "" for none and for the core schema's own."""
    if tag is None or tag == "!":
        return ""
    if tag.startswith(_CORE):
        short = tag.removeprefix(_CORE)
        return "" if short in _COLLECTIONS else f"!!{short}"
    return tag
