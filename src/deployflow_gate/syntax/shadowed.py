"""Lines of an ignore file that change nothing: what they match is left out already, or was never left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deployflow_gate.syntax.ignorefile import Pattern

MAX_WILD = 100
"""Patterns with wildcards that a line is held against; real files have under 60."""

MAX_NEGATED = 200
"""Lines with `!` that are held against the lines above."""

_SPECIAL = "*?[\\"


def shadowed(patterns: Sequence[Pattern]) -> Iterator[tuple[Pattern, Pattern]]:
    """(line, the line above that leaves out all of it), where no `!` stands between the two. Not all
    of them are found."""
    seen: dict[str, Pattern] = {}
    wild: list[Pattern] = []
    for pattern in patterns:
        if pattern.negated:
            seen, wild = {}, []
            continue
        above = _above(pattern, seen, wild)
        if above is not None:
            yield pattern, above
            continue
        seen[pattern.text] = pattern
        if any(char in pattern.text for char in _SPECIAL) and len(wild) < MAX_WILD:
            wild.append(pattern)


def pointless(patterns: Sequence[Pattern]) -> Iterator[Pattern]:
    """Lines with `!` above which nothing leaves out what they bring back."""
    positive: list[Pattern] = []
    left = MAX_NEGATED
    for pattern in patterns:
        if not pattern.negated:
            positive.append(pattern)
        elif left:
            left -= 1
            if not any(_related(above, pattern) for above in positive):
                yield pattern


def _above(pattern: Pattern, seen: dict[str, Pattern], wild: list[Pattern]) -> Pattern | None:
    for everything in ("*", "**"):
        if everything in seen:
            return seen[everything]
    parts = pattern.text.split("/")
    literal: list[str] = []
    for count in range(1, len(parts) + 1):
        folder = "/".join(parts[:count])
        for text in (folder, f"**/{folder}"):
            if text in seen:
                return seen[text]
        if len(literal) == count - 1 and not any(char in parts[count - 1] for char in _SPECIAL):
            literal.append(parts[count - 1])
    path = "/".join(literal)
    return next((above for above in wild if above.covers(path)), None) if path else None


def _related(above: Pattern, negated: Pattern) -> bool:
    """Whether the one may match something that the other does, or that is above or below it."""
    first, _, rest = above.text.partition("/")
    other = negated.text.partition("/")[0]
    if any(char in other for char in _SPECIAL) or first in {"", ".", ".."} or "**" in first:
        return True
    if any(char in first for char in _SPECIAL):
        return bool(rest) or above.matches(other)
    if first != other:
        return False
    if any(char in above.text + negated.text for char in _SPECIAL):
        return True
    one, two = f"{above.text}/", f"{negated.text}/"
    return one.startswith(two) or two.startswith(one)
