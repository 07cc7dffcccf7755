"""A line that is said to change nothing changes nothing."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from deployflow_gate.syntax.ignorefile import parse_ignore
from deployflow_gate.syntax.shadowed import pointless, shadowed
from deployflow_gate.text import Source

_PATHS = ["/".join(parts) for count in (1, 2, 3) for parts in product(["a", "b", "ab"], repeat=count)]
_PART = st.sampled_from(["a", "b", "ab", "*", "**", "a*", "?b", "**b"])
_LINE = st.tuples(st.sampled_from(["", "", "!"]), st.lists(_PART, min_size=1, max_size=3))


@given(st.lists(_LINE, min_size=1, max_size=6))
@settings(max_examples=200, deadline=None)
def test_what_is_found_can_be_taken_away(written: list[tuple[str, list[str]]]) -> None:
    lines = [sign + "/".join(parts) for sign, parts in written]
    syntax = parse_ignore(Source(".dockerignore", "\n".join(lines)))
    if len(syntax.patterns) != len(lines):
        return
    for pattern in [*(line for line, _ in shadowed(syntax.patterns)), *pointless(syntax.patterns)]:
        at = syntax.patterns.index(pattern)
        rest = parse_ignore(Source(".dockerignore", "\n".join(lines[:at] + lines[at + 1 :])))
        assert [p for p in _PATHS if syntax.ignores(p)] == [p for p in _PATHS if rest.ignores(p)]
