"""The comments of a YAML file: every `#` that stands in no scalar, tag or anchor."""

from __future__ import annotations

from collections.abc import Sequence

from deployflow_gate.text import Source, Span


def find_comments(source: Source, opaque: Sequence[tuple[int, int]], stop: int | None = None) -> tuple[Span, ...]:
    """Spans from `#` to the end of the line. `opaque` are the ranges, in order, in which a `#` starts none; behind
    `stop`, where the parser gave up, nothing is known and nothing is told."""
    text = source.text
    limit = len(text) if stop is None else stop
    comments: list[Span] = []
    index = 0
    at = text.find("#", 0, limit)
    while at != -1:
        while index < len(opaque) and opaque[index][1] <= at:
            index += 1
        if index < len(opaque) and opaque[index][0] <= at:
            at = text.find("#", opaque[index][1], limit)
            continue
        end = text.find("\n", at)
        end = len(text) if end == -1 else end
        comments.append(Span(source, at, end - 1 if text[end - 1] == "\r" else end))
        at = text.find("#", end, limit)
    return tuple(comments)
