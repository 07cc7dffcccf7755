"""A commit's files, from GitHub's lists and wherever their contents lie."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from deployflow_gate.github import commit as commits
from deployflow_gate.github import contents as contents_module
from deployflow_gate.github.answer import Answer
from deployflow_gate.github.client import Client
from deployflow_gate.github.commit import ApiCommit
from deployflow_gate.github.contents import Contents, git_hash
from deployflow_gate.github.errors import Refused, Unavailable
from deployflow_gate.snapshot import Snapshot, SnapshotError, Unreadable, unlisted
from deployflow_gate.snapshot.paths import MAX_FILE_BYTES
from deployflow_gate.snapshot.walk import walk
from tests.github.fake.gitdata import Executable, Files, Objects, Submodule, Symlink, clone

REPOSITORY = "school/maktab"


class Served:
    """The two calls that read a repository, and what was asked. `spoiled` are blobs whose content is another, `most` the entries
    that one list may have."""

    def __init__(self, objects: Objects, most: int = 100_000) -> None:
        self.objects = objects
        self.most = most
        self.asked: list[str] = []
        self.spoiled: Mapping[str, bytes] = {}
        self.failing: Exception | None = None

    def get(self, path: str, **query: object) -> Answer:
        kind, sha = path.removeprefix(f"/repos/{REPOSITORY}/git/").split("/")
        self.asked.append(kind)
        if self.failing is not None:
            raise self.failing
        return Answer(
            200, self._tree(sha, recursive=bool(query.get("recursive"))) if kind == "trees" else self._blob(sha)
        )

    def _tree(self, sha: str, *, recursive: bool) -> dict[str, Any]:
        found = self.objects.commits.get(sha)
        tree = found.tree if found else sha
        entries = list(self.objects.walk(tree) if recursive else self.objects.tree(tree) or ())
        listed = [
            {"path": e.path, "mode": e.mode, "type": e.kind, "sha": e.sha}
            | ({"size": self.objects.size(e)} if e.kind == "blob" else {})
            for e in entries[: self.most]
        ]
        return {"sha": tree, "tree": listed, "truncated": len(entries) > self.most}

    def _blob(self, sha: str) -> dict[str, Any]:
        content = self.spoiled.get(sha) or self.objects.blob(sha)
        if content is None:
            raise Refused(404, "Not Found")
        return {"sha": sha, "size": len(content), "encoding": "base64", "content": base64.encodebytes(content).decode()}

    def count(self, kind: str) -> int:
        return self.asked.count(kind)


@pytest.fixture
def objects() -> Objects:
    return Objects()


def commit(objects: Objects, files: Files, *parents: str) -> str:
    return objects.add_commit(objects.add_files(files), parents, "x", 1_700_000_000)


def contents(workspace: Path, served: Served | None = None) -> Contents:
    return Contents(REPOSITORY, workspace, cast("Client | None", served))


FILES: Files = {
    "Dockerfile": "FROM x\r\n",
    "d/a\nb": b"\xff\x00",
    "run.sh": Executable(b"#!/bin/sh\n"),
    "empty": "",
    "sub": Submodule("f" * 40),
}


def test_nothing_checked_out(objects: Objects, tmp_path: Path) -> None:
    served = Served(objects)
    snapshot: Snapshot = ApiCommit(contents(tmp_path, served), commit(objects, FILES))
    assert list(snapshot.paths()) == ["Dockerfile", "d/a\nb", "empty", "run.sh"]
    assert [snapshot.read(path) for path in snapshot.paths()] == [b"FROM x\r\n", b"\xff\x00", b"", b"#!/bin/sh\n"]
    assert unlisted(snapshot) == {"sub"}
    assert served.asked == ["trees", *["blobs"] * 4]
    assert ApiCommit(contents(tmp_path, served), commit(objects, {})).paths() == ()


def test_only_what_is_asked_for_is_fetched_and_only_once(objects: Objects, tmp_path: Path) -> None:
    served = Served(objects)
    shared = contents(tmp_path, served)
    one = ApiCommit(shared, commit(objects, {"a": "1", "b": "2"}))
    other = ApiCommit(shared, commit(objects, {"moved": "1", "b": "3"}))
    assert (one.read("a"), one.read("a"), other.read("moved")) == (b"1", b"1", b"1")
    assert (served.count("blobs"), shared.fetched) == (1, 1)


def test_an_unlisted_path_is_a_key_error(objects: Objects, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        ApiCommit(contents(tmp_path, Served(objects)), commit(objects, FILES)).read("sub")


def test_links_are_followed_in_the_commit_or_refused(objects: Objects, tmp_path: Path) -> None:
    files: Files = {
        "Dockerfile": "FROM x\n",
        "d/in": Symlink("../Dockerfile"),
        "d/out": Symlink("../../x"),
        "environ": Symlink("/proc/self/environ"),
        "loop": Symlink("loop"),
        "folder": Symlink("d"),
        "long": Symlink("x/" * 3000),
    }
    snapshot = ApiCommit(contents(tmp_path, Served(objects)), commit(objects, files))
    assert snapshot.read("d/in") == b"FROM x\n"
    reasons = {"d/out": "leads out", "environ": "absolute", "loop": "loop", "folder": "to a folder", "long": "larger"}
    for path, reason in reasons.items():
        with pytest.raises(Unreadable, match=reason):
            snapshot.read(path)


def test_a_large_file_is_not_even_fetched(objects: Objects, tmp_path: Path) -> None:
    served = Served(objects)
    files = {"full": b"x" * MAX_FILE_BYTES, "large": b"x" * (MAX_FILE_BYTES + 1)}
    snapshot = ApiCommit(contents(tmp_path, served), commit(objects, files))
    with pytest.raises(Unreadable, match="larger than"):
        snapshot.read("large")
    assert served.count("blobs") == 0
    assert len(snapshot.read("full")) == MAX_FILE_BYTES


# --- what is in the workspace is not fetched ---


def test_a_file_of_the_work_tree_is_known_by_its_hash(objects: Objects, tmp_path: Path) -> None:
    served = Served(objects)
    (tmp_path / "same").write_text("1", encoding="utf-8")
    (tmp_path / "edited").write_text("written by another step", encoding="utf-8")
    (tmp_path / "linked").symlink_to("same")
    snapshot = ApiCommit(contents(tmp_path, served), commit(objects, {"same": "1", "edited": "2", "linked": "1"}))
    assert [snapshot.read(path) for path in ("same", "edited", "linked")] == [b"1", b"2", b"1"]
    assert served.count("blobs") == 1


def test_a_link_in_the_commit_is_never_a_file_of_the_work_tree(objects: Objects, tmp_path: Path) -> None:
    (tmp_path / "link").write_text("target", encoding="utf-8")  # whose hash is that of a link to `target`
    served = Served(objects)
    snapshot = ApiCommit(contents(tmp_path, served), commit(objects, {"link": Symlink("target"), "target": "T"}))
    assert snapshot.read("link") == b"T"


def test_a_merge_commit_at_depth_one_costs_what_differs(objects: Objects, tmp_path: Path) -> None:
    base = commit(objects, {"a": "1", "b": "2", "c": "3"})
    tip = commit(objects, {"a": "1", "b": "base's", "c": "3"}, base)
    head = commit(objects, {"a": "1", "b": "2", "c": "head's"}, base)
    merge = commit(objects, {"a": "1", "b": "base's", "c": "head's"}, tip, head)
    served = Served(objects)
    snapshot = ApiCommit(contents(clone(objects, tmp_path / "w", merge), served), head)
    assert [snapshot.read(path) for path in "abc"] == [b"1", b"2", b"head's"]
    assert served.asked == ["trees", "blobs"]
    assert snapshot.listed_by == "GitHub's API"


def test_a_whole_clone_asks_nobody(objects: Objects, tmp_path: Path) -> None:
    head = commit(objects, FILES)
    tip = commit(objects, {"other": "1"}, head)
    workspace = clone(objects, tmp_path / "w", tip, depth=None)
    snapshot = ApiCommit(contents(workspace), head)
    assert list(snapshot.paths()) == ["Dockerfile", "d/a\nb", "empty", "run.sh"]
    assert [snapshot.read(path) for path in snapshot.paths()] == [b"FROM x\r\n", b"\xff\x00", b"", b"#!/bin/sh\n"]
    assert (snapshot.listed_by, snapshot.unlisted) == ("the clone", frozenset({"sub"}))


def test_a_clone_without_blobs_is_filled_from_github(objects: Objects, tmp_path: Path) -> None:
    """A sparse checkout fetches with `--filter=blob:none`; no fetch of git's own is made for it."""
    head = commit(objects, {"a": "1", "b": "2"})
    workspace = clone(objects, tmp_path / "w", head)
    for name in ("a", "b"):
        (workspace / name).unlink()
    blob = git_hash(b"2", 40)
    (workspace / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    served = Served(objects)
    snapshot = ApiCommit(contents(workspace, served), head)
    assert (snapshot.read("a"), snapshot.read("b")) == (b"1", b"2")
    assert (served.asked, snapshot.listed_by) == (["blobs"], "the clone")


def test_a_clone_without_trees_is_listed_by_github(objects: Objects, tmp_path: Path) -> None:
    head = commit(objects, {"d/a": "1"})
    workspace = clone(objects, tmp_path / "w", head)
    tree = objects.commits[head].tree
    (workspace / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    served = Served(objects)
    snapshot = ApiCommit(contents(workspace, served), head)
    assert (snapshot.read("d/a"), served.asked, snapshot.listed_by) == (b"1", ["trees"], "GitHub's API")


def test_without_git_the_work_tree_serves_all_the_same(
    objects: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = commit(objects, {"a": "1"})
    workspace = clone(objects, tmp_path / "w", head)
    monkeypatch.setenv("PATH", str(tmp_path))
    served = Served(objects)
    assert ApiCommit(contents(workspace, served), head).read("a") == b"1"
    assert served.asked == ["trees"]


def test_a_forged_object_of_the_clone_is_not_believed(objects: Objects, tmp_path: Path) -> None:
    head = commit(objects, {"Dockerfile": "FROM evil\n"})
    workspace = clone(objects, tmp_path / "w", head)
    (workspace / "Dockerfile").unlink()
    good, bad = git_hash(b"FROM good\n", 40), git_hash(b"FROM evil\n", 40)
    subprocess.run(
        ["git", "-C", str(workspace), "hash-object", "-w", "--stdin"],
        input=b"FROM good\n",
        check=True,
        capture_output=True,
    )
    folder = workspace / ".git" / "objects"
    (folder / bad[:2] / bad[2:]).unlink()
    (folder / good[:2] / good[2:]).rename(folder / bad[:2] / bad[2:])
    assert ApiCommit(contents(workspace, Served(objects)), head).read("Dockerfile") == b"FROM evil\n"


def test_a_repository_that_looks_like_git_s_own_folder_is_none(objects: Objects, tmp_path: Path) -> None:
    (tmp_path / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    (tmp_path / "objects").mkdir()
    assert contents(tmp_path).clone is None


def test_a_good_guess_spares_the_request_and_a_bad_one_costs_it(objects: Objects, tmp_path: Path) -> None:
    served = Served(objects)
    sha = commit(objects, {"a": "1", "b": "2"})
    snapshot = ApiCommit(contents(tmp_path, served), sha, {"a": b"1", "b": b"wrong"}.get)
    assert (snapshot.read("a"), snapshot.read("b")) == (b"1", b"2")
    assert served.count("blobs") == 1


# --- long lists ---


def test_a_list_that_is_cut_off_is_asked_for_folder_by_folder(objects: Objects, tmp_path: Path) -> None:
    files = {f"{one}/{two}/{three}": f"{one}{two}{three}" for one in "abc" for two in "de" for three in "fg"}
    served = Served(objects, most=8)
    snapshot = ApiCommit(contents(tmp_path, served), commit(objects, {**files, "top": "t"}))
    assert list(snapshot.paths()) == sorted([*files, "top"])
    assert snapshot.read("c/e/g") == b"ceg"
    assert served.count("trees") == 5


def test_a_folder_that_cannot_be_listed_whole_fails_closed(objects: Objects, tmp_path: Path) -> None:
    served = Served(objects, most=3)
    sha = commit(objects, {f"d/{i}": "" for i in range(4)})
    with pytest.raises(SnapshotError, match="the folder `d/` whole"):
        ApiCommit(contents(tmp_path, served), sha).paths()


def test_a_list_of_too_many_requests_fails_closed(
    objects: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commits, "MAX_TREES", 3)
    sha = commit(objects, {f"{i}/a": "" for i in range(4)})
    with pytest.raises(SnapshotError, match="more than 3 times"):
        ApiCommit(contents(tmp_path, Served(objects, most=4)), sha).paths()


# --- what cannot be had ---


def test_no_token_says_what_to_do(objects: Objects, tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"does not have the list of files of the commit .* `token`"):
        ApiCommit(contents(tmp_path), commit(objects, FILES)).paths()


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (Refused(404, "Not Found"), "contents: read"),
        (Refused(403, "no", "contents: read"), "contents: read"),
        (Refused(401, "Bad credentials"), "See the input `token`"),
        (Unavailable("It is 502."), "Run the job again"),
    ],
)
def test_what_github_does_not_give_fails_closed(
    objects: Objects, tmp_path: Path, error: Exception, remedy: str
) -> None:
    served = Served(objects)
    snapshot = ApiCommit(contents(tmp_path, served), commit(objects, FILES))
    assert snapshot.paths()
    served.failing = error
    with pytest.raises(SnapshotError, match=rf"does not give the content of `Dockerfile`: .*{remedy}"):
        snapshot.read("Dockerfile")
    with pytest.raises(SnapshotError, match="does not give the list of files"):
        ApiCommit(contents(tmp_path, served), commit(objects, {})).paths()


def test_a_file_that_could_not_be_had_is_remembered(objects: Objects, tmp_path: Path) -> None:
    """A rule that reads is not where a run can end: whatever it raises is taken for a fault of the rule."""
    served = Served(objects)
    shared = contents(tmp_path, served)
    snapshot = ApiCommit(shared, commit(objects, {"a": "1"}))
    snapshot.paths()
    shared.raise_failed()
    served.failing = Unavailable("It is 502.")
    with pytest.raises(SnapshotError):
        snapshot.read("a")
    with pytest.raises(SnapshotError, match="It is 502"):
        shared.raise_failed()


def test_too_many_files_to_fetch_fail_closed(objects: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents_module, "MAX_FETCHED", 2)
    snapshot = ApiCommit(contents(tmp_path, Served(objects)), commit(objects, {name: name for name in "abc"}))
    assert snapshot.read("a") + snapshot.read("b") == b"ab"
    with pytest.raises(SnapshotError, match=r"More than 2 files .* Check the repository out"):
        snapshot.read("c")


def test_another_content_than_that_of_the_name_is_not_believed(objects: Objects, tmp_path: Path) -> None:
    served = Served(objects)
    served.spoiled = {git_hash(b"1", 40): b"2"}
    with pytest.raises(SnapshotError, match="something else than the content of `a`"):
        ApiCommit(contents(tmp_path, served), commit(objects, {"a": "1"})).read("a")


@pytest.mark.parametrize("digits", [40, 64])
def test_a_hash_is_git_s(tmp_path: Path, digits: int) -> None:
    kind = "sha1" if digits == 40 else "sha256"
    subprocess.run(["git", "init", "-q", f"--object-format={kind}", str(tmp_path)], check=True)
    for content in (b"", b"x", "é\r\n".encode() * 100):
        done = subprocess.run(
            ["git", "-C", str(tmp_path), "hash-object", "--stdin"], input=content, check=True, capture_output=True
        )
        assert git_hash(content, digits) == done.stdout.decode().strip()


def test_a_workspace_of_too_many_files_is_walked_once(
    objects: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (tmp_path / name).write_text(name, encoding="utf-8")
    monkeypatch.setattr("deployflow_gate.snapshot.worktree.MAX_PATHS", 2)
    walks: list[int] = []

    def counted(root: int) -> Iterator[tuple[bytes, bool]]:
        walks.append(root)
        return walk(root)

    monkeypatch.setattr("deployflow_gate.snapshot.worktree.walk", counted)
    served = Served(objects)
    snapshot = ApiCommit(contents(tmp_path, served), commit(objects, {name: name for name in "abc"}))
    assert [snapshot.read(name) for name in "abc"] == [b"a", b"b", b"c"]
    assert (len(walks), served.count("blobs")) == (1, 3)
