"""Reading the event that started a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployflow_gate.github import payload as payloads
from deployflow_gate.github.environment import Environment
from deployflow_gate.github.event import Event, Pull, Run, read_event
from deployflow_gate.github.inputs import EnvironmentFault

HEAD, BASE, MERGE = "c" * 40, "b" * 40, "d" * 40
REPOSITORY = {"full_name": "school/maktab", "default_branch": "main", "private": True, "fork": False}
FORK = {"full_name": "pupil/maktab"}


def pull_request(**more: Any) -> dict[str, Any]:
    return {
        "action": "synchronize",
        "number": 7,
        "pull_request": {
            "number": 7,
            "draft": False,
            "user": {"login": "pupil", "type": "User"},
            "head": {"ref": "topic", "sha": HEAD, "repo": REPOSITORY},
            "base": {"ref": "main", "sha": BASE, "repo": REPOSITORY},
            "merge_commit_sha": MERGE,
        }
        | more,
        "repository": REPOSITORY,
    }


def event(tmp_path: Path, name: str, payload: object, **facts: str) -> Event:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(payload), encoding="utf-8")
    known = {"repository": "school/maktab", "sha": MERGE, "ref": "refs/pull/7/merge"} | facts
    return read_event(Environment(tmp_path, event_name=name, event_file=file, **known))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["pull_request", "pull_request_target"])
def test_a_pull_request_is_its_head_against_its_base(tmp_path: Path, name: str) -> None:
    assert event(tmp_path, name, pull_request()) == Event(
        name=name,
        action="synchronize",
        repository="school/maktab",
        head=HEAD,
        base=BASE,
        ref="refs/pull/7/head",
        pull=Pull(7, "main", "topic", fork=False, author="pupil", head_repository="school/maktab"),
        default_branch="main",
        private=True,
    )


@pytest.mark.parametrize(("repository", "known"), [(FORK, "pupil/maktab"), (None, None), ({}, None)])
def test_a_fork_and_one_that_is_gone(tmp_path: Path, repository: object, known: str | None) -> None:
    head = {"ref": "topic", "sha": HEAD, "repo": repository}
    pull = event(tmp_path, "pull_request", pull_request(head=head)).pull
    assert pull is not None
    assert (pull.fork, pull.head_repository) == (True, known)


def test_a_draft_of_a_bot(tmp_path: Path) -> None:
    pull = event(tmp_path, "pull_request", pull_request(draft=True, user={"login": "dependabot[bot]"})).pull
    assert pull is not None
    assert (pull.draft, pull.author) == (True, "dependabot[bot]")


def test_a_person_who_is_gone_and_keys_that_are_missing(tmp_path: Path) -> None:
    payload = pull_request(user=None)
    del payload["repository"], payload["action"], payload["pull_request"]["draft"]
    found = event(tmp_path, "pull_request", payload)
    assert (found.action, found.default_branch, found.private) == ("", "", None)
    assert found.pull is not None
    assert (found.pull.author, found.pull.draft) == ("", False)


def test_a_retargeted_pull_request_is_judged_against_its_new_base(tmp_path: Path) -> None:
    base = {"ref": "release", "sha": "e" * 40, "repo": REPOSITORY}
    payload = pull_request(base=base) | {"action": "edited", "changes": {"base": {"sha": {"from": BASE}}}}
    found = event(tmp_path, "pull_request", payload)
    assert (found.action, found.base) == ("edited", "e" * 40)
    assert found.pull is not None
    assert found.pull.base_ref == "release"


def test_a_merge_group_is_its_head_against_its_base(tmp_path: Path) -> None:
    group = {
        "head_sha": HEAD,
        "head_ref": "refs/heads/gh-readonly-queue/main/pr-7-b",
        "base_sha": BASE,
        "base_ref": "x",
    }
    found = event(tmp_path, "merge_group", {"action": "checks_requested", "merge_group": group}, sha=HEAD)
    assert (found.head, found.base, found.pull, found.ref) == (HEAD, BASE, None, group["head_ref"])


@pytest.mark.parametrize("name", ["push", "schedule", "workflow_dispatch", "release", "made_up_tomorrow"])
def test_everything_else_is_a_commit_without_a_base(tmp_path: Path, name: str) -> None:
    payload = {"ref": "refs/heads/main", "before": "0" * 40, "after": BASE, "repository": REPOSITORY}
    found = event(tmp_path, name, payload, sha=HEAD, ref="refs/heads/main")
    assert (found.head, found.base, found.pull, found.ref) == (HEAD, None, None, "refs/heads/main")


def test_a_run_without_a_payload(tmp_path: Path) -> None:
    found = read_event(Environment(tmp_path, event_name="schedule", repository="school/maktab", sha=HEAD))
    assert (found.head, found.base, found.private) == (HEAD, None, None)


def test_a_run_that_follows_another(tmp_path: Path) -> None:
    run = {"id": 4711, "event": "pull_request", "head_sha": HEAD, "head_branch": "topic", "conclusion": "failure"}
    payload = {"action": "completed", "workflow_run": run | {"head_repository": FORK, "pull_requests": []}}
    found = event(tmp_path, "workflow_run", payload, sha=MERGE)
    assert (found.head, found.base, found.pull) == (HEAD, None, None)
    assert found.run == Run(4711, "pull_request", "topic", "pupil/maktab", "failure")
    payload["workflow_run"] = run | {"head_repository": None, "conclusion": None}
    found = event(tmp_path, "workflow_run", payload)
    assert found.run == Run(4711, "pull_request", "topic", None, "")


@pytest.mark.parametrize(
    ("name", "payload", "said"),
    [
        ("pull_request", {}, "no `event.pull_request`"),
        ("pull_request", {"pull_request": None}, "no `event.pull_request`"),
        ("pull_request", {"pull_request": [1]}, "no `event.pull_request`"),
        ("pull_request", pull_request(head=None), "no `event.pull_request.head`"),
        ("pull_request", pull_request(base={"ref": "main"}), "which commit is compared with"),
        ("pull_request", pull_request(head={"sha": "--output=x"}), "which commit is judged"),
        ("pull_request", pull_request(head={"sha": "0" * 40}), "which commit is judged"),
        ("pull_request", pull_request(head={"sha": HEAD[:7]}), "which commit is judged"),
        ("pull_request", pull_request(head={"sha": HEAD + "\n"}), "which commit is judged"),
        ("pull_request", pull_request(number="7"), "`event.pull_request.number` is no number"),
        ("pull_request", pull_request(number=True), "`event.pull_request.number` is no number"),
        ("pull_request", pull_request(number=-7), "`event.pull_request.number` is no number"),
        ("merge_group", {}, "no `event.merge_group`"),
        ("workflow_run", {"workflow_run": {"id": 1}}, "which commit is judged"),
        ("push", [], "holds no JSON object"),
    ],
)
def test_what_an_event_does_not_say_is_a_fault(tmp_path: Path, name: str, payload: object, said: str) -> None:
    with pytest.raises(EnvironmentFault, match=said):
        event(tmp_path, name, payload)


@pytest.mark.parametrize("name", ["school", "school/maktab/x", "../x", "a b/c", "school/mak\ntab", "a/.."])
def test_a_repository_s_name_is_one(tmp_path: Path, name: str) -> None:
    with pytest.raises(EnvironmentFault, match="GITHUB_REPOSITORY"):
        event(tmp_path, "push", {}, repository=name)


def test_without_the_runner_s_word_the_payload_names_the_repository(tmp_path: Path) -> None:
    assert event(tmp_path, "push", {"repository": REPOSITORY}, repository="").repository == "school/maktab"


@pytest.mark.parametrize("text", ["", "{", "[" * 200_000, "\udcff", '{"a": 1'])
def test_a_file_that_is_no_json(tmp_path: Path, text: str) -> None:
    file = tmp_path / "event.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(EnvironmentFault, match="is no JSON"):
        read_event(Environment(tmp_path, event_name="push", event_file=file, repository="a/b", sha=HEAD))


def test_a_file_that_is_not_there_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EnvironmentFault, match="cannot be read: No such file"):
        read_event(Environment(tmp_path, event_name="push", event_file=tmp_path / "none", repository="a/b", sha=HEAD))
    monkeypatch.setattr(payloads, "MAX_PAYLOAD_BYTES", 10)
    with pytest.raises(EnvironmentFault, match="is larger than"):
        event(tmp_path, "push", {"repository": REPOSITORY})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
def test_no_payload_raises_anything_else(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever stands in the place of whatever key: a sentence, or an event whose commits are commits."""
    payload: dict[str, Any] = json.loads(json.dumps(pull_request()))
    target = payload
    key = data.draw(st.sampled_from(sorted(target)))
    while isinstance(target[key], dict) and data.draw(st.booleans()):
        target = target[key]
        key = data.draw(st.sampled_from(sorted(target)))
    target[key] = data.draw(JSON)
    try:
        found = event(tmp_path_factory.mktemp("event"), "pull_request", payload)
    except EnvironmentFault:
        return
    assert found.base is not None
    assert {len(found.head), len(found.base)} <= {40, 64}
    assert found.pull is not None
    assert found.pull.number > 0
