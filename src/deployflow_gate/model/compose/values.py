"""From YAML nodes to text leaves, with the variables of compose put in."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as ReadOnly

from deployflow_gate.syntax.interpolation import Interpolated, interpolate
from deployflow_gate.syntax.yaml import Mapping, Node, Scalar, Sequence
from deployflow_gate.text import Located, Span, Text

Variables = ReadOnly[str, str]

_TRUE = frozenset({"true", "yes", "on", "y", "1"})
_FALSE = frozenset({"false", "no", "off", "n", "0"})


def inner_span(scalar: Scalar) -> Span:
    """Where the value stands: without its quotes."""
    span = scalar.span
    if scalar.style in {"single", "double"} and span.end - span.start >= 2:
        return Span(span.source, span.start + 1, span.end - 1)
    return span


def scalar_of(node: Node | None) -> Scalar | None:
    """The node, if it is a scalar with a value."""
    return node if isinstance(node, Scalar) and node.kind != "null" and node.tag != "!reset" else None


def interpolated(scalar: Scalar, variables: Variables) -> Interpolated:
    return interpolate(scalar.mapped, variables)


def text_of(node: Node | None, variables: Variables) -> Text | None:
    """A scalar as a text leaf; None for null and for what is no scalar. `raw` has the variables as written."""
    scalar = scalar_of(node)
    if scalar is None:
        return None
    sketch = scalar.value if "$" not in scalar.value else interpolated(scalar, variables).sketch
    return Text(inner_span(scalar), scalar.value, sketch)


def located(scalar: Scalar, variables: Variables) -> Located:
    """A scalar as a text whose characters know their places."""
    text = interpolated(scalar, variables)
    return Located(inner_span(scalar), scalar.value, text.sketch, text.mapped)


def key_text(scalar: Scalar) -> Text:
    """A key: compose puts no variables in there."""
    return Text(inner_span(scalar), scalar.value, scalar.value)


def items_of(node: Node | None) -> tuple[Node, ...]:
    """The items of a list; one value stands for a list of it, as for `env_file` and `tmpfs`."""
    if node is None or (isinstance(node, Scalar) and scalar_of(node) is None):
        return ()
    return node.items if isinstance(node, Sequence) else (node,)


def texts_of(node: Node | None, variables: Variables) -> tuple[Text, ...]:
    found = (text_of(item, variables) for item in items_of(node))
    return tuple(text for text in found if text is not None)


def part(text: Interpolated, start: int, end: int) -> Text:
    """A stretch of the sketch as a text of its own."""
    return Text(text.place(start, end), text.written(start, end), text.sketch[start:end])


def pairs_of(node: Node | None, variables: Variables) -> Iterator[tuple[Span, Text, Text | None]]:
    """What is written as a mapping (`A: b`) or as a list (`- A=b`): the place of the pair, name and value."""
    if isinstance(node, Mapping):
        for entry in node.merged.values():
            if isinstance(entry.value, Scalar):
                yield entry.span, key_text(entry.key), text_of(entry.value, variables)
        return
    for item in items_of(node):
        scalar = scalar_of(item)
        if scalar is None:
            continue
        text = interpolated(scalar, variables)
        at = text.sketch.find("=")
        span = inner_span(scalar)
        if at == -1:
            yield span, Text(span, scalar.value, text.sketch), None
        else:
            yield span, part(text, 0, at), part(text, at + 1, len(text.sketch))


def truth(text: Text | None) -> bool | None:
    """What compose takes for true or false (quoted ones, too); None where it is neither, or not known."""
    value = (text.value or "").lower() if text is not None else ""
    return True if value in _TRUE else False if value in _FALSE else None
