"""What each call sends and makes of the answer, and how what was made is found again."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from deployflow_gate.github import endpoints
from deployflow_gate.github.answer import Heard
from deployflow_gate.github.client import ATTEMPTS, Client
from deployflow_gate.github.endpoints import (
    Author,
    CheckRun,
    Commit,
    Comparison,
    IssueComment,
    PullFile,
    PullRequest,
    Review,
    ReviewComment,
    Tree,
    TreeEntry,
)
from deployflow_gate.github.errors import Refused, Unavailable
from deployflow_gate.github.posts import (
    CreateCheckRun,
    CreateComment,
    CreateReview,
    InlineComment,
    SetStatus,
    UpdateComment,
    UploadSarif,
)
from deployflow_gate.record import replace

from .scripted import FakeClock, Reply, Scripted, scripted

REPO = "octo/app"
SHA = "c" * 40
BOT = {"login": "github-actions[bot]", "type": "Bot"}
PERSON = {"login": "mallory", "type": "User"}
US = Author("github-actions[bot]", bot=True)
LOST = Reply(502)

MARKER = "<!-- deployflow-gate:v1:main -->"
BODY = f"{MARKER}\nBlocked."
INLINE = InlineComment("a b/Dockerfile", 7, f"{MARKER}\nNo.", "f00d", start_line=5)
REVIEW = CreateReview(SHA, MARKER, BODY, (INLINE, replace(INLINE, start_line=None), replace(INLINE, start_line=7)))
ANNOTATION: dict[str, str | int] = {
    "path": "Dockerfile",
    "start_line": 1,
    "end_line": 1,
    "annotation_level": "failure",
    "message": "No.",
}
RUN = CreateCheckRun(
    SHA,
    "gate",
    "failure",
    "dfg:1",
    "Blocked",
    "Summary",
    "Text",
    ((ANNOTATION,) * 50, (ANNOTATION,) * 3),
    "https://run",
)

A_PULL = {
    "number": 7,
    "state": "open",
    "draft": True,
    "user": PERSON,
    "base": {"ref": "main", "sha": "b" * 40, "repo": {"full_name": REPO}},
    "head": {"ref": "topic", "sha": SHA, "repo": {"full_name": "mallory/app"}},
    "merged_by": {"surplus": True},
}
PULL = PullRequest(7, "open", True, Author("mallory", bot=False), "main", "b" * 40, REPO, "topic", SHA, "mallory/app")
A_FILE = {"filename": "b", "status": "renamed", "previous_filename": "a", "patch": "@@ -1 +1 @@", "sha": "d" * 40}
FILE = PullFile("b", "renamed", "a", "@@ -1 +1 @@")
A_COMMENT = {"id": 9, "body": BODY, "user": BOT, "html_url": "https://comment"}
COMMENT = IssueComment(9, BODY, US, "https://comment")
AN_INLINE = {
    "id": 8,
    "path": INLINE.path,
    "line": 7,
    "start_line": 5,
    "body": INLINE.body,
    "user": BOT,
    "original_commit_id": SHA,
    "in_reply_to_id": 3,
    "html_url": "https://inline",
}
INLINED = ReviewComment(8, INLINE.path, 7, INLINE.body, US, 5, 3, SHA, "https://inline")
A_REVIEW = {
    "id": 6,
    "body": BODY,
    "user": BOT,
    "state": "COMMENTED",
    "commit_id": SHA,
    "html_url": "https://review",
}
REVIEWED = Review(6, BODY, US, "COMMENTED", SHA, "https://review")
A_RUN = {
    "id": 5,
    "name": "gate",
    "external_id": "dfg:1",
    "status": "completed",
    "conclusion": "failure",
    "output": {"annotations_count": 50},
    "html_url": "https://check",
}
RAN = CheckRun(5, "gate", "dfg:1", "completed", "failure", 50, "https://check")
TREE = Tree(
    "e" * 40,
    (TreeEntry("a b", "100644", "blob", "d" * 40, 5), TreeEntry("sub", "160000", "commit", "f" * 40)),
    truncated=False,
)
A_TREE = {
    "sha": "e" * 40,
    "tree": [
        {"path": "a b", "mode": "100644", "type": "blob", "sha": "d" * 40, "size": 5},
        {"path": "sub", "mode": "160000", "type": "commit", "sha": "f" * 40},
    ],
    "truncated": False,
}
COMMITTED = Commit(SHA, "e" * 40, ("b" * 40,))

Call = Callable[[Client], object]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted() as server:
        yield server


@pytest.fixture
def client(server: Scripted) -> Iterator[Client]:
    with Client(server.url, "ghs_token", clock=FakeClock()) as client:
        yield client


READS: list[tuple[str, str, object, object, Call]] = [
    ("pull", "/pulls/7", A_PULL, PULL, lambda c: endpoints.pull(c, REPO, 7)),
    ("pull files", "/pulls/7/files?per_page=100", [A_FILE], (FILE,), lambda c: endpoints.pull_files(c, REPO, 7)),
    (
        "pulls of a commit",
        f"/commits/{SHA}/pulls?per_page=100",
        [A_PULL],
        (PULL,),
        lambda c: endpoints.pulls_of_commit(c, REPO, SHA),
    ),
    (
        "comparison",
        f"/compare/release%2F1...{SHA}?per_page=1",
        {"merge_base_commit": {"sha": "a" * 40}, "files": [A_FILE]},
        Comparison("a" * 40, (FILE,)),
        lambda c: endpoints.compare(c, REPO, "release/1", SHA),
    ),
    (
        "commit by SHA",
        f"/git/commits/{SHA}",
        {"sha": SHA, "tree": {"sha": "e" * 40}, "parents": [{"sha": "b" * 40}]},
        COMMITTED,
        lambda c: endpoints.commit(c, REPO, SHA),
    ),
    (
        "commit by name",
        "/commits/release%2F1",
        {"sha": SHA, "commit": {"tree": {"sha": "e" * 40}}, "parents": [{"sha": "b" * 40}], "files": []},
        COMMITTED,
        lambda c: endpoints.commit(c, REPO, "release/1"),
    ),
    ("tree", f"/git/trees/{SHA}", A_TREE, TREE, lambda c: endpoints.tree(c, REPO, SHA)),
    (
        "whole tree",
        f"/git/trees/{SHA}?recursive=1",
        A_TREE,
        TREE,
        lambda c: endpoints.tree(c, REPO, SHA, recursive=True),
    ),
    (
        "blob",
        f"/git/blobs/{SHA}",
        {"content": "AAH/\nYQ==\n", "encoding": "base64", "size": 4},
        b"\x00\x01\xffa",
        lambda c: endpoints.blob(c, REPO, SHA),
    ),
    (
        "blob as text",
        f"/git/blobs/{SHA}",
        {"content": "\u00e9", "encoding": "utf-8"},
        b"\xc3\xa9",
        lambda c: endpoints.blob(c, REPO, SHA),
    ),
    (
        "comments",
        "/issues/7/comments?per_page=100",
        [A_COMMENT],
        (COMMENT,),
        lambda c: endpoints.issue_comments(c, REPO, 7),
    ),
    ("reviews", "/pulls/7/reviews?per_page=100", [A_REVIEW], (REVIEWED,), lambda c: endpoints.reviews(c, REPO, 7)),
    (
        "review comments",
        "/pulls/7/comments?per_page=100",
        [AN_INLINE],
        (INLINED,),
        lambda c: endpoints.review_comments(c, REPO, 7),
    ),
    (
        "check runs",
        f"/commits/{SHA}/check-runs?check_name=the+gate&filter=all&per_page=100",
        {"total_count": 1, "check_runs": [A_RUN]},
        (RAN,),
        lambda c: endpoints.check_runs(c, REPO, SHA, "the gate"),
    ),
]
READS_BY_NAME = pytest.mark.parametrize(
    ("path", "body", "value", "call"), [read[1:] for read in READS], ids=[read[0] for read in READS]
)


@READS_BY_NAME
def test_reading(server: Scripted, client: Client, path: str, body: object, value: object, call: Call) -> None:
    server.then(Reply(200, body))
    assert call(client) == value
    assert [(a.method, a.path) for a in server.asked] == [("GET", f"/repos/octo/app{path}")]


def _damaged(body: Any) -> Iterator[object]:
    """The body with each of its values, one after another, gone or of another type."""
    yield from (None, 5, "text", True, [], {}, [5], {"sha": 5})
    places = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in list(places):
        for inner in _damaged(value):
            yield {**body, key: inner} if isinstance(body, dict) else [inner]
    if isinstance(body, dict):
        for key in body:
            yield {other: value for other, value in body.items() if other != key}


@READS_BY_NAME
def test_an_answer_of_another_shape_is_none(path: str, body: object, value: object, call: Call) -> None:
    """Whatever GitHub answers, either it can be used or it is said to be no answer; a value is never of a wrong type."""
    given = 0
    for damaged in _damaged(body):
        client = Client("https://api.github.com", "")
        _answer(client, damaged)
        given += 1
        with suppress(Unavailable):
            read = call(client)
            assert type(read) is type(value)
            assert _types(read) <= _types(value) | _types([None, "", 5, (), True])
    assert given > 8


def _answer(client: Client, body: object) -> None:
    heard = Heard(200, {}, json.dumps(body).encode())
    client._transport.exchange = lambda *_, **__: heard  # type: ignore[method-assign]


def _types(value: Any) -> set[type]:
    if isinstance(value, tuple | list):
        return {type(value)}.union(*(_types(item) for item in value))
    fields = getattr(type(value), "__record_fields__", ())
    return {type(value)}.union(*(_types(getattr(value, name)) for name in fields))


def test_what_may_be_missing_is_missing(server: Scripted, client: Client) -> None:
    gone = {**A_PULL, "user": None, "draft": None, "head": {"ref": "topic", "sha": SHA, "repo": None}}
    server.then(Reply(200, gone))
    pull = endpoints.pull(client, REPO, 7)
    assert (pull.author, pull.draft, pull.head_repository) == (Author("", bot=False), False, None)
    server.then(Reply(200, [{"filename": "a", "status": "added"}]))
    assert endpoints.pull_files(client, REPO, 7) == (PullFile("a", "added"),)
    server.then(Reply(200, [{"id": 1, "path": "a", "line": None, "body": "", "user": None}]))
    assert endpoints.review_comments(client, REPO, 7) == (ReviewComment(1, "a", None, "", Author("", bot=False)),)
    server.then(Reply(200, {"check_runs": [{"id": 1, "name": "n", "external_id": None, "status": "queued"}]}))
    assert endpoints.check_runs(client, REPO, SHA) == (CheckRun(1, "n", "", "queued", ""),)
    server.then(Reply(200, {"check_runs": [{"id": 1, "name": "n", "status": "queued", "output": {"title": None}}]}))
    assert endpoints.check_runs(client, REPO, SHA) == (CheckRun(1, "n", "", "queued", "", annotations=0),)


def test_true_is_no_number(server: Scripted, client: Client) -> None:
    server.then(Reply(200, {**A_PULL, "number": True}))
    with pytest.raises(Unavailable, match="something else than a pull request"):
        endpoints.pull(client, REPO, 1)


WRITES: list[tuple[str, str, str, object, object, object, Call]] = [
    (
        "comment",
        "POST",
        "/issues/7/comments",
        {"body": BODY},
        A_COMMENT,
        COMMENT,
        lambda c: endpoints.create_comment(c, REPO, 7, CreateComment(MARKER, BODY)),
    ),
    (
        "comment's text",
        "PATCH",
        "/issues/comments/9",
        {"body": BODY},
        A_COMMENT,
        COMMENT,
        lambda c: endpoints.update_comment(c, REPO, UpdateComment(9, BODY)),
    ),
    (
        "comment's end",
        "DELETE",
        "/issues/comments/9",
        None,
        None,
        None,
        lambda c: endpoints.delete_comment(c, REPO, 9),
    ),
    (
        "review",
        "POST",
        "/pulls/7/reviews",
        {
            "commit_id": SHA,
            "event": "COMMENT",
            "body": BODY,
            "comments": [
                {
                    "path": "a b/Dockerfile",
                    "line": 7,
                    "side": "RIGHT",
                    "start_line": 5,
                    "start_side": "RIGHT",
                    "body": INLINE.body,
                },
                {"path": "a b/Dockerfile", "line": 7, "side": "RIGHT", "body": INLINE.body},
                {"path": "a b/Dockerfile", "line": 7, "side": "RIGHT", "body": INLINE.body},
            ],
        },
        A_REVIEW,
        REVIEWED,
        lambda c: endpoints.create_review(c, REPO, 7, REVIEW),
    ),
    (
        "inline comment",
        "POST",
        "/pulls/7/comments",
        {
            "commit_id": SHA,
            "path": "a b/Dockerfile",
            "line": 7,
            "side": "RIGHT",
            "start_line": 5,
            "start_side": "RIGHT",
            "body": INLINE.body,
        },
        AN_INLINE,
        INLINED,
        lambda c: endpoints.create_review_comment(c, REPO, 7, SHA, INLINE),
    ),
    (
        "inline comment's end",
        "DELETE",
        "/pulls/comments/8",
        None,
        None,
        None,
        lambda c: endpoints.delete_review_comment(c, REPO, 8),
    ),
    (
        "check run",
        "POST",
        "/check-runs",
        {
            "name": "gate",
            "head_sha": SHA,
            "status": "completed",
            "conclusion": "failure",
            "external_id": "dfg:1",
            "details_url": "https://run",
            "output": {"title": "Blocked", "summary": "Summary", "text": "Text", "annotations": [ANNOTATION] * 50},
        },
        A_RUN,
        RAN,
        lambda c: endpoints.create_check_run(c, REPO, RUN),
    ),
    (
        "bare check run",
        "POST",
        "/check-runs",
        {
            "name": "gate",
            "head_sha": SHA,
            "status": "completed",
            "conclusion": "failure",
            "external_id": "dfg:1",
            "output": {"title": "Blocked", "summary": "Summary", "annotations": []},
        },
        A_RUN,
        RAN,
        lambda c: endpoints.create_check_run(c, REPO, replace(RUN, text="", batches=(), details_url="")),
    ),
    (
        "check run's next annotations",
        "PATCH",
        "/check-runs/5",
        {"output": {"title": "Blocked", "summary": "Summary", "text": "Text", "annotations": [ANNOTATION] * 3}},
        A_RUN,
        RAN,
        lambda c: endpoints.update_check_run(c, REPO, 5, RUN, 1),
    ),
    (
        "status",
        "POST",
        f"/statuses/{SHA}",
        {"state": "failure", "context": "gate", "description": "Blocked", "target_url": "https://run"},
        {"id": 1},
        None,
        lambda c: endpoints.set_status(c, REPO, SetStatus(SHA, "gate", "failure", "Blocked", "https://run")),
    ),
    (
        "bare status",
        "POST",
        f"/statuses/{SHA}",
        {"state": "failure", "context": "gate", "description": "Blocked"},
        {"id": 1},
        None,
        lambda c: endpoints.set_status(c, REPO, SetStatus(SHA, "gate", "failure", "Blocked")),
    ),
]


@pytest.mark.parametrize("write", WRITES, ids=[write[0] for write in WRITES])
@pytest.mark.parametrize("limited", [False, True], ids=["at once", "after a limit"])
def test_writing(server: Scripted, client: Client, write: tuple[Any, ...], limited: bool) -> None:
    _, method, path, sent, body, value, call = write
    if limited:
        server.then(Reply(429, None, {"Retry-After": "5"}))
    server.then(Reply(200, body) if body else Reply(204))
    assert call(client) == value
    asked = (method, f"/repos/octo/app{path}", sent)
    assert [(a.method, a.path, a.body) for a in server.asked] == [asked] * (1 + limited)


def test_a_sarif_document_is_packed(server: Scripted, client: Client) -> None:
    document = '{"runs": [], "text": "' + "x" * 10_000 + '"}'
    server.then(LOST, Reply(202, {"id": "abc", "url": "https://upload"}))
    assert endpoints.upload_sarif(client, REPO, UploadSarif(SHA, "refs/pull/7/head", document)) == "abc"
    asked = server.asked[1]
    assert isinstance(asked.body, dict)
    assert (asked.method, asked.path) == ("POST", "/repos/octo/app/code-scanning/sarifs")
    assert asked.body.keys() == {"commit_sha", "ref", "sarif"}
    assert (asked.body["commit_sha"], asked.body["ref"]) == (SHA, "refs/pull/7/head")
    assert gzip.decompress(base64.b64decode(asked.body["sarif"])).decode() == document
    assert len(asked.body["sarif"]) < 200


# Found again


def _others(post: dict[str, Any], **other: object) -> list[dict[str, Any]]:
    """Posts that are like ours and are not: of another marker, of a person who copied it, quoted by an app."""
    quoted = {"body": f"> {MARKER}\n{post['body']}"}
    return [
        {**post, **change} for change in ({"body": "LGTM"}, {"user": PERSON}, {"user": None}, quoted, other) if change
    ]


LOOKS: list[tuple[str, dict[str, Any], list[dict[str, Any]], object, Call]] = [
    (
        "/issues/7/comments?per_page=100",
        {**A_COMMENT, "body": BODY.replace("\n", "\r\n")},
        _others(A_COMMENT),
        replace(COMMENT, body=BODY.replace("\n", "\r\n")),
        lambda c: endpoints.create_comment(c, REPO, 7, CreateComment(MARKER, BODY)),
    ),
    (
        "/pulls/7/reviews?per_page=100",
        A_REVIEW,
        _others(A_REVIEW),
        REVIEWED,
        lambda c: endpoints.create_review(c, REPO, 7, REVIEW),
    ),
    (
        "/pulls/7/comments?per_page=100",
        AN_INLINE,
        [*_others(AN_INLINE, path="other"), {**AN_INLINE, "original_commit_id": "a" * 40}],
        INLINED,
        lambda c: endpoints.create_review_comment(c, REPO, 7, SHA, INLINE),
    ),
]
FOUND_BY = pytest.mark.parametrize(
    ("path", "mine", "others", "value", "call"), LOOKS, ids=["comment", "review", "inline"]
)
NOBODY = Reply(403, {"message": "Resource not accessible by integration"})


@FOUND_BY
def test_a_post_whose_answer_was_lost_is_found(
    server: Scripted, client: Client, path: str, mine: dict[str, Any], others: list[object], value: object, call: Call
) -> None:
    server.then(LOST, Reply(200, [*others, mine]), NOBODY)
    assert call(client) == value
    assert [(a.method, a.path) for a in server.asked[1:]] == [("GET", f"/repos/octo/app{path}"), ("GET", "/user")]


@FOUND_BY
def test_what_is_not_ours_is_not_taken_for_it(
    server: Scripted, client: Client, path: str, mine: dict[str, Any], others: list[object], value: object, call: Call
) -> None:
    server.then(LOST, Reply(200, others), NOBODY, LOST, Reply(200, others), Reply(201, mine))
    assert call(client) == value
    assert [a.method for a in server.asked] == ["POST", "GET", "GET", "POST", "GET", "POST"]


@FOUND_BY
def test_a_persons_token_posts_as_that_person(
    server: Scripted, client: Client, path: str, mine: dict[str, Any], others: list[object], value: object, call: Call
) -> None:
    server.then(LOST, Reply(200, [{**mine, "user": PERSON}]), Reply(200, {"login": "mallory"}))
    assert call(client).author == Author("mallory", bot=False)  # type: ignore[attr-defined]


@FOUND_BY
def test_where_nobody_can_look_nothing_is_repeated(
    server: Scripted, client: Client, path: str, mine: dict[str, Any], others: list[object], value: object, call: Call
) -> None:
    server.then(LOST, *[LOST] * ATTEMPTS)
    with pytest.raises(Unavailable):
        call(client)
    assert client.mutations == 1


def test_a_check_run_is_found_by_its_identifier(server: Scripted, client: Client) -> None:
    other = {**A_RUN, "id": 4, "external_id": "dfg:0"}
    server.then(LOST, Reply(200, {"check_runs": [other, A_RUN]}))
    assert endpoints.create_check_run(client, REPO, RUN) == RAN
    assert client.mutations == 1


def test_annotations_are_added_once(server: Scripted, client: Client) -> None:
    whole = {**A_RUN, "output": {"annotations_count": 53}}
    server.then(LOST, Reply(200, {"check_runs": [{**whole, "id": 4}, A_RUN]}))  # the first batch is not the second
    server.then(LOST, Reply(200, {"check_runs": [whole]}))
    assert endpoints.update_check_run(client, REPO, 5, RUN, 1).annotations == 53
    assert client.mutations == 2


# Names


@pytest.mark.parametrize("repository", ["", "octo", "/", "../app", "octo/..", "./.", "octo/"])
def test_a_repository_that_is_none_is_not_asked_for(repository: str, client: Client) -> None:
    with pytest.raises(ValueError, match="cannot be asked for"):
        endpoints.pull(client, repository, 7)
    assert client.requests == 0


def test_no_part_of_a_path_becomes_another(server: Scripted, client: Client) -> None:
    server.then(Reply(404, {"message": "Not Found"}))
    with pytest.raises(Refused):
        endpoints.commit(client, "o?/a%2f..", "../../user?x=#\r\nHost: other/%2e%2e/\u00e9")
    quoted = "..%2F..%2Fuser%3Fx%3D%23%0D%0AHost%3A%20other%2F%252e%252e%2F%C3%A9"
    assert server.asked[0].path == f"/repos/o%3F/a%252f../commits/{quoted}"
