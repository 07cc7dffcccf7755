"""Two commits compared by their lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployflow_gate.github import changes as module
from deployflow_gate.github.changes import Changes, changes

from .trees import Files, Link, MemoryTree

LONG = "".join(f"line {i}\n" for i in range(10))


def between(before: Files, after: Files) -> Changes:
    return changes(MemoryTree(before), MemoryTree(after))


def test_added_edited_and_removed() -> None:
    found = between({"same": "1", "edited": "1", "gone": "3"}, {"same": "1", "edited": "2", "new": "4"})
    assert (found.added, found.edited, found.removed) == (
        frozenset({"new"}),
        frozenset({"edited"}),
        frozenset({"gone"}),
    )
    assert found.renamed == {}
    assert found.changed == {"new", "edited"}


def test_a_file_that_became_a_link_is_edited() -> None:
    assert between({"a": "b"}, {"a": Link("b")}).edited == {"a"}


def test_any_file_may_move_unedited_and_links_and_empty_files_too() -> None:
    found = between({"a.txt": "1", "link": Link("x"), "e": ""}, {"b/a.txt": "1", "b/link": Link("x"), "b/e": ""})
    assert found.renamed == {"b/a.txt": "a.txt", "b/link": "link", "b/e": "e"}


def test_only_what_may_be_judged_is_looked_into() -> None:
    before, after = MemoryTree({"a.txt": LONG, "Dockerfile": LONG}), MemoryTree({"b.txt": LONG + "x"})
    assert changes(before, after).renamed == {}
    assert (before.reads, after.reads) == ({}, {})


def test_of_several_alike_the_most_similar_one_moved_and_each_only_once() -> None:
    base = {"a/Dockerfile": LONG, "b/Dockerfile": LONG.replace("line 0", "b")}
    head = {
        "x/Dockerfile": LONG + "more\n",
        "y/Dockerfile": LONG.replace("line 0", "b") + "more\n",
        "z/Dockerfile": LONG + "z\n",
    }
    assert between(base, head).renamed == {"x/Dockerfile": "a/Dockerfile", "y/Dockerfile": "b/Dockerfile"}


def test_half_of_the_lines_is_enough_and_less_is_not() -> None:
    half = "".join(LONG.splitlines(keepends=True)[:5])
    assert between({"Dockerfile": LONG}, {"a/Dockerfile": half + "1\n2\n3\n4\n5\n"}).renamed == {
        "a/Dockerfile": "Dockerfile"
    }
    assert between({"Dockerfile": LONG}, {"a/Dockerfile": half + "1\n2\n3\n4\n5\n6\n"}).renamed == {}


def test_line_ends_and_indents_are_no_edit() -> None:
    assert between({"Dockerfile": LONG}, {"a/Dockerfile": LONG.replace("\n", "\r\n  ")}).renamed != {}


def test_too_many_pairs_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PAIRS", 3)
    base = {f"{i}/Dockerfile": f"{LONG}{i}\n" for i in range(2)}
    head = {f"x{i}/Dockerfile": f"{LONG}x{i}\n" for i in range(2)}
    assert between(base, head).renamed == {}


def test_many_equal_files_are_matched_in_linear_time() -> None:
    found = between({f"a/{i}": "" for i in range(30_000)}, {f"b/{i}": "" for i in range(30_000)})
    assert found.renamed == {f"b/{i}": f"a/{i}" for i in range(30_000)}


TREES = st.dictionaries(
    st.sampled_from(["a", "b", "d/a", "d/Dockerfile", "Dockerfile"]), st.sampled_from(["", "1", LONG])
)


@given(TREES, TREES)
def test_every_file_is_in_its_place(before: Files, after: Files) -> None:
    found = between(before, after)
    assert found.added == after.keys() - before.keys()
    assert found.removed == before.keys() - after.keys()
    assert found.edited == {path for path in before.keys() & after.keys() if before[path] != after[path]}
    assert set(found.renamed) <= found.added
    assert set(found.renamed.values()) <= found.removed
    assert len(set(found.renamed.values())) == len(found.renamed)
