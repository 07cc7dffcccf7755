"""A pull request that is larger than what GitHub shows at once: every limit is kept, and every finding is shown or counted."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.github import events
from tests.github.e2e.stage import ALL, EVERYTHING, Ran, Stage, posted, stage
from tests.github.e2e.worlds import POLICY, POLICY_PATH, pull_of
from tests.github.fake import Pull
from tests.github.reading import counted, rows

FILES = 400
"""More than a comparison lists (300); every second one is there before."""

BEFORE = 'FROM python:3.13.1-slim\nWORKDIR /srv/{0}\nCOPY app.py .\nCMD ["python", "app.py"]\n'
AFTER = "FROM python:3.13.1-slim\nWORKDIR /srv/{0}\nRUN sudo step{0}\nADD app.py .\nCMD python app.py\n"
FINDINGS = 3 * FILES


@pytest.fixture
def on(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path) as made:
        made.github.settings.answers_judged = False
        yield made


@pytest.fixture
def pull(on: Stage) -> Pull:
    rest = {POLICY_PATH: POLICY, "app.py": "x\n"}
    paths = [f"svc/{number}/Dockerfile" for number in range(FILES)]
    base = rest | {path: BEFORE.format(path) for path in paths[::2]}
    return pull_of(on.github, rest | {path: AFTER.format(path) for path in paths}, base)


def run(on: Stage, pull: Pull, *, checked_out: bool = True, run_id: int = 1) -> Ran:
    assert pull.merge
    return on.run(
        events.pull_request(on.github, pull),
        on.github.actions_token(**ALL),
        run_id=run_id,
        checkout=(pull.repository, pull.merge) if checked_out else None,
        inputs={"publish": EVERYTHING, "max-review-comments": "100"},
    )


def body(request: Any) -> dict[str, Any]:
    found = json.loads(request.body)
    assert isinstance(found, dict)
    return found


def test_every_limit_is_kept_and_every_finding_is_shown_or_counted(on: Stage, pull: Pull) -> None:
    ran = run(on, pull)
    assert (ran.status, ran.outputs["new"]) == (1, str(FINDINGS))
    assert len(on.github.requests) < 40
    assert len(on.github.mutations) <= 12
    assert ran.waited < 90

    (comment,) = pull.comments
    assert len(comment.body) <= 60_000
    shown = rows(comment.body.replace("**What to do**", ""))
    assert shown + counted(comment.body) >= FINDINGS
    assert "blocked by 400 errors" in comment.body
    assert ran.summary.count("/docs/rules/") >= FINDINGS
    assert len(ran.summary.encode()) <= 900 * 1024
    assert all(ran.log.count(f"svc/{number}/Dockerfile") >= 3 for number in range(FILES))
    assert ran.log.count("\n::error ") + ran.log.startswith("::error ") == 10
    assert ran.log.count("\n::warning ") == 10

    assert len(pull.review_comments) == 100
    assert [len(body(r)["comments"]) for r in on.github.mutations if r.path.endswith("/reviews")] == [30, 30, 30, 10]
    (made,) = pull.repository.check_runs
    assert len(made.annotations) == 200
    assert "1,000 without an annotation" in (made.title or "")
    assert max(len(made.summary or ""), len(made.text or "")) < 65_536
    upload = body(next(r for r in on.github.mutations if r.path.endswith("/sarifs")))
    assert len(base64.b64decode(upload["sarif"])) < 10_000_000
    document = json.loads(gzip.decompress(base64.b64decode(upload["sarif"])))
    assert len(document["runs"][0]["results"]) == FINDINGS
    assert len(ran.files[f"temp/{ran.outputs['result']}"]) < 256 * 1024


def test_the_second_run_adds_nothing(on: Stage, pull: Pull) -> None:
    run(on, pull)
    before = posted(pull)
    run(on, pull)
    after = posted(pull)
    assert {kind: after[kind] for kind in ("comments", "reviews", "inline", "check runs")} == {
        kind: before[kind] for kind in ("comments", "reviews", "inline", "check runs")
    }


def test_where_github_lists_fewer_files_than_there_are_none_is_forgotten(on: Stage, pull: Pull) -> None:
    on.github.settings.pull_files = 200
    on.github.settings.comparison_files = 100
    ran = run(on, pull)
    assert (ran.status, ran.outputs["new"]) == (1, str(FINDINGS))
    listed = {change.path for change in pull.changes()[:200]}
    assert {comment.path for comment in pull.review_comments} <= listed


def test_more_than_can_be_fetched_one_by_one_keeps_the_gate_closed(on: Stage, pull: Pull) -> None:
    """Half of an hour's requests are not spent on one run; a checkout before spares nearly all of them."""
    on.github.push(pull, _more())
    ran = run(on, pull, checked_out=False)
    assert (ran.status, ran.outputs["verdict"]) == (3, "not-evaluated")
    assert "Check the repository out in a step before" in ran.summary
    assert len(on.github.requests) < 500


def _more() -> dict[str, str]:
    return {f"svc/{number}/Dockerfile": AFTER.format(number) for number in range(FILES + 50)}
