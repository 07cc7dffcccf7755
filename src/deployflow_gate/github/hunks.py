"""The hunks of a unified diff: which lines of the new side can carry a comment."""

from __future__ import annotations

from collections.abc import Iterable

from deployflow_gate.github.state import Hunk
from deployflow_gate.regex import regex

_HEADER = regex(r"@@ -[0-9]{1,9}(?:,([0-9]{1,9}))? \+([0-9]{1,9})(?:,([0-9]{1,9}))? @@")


def read_hunks(patch: str) -> tuple[Hunk, ...]:
    """The hunks of the new side of one file's `patch`, as GitHub's list of changed files has it.

    Only lines that the patch really shows count, whatever its headers promise: a comment on any other line makes GitHub refuse
    the whole review. What is no unified diff has no hunks. A hunk that only deletes has no line on the new side.
    """
    lines = patch.removesuffix("\n").split("\n")  # a CR, a form feed or a U+2028 is part of a line
    found: list[Hunk] = []
    at = 0
    while at < len(lines):
        header = _HEADER.match(lines[at])
        at += 1
        if header is None:
            continue
        old, first, new = _number(header[1]), int(header[2]), _number(header[3])
        shown = 0
        while at < len(lines) and (old > 0 or new > 0) and lines[at][:1] in {" ", "+", "-", "\\", ""}:
            kind = lines[at][:1] or " "  # a blank line whose one space somebody trimmed
            old -= kind in " -"
            new -= kind in " +"
            if old < 0 or new < 0:
                break
            shown += kind in " +"
            at += 1
        if shown and first:
            found.append(Hunk(first, first + shown - 1))
    return tuple(found)


def hunk_of(hunks: Iterable[Hunk] | None, first: int, last: int) -> Hunk | None:
    """The hunk in which the lines `first` to `last` all lie, None if there is none."""
    return next((hunk for hunk in hunks or () if hunk.first <= first <= last <= hunk.last), None)


def _number(written: str | None) -> int:
    """A count in a header; one that is left out is 1."""
    return 1 if written is None else int(written)
