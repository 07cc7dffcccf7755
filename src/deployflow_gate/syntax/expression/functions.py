"""The functions of expressions. Those whose value hangs on the run (`hashFiles`, `success`) are known by name only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from deployflow_gate.regex import regex
from deployflow_gate.syntax.expression.values import (
    MAX_VALUE,
    Value,
    bounded,
    equal,
    from_json,
    is_list,
    is_object,
    known,
    text_of,
    to_json,
)
from deployflow_gate.text import UNKNOWN

FUNCTIONS: Mapping[str, tuple[int, int | None]] = {
    "always": (0, 0),
    "cancelled": (0, 0),
    "case": (3, None),
    "contains": (2, 2),
    "endswith": (2, 2),
    "failure": (0, None),
    "format": (1, None),
    "fromjson": (1, 1),
    "hashfiles": (1, None),
    "join": (1, 2),
    "startswith": (2, 2),
    "success": (0, None),
    "tojson": (1, 1),
}
"""Lower-case name -> the least and the most arguments (None: no bound). Names of functions have no case."""

_PLACEHOLDER = regex(r"\{\{|\}\}|\{([0-9]{1,3})\}|[{}]")


def _contains(search: Value, item: Value) -> Value:
    if is_list(search):
        answers = [equal(entry, item) for entry in search]
        return True if True in answers else UNKNOWN if None in answers else False
    if is_object(search):
        return False
    if not known(item):
        return UNKNOWN
    # What is in a known part of a text is in the text.
    if text_of(item).upper() in text_of(search).upper():
        return True
    return False if known(search) else UNKNOWN


def _starts_with(text: Value, prefix: Value) -> Value:
    return _edge(text_of(text).partition(UNKNOWN)[0], known(text), prefix, str.startswith)


def _ends_with(text: Value, suffix: Value) -> Value:
    return _edge(text_of(text).rpartition(UNKNOWN)[2], known(text), suffix, str.endswith)


def _edge(edge: str, whole: bool, wanted: Value, test: Callable[[str, str], bool]) -> Value:
    """`edge` is the known text at that end, all of the text if `whole`."""
    if not known(wanted):
        return UNKNOWN
    upper, edge = text_of(wanted).upper(), edge.upper()
    if test(edge, upper):
        return True
    # An edge that is not even the beginning (the end) of what is wanted refutes it, whatever the rest is.
    return False if whole or not test(upper, edge) else UNKNOWN


def _format(pattern: Value, *arguments: Value) -> Value:
    if not known(pattern):
        return UNKNOWN
    text = text_of(pattern)
    pieces: list[str] = []
    length = at = 0
    for found in _PLACEHOLDER.finditer(text):
        if found[1] is not None:
            if int(found[1]) >= len(arguments):
                return UNKNOWN
            piece = text_of(arguments[int(found[1])])
        elif len(found[0]) == 2:
            piece = found[0][0]
        else:
            return UNKNOWN  # a lone brace fails the run
        pieces += (text[at : found.start()], piece)
        length += found.start() - at + len(piece)
        if length > MAX_VALUE:
            return UNKNOWN
        at = found.end()
    return bounded("".join(pieces) + text[at:])


def _join(items: Value, separator: Value = ",") -> Value:
    if not is_list(items):
        return "" if is_object(items) else text_of(items)
    texts = [text_of(item) for item in items]
    between = text_of(separator)
    if sum(map(len, texts)) + len(between) * len(texts) > MAX_VALUE:
        return UNKNOWN
    return between.join(texts)


def _from_json(text: Value) -> Value:
    return from_json(text_of(text)) if known(text) else UNKNOWN


CALLS: Mapping[str, Callable[..., Value]] = {
    "always": lambda: True,
    "contains": _contains,
    "endswith": _ends_with,
    "format": _format,
    "fromjson": _from_json,
    "join": _join,
    "startswith": _starts_with,
    "tojson": to_json,
}
"""The functions whose value follows from their arguments; `case` needs its arguments one by one."""


def call(name: str, arguments: Sequence[Value]) -> Value:
    """The value of a call; UNKNOWN for a function that hangs on the run, is none, or gets a wrong number of arguments."""
    name = name.lower()
    least, most = FUNCTIONS.get(name, (0, None))
    if name not in CALLS or len(arguments) < least or (most is not None and len(arguments) > most):
        return UNKNOWN
    return CALLS[name](*arguments)
