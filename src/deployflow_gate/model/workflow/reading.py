"""From YAML nodes to texts and values: scalars with their `${{ }}` worked out as far as a context tells."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from deployflow_gate.syntax import yaml
from deployflow_gate.syntax.expression import Context, Embedded, Value, evaluate, fold, sketch
from deployflow_gate.syntax.expression.tokens import number
from deployflow_gate.text import UNKNOWN, Span, Text

Place = tuple[str, ...]
"""The keys that lead from a job, a step, … to a scalar: ("with", "tags")."""

Embeddings = Callable[[yaml.Scalar], tuple[Embedded, ...]]
"""Gives the expressions of a scalar (`ActionsFile.embedded`)."""

MAX_VALUE_DEPTH = 20
"""Levels of a matrix value that are read; deeper ones are unknown."""


def fields(node: yaml.Node | None) -> dict[str, yaml.Entry]:
    """A mapping's entries by key, the first of a key; {} for anything else. Actions know no merge keys."""
    found: dict[str, yaml.Entry] = {}
    if isinstance(node, yaml.Mapping):
        for entry in node.entries:
            found.setdefault(entry.key.value, entry)
    return found


def child(mapping: Mapping[str, yaml.Entry], key: str) -> yaml.Node | None:
    entry = mapping.get(key)
    return entry.value if entry is not None else None


def scalar_of(node: yaml.Node | None) -> yaml.Scalar | None:
    """The node if it is a scalar with a value."""
    return node if isinstance(node, yaml.Scalar) and node.kind != "null" else None


def items_of(node: yaml.Node | None) -> tuple[yaml.Node, ...]:
    """The items of a list; a value that stands alone is a list of one, as most keys of a workflow allow."""
    if node is None or (isinstance(node, yaml.Scalar) and node.kind == "null"):
        return ()
    return node.items if isinstance(node, yaml.Sequence) else (node,)


def inner_span(scalar: yaml.Scalar) -> Span:
    """Where the value stands: without its quotes."""
    span = scalar.span
    if scalar.style in ("single", "double") and span.end - span.start >= 2:
        return Span(span.source, span.start + 1, span.end - 1)
    return span


def text(scalar: yaml.Scalar, embedded: Embeddings, context: Context) -> Text:
    """A scalar as a text leaf. `raw` is the decoded scalar with its expressions as written."""
    value = scalar.value
    known = sketch(value, embedded(scalar), context) if "${{" in value else value
    return Text(inner_span(scalar), value, known)


def text_at(node: yaml.Node | None, embedded: Embeddings, context: Context) -> Text | None:
    scalar = scalar_of(node)
    return text(scalar, embedded, context) if scalar is not None else None


def texts(node: yaml.Node | None, embedded: Embeddings, context: Context) -> tuple[Text, ...]:
    """The scalars of a list, or the one that stands for it."""
    scalars = (scalar_of(item) for item in items_of(node))
    return tuple(text(scalar, embedded, context) for scalar in scalars if scalar is not None)


def text_map(node: yaml.Node | None, embedded: Embeddings, context: Context) -> dict[str, Text]:
    """Key -> text, for the entries that have a scalar (an empty one is the empty text)."""
    found: dict[str, Text] = {}
    for key, entry in fields(node).items():
        if isinstance(entry.value, yaml.Scalar):
            value = text_at(entry.value, embedded, context)
            found[key] = value if value is not None else Text(entry.value.span, "", "")
    return found


def pieces(scalar: yaml.Scalar, embedded: Embeddings, context: Context, separators: str = "\n") -> tuple[Text, ...]:
    """The parts of a scalar that is a list in itself (one a line), each at its own place, blank ones left out.

    A separator within an expression separates nothing.
    """
    value = scalar.value
    cuts: list[int] = []
    at = 0
    expressions = embedded(scalar)
    for expression in expressions:
        cuts += [i for i in range(at, expression.start) if value[i] in separators]
        at = expression.end
    cuts += [i for i in range(at, len(value)) if value[i] in separators]
    found: list[Text] = []
    start = first = 0
    for end in [*cuts, len(value)]:
        last = first
        while last < len(expressions) and expressions[last].start < end:
            last += 1
        part = _trimmed(scalar, expressions[first:last], context, start, end)
        if part is not None:
            found.append(part)
        start, first = end + 1, last
    return tuple(found)


def _trimmed(
    scalar: yaml.Scalar, expressions: tuple[Embedded, ...], context: Context, start: int, end: int
) -> Text | None:
    raw = scalar.value[start:end]
    start += len(raw) - len(raw.lstrip())
    raw = raw.strip()
    if not raw:
        return None
    known: list[str] = []
    at = start
    for expression in expressions:
        known += (scalar.value[at : expression.start], sketch_of(expression, context))
        at = expression.end
    known.append(scalar.value[at : start + len(raw)])
    return Text(scalar.mapped.span(start, start + len(raw)), raw, "".join(known))


def sketch_of(expression: Embedded, context: Context) -> str:
    """What one expression comes to."""
    return UNKNOWN if expression.tree is None else evaluate(expression.tree, context)


def value_of(node: yaml.Node | None, embedded: Embeddings, context: Context) -> Value:
    """A YAML node as a value of expressions; an expression alone in a scalar keeps its kind."""
    return _value(node, embedded, context, {}, MAX_VALUE_DEPTH)


def _value(node: yaml.Node | None, embedded: Embeddings, context: Context, seen: dict[int, Value], depth: int) -> Value:
    if node is None:
        return None
    if isinstance(node, yaml.Scalar):
        return _scalar_value(node, embedded, context)
    if depth == 0:
        return UNKNOWN
    # An alias is read once: what it stands for may be shared many times over.
    if id(node) not in seen:
        seen[id(node)] = UNKNOWN
        value: Value
        if isinstance(node, yaml.Sequence):
            value = [_value(item, embedded, context, seen, depth - 1) for item in node.items]
        else:
            value = {k: _value(e.value, embedded, context, seen, depth - 1) for k, e in fields(node).items()}
        seen[id(node)] = value
    return seen[id(node)]


def _scalar_value(node: yaml.Scalar, embedded: Embeddings, context: Context) -> Value:
    expressions = embedded(node)
    if expressions:
        only = expressions[0]
        if len(expressions) == 1 and only.start == 0 and only.end == len(node.value) and only.tree is not None:
            return fold(only.tree, context)
        return sketch(node.value, expressions, context)
    if node.kind == "null":
        return None
    if node.kind == "bool":
        return node.value.lower() == "true"
    if node.kind in ("int", "float"):
        value = number(node.value)
        return node.value if math.isnan(value) else value
    return node.value


def places(
    node: yaml.Node, skip: frozenset[int] = frozenset(), place: Place = ()
) -> Iterator[tuple[Place, yaml.Scalar]]:
    """Every scalar below a node with the keys that lead to it, in order, except below the nodes whose id is in `skip`.

    A node that is there more than once (an alias) is visited at its first place.
    """
    seen = set(skip)
    stack: list[tuple[Place, yaml.Node]] = [(place, node)]
    while stack:
        place, node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.Scalar):
            yield place, node
        elif isinstance(node, yaml.Sequence):
            stack.extend((place, item) for item in reversed(node.items))
        else:
            for entry in reversed(node.entries):
                stack.append(((*place, entry.key.value), entry.value))
                stack.append((place, entry.key))
