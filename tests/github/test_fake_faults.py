"""Each fault that can be injected is what a client then meets, and hits what it was aimed at."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import requests

from tests.github.caller import Caller
from tests.github.fake import FakeGitHub, OtherHost, Pull, Repository, faults

COMMENTS = "/issues/1/comments"
NOW = 1_800_000_000


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with FakeGitHub(clock=lambda: float(NOW)) as github:
        yield github


@pytest.fixture
def app(github: FakeGitHub) -> Repository:
    return github.add_repository("octo/app", {"main": {"a": "1\n2\n3\n"}, "fix": {"a": "1\n2\nthree\n"}})


@pytest.fixture
def pull(github: FakeGitHub, app: Repository) -> Pull:
    return github.open_pull(app, "fix")


@pytest.fixture
def token(github: FakeGitHub) -> str:
    return github.actions_token(contents="read", pull_requests="write")


@pytest.fixture
def call(github: FakeGitHub, token: str) -> Iterator[Caller]:
    with Caller(github, token) as call:
        yield call


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_broken_server_says_so_once(github: FakeGitHub, pull: Pull, call: Caller, status: int) -> None:
    github.inject(faults.broken(status))
    answers = [call("GET", ""), call("GET", "")]
    assert [answer.status_code for answer in answers] == [status, 200]
    assert answers[0].headers["content-type"].startswith("application/json" if status == 500 else "text/html")


def test_a_broken_answer_may_come_after_the_deed(github: FakeGitHub, pull: Pull, call: Caller) -> None:
    github.inject(faults.broken(502, done=True))
    assert call("POST", COMMENTS, {"body": "x"}).status_code == 502
    assert [comment.body for comment in pull.comments] == ["x"]


@pytest.mark.parametrize("done", [False, True])
def test_a_connection_is_cut_before_or_after_the_deed(github: FakeGitHub, pull: Pull, call: Caller, done: bool) -> None:
    github.inject(faults.reset(done=done), "POST /repos/*/issues/*/comments")
    with pytest.raises(requests.ConnectionError):
        call("POST", COMMENTS, {"body": "x"})
    assert len(pull.comments) == done
    assert github.requests[-1].status is None
    assert call("POST", COMMENTS, {"body": "y"}).status_code == 201


def test_a_slow_answer_comes_too_late(github: FakeGitHub, pull: Pull, call: Caller) -> None:
    github.inject(faults.slow(0.5))
    started = time.monotonic()
    with pytest.raises(requests.ReadTimeout):
        call("POST", COMMENTS, {"body": "x"}, timeout=0.1)
    assert time.monotonic() - started < 0.5
    assert len(pull.comments) == 1


def test_an_answer_is_cut_short_or_no_json(github: FakeGitHub, pull: Pull, call: Caller) -> None:
    github.inject(faults.truncated(5))
    github.inject(faults.garbage())
    github.inject(faults.garbage([1]))
    with pytest.raises(requests.RequestException):
        call("GET", "")
    assert [call("GET", "").text for _ in range(2)] == ["<html>hello</html>", "[1]"]


def test_secondary_limits_come_with_and_without_headers(github: FakeGitHub, pull: Pull, call: Caller) -> None:
    github.inject(faults.secondary_limit(7), "POST *")
    github.inject(faults.secondary_limit(), "POST *")
    github.inject(faults.secondary_limit(3, status=429), "POST *")
    github.inject(faults.secondary_limit(message=faults.OLD_SECONDARY), "POST *")
    answers = [call("POST", COMMENTS, {"body": "x"}) for _ in range(5)]
    assert [(one.status_code, one.headers.get("retry-after")) for one in answers] == [
        (403, "7"),
        (403, None),
        (429, "3"),
        (403, None),
        (201, None),
    ]
    assert "abuse detection" in answers[3].json()["message"]
    assert "secondary rate limit" in answers[1].json()["message"]
    assert int(answers[1].headers["x-ratelimit-remaining"]) > 0, "it is not the hour's limit"
    assert len(pull.comments) == 1


def test_a_primary_limit_says_when_it_ends(github: FakeGitHub, pull: Pull, call: Caller) -> None:
    github.inject(faults.primary_limit(30))
    limited = call("GET", "").headers
    assert (limited["x-ratelimit-remaining"], limited["x-ratelimit-reset"]) == ("0", str(NOW + 30))


def test_the_hour_is_counted(github: FakeGitHub, pull: Pull, call: Caller) -> None:
    github.settings.hourly = 3
    answers = [call("GET", "") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 403, 403]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0", "0"]
    assert call("GET", "//rate_limit").json()["resources"]["core"]["remaining"] == 0


def test_rules_count_what_they_hit(github: FakeGitHub, pull: Pull, call: Caller) -> None:
    rule = github.inject(faults.broken(500), "GET /repos/*/pulls/1", times=2, after=1)
    other = github.inject(faults.not_acceptable(), "GET /repos/*/pulls/1/files", times=None)
    statuses = [call("GET", "/pulls/1").status_code for _ in range(4)]
    files = [call("GET", "/pulls/1/files").status_code for _ in range(3)]
    assert (statuses, rule.hits) == ([200, 500, 500, 200], 2)
    assert (files, other.hits) == ([406] * 3, 3)


def test_a_refused_comment_takes_its_review_along(github: FakeGitHub, pull: Pull, call: Caller) -> None:
    github.inject(faults.refused_comment("a", 2), times=None)

    def review(*lines: int) -> int:
        comments = [{"path": "a", "line": line, "side": "RIGHT", "body": "x"} for line in lines]
        body = {"commit_id": pull.head, "event": "COMMENT", "body": "x", "comments": comments}
        return call("POST", "/pulls/1/reviews", body).status_code

    single = {"path": "a", "line": 2, "side": "RIGHT", "body": "x", "commit_id": pull.head}
    assert [review(2, 3), review(3), review(1)] == [422, 200, 200]
    assert call("POST", "/pulls/1/comments", single).status_code == 422
    assert [comment.line for comment in pull.review_comments] == [3, 1]


def test_a_token_expires_midway(github: FakeGitHub, pull: Pull, call: Caller) -> None:
    github.inject(faults.expired_token(), after=2)
    assert [call("GET", "").status_code for _ in range(4)] == [200, 200, 401, 401]


def test_a_renamed_repository_is_redirected(github: FakeGitHub, app: Repository, pull: Pull, call: Caller) -> None:
    github.rename(app, "octo/renamed")
    moved = call("GET", "/pulls/1?")
    posted = call("POST", COMMENTS, {"body": "x"})
    where = f"{github.url}/repositories/{app.id}"
    assert (moved.status_code, moved.headers["location"]) == (301, f"{where}/pulls/1")
    assert (posted.status_code, posted.headers["location"]) == (307, f"{where}{COMMENTS}")
    assert call("GET", f"//repositories/{app.id}/pulls/1").json()["base"]["repo"]["full_name"] == "octo/renamed"
    assert call("GET", "//repos/octo/renamed").status_code == 200


def test_another_host_logs_whether_the_token_came(github: FakeGitHub, pull: Pull, call: Caller, token: str) -> None:
    with OtherHost({"hello": 1}) as other:
        github.inject(faults.redirect(f"{other.url}/there", 302))
        location = call("GET", "").headers["location"]
        with requests.Session() as session:
            session.trust_env = False
            assert session.get(location, timeout=10).json() == {"hello": 1}
            session.get(location, headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert [(request.path, request.authorised) for request in other.requests] == [("/there", False), ("/there", True)]


def test_the_log_tells_all(github: FakeGitHub, pull: Pull, call: Caller) -> None:
    call("GET", f"{COMMENTS}?page=2")
    call("POST", COMMENTS, {"body": "x"})
    with Caller(github) as anonymous:
        anonymous("GET", "")
    told = [(one.method, one.path, one.query, one.status, one.authorised) for one in github.requests]
    assert told == [
        ("GET", f"/repos/octo/app{COMMENTS}", "page=2", 200, True),
        ("POST", f"/repos/octo/app{COMMENTS}", "", 201, True),
        ("GET", "/repos/octo/app", "", 200, False),
    ]
    assert [request.json for request in github.mutations] == [{"body": "x"}]
    assert {request.time for request in github.requests} == {float(NOW)}
