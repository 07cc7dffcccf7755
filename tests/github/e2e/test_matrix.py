"""Every event with every kind of token, all surfaces wanted: what was posted is what the table says.

The table is `matrix.md`; `UPDATE_GOLDEN=1 pytest tests/github/e2e/test_matrix.py` writes it anew. What must hold for every row,
whatever the table says, is asserted beside it: the verdict does not depend on the token, each refusal is said in one
line, and no finding is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.github import events
from tests.github.e2e.stage import ALL, EVERYTHING, Ran, Stage, stage
from tests.github.e2e.tables import compare, complete, head
from tests.github.e2e.worlds import BASE, HEAD, NEW, OLD, pull_of
from tests.github.events import Fired
from tests.github.fake import FakeGitHub, Pull, Repository
from tests.github.runner import commands

SURFACES = ("annotations", "summary", "comment", "review", "check-run", "status", "sarif")
POSTED, REFUSED, NONE = "posted", "refused", "·"
RESULT = "gate/result.json"


@dataclass(frozen=True)
class Happened:
    """An event of the tests' repository, and the pull request that it is about, if it is about one."""

    fired: Fired
    pull: Pull | None
    repository: Repository
    temp: Mapping[str, str]


def _pull(action: str) -> Callable[[Stage], Happened]:
    def happen(on: Stage) -> Happened:
        github = on.github
        pull = pull_of(github)
        if action == "synchronize":
            github.push(pull, HEAD | {"notes.txt": "more\n"})
        if action == "edited":
            github.commit(pull.repository, BASE, pull.repository.branches["main"], branch="release")
            github.retarget(pull, "release")
        return Happened(events.pull_request(github, pull, action), pull, pull.repository, {})

    return happen


def _draft(on: Stage) -> Happened:
    app = on.github.add_repository("octo/app", {"main": BASE, "fix": HEAD})
    pull = on.github.open_pull(app, "fix", draft=True)
    return Happened(events.pull_request(on.github, pull), pull, app, {})


def _forked(github: FakeGitHub) -> Pull:
    app = github.add_repository("octo/app", {"main": BASE})
    fork = github.fork(app, "mallory/app")
    github.commit(fork, HEAD, app.branches["main"], branch="fix")
    return github.open_pull(app, "fix", source=fork, author="mallory")


def _fork(on: Stage) -> Happened:
    pull = _forked(on.github)
    return Happened(events.pull_request(on.github, pull), pull, pull.repository, {})


def _dependabot(on: Stage) -> Happened:
    app = on.github.add_repository("octo/app", {"main": BASE, "fix": HEAD})
    on.github.user("dependabot[bot]", type="Bot")
    pull = on.github.open_pull(app, "fix", author="dependabot[bot]")
    return Happened(events.pull_request(on.github, pull), pull, app, {})


def _target(on: Stage) -> Happened:
    pull = _forked(on.github)
    return Happened(events.pull_request_target(on.github, pull), pull, pull.repository, {})


def _merge_group(on: Stage) -> Happened:
    pull = pull_of(on.github)
    return Happened(events.merge_group(on.github, pull), None, pull.repository, {})


def _on_main(make: Callable[[FakeGitHub, Repository], Fired]) -> Callable[[Stage], Happened]:
    def happen(on: Stage) -> Happened:
        app = on.github.add_repository("octo/app", {"main": HEAD})
        return Happened(make(on.github, app), None, app, {})

    return happen


def _two_step(pulled: Callable[[FakeGitHub], Pull]) -> Callable[[Stage], Happened]:
    def happen(on: Stage) -> Happened:
        pull = pulled(on.github)
        first = on.run(events.pull_request(on.github, pull), on.github.read_only_token(), run_id=4711)
        temp = {RESULT: first.files[f"temp/{first.outputs['result']}"]}
        return Happened(events.workflow_run(on.github, pull, conclusion="failure"), pull, pull.repository, temp)

    return happen


HAPPEN: Mapping[str, Callable[[Stage], Happened]] = {
    **{
        f"pull_request {action}": _pull(action)
        for action in ("opened", "synchronize", "reopened", "edited", "ready_for_review")
    },
    "pull_request, draft": _draft,
    "pull_request, fork": _fork,
    "pull_request, Dependabot": _dependabot,
    "pull_request_target, fork": _target,
    "merge_group": _merge_group,
    "push": _on_main(events.push),
    "schedule": _on_main(events.schedule),
    "workflow_dispatch": _on_main(events.workflow_dispatch),
    "workflow_run": _two_step(pull_of),
    "workflow_run, fork": _two_step(_forked),
}


def _expired(github: FakeGitHub) -> str:
    token = github.actions_token(**ALL)
    github.expire(token)
    return token


TOKENS: Mapping[str, Callable[[FakeGitHub], str | None]] = {
    "default, all permissions": lambda github: github.actions_token(**ALL),
    "default, contents only": lambda github: github.actions_token(contents="read"),
    "default, read-only": lambda github: github.read_only_token(),
    "personal": lambda github: github.personal_token("octocat"),
    "app": lambda github: github.app_token("acme", **ALL),
    "expired": _expired,
    "expired, full clone": _expired,
    "none": lambda _: None,
    "none, full clone": lambda _: None,
}


def _shown(happened: Happened, ran: Ran) -> dict[str, str]:
    """Each surface to what became of it."""
    pull, repository = happened.pull, happened.repository
    there = {
        "annotations": len(
            re.findall("^::(?:error|warning|notice) (?:file=|title=Could not evaluate)", ran.log, re.MULTILINE)
        ),
        "summary": len(ran.summary),
        "comment": len(pull.comments) if pull else 0,
        "review": len(pull.reviews) if pull else 0,
        "check-run": len(repository.check_runs),
        "status": len(repository.statuses),
        "sarif": len(repository.sarifs),
    }
    refused = [surface for line in ran.said for surface in _refused(line)]
    assert not any(there[surface] for surface in refused)
    assert len(refused) == len(set(refused))
    return {surface: REFUSED if surface in refused else POSTED if there[surface] else NONE for surface in SURFACES}


def _refused(line: str) -> list[str]:
    """The surfaces that a line says are not shown. It also says what shows their findings instead, and what to do."""
    found = re.match(r"Not shown as ([a-z, -]+): .* See the (summary|status) instead\.$", line)
    assert found or not line.startswith("Not shown")
    if found is None:
        return []
    assert re.search("Grant the job `[a-z-]+: write` to enable it|see the input `token`|only reads|app's token", line)
    return found[1].split(", ")


def _row(event: str, token: str, ran: Ran, shown: Mapping[str, str]) -> str:
    verdict = ran.outputs.get("verdict", NONE)
    return f"| {event} | {token} | {ran.status} | {verdict} | {' | '.join(shown.values())} |"


def _rules(ran: Ran, happened: Happened) -> None:
    """What holds for each row that was judged."""
    counted = NEW if happened.fired.name not in {"push", "schedule", "workflow_dispatch"} else NEW | OLD
    assert {f["rule"] for f in ran.report["findings"] if not f["suppressed"]} == counted
    assert all(rule in ran.summary and rule in ran.log for rule in counted)
    assert set(commands(ran.log)) <= {"error", "warning", "stop-commands"}
    assert ran.waited < 90


@pytest.mark.parametrize("event", HAPPEN)
def test_what_is_posted_is_in_the_table(event: str, tmp_path: Path) -> None:
    rows = []
    for number, (token, make) in enumerate(TOKENS.items()):
        with stage(tmp_path / str(number)) as on:
            happened = HAPPEN[event](on)
            at = happened.pull.merge if happened.pull and happened.pull.merge else happened.fired.sha
            ran = on.run(
                happened.fired,
                make(on.github),
                checkout=(happened.repository, at) if "clone" in token else None,
                depth=None,
                temp=happened.temp,
                inputs={"publish": EVERYTHING, "result": RESULT if happened.temp else ""},
            )
            shown = _shown(happened, ran)
        rows.append(_row(event, token, ran, shown))
        if ran.outputs.get("verdict") == "blocked":
            _rules(ran, happened)
        else:
            assert ran.status in {2, 3}
            assert "::error " in ran.log
    compare("matrix.md", HEADER, tuple(HAPPEN), event, rows)


HEADER = head(("event", "token", "exit code", "verdict", *SURFACES))


def test_the_table_has_all_rows_and_no_others() -> None:
    complete("matrix.md", HEADER, HAPPEN, len(TOKENS))
