"""The payloads that our tests make have the shape of real ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.github import events
from tests.github.events import Fired
from tests.github.fake import FakeGitHub, Pull
from tests.github.fake.state import ZERO

NEWER = {"has_discussions", "visibility"}
"""Fields that came after some of the real payloads."""

NOT_OURS = re.compile(
    r"\.(installation|organization|label)\b.*"  # of organisations, apps and a label's own event
    r"|.*\.labels\[\].*"
    r"|.*\.(allow_\w+|custom_properties|delete_branch_on_merge|is_template|topics|web_commit_signoff_required)\b.*"
    r"|\.repository\.(master_branch|stargazers|owner\.(email|name))"  # only in a push, as is the next line
    r"|\.head_commit\.(author|committer)\.username"
)
"""What real payloads have and ours have not."""


def _real(shared: Path, *names: str) -> dict[str, set[str]]:
    files = [shared / "github" / "events" / f"{name}.json" for name in names]
    found: dict[str, set[str]] = {}
    for file in files:
        for place, kind in _kinds(json.loads(file.read_text(encoding="utf-8"))):
            found.setdefault(place, set()).add(kind)
    return found


def _kinds(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Each place in a payload, with the JSON type of what is there."""
    names = {dict: "object", list: "list", bool: "bool", int: "number", float: "number", str: "text"}
    yield place, names.get(type(value), "null")
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _kinds(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _kinds(inner, f"{place}[]")


def _leaf(place: str) -> str:
    return place.rpartition(".")[2]


def _around(place: str) -> str:
    """What holds that place."""
    return place.removesuffix("[]") if place.endswith("[]") else place.rpartition(".")[0]


PULLS = ("opened", "synchronize", "reopened", "ready_for_review", "labeled")
CASES: dict[str, tuple[Callable[[FakeGitHub, Pull], Fired], tuple[str, ...]]] = {
    "opened": (events.pull_request, tuple(f"pull_request-{name}-same" for name in PULLS if name != "synchronize")),
    "synchronize": (
        lambda github, pull: events.pull_request(github, pull, "synchronize"),
        tuple(f"pull_request-{name}-same" for name in PULLS),
    ),
    "target": (
        events.pull_request_target,
        tuple(f"pull_request-{name}-same" for name in PULLS if name != "synchronize"),
    ),
    "merge_group": (events.merge_group, ("merge_group-checks_requested",)),
    "push": (lambda github, pull: events.push(github, pull.repository), ("push",)),
    "workflow_dispatch": (
        lambda github, pull: events.workflow_dispatch(github, pull.repository),
        ("workflow_dispatch",),
    ),
    "workflow_run": (events.workflow_run, ("workflow_run-completed", "workflow_run-requested")),
}


@pytest.mark.parametrize("case", CASES)
def test_a_payload_has_the_shape_of_real_ones(case: str, shared: Path) -> None:
    build, names = CASES[case]
    real = _real(shared, *names)
    with FakeGitHub() as github:
        ours = list(_kinds(build(github, _pull(github)).payload))
    kinds: dict[str, set[str]] = {}
    for place, kind in ours:
        kinds.setdefault(place, set()).add(kind)
    unlike = {p: k for p, k in kinds.items() if p in real and real[p] - {"null"} and k - real[p] - {"null"}}
    foreign = {p for p in kinds if p not in real and _leaf(p) not in NEWER and "object" in real.get(_around(p), set())}
    lacking = {
        p for p in real if p not in kinds and not NOT_OURS.fullmatch(p) and "object" in kinds.get(_around(p), set())
    }
    assert not unlike
    assert not foreign
    assert not lacking


def _pull(github: FakeGitHub) -> Pull:
    app = github.add_repository("octo/app", {"main": {"a": "1\n"}, "fix": {"a": "2\n"}})
    return github.open_pull(app, "fix")


def test_the_variables_say_what_the_runner_says(tmp_path: Path) -> None:
    with FakeGitHub("ghes-3.19") as github:
        pull = _pull(github)
        fired = events.pull_request(github, pull)
        variables = fired.variables(tmp_path)
        target = events.pull_request_target(github, pull)
    assert pull.merge
    assert variables["GITHUB_SHA"] == pull.merge
    assert variables["GITHUB_REF"] == "refs/pull/1/merge"
    assert (variables["GITHUB_HEAD_REF"], variables["GITHUB_BASE_REF"]) == ("fix", "main")
    assert variables["GITHUB_API_URL"].endswith("/api/v3")
    assert json.loads(Path(variables["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8")) == fired.payload
    assert (target.ref, target.sha) == ("refs/heads/main", pull.repository.branches["main"])


def test_a_fork_is_told_by_its_head() -> None:
    with FakeGitHub() as github:
        app = github.add_repository("octo/app", {"main": {"a": "1\n"}})
        fork = github.fork(app, "mona/app")
        github.advance(fork, "main", {"a": "2\n"})
        pull = github.open_pull(app, "main", source=fork, author="mona")
        payload = events.pull_request(github, pull).payload["pull_request"]
        run = events.workflow_run(github, pull).payload["workflow_run"]
        github.delete_fork(pull)
        gone = events.pull_request(github, pull).payload["pull_request"]
    assert payload["head"]["repo"]["full_name"] == "mona/app"
    assert payload["head"]["repo"]["fork"]
    assert run["pull_requests"] == []
    assert run["head_repository"]["full_name"] == "mona/app"
    assert "default_branch" not in run["repository"]
    assert gone["head"]["repo"] is None


def test_dependabot_is_told_by_its_login() -> None:
    with FakeGitHub() as github:
        app = github.add_repository("octo/app", {"main": {"a": "1\n"}, "dependabot/docker/debian-13": {"a": "2\n"}})
        github.user("dependabot[bot]", type="Bot")
        pull = github.open_pull(app, "dependabot/docker/debian-13", author="dependabot[bot]")
        payload = events.pull_request(github, pull).payload
    assert payload["sender"]["login"] == payload["pull_request"]["user"]["login"] == "dependabot[bot]"
    assert payload["sender"]["type"] == "Bot"


def test_a_new_branch_has_no_before() -> None:
    with FakeGitHub() as github:
        app = github.add_repository("octo/app", {"main": {"a": "1\n"}})
        first = app.branches["main"]
        created = events.push(github, app).payload
        github.advance(app, "main", {"a": "2\n"})
        pushed = events.push(github, app, before=first).payload
        scheduled = events.schedule(github, app)
    assert (created["before"], created["created"]) == (ZERO, True)
    assert (pushed["before"], pushed["created"]) == (first, False)
    assert "sender" not in scheduled.payload
    assert scheduled.sha == app.branches["main"]


def test_an_edited_pull_request_says_its_old_base() -> None:
    with FakeGitHub() as github:
        app = github.add_repository("octo/app", {"main": {"a": "1\n"}, "next": {"b": "1\n"}, "fix": {"a": "2\n"}})
        pull = github.open_pull(app, "fix")
        github.retarget(pull, "next")
        payload = events.pull_request(github, pull, "edited", before="main").payload
    assert payload["changes"]["base"]["ref"]["from"] == "main"
    assert payload["pull_request"]["base"]["ref"] == "next"
    assert payload["pull_request"]["base"]["sha"] == app.branches["next"]
