"""A change undone, so that a file's other side need not be fetched."""

from __future__ import annotations

import difflib
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployflow_gate.github.unpatch import unpatched


def patch_of(before: str, after: str, context: int = 3) -> str:
    """The patch as GitHub has it: hunks only, lines split at LF."""
    old, new = _kept(before), _kept(after)
    found = list(difflib.unified_diff(old, new, n=context, lineterm=""))[2:]
    return "\n".join(
        line.removesuffix("\n")
        if line.endswith("\n") or line.startswith("@@")
        else f"{line}\n\\ No newline at end of file"
        for line in found
    )


def _kept(text: str) -> list[str]:
    *lines, rest = text.split("\n")
    return [f"{line}\n" for line in lines] + ([rest] if rest else [])


TEXTS = st.lists(
    st.sampled_from(["FROM x", "RUN a", "RUN b", "", "@@ -1 +1 @@", "\\ x", "+", "-", "é\u2028", "a\r", "\x0c"]),
    max_size=12,
)


@given(TEXTS, TEXTS, st.booleans(), st.booleans(), st.integers(0, 4))
def test_a_change_is_undone(old: list[str], new: list[str], old_end: bool, new_end: bool, context: int) -> None:
    before = "\n".join(old) + ("\n" if old and old_end else "")
    after = "\n".join(new) + ("\n" if new and new_end else "")
    if before != after:
        assert unpatched(after.encode(), patch_of(before, after, context)) == before.encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"FROM x\n"),
        (b"FROM x\n", b""),
        (b"a\nb\nc\n", b"a\nc"),
        (b"a\r\nb\r\n", b"a\r\nc\r\n"),
        (b"x\n" * 40, b"x\n" * 20 + b"y\n" + b"x\n" * 20),
    ],
)
def test_what_git_itself_writes(tmp_path: Path, before: bytes, after: bytes) -> None:
    for name, content in (("old", before), ("new", after)):
        (tmp_path / name).write_bytes(content)
    diff = subprocess.run(
        ["git", "diff", "--no-index", "--text", "old", "new"], cwd=tmp_path, capture_output=True, check=False
    ).stdout.decode()
    assert unpatched(after, diff[diff.index("@@") :]) == before


@pytest.mark.parametrize(
    "patch",
    ["@@ -1 +1 @@\n-a\n+c", "@@ -9 +9 @@\n-a\n+b", "@@ -1,2 +1,2 @@\n b\n b\n b", "@@ -1 +2 @@\n b\n@@ -1 +1 @@\n b"],
)
def test_a_patch_of_another_file_gives_nothing(patch: str) -> None:
    assert unpatched(b"b\n", patch) is None


def test_a_patch_that_is_none_changes_nothing() -> None:
    assert unpatched(b"b\n", "Binary files differ") == b"b\n"
