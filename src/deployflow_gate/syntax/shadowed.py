"""Lines of an ignore file that change nothing: what they match is left out already, or was never left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deployflow_gate.syntax.ignorefile import Pattern

MAX_CHECKS = 5_000
"""Lines held against patterns with wildcards, of one file; of real files the most is under 2,000."""

MAX_DEPTH = 20
"""Folders of a line that are looked at. Real lines name under 10."""

MAX_PATH = 200
"""Characters of a path that is held against wildcards."""

MAX_NEGATED = 50
"""Lines with `!` that are held against the lines above."""

_SPECIAL = "*?[\\"


def shadowed(patterns: Sequence[Pattern]) -> Iterator[tuple[Pattern, Pattern]]:
    """(line, the line above that leaves out all of it), where no `!` stands between the two. Not all of them are found.

    Docker does not hold a folder that is left out already against further patterns, so that behind the first `!` it cannot be said
    that a pattern holds for all that is below it; then only a line that stands there twice is found.
    """
    seen: dict[str, Pattern] = {}
    wild: list[Pattern] = []
    left = MAX_CHECKS
    brought = False
    for pattern in patterns:
        if pattern.negated:
            seen, wild, brought = {}, [], True
            continue
        above = seen.get(pattern.text) if brought else _above(pattern, seen, wild[:left])
        left = max(0, left - len(wild))
        if above is not None:
            yield pattern, above
            continue
        seen[pattern.text] = pattern
        if any(char in pattern.text for char in _SPECIAL):
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
            if len(positive) * MAX_NEGATED <= MAX_CHECKS * 4 and not any(
                _related(above, pattern) for above in positive
            ):
                yield pattern


def _above(pattern: Pattern, seen: dict[str, Pattern], wild: list[Pattern]) -> Pattern | None:
    for everything in ("*", "**"):
        if everything in seen:
            return seen[everything]
    parts = pattern.text.split("/")[:MAX_DEPTH]
    literal: list[str] = []
    for count in range(1, len(parts) + 1):
        folder = "/".join(parts[:count])
        for text in (folder,) if parts[0].startswith("**") else (folder, f"**/{folder}"):
            if text in seen:
                return seen[text]
        if len(literal) == count - 1 and not any(char in parts[count - 1] for char in _SPECIAL):
            literal.append(parts[count - 1])
    path = "/".join(literal)
    return next((above for above in wild if above.covers(path)), None) if 0 < len(path) <= MAX_PATH else None


def _related(above: Pattern, negated: Pattern) -> bool:
    """Whether the one may match something that the other does, or that is above or below it."""
    first, _, rest = above.text.partition("/")
    other = negated.text.partition("/")[0]
    if any(char in other for char in _SPECIAL) or first in {"", ".", ".."} or "**" in first or len(other) > MAX_PATH:
        return True
    if any(char in first for char in _SPECIAL):
        return bool(rest) or above.matches(other)
    if first != other:
        return False
    if any(char in above.text + negated.text for char in _SPECIAL):
        return True
    one, two = f"{above.text}/", f"{negated.text}/"
    return one.startswith(two) or two.startswith(one)
