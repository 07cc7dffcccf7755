"""The examples on a rule's page: fenced files that fail, pass, or are what the fix makes.

A fence opens with ```` ```<language> <path> <fails|passes|fixed> ````. Fences with no prose between them are one little
repository; the prose line before them names the example. `«»` marks the exact place that is reported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from deployflow_gate.record import dataclass, field
from deployflow_gate.regex import regex

FENCE = regex(r"^(`{3,})(\w+) (\S+) (fails|passes|fixed)((?: \w[\w-]*=\S+)*)\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """One little repository. `files` are without marks; `marks` are (path, start, end) in characters, in file order.

    `fixed` is what the fix makes of some of the files, () if the example shows none. `options` are those written
    behind the verdict of a fence (`user=1000`).
    """

    title: str
    fails: bool
    files: Mapping[str, str]
    marks: tuple[tuple[str, int, int], ...]
    fixed: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)


def examples(page: str) -> tuple[Example, ...]:
    """All examples of a page, in order. Raises ValueError for a mark that is not closed or a page out of form."""
    found: list[Example] = []
    group: list[re.Match[str]] = []
    title, at = "", 0
    for fence in FENCE.finditer(page):
        prose = page[at : fence.start()].strip()
        if prose and group:
            found.append(_example(title, group))
            group = []
        if prose:
            title = prose.splitlines()[-1].rstrip(":")
        group.append(fence)
        at = fence.end()
    if group:
        found.append(_example(title, group))
    return tuple(found)


def _example(title: str, fences: list[re.Match[str]]) -> Example:
    files: dict[str, str] = {}
    fixed: dict[str, str] = {}
    marks: list[tuple[str, int, int]] = []
    options: dict[str, str] = {}
    for fence in fences:
        _, _, path, verdict, extra, body = fence.groups()
        options |= dict(pair.split("=", 1) for pair in extra.split())
        if verdict == "fixed":
            fixed[path] = body
        else:
            files[path], places = _unmark(body)
            marks += [(path, start, end) for start, end in places]
    fails = any(fence.group(4) == "fails" for fence in fences)
    if fails != bool(marks):
        raise ValueError(f"example {title!r}: a failing example marks its places, a passing one has none")
    return Example(title, fails, files, tuple(marks), fixed, options)


def _unmark(body: str) -> tuple[str, list[tuple[int, int]]]:
    text: list[str] = []
    length = 0
    open_at: list[int] = []
    places: list[tuple[int, int]] = []
    for piece in re.split("([«»])", body):
        if piece == "«":
            open_at.append(length)
        elif piece == "»":
            if not open_at:
                raise ValueError("» without «")
            places.append((open_at.pop(), length))
        else:
            text.append(piece)
            length += len(piece)
    if open_at:
        raise ValueError("« without »")
    return "".join(text), sorted(places)
