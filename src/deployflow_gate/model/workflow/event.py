"""What starts a workflow."""

from __future__ import annotations

from functools import cached_property

from deployflow_gate.model.workflow.reading import fields, items_of, scalar_of
from deployflow_gate.record import dataclass
from deployflow_gate.syntax import yaml
from deployflow_gate.text import Span, Text


@dataclass(frozen=True, eq=False)
class Event:
    """`span` is the event's name as written; `value` what stands below it, None for a name in a list."""

    name: str
    span: Span
    value: yaml.Node | None

    @property
    def mapping(self) -> yaml.Mapping | None:
        return self.value if isinstance(self.value, yaml.Mapping) else None

    @cached_property
    def fields(self) -> dict[str, yaml.Entry]:
        return fields(self.value)

    def filter(self, name: str) -> tuple[Text, ...] | None:
        """The values of `branches`, `tags`, `paths`, `types`, `workflows`, …; None if the event has no such key."""
        entry = self.fields.get(name)
        if entry is None:
            return None
        found = (scalar_of(item) for item in items_of(entry.value))
        return tuple(Text(scalar.span, scalar.value, scalar.value) for scalar in found if scalar is not None)

    @property
    def inputs(self) -> dict[str, yaml.Entry]:
        """The inputs of `workflow_call` and `workflow_dispatch`."""
        entry = self.fields.get("inputs")
        return fields(entry.value) if entry is not None else {}

    @property
    def secrets(self) -> dict[str, yaml.Entry]:
        """The secrets of `workflow_call`."""
        entry = self.fields.get("secrets")
        return fields(entry.value) if entry is not None else {}


def events_of(node: yaml.Node | None) -> tuple[Event, ...]:
    """Of `on:` as a string, a list or a mapping."""
    if isinstance(node, yaml.Mapping):
        return tuple(Event(entry.key.value, entry.key.span, entry.value) for entry in node.entries)
    names = (scalar_of(item) for item in items_of(node))
    return tuple(Event(name.value, name.span, None) for name in names if name is not None)
