"""Fixes that give a service another key, or another item of a list that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, edits
from deployflow_gate.syntax.yaml import Sequence

if TYPE_CHECKING:
    from deployflow_gate.lint.problem import Edit
    from deployflow_gate.model.compose import Service


def new_key(service: Service, *lines: str) -> Edit | None:
    """Lines at the end of a service, as deep as its keys; None where it is written in braces or on the line of its name."""
    entries = service.mapping.entries
    if service.mapping.flow or not entries:
        return None
    last = entries[-1]
    indent = edits.indent_of(last.key.span)
    source = last.key.span.source
    if source.text[source.line_starts[last.key.span.line - 1] : last.key.span.start] != indent:
        return None
    return edits.insert_line_after(last.span, f"\n{indent}".join(lines))


def list_item(service: Service, title: str, key: str, item: str) -> Fix | None:
    """An item more in a list of a service, which it gets if it has none; None where the list stands elsewhere."""
    entry = service.mapping.entry(key)
    if entry is None:
        made = new_key(service, f"{key}:", f"  - {item}") if key not in service.effective else None
        return Fix(title, (made,)) if made is not None else None
    items = entry.value.items if isinstance(entry.value, Sequence) and entry.alias is None else ()
    if not items or not isinstance(entry.value, Sequence) or entry.value.aliases:
        return None
    last = items[-1].span
    if entry.value.flow:
        return Fix(title, (edits.insert_after(last, f", {item}"),))
    source = last.source
    if source.text[source.line_starts[last.line - 1] : last.start].strip() != "-":
        return None
    return Fix(title, (edits.insert_line_after(last, f"- {item}"),))
