"""Which lines of a diff can carry a comment: no more than the patch shows, whatever it claims."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployflow_gate.github.hunks import hunk_of, read_hunks
from deployflow_gate.github.state import Hunk

PATCHES = {
    "one hunk": ("@@ -1,3 +1,4 @@\n a\n+b\n c\n d", (Hunk(1, 4),)),
    "two hunks, a heading behind the header": (
        "@@ -1,2 +1,2 @@ FROM x\n-a\n+b\n c\n@@ -40,2 +40,3 @@ @@ -9,9 +9,9 @@\n a\n+b\n c",
        (Hunk(1, 2), Hunk(40, 42)),
    ),
    "counts of one are left out": ("@@ -7 +9 @@\n-a\n+b", (Hunk(9, 9),)),
    "only deletions": ("@@ -4,2 +3,0 @@\n-a\n-b", ()),
    "a new file": ("@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file", (Hunk(1, 2),)),
    "a lost line end on both sides": (
        "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n@@ -9 +9 @@\n-a\n+b",
        (Hunk(1, 1), Hunk(9, 9)),
    ),
    "lines that look like headers": ("@@ -1,2 +1,3 @@\n @@ -9,9 +70,9 @@\n+@@ -9,9 +80,9 @@\n b", (Hunk(1, 3),)),
    "lines with other line ends in them": ("@@ -1 +1,3 @@\n a\r\n+b\r@@ -1 +9 @@\n+c\u2028d\x0c\x85e", (Hunk(1, 3),)),
    "a blank line that lost its space": ("@@ -1,3 +1,3 @@\n a\n\n b\n", (Hunk(1, 3),)),
    "cut short": ("@@ -1,9 +1,9 @@\n a\n+b\n", (Hunk(1, 2),)),
    "cut short within a hunk, another follows": ("@@ -1,9 +1,9 @@\n a\n@@ -20 +20 @@\n c", (Hunk(1, 1), Hunk(20, 20))),
    "more lines than the header says": ("@@ -1 +1 @@\n a\n b\n+c", (Hunk(1, 1),)),
    "more of one side than the header says": ("@@ -1,0 +1,2 @@\n+a\n-b\n+c", (Hunk(1, 1),)),
    "the headers of git": ("diff --git a/x b/x\nindex 1..2\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n", (Hunk(1, 1),)),
    "a number beyond all files": ("@@ -1 +99999999999 @@\n+a", ()),
    "a line zero": ("@@ -1 +0,1 @@\n+a", ()),
    "digits of another script": ("@@ -1 +\u0661 @@\n+a", ()),
    "a negative number": ("@@ -1 +-5,2 @@\n+a\n+b", ()),
    "nothing": ("", ()),
    "a combined diff": ("@@@ -1,2 -1,2 +1,2 @@@\n  a\n++b", ()),
}


@pytest.mark.parametrize("name", PATCHES)
def test_the_hunks_of_a_patch(name: str) -> None:
    patch, hunks = PATCHES[name]
    assert read_hunks(patch) == hunks


lines = st.lists(st.sampled_from(["", "a", "b", "@@ -1 +1 @@", "+x", "-x", "\\ No", " ", "c\r"]), max_size=12)


@given(lines, lines, st.integers(0, 3))
def test_the_lines_are_those_of_the_new_file(old: list[str], new: list[str], context: int) -> None:
    """Each line that another diff shows on its new side, and no other one, lies in a hunk."""
    marked = list(difflib.unified_diff(old, new, n=context, lineterm=""))[2:]
    shown: set[int] = set()
    at = 0
    for group in difflib.SequenceMatcher(None, old, new).get_grouped_opcodes(context):
        shown |= {line + 1 for _, _, _, first, last in group for line in range(first, last)}
        at += 1
    hunks = read_hunks("\n".join(marked))
    assert {line for hunk in hunks for line in range(hunk.first, hunk.last + 1)} == shown
    assert len(hunks) <= at


@given(
    st.lists(st.sampled_from(["@@ -1,3 +2,3 @@", "@@ -0,0 +1 @@", " a", "+b", "-c", "", "\\", "x", "@@"]), max_size=12)
)
def test_no_hunk_is_longer_than_what_the_patch_shows(parts: list[str]) -> None:
    hunks = read_hunks("\n".join(parts))
    assert sum(hunk.last - hunk.first + 1 for hunk in hunks) <= sum(part[:1] in {" ", "+", ""} for part in parts)
    assert all(1 <= hunk.first <= hunk.last for hunk in hunks)


@given(st.text())
def test_any_text_has_hunks_or_none(text: str) -> None:
    assert isinstance(read_hunks(text), tuple)


def test_lines_lie_in_one_hunk_or_in_none() -> None:
    hunks = (Hunk(3, 5), Hunk(6, 9))
    assert hunk_of(hunks, 3, 5) == hunks[0]
    assert hunk_of(hunks, 6, 6) == hunks[1]
    assert hunk_of(hunks, 5, 6) is None  # both lines are shown, but not by one hunk
    assert hunk_of(hunks, 2, 3) is None
    assert hunk_of(hunks, 5, 4) is None
    assert hunk_of(None, 1, 1) is None
