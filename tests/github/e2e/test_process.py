"""The entrypoint as the runner starts it, in a process of its own: it comes to what a run within the tests comes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.github import events
from tests.github.e2e.stage import ALL, Ran, Stage, left_behind, posted, stage, variables_of
from tests.github.e2e.worlds import BASE, HEAD, pull_of
from tests.github.events import Fired
from tests.github.fake import FakeGitHub, Pull, clone, faults
from tests.github.runner import run_step

RUN = 4711


def start(folder: Path, fired: Fired, token: str, pull: Pull | None = None, **inputs: str) -> Ran:
    """The process, with a checkout of the pull request's merge commit if one is given."""
    home, workspace = folder / "home", folder / "workspace"
    home.mkdir(parents=True)
    workspace.mkdir()
    if pull is not None:
        assert pull.merge
        clone(pull.repository.objects, workspace, pull.merge)
    variables = {
        **fired.variables(home),
        **variables_of(home, workspace, token, inputs),
        "GITHUB_RUN_ID": str(RUN),
        "GITHUB_RUN_ATTEMPT": "1",
        "ACTIONS_RUNTIME_TOKEN": "canary-runtime",
    }
    step = run_step(workspace, home, variables)
    assert step.errors == ""
    assert "canary" not in step.log
    return left_behind(step.status, step.log, home)


def inside(on: Stage, fired: Fired, token: str, pull: Pull | None = None, **inputs: str) -> Ran:
    checkout = (pull.repository, pull.merge) if pull is not None and pull.merge else None
    return on.run(fired, token, run_id=RUN, checkout=checkout, inputs=inputs)


def plain(found: object) -> object:
    """What was posted, without the numbers that GitHub gave it."""
    assert isinstance(found, dict)
    return {kind: [post[1:] for post in posts] if isinstance(posts, list) else posts for kind, posts in found.items()}


@pytest.mark.parametrize(("slice_name", "checked_out"), [("api.github.com", True), ("ghes-3.17", False)])
def test_a_pull_request(tmp_path: Path, slice_name: str, checked_out: bool) -> None:
    came_to: list[object] = []
    for place in ("process", "inside"):
        with stage(tmp_path / place, slice_name) as on:
            pull = pull_of(on.github)
            fired = events.pull_request(on.github, pull)
            token = on.github.actions_token(**ALL)
            checkout = pull if checked_out else None
            run = (
                start(on.folder / "p", fired, token, checkout)
                if place == "process"
                else inside(on, fired, token, checkout)
            )
            came_to.append((run.verdict, [line for line in run.said if "compared" in line], sorted(run.outputs)))
            asked = [(r.method, r.path) for r in on.github.requests]
            said = [text.replace(on.github.server_url, "") for text in (run.summary, str(plain(posted(pull))))]
            came_to.append((asked, said))
            assert run.status == 1
    assert came_to[:2] == came_to[2:]


def test_a_fork_s_pull_request_with_nothing_checked_out(tmp_path: Path) -> None:
    with FakeGitHub() as github:
        app = github.add_repository("octo/app", {"main": BASE})
        fork = github.fork(app, "mallory/app")
        github.commit(fork, HEAD, app.branches["main"], branch="fix")
        pull = github.open_pull(app, "fix", source=fork, author="mallory")
        ran = start(tmp_path / "first", events.pull_request(github, pull), github.read_only_token())
        assert (ran.status, ran.outputs["verdict"]) == (1, "blocked")
        assert not pull.comments
        result = ran.files[f"temp/{ran.outputs['result']}"]

        folder = tmp_path / "second"
        (folder / "home" / "temp" / "gate").mkdir(parents=True)
        (folder / "home" / "temp" / "gate" / "result.json").write_text(result, encoding="utf-8")
        (folder / "workspace").mkdir()
        variables = events.workflow_run(github, pull).variables(folder / "home")
        token = github.actions_token(actions="read", contents="read", pull_requests="write")
        step = run_step(
            folder / "workspace",
            folder / "home",
            {**variables, "INPUT_TOKEN": token, "INPUT_RESULT": "gate/result.json", "GITHUB_RUN_ID": "4712"},
        )
        assert (step.status, step.errors) == (0, "")
        assert len(pull.comments) == len(pull.reviews) == 1


def test_an_answer_that_is_lost(tmp_path: Path) -> None:
    with FakeGitHub() as github:
        pull = pull_of(github)
        github.inject(faults.reset(done=True), "POST /repos/*/comments")
        ran = start(tmp_path / "p", events.pull_request(github, pull), github.actions_token(**ALL), publish="comment")
        assert ran.status == 1
        assert len(pull.comments) == 1
        assert ran.outputs["comment-url"].endswith(str(pull.comments[0].id))


def test_a_github_that_is_not_there_keeps_the_gate_closed_and_ends_in_time(tmp_path: Path) -> None:
    with FakeGitHub() as github:
        fired = events.pull_request(github, pull_of(github))
        token = github.actions_token(**ALL)
        github.inject(faults.secondary_limit(3600), times=None)
        ran = start(tmp_path / "p", fired, token)
    assert (ran.status, ran.outputs["verdict"]) == (3, "not-evaluated")
    assert "Run the job again" in ran.summary
