"""Where a job runs."""

from __future__ import annotations

from typing import Literal

from deployflow_gate.record import dataclass
from deployflow_gate.syntax.expression import Value, text_of
from deployflow_gate.syntax.expression.values import is_list, is_object
from deployflow_gate.text import Span, Text

System = Literal["linux", "windows", "macos"]

_SYSTEMS: tuple[tuple[str, System], ...] = (("ubuntu", "linux"), ("windows", "windows"), ("macos", "macos"))


@dataclass(frozen=True, eq=False)
class RunsOn:
    """The labels (an expression may stand for several) and the group of the runners."""

    span: Span
    labels: tuple[Text, ...]
    group: Text | None


def system_of(value: Value) -> System | None:
    """The operating system that the value of `runs-on` asks for."""
    if is_object(value):
        value = value.get("labels")
    labels = [text_of(item).lower() for item in (value if is_list(value) else [value])]
    for label in labels:
        for start, system in _SYSTEMS:
            if label.startswith(start):
                return system
    for name in ("linux", "windows", "macos"):
        if name in labels:
            return name
    return None
