"""The fake GitHub gives what the real one gives: git's own SHAs and diffs, pages, comments that move and become outdated."""

from __future__ import annotations

import base64
import gzip
import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.github.caller import Caller
from tests.github.fake import Executable, FakeGitHub, Pull, Repository, Submodule, Symlink, clone
from tests.github.fake.gitdata import Content

DOCKERFILE = "FROM debian:12\n" + "".join(f"RUN step {number}\n" for number in range(1, 31))
CHANGED = DOCKERFILE.replace("step 2\n", "step two\n").replace("step 29\n", "step twenty-nine\n")
BASE: Mapping[str, Content] = {
    "Dockerfile": DOCKERFILE,
    "api/compose.yaml": "services:\n  api:\n    image: api\n    ports:\n      - 80\n",
    "api/.env": "A=1\n",
    "logo.png": b"\x89PNG\0\1",
    "run.sh": Executable(b"#!/bin/sh\n"),
    "link": Symlink("api/.env"),
    "lib": Submodule("1" * 40),
    "old name.txt": "".join(f"line {number}\n" for number in range(20)),
    "gone.txt": "gone",
    "turned": "a file",
    "a.b/x": "",
    "a/x": "no end of line",
    "a-b": "é\r\nü\r\n",
}
HEAD: Mapping[str, Content] = {
    **{path: content for path, content in BASE.items() if path not in {"old name.txt", "gone.txt"}},
    "Dockerfile": CHANGED,
    "new name.txt": "".join(f"line {number}\n" for number in range(19)) + "last\n",
    "logo.png": b"\x89PNG\0\2",
    "run.sh": b"#!/bin/sh\n",
    "turned": Symlink("a-b"),
    "a/x": "no end of line either",
    "a-b": "é\r\nüx\r\n",
    "api/new.yaml": "a: 1\nb: 2\n",
    "empty": "",
}


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with FakeGitHub(clock=lambda: 1_800_000_000.0) as github:
        yield github


@pytest.fixture
def app(github: FakeGitHub) -> Repository:
    return github.add_repository("octo/app", {"main": BASE, "fix": HEAD})


@pytest.fixture
def pull(github: FakeGitHub, app: Repository) -> Pull:
    return github.open_pull(app, "fix")


@pytest.fixture
def call(github: FakeGitHub, app: Repository) -> Iterator[Caller]:
    granted = dict.fromkeys(("pull_requests", "checks", "statuses", "security_events"), "write")
    with Caller(github, github.actions_token(contents="read", **granted)) as call:
        yield call


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)
    return done.stdout.decode()


# Git


def test_a_clone_is_sound_and_has_the_same_objects(tmp_path: Path, app: Repository, pull: Pull, call: Caller) -> None:
    folder = clone(app.objects, tmp_path / "clone", pull.head, depth=None)
    assert _git(folder, "rev-parse", "HEAD").strip() == pull.head
    assert "error" not in _git(folder, "fsck", "--strict", "--no-dangling")
    assert _git(folder, "status", "--porcelain", "--ignore-submodules=all") == ""
    listed = call("GET", f"/git/trees/{pull.head}?recursive=1").json()
    ours = {(entry["mode"], entry["type"], entry["sha"], entry["path"]) for entry in listed["tree"]}
    theirs = {
        (*line.partition("\t")[0].split(" "), line.partition("\t")[2])
        for line in _git(folder, "ls-tree", "-r", "-t", "-z", "HEAD").split("\0")
        if line
    }
    assert ours == theirs
    assert not listed["truncated"]
    order = [entry["path"] for entry in listed["tree"]]
    assert order == [
        line.partition("\t")[2] for line in _git(folder, "ls-tree", "-r", "-t", "-z", "HEAD").split("\0") if line
    ]


def test_a_shallow_clone_has_the_test_merge_alone(tmp_path: Path, app: Repository, pull: Pull) -> None:
    assert pull.merge
    folder = clone(app.objects, tmp_path / "clone", pull.merge)
    assert _git(folder, "rev-list", "--count", "HEAD").strip() == "1"
    assert _git(folder, "cat-file", "-p", "HEAD").count("parent") == 2
    assert (folder / "Dockerfile").read_text(encoding="utf-8") == CHANGED


def test_files_of_a_pull_request_are_as_git_diffs_them(
    tmp_path: Path, app: Repository, pull: Pull, call: Caller
) -> None:
    folder = clone(app.objects, tmp_path / "clone", pull.head, depth=None)
    listed = {file["filename"]: file for file in call("GET", "/pulls/1/files").json()}
    status = {"M": "modified", "A": "added", "D": "removed", "R": "renamed", "T": "changed"}
    fields = _git(folder, "diff", "-M", "--name-status", "-z", pull.merge_base, pull.head).split("\0")[:-1]
    theirs: dict[str, tuple[str, str | None]] = {}
    while fields:
        letter, path = fields.pop(0)[0], fields.pop(0)
        previous, path = (path, fields.pop(0)) if letter == "R" else (None, path)
        theirs[path] = status[letter], previous
    assert {path: (file["status"], file.get("previous_filename")) for path, file in listed.items()} == theirs
    assert "patch" not in listed.pop("turned")
    for path, file in listed.items():
        named = [path] if "previous_filename" not in file else [file["previous_filename"], path]
        diff = subprocess.run(
            ["git", "-C", str(folder), "diff", "-M", pull.merge_base, pull.head, "--", *named],
            check=True, capture_output=True,
        ).stdout.decode()  # fmt: skip
        _, at, hunks = diff.partition("\n@@")
        assert file.get("patch") == (f"@@{hunks}".removesuffix("\n") if at else None), path
        signs = [line[:1] for line in hunks.split("\n")]
        assert (file["additions"], file["deletions"]) == (signs.count("+"), signs.count("-")), path
    assert "patch" not in listed["logo.png"]


def test_large_files_have_no_patch(github: FakeGitHub, app: Repository, call: Caller) -> None:
    github.commit(app, {**BASE, "big": "x\n" * 3_001}, app.branches["main"], branch="big")
    github.open_pull(app, "big")
    (file,) = call("GET", "/pulls/1/files").json()
    assert (file["additions"], "patch" in file) == (3_001, False)


def test_a_list_of_files_ends_at_its_limit(github: FakeGitHub, app: Repository, call: Caller) -> None:
    many = {f"f{number:03}": f"{number}\n" for number in range(250)}
    github.commit(app, {**BASE, **many}, app.branches["main"], branch="many")
    github.open_pull(app, "many")
    github.settings.pull_files = 230
    github.settings.comparison_files = 120
    github.settings.tree_entries = 100
    seen: list[str] = []
    url: str | None = "/pulls/1/files?per_page=100"
    shapes = []
    while url:
        answer = call("GET", url)
        seen += [file["filename"] for file in answer.json()]
        following = answer.links.get("next", {}).get("url")
        url = "/" + following.removeprefix(github.url) if following else None
        shapes.append(url)
    assert seen == sorted(many)[:230]
    assert shapes == [f"//repositories/{app.id}/pulls/1/files?per_page=100&page={page}" for page in (2, 3)] + [None]
    assert call("GET", "/pulls/1").json()["changed_files"] == 250
    comparison = call("GET", "/compare/main...many").json()
    assert len(comparison["files"]) == 120
    assert "files" not in call("GET", "/compare/main...many?page=2").json()
    tree = call("GET", "/git/trees/many?recursive=1").json()
    assert (tree["truncated"], len(tree["tree"])) == (True, 100)


def test_a_comparison_starts_where_the_branches_parted(
    github: FakeGitHub, app: Repository, pull: Pull, call: Caller
) -> None:
    left = app.branches["main"]
    main = github.advance(app, "main", {"later": "1\n"})
    told = call("GET", f"/compare/{main}...{pull.head}").json()
    assert (told["merge_base_commit"]["sha"], told["base_commit"]["sha"]) == (left, main)
    assert (told["status"], told["ahead_by"], told["behind_by"]) == ("diverged", 1, 1)
    assert "later" not in {file["filename"] for file in told["files"]}
    fork = github.fork(app, "mona/app")
    github.advance(fork, "main", {"theirs": "1\n"})
    assert call("GET", "/compare/main...mona:main").json()["status"] == "ahead"
    assert call("GET", "/compare/main...nobody:main").status_code == 404


def test_files_are_read_by_path_and_by_sha(github: FakeGitHub, pull: Pull, call: Caller) -> None:
    ref = pull.base
    file = call("GET", f"/contents/a-b?ref={ref}").json()
    assert base64.b64decode(file["content"]) == "é\r\nü\r\n".encode()
    blob = call("GET", f"/git/blobs/{file['sha']}").json()
    assert (base64.b64decode(blob["content"]), blob["size"]) == ("é\r\nü\r\n".encode(), 8)
    raw = call("GET", f"/git/blobs/{file['sha']}", headers={"Accept": "application/vnd.github.raw+json"})
    assert raw.content == "é\r\nü\r\n".encode()
    assert call("GET", f"/contents/link?ref={ref}").json()["type"] == "file", "a link gives its target"
    assert call("GET", f"/contents/lib?ref={ref}").json()["type"] == "submodule"
    assert [entry["name"] for entry in call("GET", f"/contents/api?ref={ref}").json()] == [".env", "compose.yaml"]
    assert call("GET", f"/contents/nothing?ref={ref}").status_code == 404
    github.settings.contents_bytes = 7
    large = call("GET", f"/contents/a-b?ref={ref}").json()
    assert (large["encoding"], large["content"], large["size"]) == ("none", "", 8)
    assert call("GET", "/git/blobs/" + "0" * 40).status_code == 404


def test_a_commit_is_found_by_branch_sha_and_pull_request(app: Repository, pull: Pull, call: Caller) -> None:
    for ref in ("fix", "heads/fix", pull.head, pull.head[:8], "pull/1/head"):
        assert call("GET", f"/commits/{ref}").json()["sha"] == pull.head
    refused = call("GET", "/commits/nothing")
    assert (refused.status_code, refused.json()["message"]) == (422, "No commit found for SHA: nothing")
    assert [one["number"] for one in call("GET", f"/commits/{pull.head}/pulls").json()] == [1]
    assert call("GET", f"/commits/{pull.base}/pulls").json() == []
    assert call("GET", f"/git/commits/{pull.head}").json()["parents"][0]["sha"] == pull.base


def test_the_test_merge_follows_both_branches(github: FakeGitHub, app: Repository, pull: Pull, call: Caller) -> None:
    github.advance(app, "main", {"later": "1\n"})
    github.push(pull, {**HEAD, "api/.env": "A=2\n"})
    assert pull.merge
    merged = app.objects.contents(pull.merge)
    assert (merged["later"], merged["api/.env"]) == (b"1\n", b"A=2\n")
    assert "gone.txt" not in merged
    github.advance(app, "main", {"api/.env": "A=3\n"})
    github.push(pull, {**HEAD, "api/.env": "A=4\n"})
    told = call("GET", "/pulls/1").json()
    assert (told["mergeable"], told["merge_commit_sha"], told["mergeable_state"]) == (False, None, "dirty")


def test_a_fork_that_is_gone_has_no_repository(github: FakeGitHub, app: Repository, call: Caller) -> None:
    fork = github.fork(app, "mona/app")
    github.advance(fork, "main", {"theirs": "1\n"})
    pull = github.open_pull(app, "main", source=fork, author="mona")
    assert call("GET", "/pulls/1").json()["head"]["repo"]["full_name"] == "mona/app"
    github.delete_fork(pull)
    assert call("GET", "/pulls/1").json()["head"]["repo"] is None
    assert [file["filename"] for file in call("GET", "/pulls/1/files").json()] == ["theirs"]
    assert call("GET", f"/contents/theirs?ref={pull.head}").status_code == 200


# Posts


def _review(pull: Pull, *comments: Mapping[str, object]) -> dict[str, object]:
    given = [{"path": "Dockerfile", "side": "RIGHT", "body": "Mind this.", **comment} for comment in comments]
    return {"commit_id": pull.head, "event": "COMMENT", "body": "A review.", "comments": given}


def test_comments_are_made_changed_and_deleted(pull: Pull, call: Caller) -> None:
    made = call("POST", "/issues/1/comments", {"body": "first"})
    assert (made.status_code, made.json()["user"]["login"]) == (201, "github-actions[bot]")
    assert made.json()["user"]["type"] == "Bot"
    path = f"/issues/comments/{made.json()['id']}"
    assert call("PATCH", path, {"body": "second"}).json()["body"] == "second"
    assert [comment.body for comment in pull.comments] == ["second"]
    assert call("DELETE", path).status_code == 204
    assert call("DELETE", path).status_code == 404
    assert pull.comments == []


def test_nobody_comments_on_a_locked_pull_request(pull: Pull, call: Caller) -> None:
    pull.locked = True
    refused = call("POST", "/issues/1/comments", {"body": "x"})
    assert (refused.status_code, "locked" in refused.json()["message"]) == (403, True)


def test_comments_of_others_stay_theirs(github: FakeGitHub, pull: Pull, call: Caller) -> None:
    theirs = github.comment(pull, "mine")
    assert call("DELETE", f"/issues/comments/{theirs.id}").status_code == 403
    assert call("PATCH", f"/issues/comments/{theirs.id}", {"body": "yours"}).status_code == 403
    assert theirs.body == "mine"


def test_a_listing_comes_in_pages(github: FakeGitHub, pull: Pull, call: Caller) -> None:
    for number in range(75):
        github.comment(pull, str(number))
    first = call("GET", "/issues/1/comments")
    assert (len(first.json()), set(first.links)) == (30, {"next", "last"})
    last = call("GET", "/" + first.links["last"]["url"].removeprefix(github.url))
    assert [one["body"] for one in last.json()] == [str(number) for number in range(60, 75)]
    assert set(last.links) == {"prev", "first"}


def test_a_review_brings_its_comments(pull: Pull, call: Caller) -> None:
    answer = call("POST", "/pulls/1/reviews", _review(pull, {"line": 3}, {"line": 30, "start_line": 28}))
    assert (answer.status_code, answer.json()["state"]) == (200, "COMMENTED")
    listed = call("GET", "/pulls/1/comments").json()
    assert [(one["line"], one["start_line"]) for one in listed] == [(3, None), (30, 28)]
    assert {one["pull_request_review_id"] for one in listed} == {answer.json()["id"]}
    assert listed[0]["diff_hunk"].startswith("@@ -1,6 +1,6 @@")


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ({"line": 15}, "Line could not be resolved"),
        ({"line": 28, "start_line": 4}, "Start line must be part of the same hunk as the line."),
        ({"line": 1, "path": "api/compose.yaml"}, "Path could not be resolved"),
        ({"line": 1, "path": "logo.png"}, "Line could not be resolved"),
        ({"line": 99}, "Line could not be resolved"),
    ],
)
def test_one_comment_outside_the_diff_refuses_the_review(
    pull: Pull, call: Caller, comment: Mapping[str, object], reason: str
) -> None:
    answer = call("POST", "/pulls/1/reviews", _review(pull, {"line": 3}, comment))
    assert (answer.status_code, answer.json()["errors"]) == (422, [reason])
    assert (pull.reviews, pull.review_comments) == ([], [])
    single = {"path": "Dockerfile", "body": "x", "side": "RIGHT", "commit_id": pull.head, **comment}
    assert call("POST", "/pulls/1/comments", single).status_code == 422
    assert (
        call("POST", "/pulls/1/comments", {**single, "line": 3, "path": "Dockerfile", "start_line": 2}).status_code
        == 201
    )


def test_comments_move_with_their_lines_or_become_outdated(github: FakeGitHub, pull: Pull, call: Caller) -> None:
    call("POST", "/pulls/1/reviews", _review(pull, {"line": 3}, {"line": 30, "start_line": 29}, {"line": 27}))
    github.push(pull, {**HEAD, "Dockerfile": "# above\n" + CHANGED.replace("twenty-nine", "29 again")})
    listed = call("GET", "/pulls/1/comments").json()
    assert [(one["line"], one["start_line"], one["original_line"]) for one in listed] == [
        (4, None, 3),
        (None, None, 30),
        (28, None, 27),
    ]
    assert listed[0]["commit_id"] == pull.head
    assert listed[1]["commit_id"] != pull.head
    github.push(pull, {**BASE, "other": "1\n"}, force=True)
    assert [one["line"] for one in call("GET", "/pulls/1/comments").json()] == [None] * 3
    assert len(pull.commits) == 1


def test_replies_outlive_what_they_answer(github: FakeGitHub, pull: Pull, call: Caller) -> None:
    call("POST", "/pulls/1/reviews", _review(pull, {"line": 3}))
    (ours,) = pull.review_comments
    github.reply(ours, "I disagree.")
    listed = call("GET", "/pulls/1/comments").json()
    assert [one.get("in_reply_to_id") for one in listed] == [None, ours.id]
    assert call("DELETE", f"/pulls/comments/{ours.id}").status_code == 204
    assert [one.body for one in pull.review_comments] == ["I disagree."]
    assert [review["body"] for review in call("GET", "/pulls/1/reviews").json()] == ["A review.", ""]


def _run(pull: Pull, **more: object) -> dict[str, object]:
    return {"name": "gate", "head_sha": pull.head, "status": "completed", "conclusion": "failure", **more}


def _annotations(count: int) -> dict[str, object]:
    one = {"path": "Dockerfile", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "No."}
    return {"title": "Blocked", "summary": "It is.", "annotations": [one] * count}


def test_annotations_of_a_check_run_only_grow(app: Repository, pull: Pull, call: Caller) -> None:
    made = call("POST", "/check-runs", _run(pull, output=_annotations(50), external_id="dfg:1")).json()
    assert made["output"]["annotations_count"] == 50
    updated = call("PATCH", f"/check-runs/{made['id']}", {"output": _annotations(20)}).json()
    assert (updated["output"]["annotations_count"], updated["conclusion"]) == (70, "failure")
    call("POST", "/check-runs", _run(pull, conclusion="success", external_id="dfg:2"))
    listed = call("GET", f"/commits/{pull.head}/check-runs").json()
    assert [run["external_id"] for run in listed["check_runs"]] == ["dfg:2"], "the latest of its name"
    every = call("GET", f"/commits/{pull.head}/check-runs?filter=all&check_name=gate").json()
    assert (every["total_count"], [run["external_id"] for run in every["check_runs"]]) == (2, ["dfg:2", "dfg:1"])
    assert len(app.check_runs[0].annotations) == 70


def test_a_status_is_set(app: Repository, pull: Pull, call: Caller) -> None:
    answer = call("POST", f"/statuses/{pull.head}", {"state": "success", "context": "gate", "description": "Fine."})
    assert (answer.status_code, answer.json()["creator"]["login"]) == (201, "github-actions[bot]")
    assert [(status.state, status.context) for status in app.statuses] == [("success", "gate")]
    assert call("POST", "/statuses/" + "0" * 40, {"state": "success"}).status_code == 422


def test_sarif_is_taken_in_and_found_again(app: Repository, pull: Pull, call: Caller) -> None:
    document = {
        "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": "gate"}}, "automationDetails": {"id": "gate/x/"}, "results": []}],
    }
    packed = base64.b64encode(gzip.compress(json.dumps(document).encode())).decode()
    body = {"commit_sha": pull.head, "ref": "refs/pull/1/head", "sarif": packed}
    answer = call("POST", "/code-scanning/sarifs", body)
    assert answer.status_code == 202
    assert app.sarifs[0].document == document
    assert call("GET", f"/code-scanning/sarifs/{answer.json()['id']}").json()["processing_status"] == "complete"
    for setting, status in (("forbidden", 403), ("missing", 404)):
        app.code_scanning = setting
        assert call("POST", "/code-scanning/sarifs", body).status_code == status
    assert len(app.sarifs) == 1
