"""The values of expressions and how the runner converts and compares them (its EvaluationResult)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TypeGuard

from deployflow_gate.regex import regex
from deployflow_gate.syntax.expression.tokens import number
from deployflow_gate.text import UNKNOWN

Value = bool | float | str | Sequence["Value"] | Mapping[str, "Value"] | None
"""What an expression can be. `UNKNOWN` is a value of any kind; another string with `UNKNOWN` in it is known in part."""

_UNKNOWNS = regex(f"{UNKNOWN}{{2,}}")

MAX_VALUE = 65_536
"""Characters of a worked-out text; a longer one is unknown. Nested `format` calls could else grow without bound."""


def is_object(value: Value) -> TypeGuard[Mapping[str, Value]]:
    return isinstance(value, Mapping)


def is_list(value: Value) -> TypeGuard[Sequence[Value]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def known(value: Value) -> bool:
    """Whether a value is known in full. Lists and objects count as known: their items are asked one by one."""
    return not (isinstance(value, str) and UNKNOWN in value)


def bounded(text: str) -> str:
    """The text, one UNKNOWN for several in a row; UNKNOWN if it is too long."""
    if len(text) > MAX_VALUE:
        return UNKNOWN
    return _UNKNOWNS.sub(UNKNOWN, text) if UNKNOWN * 2 in text else text


def text_of(value: Value) -> str:
    """The value as the runner puts it into a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number_text(float(value))
    if isinstance(value, str):
        return value
    return "Object" if is_object(value) else "Array"


def _number_text(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    text = f"{value:.15g}".replace("e", "E")
    return "0" if text == "-0" else text


def truthy(value: Value) -> bool | None:
    """None where it cannot be known."""
    if isinstance(value, str):
        return None if value and not value.strip(UNKNOWN) else bool(value)
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, int | float):
        return not (value == 0 or math.isnan(value))
    return True


def _as_number(value: Value) -> float:
    if value is None:
        return 0.0
    if isinstance(value, bool | int | float):
        return float(value)
    if isinstance(value, str):
        return number(value)
    return math.nan


def _kind(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "collection"


def equal(left: Value, right: Value) -> bool | None:
    """`==`: texts without regard to case, other pairs of unlike kinds as numbers. None where it cannot be known."""
    if not (known(left) and known(right)):
        return None
    if _kind(left) == _kind(right) == "string":
        return text_of(left).upper() == text_of(right).upper()
    if _kind(left) == _kind(right) == "collection":
        return True if left is right else None
    if _kind(left) == _kind(right) == "null":
        return True
    return _as_number(left) == _as_number(right)


def less(left: Value, right: Value) -> bool | None:
    """`<`, by the same conversions."""
    if not (known(left) and known(right)):
        return None
    if _kind(left) == _kind(right) == "string":
        return text_of(left).upper() < text_of(right).upper()
    return _as_number(left) < _as_number(right)


def from_json(text: str) -> Value:
    """The value of a JSON text, UNKNOWN for one that is none (the run fails there)."""
    try:
        return _plain(json.loads(text, parse_int=float))
    except (ValueError, RecursionError):
        return UNKNOWN


def _plain(value: object) -> Value:
    """The JSON value with its type told to the type checker."""
    if value is None or isinstance(value, bool | float | str):
        return value
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return UNKNOWN


def to_json(value: Value) -> str:
    """The JSON text of a value, indented by two as the runner does; UNKNOWN if any piece of it is, or if it is too long."""
    try:
        text = json.dumps(_jsonable(value, [MAX_VALUE]), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return UNKNOWN
    return UNKNOWN if "\\u0000" in text else bounded(text)


def _jsonable(value: Value, left: list[int]) -> object:
    """`left` counts down what may still be written: YAML aliases make small values that are huge when spelled out."""
    left[0] -= len(value) if isinstance(value, str) else 1
    if left[0] < 0:
        raise ValueError("too long")
    if isinstance(value, float) and math.isfinite(value) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if is_list(value):
        return [_jsonable(item, left) for item in value]
    if is_object(value):
        return {key: _jsonable(item, left) for key, item in value.items()}
    return value
