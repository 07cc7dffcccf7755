"""The events that start a run, as the runner hands them over: the payload in a file and the variables around it.

Payloads are made from the fake GitHub's world with the shapes of its API, so what an event says is what the API then answers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tests.github.fake.places import when
from tests.github.fake.server import FakeGitHub
from tests.github.fake.shapes import Shapes
from tests.github.fake.state import ZERO, Json, Pull, Repository, User

WORKFLOW = ".github/workflows/gate.yml"


@dataclass(frozen=True)
class Fired:
    """An event. `sha` and `ref` are what the runner calls GITHUB_SHA and GITHUB_REF."""

    name: str
    payload: Json
    sha: str
    ref: str
    api_url: str
    server_url: str

    def variables(self, folder: Path) -> dict[str, str]:
        """Write the payload into the folder; the variables that the runner sets for this event."""
        file = folder / "event.json"
        file.write_text(json.dumps(self.payload, indent=2), encoding="utf-8")
        pull = self.payload.get("pull_request")
        return {
            "GITHUB_EVENT_NAME": self.name,
            "GITHUB_EVENT_PATH": str(file),
            "GITHUB_SHA": self.sha,
            "GITHUB_REF": self.ref,
            "GITHUB_HEAD_REF": pull["head"]["ref"] if pull else "",
            "GITHUB_BASE_REF": pull["base"]["ref"] if pull else "",
            "GITHUB_REPOSITORY": self.payload["repository"]["full_name"],
            "GITHUB_API_URL": self.api_url,
            "GITHUB_SERVER_URL": self.server_url,
        }


def pull_request(github: FakeGitHub, pull: Pull, action: str = "opened", *, before: str | None = None) -> Fired:
    """`opened`, `reopened`, `ready_for_review`, `synchronize` (of `before`, the head until then) or `edited` (a new base, which was
    `before`). Forks and Dependabot differ by the pull request itself. On a conflict the real event does not come."""
    payload = _pull_payload(github, pull, action, before)
    return _fired(github, "pull_request", payload, pull.merge or pull.head, f"refs/pull/{pull.number}/merge")


def pull_request_target(github: FakeGitHub, pull: Pull, action: str = "opened", *, before: str | None = None) -> Fired:
    """The same payload; but the run belongs to the default branch, not to the base of the pull request."""
    return _on_default(github, "pull_request_target", _pull_payload(github, pull, action, before), pull.repository)


def merge_group(github: FakeGitHub, pull: Pull) -> Fired:
    """A pull request that came to the head of the merge queue. The payload has no `pull_request`."""
    assert pull.merge
    repository = pull.repository
    head_ref = f"refs/heads/gh-readonly-queue/{pull.base_ref}/pr-{pull.number}-{pull.base}"
    payload = {
        "action": "checks_requested",
        "merge_group": {
            "head_sha": pull.merge,
            "head_ref": head_ref,
            "base_sha": pull.base,
            "base_ref": f"refs/heads/{pull.base_ref}",
            "head_commit": _head_commit(repository, pull.merge),
        },
        **_common(github, repository, User(9919, "github-merge-queue[bot]", "Bot")),
    }
    return _fired(github, "merge_group", payload, pull.merge, head_ref)


def push(github: FakeGitHub, repository: Repository, branch: str = "main", *, before: str = ZERO) -> Fired:
    """A push of a branch's tip. `before` is all zeros for a new branch."""
    after, ref = repository.branches[branch], f"refs/heads/{branch}"
    head = _head_commit(repository, after) | {
        "distinct": True,
        "url": f"{github.server_url}/{repository.full_name}/commit/{after}",
        "added": [],
        "removed": [],
        "modified": sorted(repository.objects.files(after)),
    }
    payload: Json = {
        "ref": ref,
        "before": before,
        "after": after,
        "created": before == ZERO,
        "deleted": False,
        "forced": False,
        "base_ref": None,
        "compare": f"{github.server_url}/{repository.full_name}/compare/{before[:12]}...{after[:12]}",
        "commits": [head],
        "head_commit": head,
        "pusher": {"name": "octocat", "email": "octocat@example.test"},
        **_common(github, repository),
    }
    for name in ("created_at", "pushed_at"):  # of all events only this one counts seconds
        payload["repository"][name] = repository.objects.commits[after].seconds
    return _fired(github, "push", payload, after, ref)


def schedule(github: FakeGitHub, repository: Repository) -> Fired:
    """By the clock. No webhook has this payload; the runner is given little more than the repository."""
    payload = {"schedule": "17 6 * * 1", "workflow": WORKFLOW, **_common(github, repository)}
    del payload["sender"]
    return _on_default(github, "schedule", payload, repository)


def workflow_dispatch(github: FakeGitHub, repository: Repository) -> Fired:
    """By hand, without inputs."""
    ref = f"refs/heads/{repository.default_branch}"
    payload = {"inputs": None, "ref": ref, "workflow": WORKFLOW, **_common(github, repository)}
    return _on_default(github, "workflow_dispatch", payload, repository)


def workflow_run(github: FakeGitHub, pull: Pull, *, conclusion: str = "success") -> Fired:
    """The end of the first, unprivileged run for a pull request: what starts the second. For a fork, `pull_requests` is empty."""
    repository, source = pull.repository, pull.head_repository or pull.repository
    shapes = _shapes(github)
    common = _common(github, repository)
    url = f"{shapes.repository_url(repository)}/actions/runs/4711"
    workflow_url = f"{shapes.repository_url(repository)}/actions/workflows/17"
    page = f"{github.server_url}/{repository.full_name}"
    time = when(repository.objects.commits[pull.head].seconds)
    run = {
        "id": 4711,
        "node_id": "WFR_4711",
        "name": "Gate",
        "path": WORKFLOW,
        "display_title": pull.title,
        "event": "pull_request",
        "status": "completed",
        "conclusion": conclusion,
        "run_number": 3,
        "run_attempt": 1,
        "workflow_id": 17,
        "check_suite_id": 99,
        "check_suite_node_id": "CS_99",
        "head_branch": pull.head_ref,
        "head_sha": pull.head,
        "head_commit": _head_commit(repository, pull.head),
        "head_repository": shapes.minimal_repository(source),
        "repository": shapes.minimal_repository(repository),
        "pull_requests": [] if pull.fork else [_minimal(shapes, pull)],
        "created_at": time,
        "updated_at": time,
        "run_started_at": time,
        "actor": shapes.user(pull.author),
        "triggering_actor": shapes.user(pull.author),
        "url": url,
        "html_url": f"{page}/actions/runs/4711",
        "workflow_url": workflow_url,
        "check_suite_url": f"{shapes.repository_url(repository)}/check-suites/99",
        "previous_attempt_url": None,
        **{f"{name}_url": f"{url}/{name}" for name in ("artifacts", "cancel", "jobs", "logs", "rerun")},
    }
    workflow = {
        "id": 17,
        "node_id": "W_17",
        "name": "Gate",
        "path": WORKFLOW,
        "state": "active",
        "created_at": time,
        "updated_at": time,
        "url": workflow_url,
        "html_url": f"{page}/blob/{repository.default_branch}/{WORKFLOW}",
        "badge_url": f"{page}/workflows/Gate/badge.svg",
    }
    payload = {"action": "completed", "workflow_run": run, "workflow": workflow, **common}
    return _on_default(github, "workflow_run", payload, repository)


def _pull_payload(github: FakeGitHub, pull: Pull, action: str, before: str | None) -> Json:
    payload: Json = {"action": action, "number": pull.number, "pull_request": _shapes(github).pull(pull)}
    if action == "synchronize":
        payload |= {"before": before or pull.repository.objects.commits[pull.head].parents[0], "after": pull.head}
    if action == "edited":
        payload["changes"] = {"base": {"ref": {"from": before or "main"}, "sha": {"from": pull.base}}}
    return payload | _common(github, pull.repository, pull.author)


def _minimal(shapes: Shapes, pull: Pull) -> Json:
    repository = pull.repository
    home = {"id": repository.id, "name": repository.name, "url": shapes.repository_url(repository)}
    shown = shapes.pull(pull)
    return {
        "id": shown["id"],
        "number": pull.number,
        "url": shown["url"],
        "head": {"ref": pull.head_ref, "sha": pull.head, "repo": home},
        "base": {"ref": pull.base_ref, "sha": pull.base, "repo": home},
    }


def _head_commit(repository: Repository, sha: str) -> Json:
    commit = repository.objects.commits[sha]
    person = {"name": "Octo", "email": "octo@example.test"}
    known = {"id": sha, "tree_id": commit.tree, "message": commit.message, "timestamp": when(commit.seconds)}
    return {**known, "author": person, "committer": person}


def _shapes(github: FakeGitHub) -> Shapes:
    return Shapes(github.url, github.server_url, "2022-11-28")


def _common(github: FakeGitHub, repository: Repository, sender: User | None = None) -> Json:
    shapes = _shapes(github)
    who = sender or github.user("octocat")
    return {"repository": shapes.repository(repository), "sender": shapes.user(who)}


def _on_default(github: FakeGitHub, name: str, payload: Json, repository: Repository) -> Fired:
    branch = repository.default_branch
    return _fired(github, name, payload, repository.branches[branch], f"refs/heads/{branch}")


def _fired(github: FakeGitHub, name: str, payload: Json, sha: str, ref: str) -> Fired:
    return Fired(name, payload, sha, ref, github.url, github.server_url)
