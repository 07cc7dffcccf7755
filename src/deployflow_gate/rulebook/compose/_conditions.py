"""The edits by which a service waits for the health of what it depends on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from deployflow_gate.lint import edits
from deployflow_gate.syntax.yaml import Mapping, Sequence
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.lint.problem import Edit
    from deployflow_gate.model.compose import Dependency, Service
    from deployflow_gate.syntax.yaml import Entry


def wait_for_health(service: Service, dependency: Dependency, checked: Callable[[Service], bool]) -> tuple[Edit, ...]:
    """A condition for one dependency; a list becomes a mapping as a whole, in which all whose health is checked are waited for.

    Nothing where `depends_on` stands elsewhere, or in brackets.
    """
    entry = service.mapping.entry("depends_on")
    if entry is None or entry.alias is not None:
        return ()
    if isinstance(entry.value, Sequence):
        return _as_mapping(entry, entry.value, service, checked)
    if not isinstance(entry.value, Mapping) or entry.value.flow:
        return ()
    if dependency.condition is not None:
        return (edits.replace(dependency.condition.span, "service_healthy"),)
    inner = entry.value.get(dependency.name.sketch)
    if not isinstance(inner, Mapping) or inner.flow or not inner.entries:
        return ()
    return (edits.insert_line_before(inner.entries[0].key.span, "condition: service_healthy"),)


def _as_mapping(
    entry: Entry, items: Sequence, service: Service, checked: Callable[[Service], bool]
) -> tuple[Edit, ...]:
    made = []
    above = edits.indent_of(entry.key.span)
    for item in items.items:
        source = item.span.source
        start = source.line_starts[item.span.line - 1]
        name = service.file.text(item)
        if items.flow or items.aliases or name is None or not name.literal:
            return ()
        if source.text[start : item.span.start].strip() != "-":
            return ()
        other = service.file.service(name.sketch)
        indent = edits.indent_of(item.span)
        deeper = indent if len(indent) > len(above) else indent + "  "
        condition = "service_healthy" if other is not None and checked(other) else "service_started"
        made.append(
            edits.replace(
                Span(source, start, item.span.end), f"{deeper}{name.sketch}:\n{deeper}  condition: {condition}"
            )
        )
    return tuple(made)
