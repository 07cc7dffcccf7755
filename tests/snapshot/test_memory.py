from __future__ import annotations

import pytest

from deployflow_gate.snapshot import MemorySnapshot, Unreadable
from deployflow_gate.snapshot.paths import MAX_FILE_BYTES, follow, normalise


def test_paths_are_sorted_and_texts_are_utf8() -> None:
    snapshot = MemorySnapshot({"b/./x": "é", "a": b"\xff", "b//y": ""})
    assert list(snapshot.paths()) == ["a", "b/x", "b/y"]
    assert snapshot.read("b/x") == "é".encode()
    assert snapshot.read("a") == b"\xff"


def test_an_unlisted_path_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        MemorySnapshot({}).read("Dockerfile")


def test_a_large_file_is_unreadable() -> None:
    snapshot = MemorySnapshot({"a": b"x" * MAX_FILE_BYTES, "b": b"x" * (MAX_FILE_BYTES + 1)})
    assert len(snapshot.read("a")) == MAX_FILE_BYTES
    with pytest.raises(Unreadable, match="larger than 1024 KiB"):
        snapshot.read("b")


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "a/..", "a\x00b", "", ".", "//x"])
def test_a_path_that_is_no_file_below_the_root_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        normalise(path)
    with pytest.raises(ValueError, match="path"):
        MemorySnapshot({path: ""}).paths()


@pytest.mark.parametrize("path", ["a\nb", "::error::x", "a b/\x1b[31m", "...", "..a/b", "\u202e"])
def test_odd_names_are_kept(path: str) -> None:
    assert MemorySnapshot({path: "x"}).read(path) == b"x"


LINKS = {
    "in": "d/real", "d/up": "../other", "folder": "d", "deep": "folder/up",
    "out": "../x", "d/out": "../../x", "abs": "/etc/passwd", "loop": "pool", "pool": "loop", "git": ".git/config",
    "root": ".", "caps": "d/../.GIT/config", "empty": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "end"),
    [("in", "d/real"), ("d/up", "other"), ("plain", "plain"), ("folder/x", "d/x"), ("deep", "other"), ("folder", "d")],
)
def test_links_are_followed_within_the_root(path: str, end: str) -> None:
    assert follow(path, LINKS.get) == end


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("out", "leads out of the repository"), ("d/out", "leads out of the repository"), ("abs", "absolute path"),
        ("loop", "in a loop"), ("git", "into the `.git` folder"), ("caps", "into the `.git` folder"), ("root", "to a folder"),
        ("empty", "absolute path"),
    ],
)  # fmt: skip
def test_links_elsewhere_are_refused(path: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        follow(path, LINKS.get)
