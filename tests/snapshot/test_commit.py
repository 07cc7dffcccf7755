from __future__ import annotations

import gc
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployflow_gate.snapshot import GitCommit, SnapshotError, Unreadable, commit, unlisted
from deployflow_gate.snapshot.gitprocess import environment
from deployflow_gate.snapshot.paths import MAX_FILE_BYTES


def git(repo: Path, *arguments: str, data: bytes | None = None) -> str:
    names = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    env = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **names}
    done = subprocess.run(["git", "-C", str(repo), *arguments], check=True, capture_output=True, env=env, input=data)
    return done.stdout.decode().strip()


def commit_all(repo: Path) -> str:
    git(repo, "add", "-A", "-f")
    git(repo, "commit", "-q", "-m", "x")
    return git(repo, "rev-parse", "HEAD")


@pytest.fixture
def repo(tmp_path: Path) -> Iterator[Path]:
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    (root / "Dockerfile").write_bytes(b"FROM x\r\n")
    (root / "d").mkdir()
    (root / "d" / "a\nb").write_text("odd")
    (root / "empty").write_text("")
    commit_all(root)
    yield root
    gc.collect()


def test_files_of_a_commit_are_listed_and_read(repo: Path) -> None:
    (repo / "Dockerfile").write_text("changed in the work tree")
    snapshot = GitCommit(repo, "main")
    assert list(snapshot.paths()) == ["Dockerfile", "d/a\nb", "empty"]
    assert [snapshot.read(p) for p in snapshot.paths()] == [b"FROM x\r\n", b"odd", b""]
    assert snapshot.read("Dockerfile") == b"FROM x\r\n"
    assert snapshot.commit == git(repo, "rev-parse", "main")
    snapshot.close()
    assert snapshot.read("empty") == b""


def test_an_unlisted_path_is_a_key_error(repo: Path) -> None:
    with pytest.raises(KeyError):
        GitCommit(repo, "HEAD").read("nowhere")


def test_a_bare_clone_and_a_linked_work_tree_will_do(repo: Path, tmp_path: Path) -> None:
    git(repo, "clone", "-q", "--bare", str(repo), str(tmp_path / "bare.git"))
    git(repo, "worktree", "add", "-q", str(tmp_path / "linked"), "-b", "other")
    assert GitCommit(tmp_path / "bare.git", "main").read("Dockerfile") == b"FROM x\r\n"
    assert GitCommit(tmp_path / "linked", "other").read("Dockerfile") == b"FROM x\r\n"


def test_links_are_followed_in_the_commit_or_refused(repo: Path) -> None:
    targets = {
        "in": "d/../Dockerfile",
        "out": "../x",
        "environ": "/proc/self/environ",
        "loop": "loop",
        "folder": "d",
        "git": ".git/config",
    }
    for name, target in targets.items():
        (repo / name).symlink_to(target)
    (repo / "through").symlink_to("folder/a\nb")
    commit_all(repo)
    snapshot = GitCommit(repo, "HEAD")
    assert "environ" in snapshot.paths()
    assert snapshot.read("in") == b"FROM x\r\n"
    assert snapshot.read("through") == b"odd"
    reasons = {
        "out": "leads out",
        "environ": "absolute",
        "loop": "loop",
        "folder": "to a folder",
        "git": "`.git` folder",
    }
    for name, reason in reasons.items():
        with pytest.raises(Unreadable, match=reason):
            snapshot.read(name)


def test_a_large_blob_is_unreadable_and_the_next_is_not(repo: Path) -> None:
    (repo / "large").write_bytes(b"x" * (MAX_FILE_BYTES + 1))
    (repo / "full").write_bytes(b"x" * MAX_FILE_BYTES)
    commit_all(repo)
    snapshot = GitCommit(repo, "HEAD")
    with pytest.raises(Unreadable, match="larger than"):
        snapshot.read("large")
    assert len(snapshot.read("full")) == MAX_FILE_BYTES
    assert snapshot.read("empty") == b""


def test_a_submodule_is_not_listed(repo: Path) -> None:
    head = git(repo, "rev-parse", "HEAD")
    git(repo, "update-index", "--add", "--cacheinfo", f"160000,{head},sub/module")
    git(repo, "commit", "-q", "-m", "x")
    snapshot = GitCommit(repo, "HEAD")
    assert "sub/module" not in snapshot.paths()
    assert unlisted(snapshot) == {"sub/module"}


def test_attributes_and_filters_play_no_part(repo: Path, tmp_path: Path) -> None:
    (repo / ".gitattributes").write_text("* filter=evil diff=evil text eol=crlf\n")
    commit_all(repo)
    witness = tmp_path / "witness"
    for key in [
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.evil.textconv",
        "core.fsmonitor",
        "core.pager",
        "alias.cat-file",
    ]:
        git(repo, "config", key, f"!touch {witness}" if key.startswith("alias") else f"touch {witness}")
    assert GitCommit(repo, "HEAD").read("d/a\nb") == b"odd"
    assert not witness.exists()


def test_callers_git_variables_do_not_reach_git(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    monkeypatch.setenv("GITHUB_TOKEN", "canary")
    monkeypatch.setenv("PATH", os.pathsep.join([".", "relative", os.environ["PATH"]]))
    assert GitCommit(repo, "HEAD").read("Dockerfile") == b"FROM x\r\n"
    assert not (tmp_path / "trace").exists()
    env = environment("/clone/.git")
    assert "canary" not in env.values()
    assert all(folder.startswith("/") for folder in env["PATH"].split(os.pathsep))
    assert (env["GIT_CONFIG_KEY_0"], env["GIT_CONFIG_VALUE_0"]) == ("safe.directory", "/clone")


def test_replaced_objects_are_not_believed(repo: Path) -> None:
    old = git(repo, "rev-parse", "HEAD:Dockerfile")
    new = git(repo, "hash-object", "-w", "--stdin", data=b"FROM harmless\n")
    git(repo, "replace", old, new)
    assert GitCommit(repo, "HEAD").read("Dockerfile") == b"FROM x\r\n"


@pytest.mark.parametrize("rev", ["nowhere", "0" * 40, "main:Dockerfile", "HEAD~9", "refs/heads/none"])
def test_a_missing_commit_says_what_to_do(repo: Path, rev: str) -> None:
    with pytest.raises(SnapshotError, match=r"fetch-depth: 0|not the name of a commit"):
        GitCommit(repo, rev).paths()


@pytest.mark.parametrize(
    "rev", ["", "-h", "--all", "--output=/tmp/x", "a b", "a\nb", "a\x00b", "x" * 300, "$(id)", ":/x"]
)
def test_what_is_no_revision_never_reaches_git(repo: Path, rev: str) -> None:
    with pytest.raises(SnapshotError, match="not the name of a commit"):
        GitCommit(repo, rev).paths()


def test_no_clone_and_no_git_are_clear_errors(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SnapshotError, match="not the root of a git clone"):
        GitCommit(tmp_path, "HEAD").paths()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SnapshotError, match="Install git"):
        GitCommit(repo, "HEAD").paths()


def test_a_missing_blob_is_unreadable(repo: Path) -> None:
    blob = git(repo, "rev-parse", "HEAD:Dockerfile")
    (repo / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(Unreadable, match="not in the clone"):
        GitCommit(repo, "HEAD").read("Dockerfile")


def test_a_tree_that_lists_itself_for_ever_fails_closed(repo: Path) -> None:
    tree = git(repo, "rev-parse", "HEAD^{tree}")
    for _ in range(12):
        lines = "".join(f"040000 tree {tree}\tfolder-with-a-name-{i:02}\n" for i in range(20))
        tree = git(repo, "mktree", data=lines.encode())
    bomb = git(repo, "commit-tree", "-m", "x", tree)
    with pytest.raises(SnapshotError, match="more than 200,000 files"):
        GitCommit(repo, bomb).paths()


def test_too_many_files_fail_closed(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit, "MAX_PATHS", 2)
    with pytest.raises(SnapshotError, match="more than 2 files"):
        GitCommit(repo, "HEAD").paths()


def test_git_ends_with_the_snapshot(repo: Path) -> None:
    snapshot = GitCommit(repo, "HEAD")
    snapshot.read("Dockerfile")
    process = snapshot._contents._process
    assert process.poll() is None
    del snapshot
    gc.collect()
    assert process.poll() is not None
