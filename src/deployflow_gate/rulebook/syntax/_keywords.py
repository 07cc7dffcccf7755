"""A keyword that Docker does not know, and the one that was meant: for the rules that report it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, edits
from deployflow_gate.syntax.dockerfile.checks import KEYWORDS

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Unknown


def misspelled(unknown: Unknown) -> Problem:
    """What is said of it; the fix writes the keyword that is close, if one is."""
    from difflib import get_close_matches

    at = unknown.keyword_span
    close = get_close_matches(unknown.keyword[:40], sorted(KEYWORDS), n=1, cutoff=0.7)
    fix = Fix(f"Write {close[0]}", (edits.replace(at, close[0]),)) if close else None
    hint = f"; `{close[0]}` is close" if close else ""
    return Problem(at, f"Docker knows no instruction `{at.text}`{hint}.", fix=fix)
