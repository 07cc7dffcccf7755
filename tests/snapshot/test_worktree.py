from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from deployflow_gate.snapshot import SnapshotError, Unreadable, WorkTree, unlisted, walk, worktree
from deployflow_gate.snapshot.paths import MAX_FILE_BYTES


def put(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)


def refused(root: Path, path: str) -> str:
    with pytest.raises(Unreadable) as caught:
        WorkTree(root).read(path)
    assert caught.value.path == path
    assert caught.value.reason.endswith(".")
    return caught.value.reason


def test_files_are_listed_in_order_without_git_and_generated_folders(tmp_path: Path) -> None:
    put(tmp_path, "b", "a/c", "a-b", ".github/workflows/ci.yml", ".git/config", "sub/.git", "node_modules/x/Dockerfile")
    put(tmp_path, "env/pyvenv.cfg", "env/lib/x.py", "build/Dockerfile", "app/.venv/x")
    tree = WorkTree(tmp_path)
    assert list(tree.paths()) == [".github/workflows/ci.yml", "a-b", "a/c", "b", "build/Dockerfile"]
    assert unlisted(tree) == {"node_modules", "env", "app/.venv"}
    assert tree.read("a/c") == b"a/c"


def test_an_unlisted_path_is_a_key_error(tmp_path: Path) -> None:
    put(tmp_path, "a", ".git/config")
    for path in ["b", ".git/config", "../a", "/etc/passwd", "a/", "./a"]:
        with pytest.raises(KeyError):
            WorkTree(tmp_path).read(path)


def test_links_inside_are_followed(tmp_path: Path) -> None:
    put(tmp_path, "d/real", "other")
    (tmp_path / "a").symlink_to("d/real")
    (tmp_path / "d" / "up").symlink_to("../other")
    (tmp_path / "folder").symlink_to("d")
    (tmp_path / "chain").symlink_to("folder/up")
    tree = WorkTree(tmp_path)
    assert list(tree.paths()) == ["a", "chain", "d/real", "d/up", "folder", "other"]
    assert [tree.read(p) for p in ["a", "d/up", "chain"]] == [b"d/real", b"other", b"other"]
    assert refused(tmp_path, "folder") == "The file is a symlink to a folder."


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("/proc/self/environ", "absolute path"),
        ("../outside", "leads out of the repository"),
        ("d/../../outside", "leads out of the repository"),
        ("away/outside", "absolute path"),
        (".git/config", "into the `.git` folder"),
        ("Dockerfile", "in a loop"),
        ("nowhere", "does not exist"),
        ("d/real/x", "does not exist"),
    ],
)
def test_links_elsewhere_are_refused(tmp_path: Path, target: str, reason: str) -> None:
    root = tmp_path / "root"
    put(root, "d/real", ".git/config")
    (tmp_path / "outside").write_text("secret")
    (root / "away").symlink_to(tmp_path)
    (root / "Dockerfile").symlink_to(target)
    assert reason in refused(root, "Dockerfile")


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    """Nobody writes to the pipe: to open it the common way would wait for ever."""
    os.mkfifo(tmp_path / "compose.yml")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.fspath(tmp_path / "Dockerfile"))
        assert refused(tmp_path, "compose.yml") == "The file is a named pipe, not a regular file."
        assert refused(tmp_path, "Dockerfile") == "The file is a socket, not a regular file."


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * MAX_FILE_BYTES)
    with (tmp_path / "b").open("wb") as file:
        file.truncate(1 << 40)
    assert len(WorkTree(tmp_path).read("a")) == MAX_FILE_BYTES
    assert "larger than" in refused(tmp_path, "b")


def test_a_file_that_grows_after_it_was_measured_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"x" * 100)
    monkeypatch.setattr(worktree, "MAX_FILE_BYTES", 100)
    tree, plain = WorkTree(tmp_path), os.fstat
    tree.paths()

    def grow(descriptor: int) -> os.stat_result:
        status = plain(descriptor)
        with (tmp_path / "a").open("ab") as file:
            file.write(b"y")
        return status

    monkeypatch.setattr(os, "fstat", grow)
    with pytest.raises(Unreadable, match="larger than"):
        tree.read("a")


def test_a_folder_swapped_for_a_link_leads_nowhere(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    put(root, "d/Dockerfile")
    put(outside, "Dockerfile")
    (tmp_path / "link").symlink_to(outside)
    tree = WorkTree(root)
    tree.paths()
    (root / "d").rename(root / "e")
    (root / "d").symlink_to("../outside")
    with pytest.raises(Unreadable, match="leads out of the repository"):
        tree.read("d/Dockerfile")


def test_no_race_reads_a_file_outside(tmp_path: Path) -> None:
    root = tmp_path / "root"
    put(root, "d/Dockerfile", "Dockerfile")
    put(tmp_path, "outside/Dockerfile")
    tree, stop = WorkTree(root), threading.Event()
    tree.paths()

    def swap() -> None:
        (root / "link").symlink_to("../outside")
        while not stop.is_set():
            (root / "d").rename(root / "kept")
            (root / "link").rename(root / "d")
            (root / "d").rename(root / "link")
            (root / "kept").rename(root / "d")

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        for _ in range(3000):
            try:
                assert tree.read("d/Dockerfile") == b"d/Dockerfile"
            except Unreadable:
                continue
    finally:
        stop.set()
        thread.join()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_permission_denied_is_a_sentence(tmp_path: Path) -> None:
    put(tmp_path, "a", "d/b")
    (tmp_path / "a").chmod(0)
    (tmp_path / "d").chmod(0)
    assert refused(tmp_path, "a") == "The file cannot be read: permission denied."
    assert WorkTree(tmp_path).unlisted == {"d"}
    (tmp_path / "d").chmod(0o700)


def test_a_denied_open_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a")
    tree = WorkTree(tmp_path)
    tree.paths()

    def deny(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", deny)
    with pytest.raises(Unreadable, match=r"^a: The file cannot be read: permission denied\.$"):
        tree.read("a")


def test_names_that_are_odd_are_read(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path)
    for name in [b"a\nb", b"\xff.Dockerfile", "ü".encode(), b"::error::"]:
        with open(raw + b"/" + name, "wb") as file:  # noqa: PTH123 - a name that is not UTF-8
            file.write(name)
    tree = WorkTree(tmp_path)
    assert list(tree.paths()) == ["::error::", "\\xff.Dockerfile", "a\nb", "ü"]
    assert [tree.read(p) for p in tree.paths()] == [b"::error::", b"\xff.Dockerfile", b"a\nb", "ü".encode()]


def test_two_names_shown_alike_fail_closed(tmp_path: Path) -> None:
    for name in [b"\xff", b"\\xff"]:
        with open(os.fsencode(tmp_path) + b"/" + name, "wb"):  # noqa: PTH123
            pass
    with pytest.raises(SnapshotError, match="both shown as"):
        WorkTree(tmp_path).paths()


def test_too_many_files_fail_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a", "b", "c")
    monkeypatch.setattr(worktree, "MAX_PATHS", 3)
    assert len(WorkTree(tmp_path).paths()) == 3
    monkeypatch.setattr(worktree, "MAX_PATHS", 2)
    with pytest.raises(SnapshotError, match="more than 2 files"):
        WorkTree(tmp_path).paths()


def test_a_tree_that_is_too_deep_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, "/".join("d" * walk.MAX_DEPTH) + "/x", "a")
    tree = WorkTree(tmp_path)
    assert list(tree.paths()) == ["a"]
    assert len(tree.unlisted) == 1


@pytest.mark.parametrize("root", ["nowhere", "file", "nul\x00"])
def test_a_root_that_is_no_folder_is_a_clear_error(tmp_path: Path, root: str) -> None:
    put(tmp_path, "file")
    with pytest.raises(SnapshotError, match=r"cannot be read: .*Give the root of a checkout"):
        WorkTree(f"{tmp_path}/{root}").paths()


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    put(tmp_path, "a/b/c/x", "a/y")
    (tmp_path / "out").symlink_to("a/../../x")
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").is_dir() else 0  # noqa: PTH208
    for _ in range(20):
        tree = WorkTree(tmp_path)
        tree.read("a/b/c/x")
        with pytest.raises(Unreadable):
            tree.read("out")
    del tree
    if before:
        assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
