"""What a rule yields: a problem, and the fix for it."""

from __future__ import annotations

from deployflow_gate.record import dataclass
from deployflow_gate.text import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters of `span` by `text`. An empty span inserts."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that mend a problem together. `title` is imperative. `safe` promises that what the file does stays the same
    but for the problem; all others are applied only when asked for by name (`--fix-unsafe`, a one-click suggestion)."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A second place that explains a problem: "the stage begins here"."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where. `message` is one present-tense sentence with the offending value in backticks.

    `hide` are places of secrets: no report shows their characters, in whatever finding's lines they stand. `code` is what
    the program calls it that the rule asked (`SC2086`), so that a comment can silence that alone.
    """

    at: Span
    message: str
    notes: tuple[Note, ...] = ()
    fix: Fix | None = None
    hide: tuple[Span, ...] = ()
    code: str = ""
