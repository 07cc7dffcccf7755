"""`--fix`: files are changed whole, by exactly the fixes, and never through a symlink."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from deployflow_gate.__main__ import main
from deployflow_gate.cli.fixing import unified
from deployflow_gate.cli.write import NotWrittenError, rewrite
from deployflow_gate.text import Source

ROOTED = 'FROM debian:12.8-slim\r\nCOPY app /app\r\nCMD ["/app"]\r\n'

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_bytes(b"\xef\xbb\xbf" + ROOTED.encode())
    dockerfile.chmod(0o640)
    return tmp_path


def fix(*more: str) -> int:
    return main(["check", "--rule", "root-user", "--fix-unsafe", *more])


def test_a_fix_keeps_mode_mark_and_line_ends(repo: Path, capsys: Captured) -> None:
    assert fix() == 0
    dockerfile = repo / "Dockerfile"
    assert dockerfile.read_bytes() == b"\xef\xbb\xbf" + ROOTED.replace("CMD", "USER 10001\r\nCMD").encode()
    assert dockerfile.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in repo.iterdir()) == ["Dockerfile"]
    said = capsys.readouterr()
    assert "fixed: Dockerfile: Run as 10001" in said.err
    assert "Passed" in said.out


def test_an_unsafe_fix_is_not_applied_unasked(repo: Path) -> None:
    before = (repo / "Dockerfile").read_bytes()
    assert main(["check", "--rule", "root-user", "--fix"]) == 1
    assert (repo / "Dockerfile").read_bytes() == before


def test_a_diff_is_printed_and_nothing_written(repo: Path, capsys: Captured) -> None:
    before = (repo / "Dockerfile").read_bytes()
    assert fix("--diff") == 1
    said = capsys.readouterr()
    assert "+USER 10001" in said.out
    assert "Blocked" not in said.out
    assert (repo / "Dockerfile").read_bytes() == before


def test_a_symlinked_file_is_left_alone(repo: Path, capsys: Captured) -> None:
    (repo / "real").mkdir()
    (repo / "Dockerfile").rename(repo / "real" / "file.txt")
    (repo / "Dockerfile").symlink_to("real/file.txt")
    assert fix() == 1
    assert (repo / "real" / "file.txt").read_bytes().endswith(ROOTED.encode())
    assert "not written: Dockerfile" in capsys.readouterr().err


def test_a_file_below_a_symlinked_folder_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "f").write_text("a")
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / "in").symlink_to("../out")
    with pytest.raises(NotWrittenError):
        rewrite(str(tmp_path / "repo"), "in/f", Source("in/f", "a"), "b")
    assert (tmp_path / "out" / "f").read_text() == "a"


def test_a_file_that_was_changed_meanwhile_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("other")
    with pytest.raises(NotWrittenError, match="changed while"):
        rewrite(str(tmp_path), "f", Source("f", "a"), "b")
    assert (tmp_path / "f").read_text() == "other"


def test_a_file_that_is_not_there_is_made_only_for_an_empty_source(tmp_path: Path) -> None:
    rewrite(str(tmp_path), ".dockerignore", Source(".dockerignore", ""), ".git\n")
    assert (tmp_path / ".dockerignore").read_text() == ".git\n"
    with pytest.raises(NotWrittenError, match="gone"):
        rewrite(str(tmp_path), "g", Source("g", "a"), "b")


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "f").write_text("a")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(NotWrittenError, match="No space left"):
        rewrite(str(tmp_path), "f", Source("f", "a"), "b")
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
    assert (tmp_path / "f").read_text() == "a"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("a/Dockerfile", "FROM a\nRUN b\n", "FROM a\nUSER c\nRUN b\n"),
        ("Dockerfile", "FROM a\r\nRUN b", "FROM a\r\nUSER c\r\nRUN b\r\n"),
        ('a b/日"x', "one\n", "one\ntwo"),
        ("Dockerfile", "a\x0cb\x85c\u2028d\n", "a\x0cb\x85c\u2028e\n"),
    ],
)
def test_git_takes_the_diff(path: str, old: str, new: str, tmp_path: Path) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(old.encode())
    (tmp_path / "d.patch").write_bytes(unified(path, old, new).encode())
    subprocess.run(["git", "apply", "--unsafe-paths", "d.patch"], cwd=tmp_path, check=True, capture_output=True)
    assert file.read_bytes() == new.encode()
