"""Which commits an event is judged by, against a GitHub of our own and real clones."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployflow_gate.github.client import Client
from deployflow_gate.github.environment import Environment
from deployflow_gate.github.event import Event
from deployflow_gate.github.event import Pull as PullOfEvent
from deployflow_gate.github.judged import Judgement, Scope
from deployflow_gate.github.judging import judge
from deployflow_gate.github.sources import Sources, choose
from deployflow_gate.policy.verdict import Outcome
from deployflow_gate.snapshot import SnapshotError
from deployflow_gate.snapshot.worktree import WorkTree
from tests.github.fake import FakeGitHub, Pull, Repository, Symlink, clone, faults
from tests.github.fake.gitdata import Files

POLICY = ".github/deployflow.yml"
ONLY = "extends: minimal\nrules:\n  all: off\n  latest-image: error\n"
SILENT = "extends: minimal\nrules:\n  all: off\n"
LATEST = "FROM debian:latest\n"
FIXED = "FROM debian:12.5-slim\n"
BASE: Files = {POLICY: ONLY, "old/Dockerfile": LATEST, "api/Dockerfile": FIXED, "README.md": "x"}
HEAD: Files = {**BASE, "api/Dockerfile": "FROM alpine:latest\n"}


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with FakeGitHub() as server:
        yield server


@pytest.fixture
def app(github: FakeGitHub) -> Repository:
    return github.add_repository("octo/app", {"main": BASE, "topic": HEAD})


@pytest.fixture
def pull(github: FakeGitHub, app: Repository) -> Pull:
    return github.open_pull(app, "topic")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


def client_of(github: FakeGitHub) -> Client:
    return Client(github.url, github.actions_token(contents="read", pull_requests="read"))


def event_of(pull: Pull, base: str | None = None) -> Event:
    about = PullOfEvent(pull.number, pull.base_ref, pull.head_ref, fork=pull.fork)
    return Event("pull_request", "synchronize", "octo/app", pull.head, base or pull.base, pull=about)


def judged(sources: Sources, workspace: Path, **inputs: str) -> Judgement:
    return judge(sources, Environment(workspace, **inputs))  # type: ignore[arg-type]


def counting(judgement: Judgement) -> list[str]:
    return [f.path for f in judgement.verdict.active]


def calls(github: FakeGitHub) -> list[str]:
    """What was asked, by kind."""
    kinds = {"compare": "compare", "trees": "tree", "blobs": "blob", "files": "files"}
    return [next(kinds[part] for part in request.path.split("/") if part in kinds) for request in github.requests]


# --- a pull request ---


def test_the_usual_checkout_costs_what_differs(github: FakeGitHub, app: Repository, tmp_path: Path) -> None:
    """actions/checkout gives the test merge at depth 1: neither head nor base is in it, nearly all their files are."""
    github.advance(app, "main", {"README.md": "the base went on"})
    pull = github.open_pull(app, "topic")
    assert pull.merge
    workspace = clone(app.objects, tmp_path / "w", pull.merge)
    sources = choose(event_of(pull), workspace, client_of(github))
    judgement = judged(sources, workspace)
    assert judgement.verdict.outcome is Outcome.BLOCKED
    assert counting(judgement) == ["api/Dockerfile"]
    assert [f.path for f in judgement.pre_existing] == ["old/Dockerfile"]
    assert (judgement.head, judgement.base, judgement.policy.commit) == (pull.head, pull.merge_base, pull.base)
    assert calls(github) == [
        "compare",
        "tree",
        "tree",
        "tree",
    ]  # head, where it branched off, and the tip for the policy
    assert judgement.sources == (
        f"`{pull.head[:12]}` is compared with `{pull.merge_base[:12]}`, where it branched off. "
        "The files were listed by GitHub's API."
    )


def test_no_checkout_at_all(github: FakeGitHub, pull: Pull, workspace: Path) -> None:
    judgement = judged(choose(event_of(pull), workspace, client_of(github)), workspace)
    assert counting(judgement) == ["api/Dockerfile"]
    assert (judgement.base, judgement.policy.commit) == (pull.base, pull.base)
    assert sorted(calls(github)) == ["blob", "blob", "blob", "compare", "tree", "tree"]
    assert judgement.sources.endswith("The files were listed by GitHub's API, and 3 of them were fetched.")


def test_the_base_checked_out_as_for_pull_request_target(
    github: FakeGitHub, app: Repository, pull: Pull, tmp_path: Path
) -> None:
    workspace = clone(app.objects, tmp_path / "w", pull.base)
    judgement = judged(choose(event_of(pull), workspace, client_of(github)), workspace)
    assert counting(judgement) == ["api/Dockerfile"]
    assert calls(github) == ["compare", "tree", "blob"]


def test_the_work_tree_is_not_believed(github: FakeGitHub, app: Repository, pull: Pull, tmp_path: Path) -> None:
    assert pull.merge
    workspace = clone(app.objects, tmp_path / "w", pull.merge)
    for path in ("api/Dockerfile", POLICY):
        (workspace / path).write_text(FIXED if path != POLICY else SILENT, encoding="utf-8")
    (workspace / "more").mkdir()
    (workspace / "more/Dockerfile").write_text(LATEST, encoding="utf-8")
    judgement = judged(choose(event_of(pull), workspace, client_of(github)), workspace)
    assert counting(judgement) == ["api/Dockerfile"]


def test_a_whole_clone_asks_nobody(github: FakeGitHub, app: Repository, tmp_path: Path) -> None:
    github.advance(app, "main", {"README.md": "the base went on"})
    pull = github.open_pull(app, "topic")
    assert pull.merge
    workspace = clone(app.objects, tmp_path / "w", pull.merge, depth=None)
    judgement = judged(choose(event_of(pull), workspace, None), workspace)
    assert counting(judgement) == ["api/Dockerfile"]
    assert judgement.base == pull.merge_base
    assert judgement.sources.endswith("where it branched off. The files were listed by the clone.")
    assert github.requests == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_clone_of_another_user_is_read(github: FakeGitHub, app: Repository, pull: Pull, tmp_path: Path) -> None:
    """The container's root mounts a workspace that the runner's user checked out."""
    assert pull.merge
    workspace = clone(app.objects, tmp_path / "w", pull.merge, depth=None)
    for folder, _, files in os.walk(workspace):
        for path in (folder, *(f"{folder}/{file}" for file in files)):
            os.chown(path, 1001, 1001)
    assert counting(judged(choose(event_of(pull), workspace, None), workspace)) == ["api/Dockerfile"]


def test_no_token_and_not_enough_history_say_what_to_do(app: Repository, pull: Pull, tmp_path: Path) -> None:
    assert pull.merge
    workspace = clone(app.objects, tmp_path / "w", pull.merge)
    with pytest.raises(SnapshotError, match=r"Give the input `token`, or check out with `fetch-depth: 0`"):
        judged(choose(event_of(pull), workspace, None), workspace)


def test_a_token_that_may_not_read_says_what_it_needs(github: FakeGitHub, pull: Pull, workspace: Path) -> None:
    pull.repository.private = True
    client = Client(github.url, github.actions_token(pull_requests="write"))
    with pytest.raises(SnapshotError, match="contents: read"):
        judged(choose(event_of(pull), workspace, client), workspace)


def test_a_fork_that_is_gone_is_read_through_the_base(github: FakeGitHub, app: Repository, workspace: Path) -> None:
    fork = github.fork(app, "pupil/app")
    github.commit(fork, HEAD, fork.branches["main"], branch="topic")
    pull = github.open_pull(app, "topic", source=fork, author="pupil")
    github.delete_fork(pull)
    client = Client(github.url, github.read_only_token())
    judgement = judged(choose(event_of(pull), workspace, client), workspace)
    assert counting(judgement) == ["api/Dockerfile"]
    assert all(request.path.startswith("/repos/octo/app/") for request in github.requests)


def test_a_change_does_not_answer_for_what_its_base_mended_since(
    github: FakeGitHub, app: Repository, workspace: Path
) -> None:
    github.advance(app, "main", {"old/Dockerfile": FIXED})
    pull = github.open_pull(app, "topic")
    judgement = judged(choose(event_of(pull), workspace, client_of(github)), workspace)
    assert counting(judgement) == ["api/Dockerfile"]
    assert "old/Dockerfile" not in judgement.changed


def test_the_policy_is_that_of_the_base_s_tip(github: FakeGitHub, app: Repository, workspace: Path) -> None:
    github.advance(app, "main", {POLICY: SILENT})
    pull = github.open_pull(app, "topic")
    judgement = judged(choose(event_of(pull), workspace, client_of(github)), workspace)
    assert judgement.verdict.findings == ()
    assert (judgement.policy.commit, judgement.preview) == (pull.base, None)


def test_a_retargeted_pull_request_has_the_policy_of_its_new_base(
    github: FakeGitHub, app: Repository, pull: Pull, workspace: Path
) -> None:
    github.commit(app, {**BASE, POLICY: SILENT}, app.branches["main"], branch="release")
    github.retarget(pull, "release")
    judgement = judged(choose(event_of(pull, app.branches["release"]), workspace, client_of(github)), workspace)
    assert judgement.policy.commit == app.branches["release"]
    assert judgement.verdict.outcome is Outcome.PASSED


def test_where_it_branched_off_may_not_be_known(
    github: FakeGitHub, app: Repository, pull: Pull, workspace: Path
) -> None:
    github.inject(faults.garbage({"message": "Not Found"}, 404), "GET /repos/*/compare/*", times=None)
    judgement = judged(choose(event_of(pull), workspace, client_of(github)), workspace)
    assert counting(judgement) == ["api/Dockerfile"]
    assert judgement.sources.startswith(
        f"`{pull.head[:12]}` is compared with `{pull.base[:12]}`, the tip of its base, "
        "since it is not known where it branched off."
    )


def test_without_a_base_at_all_everything_is_new(github: FakeGitHub, app: Repository, workspace: Path) -> None:
    """Two histories that have nothing in common."""
    github.commit(app, HEAD, branch="orphan")
    pull = github.open_pull(app, "orphan")
    judgement = judged(choose(event_of(pull), workspace, client_of(github)), workspace)
    assert counting(judgement) == ["api/Dockerfile"]
    assert judgement.base == pull.base


@pytest.mark.parametrize("count", [40, 350])
def test_what_was_edited_is_undone_instead_of_fetched(github: FakeGitHub, tmp_path: Path, count: int) -> None:
    """The base's side of hundreds of edited, moved and deleted files, for a handful of requests."""
    base: Files = {POLICY: ONLY, **{f"s{i}/Dockerfile": f"{FIXED}RUN a {i}\nRUN b\n" for i in range(count)}}
    head: Files = {POLICY: ONLY, **{f"s{i}/Dockerfile": f"{LATEST}RUN a {i}\nRUN b\n" for i in range(2, count)}}
    head = {**head, "moved/Dockerfile": f"{LATEST}RUN a 1\nRUN b\n"}
    app = github.add_repository("octo/app", {"main": base, "topic": head})
    pull = github.open_pull(app, "topic")
    assert pull.merge
    workspace = clone(app.objects, tmp_path / "w", pull.merge)
    judgement = judged(choose(event_of(pull), workspace, client_of(github)), workspace)
    assert len(counting(judgement)) == count - 1
    assert judgement.renamed == {"moved/Dockerfile": "s1/Dockerfile"}
    assert "blob" not in calls(github)
    assert len(github.requests) == (3 if count < 300 else 7)


def test_a_list_of_changed_files_that_is_cut_off_loses_none(
    github: FakeGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    github.settings.comparison_files = 3
    monkeypatch.setattr("deployflow_gate.github.branching.COMPARED_FILES", 3)
    github.settings.pull_files = 4
    before: Files = {f"s{i}/Dockerfile": f"{LATEST}RUN {i}\n" for i in range(7)}
    after: Files = {path: f"{content!s}RUN more\n" for path, content in before.items()}
    app = github.add_repository("octo/app", {"main": {POLICY: ONLY, **before}, "topic": {POLICY: ONLY, **after}})
    pull = github.open_pull(app, "topic")
    assert pull.merge
    workspace = clone(app.objects, tmp_path / "w", pull.merge)
    sources = choose(event_of(pull), workspace, client_of(github))
    judgement = judged(sources, workspace)
    assert judgement.changed == frozenset(before)
    assert (len(judgement.pre_existing), counting(judgement)) == (7, [])
    assert calls(github).count("blob") == 3


def test_github_enterprise(workspace: Path) -> None:
    with FakeGitHub("ghes-3.17") as github:
        app = github.add_repository("octo/app", {"main": BASE, "topic": HEAD})
        pull = github.open_pull(app, "topic")
        assert counting(judged(choose(event_of(pull), workspace, client_of(github)), workspace)) == ["api/Dockerfile"]


def test_a_file_that_cannot_be_had_in_the_middle_ends_the_run(
    github: FakeGitHub, app: Repository, workspace: Path
) -> None:
    """A rule reads a file that no list of documents names; what it then meets is no fault of the rule."""
    policy = "extends: minimal\nrules:\n  all: off\n  missing-lockfile: error\n"
    node = {"package.json": "{}", "Dockerfile": "FROM node:22\nCOPY . .\nRUN npm install\n"}
    github.commit(app, {POLICY: policy, **node}, app.branches["main"], branch="node")
    pull = github.open_pull(app, "node")
    blob = app.objects.files(pull.head)["package.json"].sha
    github.inject(faults.garbage({"message": "Not Found"}, 404), f"GET /repos/*/git/blobs/{blob}", times=None)
    with pytest.raises(SnapshotError, match=r"does not give the content of `package\.json`"):
        judged(choose(event_of(pull), workspace, client_of(github)), workspace)


# --- the merge queue ---


def test_a_merge_group_stands_on_its_base(github: FakeGitHub, app: Repository, workspace: Path) -> None:
    tip = app.branches["main"]
    head = github.commit(app, HEAD, tip)
    event = Event("merge_group", "checks_requested", "octo/app", head, tip)
    judgement = judged(choose(event, workspace, client_of(github)), workspace)
    assert counting(judgement) == ["api/Dockerfile"]
    assert (judgement.base, judgement.policy.commit) == (tip, tip)


# --- what has no base ---


def push(app: Repository) -> Event:
    return Event("push", "", "octo/app", app.branches["topic"], ref="refs/heads/topic")


def test_a_push_judges_what_is_checked_out(github: FakeGitHub, app: Repository, tmp_path: Path) -> None:
    workspace = clone(app.objects, tmp_path / "w", app.branches["topic"])
    (workspace / "generated").mkdir()
    (workspace / "generated/Dockerfile").write_text(LATEST, encoding="utf-8")
    sources = choose(push(app), workspace, client_of(github))
    assert isinstance(sources.head, WorkTree)
    judgement = judged(sources, workspace)
    assert counting(judgement) == ["api/Dockerfile", "generated/Dockerfile", "old/Dockerfile"]
    assert (judgement.base, judgement.new, judgement.preview) == (None, None, None)
    assert judgement.policy_source.startswith(f"The policy is `{POLICY}`, as it is checked out.")
    assert github.requests == []


@pytest.mark.parametrize("left", [{}, {"artifact.txt": "of another step"}])
def test_a_push_without_a_checkout_judges_its_commit(
    github: FakeGitHub, app: Repository, workspace: Path, left: dict[str, str]
) -> None:
    for name, text in left.items():
        (workspace / name).write_text(text, encoding="utf-8")
    judgement = judged(choose(push(app), workspace, client_of(github)), workspace)
    assert counting(judgement) == ["api/Dockerfile", "old/Dockerfile"]
    assert judgement.policy.commit == app.branches["topic"]
    assert judgement.policy_source.startswith(
        f"The policy is `{POLICY}` at `{app.branches['topic'][:12]}`, the judged commit."
    )


def test_a_sparse_checkout_is_not_taken_for_the_whole(github: FakeGitHub, app: Repository, tmp_path: Path) -> None:
    workspace = clone(app.objects, tmp_path / "w", app.branches["topic"])
    subprocess.run(["git", "-C", str(workspace), "sparse-checkout", "set", "api"], check=True, capture_output=True)
    assert not (workspace / "old").exists()
    judgement = judged(choose(push(app), workspace, client_of(github)), workspace)
    assert counting(judgement) == ["api/Dockerfile", "old/Dockerfile"]


def test_without_a_token_a_checkout_that_is_no_clone_will_do(app: Repository, workspace: Path) -> None:
    (workspace / "Dockerfile").write_text(LATEST, encoding="utf-8")
    judgement = judged(choose(push(app), workspace, None), workspace)
    assert "Dockerfile" in counting(judgement)


def test_nothing_checked_out_and_no_token_is_no_empty_repository(app: Repository, workspace: Path) -> None:
    with pytest.raises(SnapshotError, match="there is no token"):
        judged(choose(push(app), workspace, None), workspace)


def test_scope_all_counts_what_the_base_has(github: FakeGitHub, pull: Pull, workspace: Path) -> None:
    environment = Environment(workspace, scope=Scope.ALL)
    judgement = judge(choose(event_of(pull), workspace, client_of(github)), environment)
    assert counting(judgement) == ["api/Dockerfile", "old/Dockerfile"]


def test_a_policy_that_is_a_link_within_the_repository(github: FakeGitHub, app: Repository, workspace: Path) -> None:
    base: Files = {POLICY: Symlink("../ci/gate.yml"), "ci/gate.yml": ONLY}
    tip = github.commit(app, base, branch="linked")
    github.commit(app, {**base, "ci/gate.yml": SILENT, "Dockerfile": LATEST}, tip, branch="loosened")
    pull = github.open_pull(app, "loosened", base="linked")
    judgement = judged(choose(event_of(pull), workspace, client_of(github)), workspace)
    assert counting(judgement) == ["Dockerfile"]
    assert judgement.preview is not None
    assert judgement.preview.changed == (POLICY,)
