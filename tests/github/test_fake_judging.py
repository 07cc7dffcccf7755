"""The fake GitHub refuses what the real one refuses, and notes what the real one would silently get wrong."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Mapping

import pytest

from tests.github.caller import Caller
from tests.github.fake import FakeGitHub, Pull, Repository
from tests.github.fake.limits import MAX_COMMENT

WRITE = dict.fromkeys(("pull_requests", "checks", "statuses", "security_events"), "write")
Body = Mapping[str, object]


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with FakeGitHub() as github:
        yield github


@pytest.fixture
def app(github: FakeGitHub) -> Repository:
    return github.add_repository("octo/app", {"main": {"a": "1\n2\n3\n"}, "fix": {"a": "1\n2\nthree\n"}})


@pytest.fixture
def pull(github: FakeGitHub, app: Repository) -> Pull:
    return github.open_pull(app, "fix")


def _inline(**more: object) -> Body:
    return {"path": "a", "line": 3, "side": "RIGHT", "body": "x", **more}


def _review(head: str, *comments: Body, **more: object) -> Body:
    return {"commit_id": head, "event": "COMMENT", "body": "x", "comments": comments, **more}


def _without(body: Body, name: str) -> Body:
    return {key: value for key, value in body.items() if key != name}


def _run(head: str, *annotations: Body, **more: object) -> Body:
    output = {"title": "t", "summary": "s", "annotations": annotations}
    return {
        "name": "gate",
        "head_sha": head,
        "status": "completed",
        "conclusion": "success",
        "output": output,
        **more,
    }


def _annotation(**more: object) -> Body:
    return {"path": "a", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "m", **more}


def _sarif(head: str, runs: object, *, packed: str | None = None, ref: str = "refs/pull/1/head") -> Body:
    text = json.dumps({"version": "2.1.0", "runs": runs}).encode()
    return {"commit_sha": head, "ref": ref, "sarif": packed or base64.b64encode(gzip.compress(text)).decode()}


RUN = {"tool": {"driver": {"name": "gate"}}, "automationDetails": {"id": "gate/x/"}, "results": []}

COMMENTS, REVIEWS, CHECKS = "/issues/1/comments", "/pulls/1/reviews", "/check-runs"
SARIFS = "/code-scanning/sarifs"


def _wrong(head: str) -> Iterator[tuple[str, str, str, object, str]]:
    """Method, path, body and what is said of it."""
    # What the description knows
    yield "no such path", "GET", "/nothing", None, "no operation"
    yield "no such method", "PUT", COMMENTS, {"body": "x"}, "no operation"
    yield "number in the path", "GET", "/pulls/one", None, "path parameter `pull_number`"
    yield "unknown query", "GET", f"{COMMENTS}?size=3", None, "query parameter `size` is unknown"
    yield "wrong query", "GET", f"{COMMENTS}?page=x", None, "query parameter `page`"
    yield "body of a GET", "GET", COMMENTS, {}, "where none is taken"
    yield "no body", "POST", COMMENTS, None, "is not of type 'object'"
    yield "missing field", "POST", COMMENTS, {}, "'body' is a required property"
    yield "unknown field", "POST", COMMENTS, {"body": "x", "text": "y"}, "'text' was unexpected"
    yield "unknown inner field", "POST", REVIEWS, _review(head, _inline(subject_type="file")), "'subject_type'"
    yield "51 annotations", "POST", CHECKS, _run(head, *[_annotation()] * 51), "is too long"
    yield "wrong level", "POST", CHECKS, _run(head, _annotation(annotation_level="error")), "'error' is not one of"
    yield "long summary", "POST", CHECKS, _run(head, output={"title": "t", "summary": "s" * 65_536}), "is too long"
    yield (
        "long text",
        "POST",
        CHECKS,
        _run(head, output={"title": "t", "summary": "s", "text": "s" * 65_536}),
        "too long",
    )
    yield "wrong time", "POST", CHECKS, _run(head, completed_at="yesterday"), "is not a 'date-time'"
    yield "wrong SHA", "POST", SARIFS, {**_sarif(head, [RUN]), "commit_sha": "main"}, "does not match"
    # What it does not
    yield "page size", "GET", f"{COMMENTS}?per_page=101", None, "silently gives 100"
    yield "long comment", "POST", COMMENTS, {"body": "x" * (MAX_COMMENT + 1)}, "Body is too long"
    yield "blank comment", "POST", COMMENTS, {"body": " \n"}, "blank"
    yield "pending review", "POST", REVIEWS, _without(_review(head, _inline()), "event"), "PENDING"
    yield "review of anything", "POST", REVIEWS, _without(_review(head, _inline()), "commit_id"), "commit_id"
    yield "review without body", "POST", REVIEWS, _without(_review(head, _inline()), "body"), "blank"
    yield "long inline comment", "POST", REVIEWS, _review(head, _inline(body="x" * (MAX_COMMENT + 1))), "too long"
    yield "single line range", "POST", REVIEWS, _review(head, _inline(start_line=3)), "does not precede"
    yield "no line", "POST", REVIEWS, _review(head, _without(_inline(), "line")), "line is None"
    yield "position", "POST", REVIEWS, _review(head, _inline(position=1)), "closing down"
    yield "side", "POST", REVIEWS, _review(head, _inline(side="right")), "side is right"
    yield "no conclusion", "POST", CHECKS, _without(_run(head), "conclusion"), "without a conclusion"
    yield "early conclusion", "POST", CHECKS, _run(head, status="in_progress"), "not completed"
    yield "stale", "POST", CHECKS, _run(head, conclusion="stale"), "only GitHub"
    yield "blank summary", "POST", CHECKS, _run(head, output={"title": "t", "summary": ""}), "summary is blank"
    yield "long title", "POST", CHECKS, _run(head, output={"title": "t" * 256, "summary": "s"}), "title has more"
    yield "line 0", "POST", CHECKS, _run(head, _annotation(start_line=0, end_line=0)), "lines 0 to 0"
    yield "end before start", "POST", CHECKS, _run(head, _annotation(start_line=2)), "lines 2 to 1"
    yield "columns over lines", "POST", CHECKS, _run(head, _annotation(end_line=2, start_column=1)), "columns"
    yield "column 0", "POST", CHECKS, _run(head, _annotation(start_column=0)), "columns"
    yield "long annotation title", "POST", CHECKS, _run(head, _annotation(title="t" * 256)), "title has more"
    yield "long message", "POST", CHECKS, _run(head, _annotation(message="é" * 32_769)), "64 KB"
    yield "absolute path", "POST", CHECKS, _run(head, _annotation(path="/a")), "path is '/a'"
    yield "long description", "POST", f"/statuses/{head}", {"state": "error", "description": "d" * 141}, "140"
    yield "no address", "POST", f"/statuses/{head}", {"state": "error", "target_url": "x"}, "web address"
    yield "no gzip", "POST", SARIFS, _sarif(head, [], packed=base64.b64encode(b"{}").decode()), "no base64 of gzip"
    yield "no base64", "POST", SARIFS, _sarif(head, [], packed="{}"), "no base64 of gzip"
    yield "two runs", "POST", SARIFS, _sarif(head, [RUN, RUN]), "with 2 runs"
    yield "no category", "POST", SARIFS, _sarif(head, [_without(RUN, "automationDetails")]), "category"
    yield "ref", "POST", SARIFS, _sarif(head, [RUN], ref="refs/pull/1"), "the ref is"


WRONG = [name for name, *_ in _wrong("")]


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_request_is_refused_and_noted(github: FakeGitHub, pull: Pull, name: str) -> None:
    method, path, body, said = next(rest for known, *rest in _wrong(pull.head) if known == name)
    with Caller(github, github.actions_token(**WRITE)) as call:
        status = call(str(method), str(path), body).status_code
    assert status == (404 if said == "no operation" else 422)
    assert any(str(said) in violation.reason for violation in github.violations), github.violations
    app = pull.repository
    assert [pull.comments, pull.reviews, app.check_runs, app.statuses, app.sarifs] == [[]] * 5
    github.violations.clear()


def test_headers_are_judged(github: FakeGitHub, pull: Pull) -> None:
    with Caller(github) as call:
        call("GET", "", headers={"Accept": "*/*"})
        call("GET", "/pulls/1", headers={"Accept": "application/vnd.github.diff"})
        call("GET", "", headers={"X-GitHub-Api-Version": "2021-01-01"})
    with Caller(github, version="2026-03-10") as call:
        assert "merge_commit_sha" not in call("GET", "/pulls/1").json()
        assert "rate" not in call("GET", "//rate_limit").json()
    reasons = [violation.reason for violation in github.violations]
    assert [reason.partition(" is ")[0] for reason in reasons[:1] + reasons[2:]] == [
        "the header Accept",
        "the header X-GitHub-Api-Version",
    ]
    assert "diffs" in reasons[1]
    github.violations.clear()


def test_a_token_outside_its_header_is_noted(github: FakeGitHub, pull: Pull) -> None:
    token = github.actions_token(**WRITE)
    with Caller(github, token) as call:
        call("POST", COMMENTS, {"body": f"It is {token}."})
        call("GET", f"/contents/a?ref={token}")
    assert [violation.reason for violation in github.violations] == [
        "the token is in the path, the query or the body"
    ] * 2
    github.violations.clear()


def test_the_end_of_the_server_asserts_that_all_was_well() -> None:
    with pytest.raises(AssertionError, match="no operation"), FakeGitHub() as github, Caller(github) as call:
        call("GET", "//nothing")


# Permissions


def test_a_missing_permission_is_named(github: FakeGitHub, pull: Pull) -> None:
    with Caller(github, github.actions_token(contents="read", pull_requests="read")) as call:
        refused = call("POST", COMMENTS, {"body": "x"})
        check = call("POST", CHECKS, _run(pull.head))
    assert (refused.status_code, refused.json()["message"]) == (403, "Resource not accessible by integration")
    assert refused.headers["x-accepted-github-permissions"] == "issues=write; pull_requests=write"
    assert check.headers["x-accepted-github-permissions"] == "checks=write"
    assert not pull.comments


def _posts(head: str) -> dict[str, tuple[str, Body]]:
    return {
        "comment": (COMMENTS, {"body": "x"}),
        "review": (REVIEWS, _review(head, _inline())),
        "check-run": (CHECKS, _run(head)),
        "status": (f"/statuses/{head}", {"state": "success"}),
        "sarif": (SARIFS, _sarif(head, [RUN])),
    }


ALL = {"comment": 201, "review": 200, "check-run": 201, "status": 201, "sarif": 202}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("all", ALL),
        ("read-only", dict.fromkeys(ALL, 403)),
        ("issues", {**dict.fromkeys(ALL, 403), "comment": 201}),
        ("personal", {**ALL, "check-run": 403}),
        ("app", ALL),
        ("expired", dict.fromkeys(ALL, 401)),
        ("unknown", dict.fromkeys(ALL, 401)),
        ("none", dict.fromkeys(ALL, 401)),
        ("elsewhere", dict.fromkeys(ALL, 403)),
    ],
)
def test_what_each_kind_of_token_may_post(
    github: FakeGitHub, pull: Pull, kind: str, expected: Mapping[str, int]
) -> None:
    token = {
        "all": github.actions_token(**WRITE),
        "read-only": github.read_only_token(),
        "issues": github.actions_token(issues="write"),
        "personal": github.personal_token("mona"),
        "app": github.app_token(**WRITE),
        "expired": github.actions_token(**WRITE),
        "unknown": "ghs_unknown",
        "none": None,
        "elsewhere": github.actions_token(repository="octo/other", **WRITE),
    }[kind]
    if token and kind == "expired":
        github.expire(token)
    with Caller(github, token) as call:
        found = {name: call("POST", path, body).status_code for name, (path, body) in _posts(pull.head).items()}
    assert found == expected
    authors = {"personal": "mona", "app": "deployflow[bot]"}
    posted = [comment.user.login for comment in pull.comments]
    assert posted == ([authors.get(kind, "github-actions[bot]")] if expected["comment"] == 201 else [])


def test_a_private_repository_is_read_with_permission_only(github: FakeGitHub) -> None:
    app = github.add_repository("octo/app", {"main": {"a": "1\n"}}, private=True)
    answers = {}
    for name, token in {
        "contents": github.actions_token(contents="read"),
        "nothing": github.actions_token(),
        "none": None,
        "elsewhere": github.read_only_token(repository="octo/other"),
    }.items():
        with Caller(github, token) as call:
            answers[name] = call("GET", "/contents/a").status_code, call("GET", "").status_code
    assert answers == {"contents": (200, 200), "nothing": (403, 200), "none": (404, 404), "elsewhere": (404, 404)}
    app.private = False
    with Caller(github) as call:
        assert call("GET", "/contents/a").status_code == 200


def test_only_people_have_a_user(github: FakeGitHub) -> None:
    found = {}
    for token in (github.personal_token("mona"), github.actions_token(), github.app_token()):
        with Caller(github, token) as call:
            answer = call("GET", "//user")
            found[token.partition("_")[0]] = answer.status_code, answer.json().get("login")
    assert found == {"ghp": (200, "mona"), "ghs": (403, None)}


def test_a_check_run_belongs_to_its_app(github: FakeGitHub, pull: Pull) -> None:
    with Caller(github, github.actions_token(**WRITE)) as call:
        made = call("POST", CHECKS, _run(pull.head)).json()
    with Caller(github, github.app_token(**WRITE)) as call:
        assert call("PATCH", f"/check-runs/{made['id']}", {"conclusion": "failure"}).status_code == 403
    assert (made["app"]["slug"], pull.repository.check_runs[0].conclusion) == ("github-actions", "success")


# Servers


@pytest.mark.parametrize("name", ["ghes-3.17", "ghes-3.19"])
def test_an_enterprise_server_lies_below_api_v3(name: str) -> None:
    with FakeGitHub(name) as github:
        app = github.add_repository("octo/app", {"main": {"a": "1\n2\n3\n"}, "fix": {"a": "1\n2\nthree\n"}})
        pull = github.open_pull(app, "fix")
        assert github.url.endswith("/api/v3")
        with Caller(github, github.actions_token(**WRITE)) as call:
            answer = call("GET", "/pulls/1/files?per_page=1")
            assert call("GET", "//rate_limit").status_code == 404
            assert {
                post: call("POST", path, body).status_code for post, (path, body) in _posts(pull.head).items()
            } == ALL
        assert "x-ratelimit-remaining" not in answer.headers
