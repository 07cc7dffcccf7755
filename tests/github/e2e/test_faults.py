"""Every fault at every call: the verdict is as without it, or the gate stays closed; nothing is posted twice, nothing is lost.

`faults.md` is the table of what came of each: `✓` where all stands as without the fault, else the surfaces that were not shown
(whole), or the exit code. `UPDATE_GOLDEN=1 pytest tests/github/e2e/test_faults.py` writes it anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from deployflow_gate.github.refusal import NEEDED
from deployflow_gate.snapshot import SnapshotError
from tests.github import events
from tests.github.e2e.stage import ALL, EVERYTHING, Ran, Stage, posted, stage
from tests.github.e2e.tables import compare, complete, head
from tests.github.e2e.worlds import BASE, HEAD, WORSE, pull_of
from tests.github.fake import FakeGitHub, OtherHost, Pull, faults

BUDGET = 90
ANSWER = 31
"""Seconds that a slow answer takes, one more than the client waits for one."""

MANY = BASE | {"Dockerfile": WORSE + "".join(f"RUN sudo step{n}\n" for n in range(58))}
"""61 findings: two batches of annotations."""

RUN = 7001

OF_AN_ATTEMPT = {"check runs", "annotations"}
Posted = tuple[Any, ...]
"""The kind of a post and what tells it from others of its kind."""


@dataclass(frozen=True)
class Call:
    """A request of a run. `prior`: an earlier push was reported already; `many`: there are more findings than one batch holds.
    `judging`: it comes before the verdict."""

    on: str
    prior: bool = False
    many: bool = False
    judging: bool = False


CALLS = {
    "compare": Call("GET /repos/*/compare/*", judging=True),
    "tree": Call("GET /repos/*/git/trees/*", judging=True),
    "comments": Call("GET /repos/*/issues/*/comments", prior=True),
    "files": Call("GET /repos/*/pulls/*/files"),
    "check runs": Call("GET /repos/*/check-runs"),
    "create comment": Call("POST /repos/*/issues/*/comments"),
    "update comment": Call("PATCH /repos/*/issues/comments/*", prior=True),
    "create review": Call("POST /repos/*/pulls/*/reviews"),
    "delete inline": Call("DELETE /repos/*/pulls/comments/*", prior=True),
    "create check run": Call("POST /repos/*/check-runs"),
    "update check run": Call("PATCH /repos/*/check-runs/*", many=True),
    "status": Call("POST /repos/*/statuses/*"),
    "sarif": Call("POST /repos/*/code-scanning/sarifs"),
}

NO_POST = "no post"
"""All surfaces but those of the run itself."""

SHOWN_AS = {
    "comments": "comment",
    "reviews": "",  # one may have become single comments
    "inline": "review",
    "check runs": "check-run",
    "annotations": "check-run",
    "statuses": "status",
    "uploads": "sarif",
}
"""The surface that a kind of post belongs to."""

Inject = Callable[[FakeGitHub, str, OtherHost], None]


def _of(make: Callable[[], faults.Fault], times: int | None = 1) -> Inject:
    def inject(github: FakeGitHub, on: str, _: OtherHost) -> None:
        github.inject(make(), on, times=times)

    return inject


def _redirected(status: int, method: str, times: int | None = None) -> Inject:
    """To another host, for as long as it is asked."""

    def inject(github: FakeGitHub, on: str, other: OtherHost) -> None:
        if on.startswith(method):
            github.inject(faults.redirect(f"{other.url}/elsewhere", status), on, times=times)

    return inject


def _unplaced(github: FakeGitHub, on: str, _: OtherHost) -> None:
    """One comment cannot be placed, in a review or alone."""
    if on.endswith("/reviews"):
        github.inject(faults.refused_comment("Dockerfile", 5), "POST *", times=None)


FAULTS: Mapping[str, Inject] = {
    "500 once": _of(lambda: faults.broken(500)),
    "502 always": _of(lambda: faults.broken(502), None),
    "503 twice": _of(lambda: faults.broken(503), 2),
    "502, but done": _of(lambda: faults.broken(502, done=True)),
    "reset before": _of(faults.reset),
    "reset after: the answer is lost": _of(lambda: faults.reset(done=True)),
    "reset after, always": _of(lambda: faults.reset(done=True), None),
    "slow once": _of(lambda: faults.slow(ANSWER)),
    "slow always": _of(lambda: faults.slow(ANSWER), None),
    "truncated once": _of(faults.truncated),
    "no JSON": _of(faults.garbage, None),
    "JSON of another shape": _of(lambda: faults.garbage({"message": 1}), None),
    "secondary limit, 5 s": _of(lambda: faults.secondary_limit(5)),
    "secondary limit, no headers": _of(faults.secondary_limit),
    "secondary limit, no headers, always": _of(faults.secondary_limit, None),
    "429, 5 s": _of(lambda: faults.secondary_limit(5, status=429)),
    "primary limit, 20 s": _of(lambda: faults.primary_limit(20)),
    "primary limit, 50 min": _of(lambda: faults.primary_limit(3000), None),
    "403": _of(lambda: faults.broken(403, message="Resource not accessible by integration"), None),
    "404": _of(lambda: faults.broken(404, message="Not Found"), None),
    "406": _of(faults.not_acceptable, None),
    "422": _of(lambda: faults.broken(422, message="Validation Failed"), None),
    "422 for one inline comment": _unplaced,
    "token expires midway": _of(faults.expired_token),
    "301 to another host": _redirected(301, "GET"),
    "307 to another host": _redirected(307, ""),
}


def _perform(on: Stage, call: Call, inject: Inject | None, other: OtherHost) -> tuple[Pull, Counter[Posted], Ran]:
    """The world that a call is made in, the fault, and the run; with what stood before that."""
    github = on.github
    github.settings.answers_judged = False
    pull = pull_of(github, MANY if call.many else HEAD)
    token = github.actions_token(**ALL)
    if call.prior:
        on.run(events.pull_request(github, pull), token, run_id=RUN - 1, inputs={"publish": "comment review"})
        github.push(pull, BASE | {"Dockerfile": WORSE.replace("sudo make", "make"), "b/Dockerfile": WORSE})
    before = _stands(pull)
    if inject:
        inject(github, call.on, other)
    return pull, before, on.run(events.pull_request(github, pull), token, run_id=RUN, inputs={"publish": EVERYTHING})


@dataclass(frozen=True)
class Good:
    """What stands, and what was said, without a fault; then after another attempt."""

    verdict: tuple[int, str, str]
    stands: Counter[Posted]
    again: frozenset[Posted]


@cache
def _good(name: str) -> Good:
    with TemporaryDirectory() as folder, stage(Path(folder)) as on, OtherHost() as other:
        pull, _, ran = _perform(on, CALLS[name], None, other)
        stands = _stands(pull)
        assert not [line for line in ran.said if "Not shown" in line]
        _again(on, pull)
        return Good(ran.verdict, stands, _of_second(_stands(pull)))


def _again(on: Stage, pull: Pull) -> Ran:
    token = on.github.actions_token(**ALL)
    return on.run(events.pull_request(on.github, pull), token, run_id=RUN, attempt=2, inputs={"publish": EVERYTHING})


def _stands(pull: Pull) -> Counter[Posted]:
    """All that stands: whose it is, what marks it and what it says of the verdict. An upload and a status count once, since doing
    them again does no harm."""
    found = posted(pull)
    comments = [("comments", user, body.split("\n")[0], body.split("\n")[2]) for _, user, body in found["comments"]]
    inline = [("inline", user, path, line, body.split("\n")[0]) for _, user, path, line, body in found["inline"]]
    reviews = [
        ("reviews", user, body.split("\n")[0]) for _, user, body in found["reviews"] if body
    ]  # else of one comment
    runs = [("check runs", *run[1:3]) for run in found["check runs"]]
    runs += [("annotations", run[1], number) for run in found["check runs"] for number in range(run[3])]
    once = {("statuses", *status) for status in found["statuses"]} | ({("uploads",)} if found["uploads"] else set())
    return Counter([*comments, *inline, *reviews, *runs, *once])


def _of_second(stands: Iterable[Posted]) -> frozenset[Posted]:
    """What is there after a second attempt, whatever the first one came to: not its check run, nor a review, which may have become
    single comments."""
    return frozenset(
        s for s in stands if s[0] != "reviews" and not (s[0] in OF_AN_ATTEMPT and s[1].endswith(f":{RUN}:1"))
    )


def _missing(ran: Ran) -> str:
    """The surfaces that the log says are not shown, or not whole."""
    found = (re.match(r"Not shown as ([a-z, -]+): ", line) for line in ran.said)
    shown = sorted({surface for one in found if one for surface in one[1].split(", ")}, key=EVERYTHING.index)
    if len(shown) == len(NEEDED):
        shown = [NO_POST]
    parts = {
        r"annotations of the check run are missing": "part of check-run",
        r"GitHub cannot place \d+ of": "part of review",
        r"no longer needed are left over": "an old inline comment stays",
    }
    return ", ".join(shown + [part for said, part in parts.items() if any(re.search(said, one) for one in ran.said)])


def _cell(name: str, fault: str, folder: Path, other: OtherHost) -> str:
    call, good = CALLS[name], _good(name)
    with stage(folder) as on:
        pull, before, ran = _perform(on, call, FAULTS[fault], other)
        stands, missing = _stands(pull), _missing(ran)
        assert not any(request.authorised for request in other.requests)
        assert all(token not in text for token in on.github.tokens for text in (ran.log, *ran.files.values()))
        if missing:
            on.github._rules.clear()
            _assert_mended(on, pull, good)
    assert ran.waited < BUDGET + ANSWER
    assert all(number == 1 for number in stands.values())  # nothing twice
    assert sum(post[0] == "comments" for post in stands) <= 1
    if ran.verdict != good.verdict:
        assert call.judging
        assert (ran.status, ran.outputs["verdict"]) == (3, "not-evaluated")
        assert "Not everything that matters could be read" in ran.log
        assert re.search(r"Run the job again|Give the job|See the input", ran.summary)
        return f"{ran.status}, {missing}".removesuffix(", ")
    assert all(rule in ran.summary and rule in ran.log for rule in ("add-for-copy", "shell-form-command"))
    assert not stands - (good.stands | before)  # nothing that would not be there without the fault
    lost = {SHOWN_AS[post[0]] for post in good.stands - stands} - {""}
    assert all(surface in missing or missing == NO_POST for surface in lost)  # nothing lost in silence
    return missing or "✓"


def _assert_mended(on: Stage, pull: Pull, good: Good) -> None:
    """The next attempt makes up for all of it, and what it finds it does not make again."""
    ran = _again(on, pull)
    assert ran.verdict == good.verdict
    stands = _stands(pull)
    assert good.again <= stands.keys()
    assert all(number == 1 for number in stands.values())
    assert sum(post[0] == "comments" for post in stands) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_takes_nothing_from_the_verdict(fault: str, tmp_path: Path) -> None:
    with OtherHost() as other:
        cells = [_cell(name, fault, tmp_path / name.replace(" ", "-"), other) for name in CALLS]
    compare("faults.md", HEADER, tuple(FAULTS), fault, [f"| {fault} | {' | '.join(cells)} |"])


HEADER = head(("fault", *CALLS))


def test_the_table_has_all_faults_and_no_others() -> None:
    complete("faults.md", HEADER, FAULTS)


def test_a_renamed_repository_is_followed_with_the_token(tmp_path: Path) -> None:
    """GitHub sends reads and changes to the repository's number, on its own host."""
    with stage(tmp_path) as on:
        pull = pull_of(on.github)
        fired = events.pull_request(on.github, pull)
        on.github.rename(pull.repository, "octo/renamed")
        ran = on.run(fired, on.github.actions_token(**ALL), run_id=RUN, inputs={"publish": EVERYTHING})
        assert ran.verdict == _good("compare").verdict
        assert {request.status for request in on.github.requests} == {200, 201, 202, 301, 307}
        assert _stands(pull) == _good("compare").stands


@pytest.mark.parametrize("call", ["create comment", "create review", "create check run"])
def test_an_answer_that_is_lost_before_github_goes_down_leaves_no_double(tmp_path: Path, call: str) -> None:
    """Nobody can say then whether the post is there, so it is not tried again; the next attempt sees it."""
    with stage(tmp_path) as on:
        github = on.github
        pull = pull_of(github)
        lost = github.inject(faults.reset(done=True), CALLS[call].on)
        _run_until(on, pull, lost)
        after = _stands(pull)
        github._rules.clear()
        _again(on, pull)
        stands = _stands(pull)
        assert after <= stands
        assert sum(post[0] == "comments" for post in stands) == 1
        assert all(number == 1 for number in stands.values())


def _run_until(on: Stage, pull: Pull, lost: faults.Rule) -> None:
    """A run in which GitHub is down as soon as the fault has struck."""
    github = on.github
    down = github.inject(faults.broken(503), times=None)
    strikes = down.strikes
    down.strikes = lambda *asked: lost.hits > 0 and strikes(*asked)  # type: ignore[method-assign]
    fired = events.pull_request(github, pull)
    ran = on.run(fired, github.actions_token(**ALL), run_id=RUN, inputs={"publish": EVERYTHING})
    assert ran.verdict == _good("compare").verdict
    assert ran.waited < BUDGET + ANSWER
    assert any("Not shown as" in line for line in ran.said)


def test_a_fix_that_cannot_be_tried_is_not_suggested_and_changes_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> frozenset[str]:
        raise SnapshotError("GitHub does not give the content of `x`.")

    monkeypatch.setattr("deployflow_gate.github.confirm.confirmed", fail)
    with stage(tmp_path) as on:
        pull = pull_of(on.github)
        ran = on.run(events.pull_request(on.github, pull), on.github.actions_token(**ALL))
    assert ran.verdict == _good("compare").verdict
    assert len(pull.review_comments) == 3
    assert not any("```suggestion" in comment.body for comment in pull.review_comments)
