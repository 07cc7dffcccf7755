"""The environment of workflows, jobs and steps, as variables and as the `env` context."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from deployflow_gate.model.workflow.reading import Embeddings, fields, inner_span, text_at
from deployflow_gate.syntax import yaml
from deployflow_gate.syntax.expression import Context, Partial
from deployflow_gate.text import Text

if TYPE_CHECKING:
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.variable import Variable

WORKSPACE = "/github/workspace"
"""Stands for `github.workspace`, whose real value is another on each kind of runner, so that paths below it can be told."""


def variables(owner: Node, node: yaml.Node | None, embedded: Embeddings, context: Context) -> tuple[Variable, ...]:
    """The variables of an `env:` mapping."""
    from deployflow_gate.model.variable import Variable

    found = []
    for name, entry in fields(node).items():
        value = text_at(entry.value, embedded, context)
        key = Text(inner_span(entry.key), name, name)
        found.append(Variable(owner, entry.span, key, value, "environment"))
    return tuple(found)


def credential(owner: Node, node: yaml.Node | None, embedded: Embeddings, context: Context) -> tuple[Variable, ...]:
    """The `password` of a `credentials:` mapping."""
    from deployflow_gate.model.variable import Variable

    entry = fields(node).get("password")
    if entry is None:
        return ()
    key = Text(inner_span(entry.key), "password", "password")
    return (Variable(owner, entry.span, key, text_at(entry.value, embedded, context), "credential"),)


def sketches(found: Iterable[Variable]) -> dict[str, str]:
    """Name -> sketch of its value; a variable without a value is the empty text."""
    return {one.name.sketch: one.value.sketch if one.value is not None else "" for one in found}


def with_environment(context: Context, found: Iterable[Variable]) -> Context:
    """A context whose `env` has some more variables."""
    env = context.get("env")
    before = env if isinstance(env, dict) else {}
    return {**context, "env": Partial({**before, **sketches(found)})}
