"""The two steps for forks: a run that may only read leaves a result; another, with rights, posts and believes nothing of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.github import events
from tests.github.e2e.stage import ALL, Ran, Stage, posted, stage
from tests.github.e2e.worlds import BASE, GOOD, HEAD
from tests.github.fake import Pull

RESULT = "gate/result.json"
DIFFERS = "The first run's result says"


@pytest.fixture
def on(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path) as made:
        yield made


@pytest.fixture
def pull(on: Stage) -> Pull:
    github = on.github
    app = github.add_repository("octo/app", {"main": BASE})
    fork = github.fork(app, "mallory/app")
    github.commit(fork, HEAD, app.branches["main"], branch="fix")
    return github.open_pull(app, "fix", source=fork, author="mallory")


def first(on: Stage, pull: Pull) -> str:
    """The result that the first run leaves."""
    ran = on.run(events.pull_request(on.github, pull), on.github.read_only_token(), run_id=4711)
    assert ran.status == 1
    (refused,) = [line for line in ran.said if line.startswith("Not shown")]
    assert refused == (
        "Not shown as comment, review: GitHub refused (403): Resource not accessible by integration. A fork's pull request, and "
        "Dependabot's, get a token that only reads; docs/github.md says how to report there. See the summary instead."
    )
    return ran.files[f"temp/{ran.outputs['result']}"]


def second(on: Stage, pull: Pull, result: str | None, **changed: Any) -> Ran:
    """The second run, which finds `result` in the runner's folder; `changed` are keys of the payload's run."""
    fired = events.workflow_run(on.github, pull, conclusion="failure")
    fired.payload["workflow_run"] |= changed
    temp = {} if result is None else {RESULT: result}
    token = on.github.actions_token(**ALL)
    return on.run(fired, token, temp=temp, inputs={"result": "" if result is None else RESULT})


def is_reported(pull: Pull) -> bool:
    """Whether the true verdict stands on the pull request."""
    if not pull.comments and not pull.review_comments:
        return False
    (comment,) = pull.comments
    assert "blocked by 1 error" in comment.body
    assert pull.head in comment.body
    assert [(c.path, c.line) for c in pull.review_comments] == [("Dockerfile", 5), ("Dockerfile", 4), ("Dockerfile", 7)]
    return True


def test_what_the_first_run_may_not_post_the_second_one_does(on: Stage, pull: Pull) -> None:
    result = first(on, pull)
    assert not is_reported(pull)
    ran = second(on, pull, result)
    assert ran.status == 0
    assert is_reported(pull)
    assert not any(DIFFERS in line for line in ran.said)
    assert ran.outputs["comment-url"].endswith(f"#issuecomment-{pull.comments[0].id}")


def test_nothing_is_checked_out_and_nothing_of_the_fork_s_workspace_is_read(on: Stage, pull: Pull) -> None:
    """`workflow_run` belongs to the default branch, whose checkout says nothing of the pull request."""
    fired = events.workflow_run(on.github, pull)
    app = pull.repository
    ran = on.run(fired, on.github.actions_token(**ALL), checkout=(app, app.branches["main"]))
    assert ran.status == 0
    assert is_reported(pull)


FORGED: dict[str, dict[str, object]] = {
    "passed": {"outcome": "passed", "blocking": []},
    "other findings": {"blocking": ["a" * 32]},
    "another policy": {"policy-digest": "0" * 32},
    "another pull request": {"pull": 2},
    "no pull request": {"pull": 4096},
    "another commit": {"head": "b" * 40},
    "another repository": {"repository": "evil/app"},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_result_changes_no_report_and_is_said(on: Stage, pull: Pull, name: str) -> None:
    github = on.github
    other = github.commit(pull.repository, GOOD, pull.repository.branches["main"], branch="innocent")
    innocent = github.open_pull(pull.repository, "innocent")
    assert (innocent.number, innocent.head) == (2, other)
    true = json.loads(first(on, pull))
    ran = second(on, pull, json.dumps(true | FORGED[name]))
    assert ran.status == 0
    assert is_reported(pull)
    assert not innocent.comments
    assert not innocent.reviews
    said = " ".join(ran.said)
    assert "evil" not in said + ran.summary + ran.log
    if name in {"passed", "other findings", "another policy"}:
        assert DIFFERS in said
    elif name in {"another commit", "another repository"}:
        assert "The result is of another repository or commit" in said


BROKEN = {
    "no JSON": "{",
    "a list": "[]",
    "too large": json.dumps({"version": 1, "blocking": ["f" * 32] * 9000}),
    "deep": "[" * 100_000,
    "more keys": '{"version": 1, "comment": "@everyone ::error::x"}',
    "text where a number is due": "pull",
    "another version": "version",
    "Markdown for an outcome": "outcome",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_result_that_is_none_is_refused_before_anything_is_posted(on: Stage, pull: Pull, name: str) -> None:
    text = BROKEN[name]
    if text in {"pull", "version", "outcome"}:
        bad: dict[str, object] = {
            "pull": "1\n::error::x",
            "version": 2,
            "outcome": "**passed** @everyone ##[add-mask]x",
        }
        text = json.dumps(json.loads(first(on, pull)) | {text: bad[text]})
    requests = len(on.github.requests)
    ran = second(on, pull, text)
    assert ran.status == 2
    assert ran.log.startswith("::error title=deployflow-gate::The input `result` cannot be used. The result file")
    assert ran.log.count("\n") == 1
    assert "everyone" not in ran.log
    assert len(on.github.requests) == requests


def test_a_result_that_is_a_link_out_of_the_folder_is_none(on: Stage, pull: Pull) -> None:
    (on.folder / "result.json").write_text(first(on, pull), encoding="utf-8")
    fired = events.workflow_run(on.github, pull)
    for link in ("../../../result.json", "/etc/hostname"):
        ran = on.run(fired, on.github.actions_token(**ALL), links={RESULT: link}, inputs={"result": RESULT})
        assert ran.status == 2
        assert "no such file is in the runner's folders" in ran.log


def test_after_another_push_there_is_nothing_to_report(on: Stage, pull: Pull) -> None:
    result, old = first(on, pull), pull.head
    fired = events.workflow_run(on.github, pull)
    on.github.push(pull, GOOD)
    ran = on.run(fired, on.github.actions_token(**ALL), temp={RESULT: result}, inputs={"result": RESULT})
    assert (ran.status, fired.payload["workflow_run"]["head_sha"]) == (0, old)
    assert "nothing to report" in ran.log
    assert not posted(pull)["comments"]


@pytest.mark.parametrize("changed", [{"event": "push"}, {"event": "schedule"}, {"head_branch": "other"}])
def test_a_run_that_was_for_no_pull_request_has_nothing_to_report(
    on: Stage, pull: Pull, changed: dict[str, object]
) -> None:
    ran = second(on, pull, first(on, pull), **changed)
    assert ran.status == 0
    assert "nothing to report" in ran.log
    assert not is_reported(pull)


def test_a_closed_pull_request_gets_no_report(on: Stage, pull: Pull) -> None:
    result = first(on, pull)
    pull.state = "closed"
    assert second(on, pull, result).status == 0
    assert not is_reported(pull)


def test_a_fork_s_branch_of_another_s_name_is_another_pull_request(on: Stage, pull: Pull) -> None:
    """Two forks may have the same commit on branches of the same name."""
    github = on.github
    twin = github.fork(pull.repository, "trent/app")
    twin.branches["fix"] = pull.head
    other = github.open_pull(pull.repository, "fix", source=twin, author="trent")
    assert second(on, pull, None).status == 0
    assert is_reported(pull)
    assert not is_reported(other)


def test_where_github_does_not_say_whose_run_it_was_the_run_is_red(on: Stage, pull: Pull) -> None:
    from tests.github.fake import faults

    result = first(on, pull)
    on.github.inject(faults.broken(500), "GET *", times=None)
    ran = second(on, pull, result)
    assert ran.status == 3
    assert "GitHub does not say which pull request the run was for" in ran.log
