"""Every call against the fake GitHub, which holds each request against the official description: github.com's and two servers'."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from deployflow_gate.github import endpoints
from deployflow_gate.github.client import Client
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

from .fake import FakeGitHub, OtherHost, Pull, Repository, faults
from .fake.faults import Fault
from .fake.gitdata import Content
from .scripted import FakeClock

REPO = "octo/app"
MARKER = "<!-- deployflow-gate:v1:main -->"
COMMENT = CreateComment(MARKER, f"{MARKER}\nBlocked \u00e9\U0001f600.")
ALL = dict.fromkeys(("checks", "contents", "issues", "pull_requests", "security_events", "statuses"), "write")
SARIF = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": []}
ANNOTATION: dict[str, str | int] = {
    "path": "Dockerfile",
    "start_line": 1,
    "end_line": 1,
    "annotation_level": "failure",
    "message": "No.",
}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture(params=["api.github.com", "ghes-3.17", "ghes-3.19"])
def github(request: pytest.FixtureRequest) -> Iterator[FakeGitHub]:
    with FakeGitHub(request.param) as github:
        yield github


@pytest.fixture
def app(github: FakeGitHub) -> Repository:
    runs = "RUN true\n" * 20
    old: dict[str, Content] = {"gone": "1\n", "kept": b"\0\1", "old name": "x\n" * 30}
    new: dict[str, Content] = {"kept": b"\0\1", "new/name": "x\n" * 30}
    old["Dockerfile"], new["Dockerfile"] = f"FROM debian\n{runs}", f"FROM debian\nUSER root\n{runs}"
    return github.add_repository(REPO, {"main": old, "fix": new})


@pytest.fixture
def pull(github: FakeGitHub, app: Repository) -> Pull:
    return github.open_pull(app, "fix")


@pytest.fixture
def client(github: FakeGitHub) -> Iterator[Client]:
    with Client(github.url, github.actions_token(**ALL), clock=FakeClock()) as client:
        yield client


def inline(pull: Pull) -> InlineComment:
    return InlineComment("Dockerfile", 2, f"{MARKER}\nNo.", "f00d", start_line=1)


def review(pull: Pull) -> CreateReview:
    return CreateReview(pull.head, MARKER, f"{MARKER}\nSee below.", (inline(pull), replace(inline(pull), start_line=2)))


def check_run(pull: Pull, annotations: int = 120) -> CreateCheckRun:
    batches = tuple((ANNOTATION,) * min(50, annotations - at) for at in range(0, annotations, 50))
    return CreateCheckRun(pull.head, "gate", "failure", "dfg:1", "Blocked", "Summary", "Text", batches, "https://run/1")


def status(pull: Pull) -> SetStatus:
    return SetStatus(pull.head, "deployflow-gate", "failure", "3 errors", "https://run/1")


def upload(pull: Pull) -> UploadSarif:
    run = {
        "tool": {"driver": {"name": "deployflow-gate"}},
        "automationDetails": {"id": "deployflow-gate/"},
        "results": [],
    }
    return UploadSarif(pull.head, "refs/pull/1/head", json.dumps({**SARIF, "runs": [run]}))


def test_reading_a_pull_request(client: Client, app: Repository, pull: Pull) -> None:
    read = endpoints.pull(client, REPO, pull.number)
    assert (read.number, read.state, read.draft, read.author.login) == (1, "open", False, "octocat")
    assert (read.base_ref, read.base_sha, read.base_repository) == ("main", pull.base, REPO)
    assert (read.head_ref, read.head_sha, read.head_repository) == ("fix", pull.head, REPO)
    assert endpoints.pulls_of_commit(client, REPO, pull.head) == (read,)
    files = {file.path: file for file in endpoints.pull_files(client, REPO, pull.number)}
    assert {path: (file.status, file.previous) for path, file in files.items()} == {
        "Dockerfile": ("modified", None),
        "gone": ("removed", None),
        "new/name": ("renamed", "old name"),
    }
    patch = files["Dockerfile"].patch
    assert patch is not None
    assert "+USER root" in patch
    comparison = endpoints.compare(client, REPO, pull.base, pull.head)
    assert (comparison.merge_base, set(comparison.files)) == (pull.base, set(files.values()))


def test_a_fork_that_is_gone(github: FakeGitHub, client: Client, app: Repository) -> None:
    fork = github.fork(app, "mallory/app")
    github.commit(fork, {"Dockerfile": "FROM x\n"}, fork.branches["main"], branch="evil")
    pull = github.open_pull(app, "evil", source=fork, author="mallory", draft=True)
    read = endpoints.pull(client, REPO, pull.number)
    assert (read.head_repository, read.draft) == ("mallory/app", True)
    github.delete_fork(pull)
    assert endpoints.pull(client, REPO, pull.number).head_repository is None


def test_reading_a_commit(client: Client, app: Repository, pull: Pull) -> None:
    by_sha = endpoints.commit(client, REPO, pull.head)
    assert (by_sha, by_sha.sha, by_sha.parents) == (endpoints.commit(client, REPO, "fix"), pull.head, (pull.base,))
    flat = endpoints.tree(client, REPO, by_sha.tree)
    assert {entry.path: entry.type for entry in flat.entries} == {"Dockerfile": "blob", "kept": "blob", "new": "tree"}
    whole = endpoints.tree(client, REPO, pull.head, recursive=True)
    blobs = {entry.path: entry for entry in whole.entries if entry.type == "blob"}
    assert blobs.keys() == {"Dockerfile", "kept", "new/name"}
    assert (blobs["kept"].size, blobs["kept"].mode, whole.truncated) == (2, "100644", False)
    assert endpoints.blob(client, REPO, blobs["kept"].sha) == b"\0\1"
    assert endpoints.blob(client, REPO, blobs["new/name"].sha) == b"x\n" * 30


def test_a_long_listing_is_read_whole(github: FakeGitHub, client: Client, app: Repository, pull: Pull) -> None:
    for number in range(250):
        github.comment(pull, f"comment {number}")
    read = endpoints.issue_comments(client, REPO, pull.number)
    assert [comment.body for comment in read] == [f"comment {number}" for number in range(250)]
    assert client.requests == 3


def test_a_renamed_repository_is_found(github: FakeGitHub, client: Client, app: Repository, pull: Pull) -> None:
    github.rename(app, "octo/renamed")
    assert endpoints.create_comment(client, REPO, pull.number, COMMENT).body == COMMENT.body
    assert endpoints.pull(client, REPO, pull.number).base_repository == "octo/renamed"


def test_the_life_of_a_comment(client: Client, app: Repository, pull: Pull) -> None:
    made = endpoints.create_comment(client, REPO, pull.number, COMMENT)
    assert made.body == pull.comments[0].body == COMMENT.body
    assert made.url.startswith("http")
    assert endpoints.ours(client, made.author)
    assert endpoints.issue_comments(client, REPO, pull.number) == (made,)
    changed = endpoints.update_comment(client, REPO, UpdateComment(made.id, "Passed."))
    assert (changed.id, changed.body, pull.comments[0].body) == (made.id, "Passed.", "Passed.")
    endpoints.delete_comment(client, REPO, made.id)
    assert not pull.comments


def test_the_life_of_a_review(github: FakeGitHub, client: Client, app: Repository, pull: Pull) -> None:
    made = endpoints.create_review(client, REPO, pull.number, review(pull))
    assert (made.state, made.commit, made.body) == ("COMMENTED", pull.head, review(pull).body)
    assert endpoints.reviews(client, REPO, pull.number) == (made,)
    single = endpoints.create_review_comment(client, REPO, pull.number, pull.head, inline(pull))
    first, second, third = endpoints.review_comments(client, REPO, pull.number)
    assert [(c.path, c.start_line, c.line, c.body, c.commit) for c in (first, second)] == [
        ("Dockerfile", 1, 2, inline(pull).body, pull.head),
        ("Dockerfile", None, 2, inline(pull).body, pull.head),
    ]
    assert third == single
    github.reply(pull.review_comments[0], "No, it must be root.")
    assert endpoints.review_comments(client, REPO, pull.number)[3].replies_to == first.id
    endpoints.delete_review_comment(client, REPO, single.id)
    assert [comment.id for comment in pull.review_comments] == [first.id, second.id, pull.review_comments[2].id]


def test_a_comment_outside_of_the_diff_spoils_its_review(client: Client, app: Repository, pull: Pull) -> None:
    outside = replace(review(pull), comments=(inline(pull), replace(inline(pull), line=22, start_line=None)))
    with pytest.raises(Refused) as caught:
        endpoints.create_review(client, REPO, pull.number, outside)
    assert caught.value.status == 422
    assert not pull.review_comments


def test_a_check_run_of_many_annotations(client: Client, app: Repository, pull: Pull) -> None:
    post = check_run(pull)
    made = endpoints.create_check_run(client, REPO, post)
    for batch in range(1, len(post.batches)):
        made = endpoints.update_check_run(client, REPO, made.id, post, batch)
    (there,) = app.check_runs
    assert len(there.annotations) == 120
    assert (there.title, there.summary, there.text, there.details_url) == (
        "Blocked",
        "Summary",
        "Text",
        "https://run/1",
    )
    (read,) = endpoints.check_runs(client, REPO, pull.head, "gate")
    assert (read.id, read.external_id, read.status, read.conclusion) == (made.id, "dfg:1", "completed", "failure")
    assert read.annotations == 120
    assert endpoints.check_runs(client, REPO, pull.head, "another") == ()


def test_a_status_and_an_upload(client: Client, app: Repository, pull: Pull) -> None:
    endpoints.set_status(client, REPO, status(pull))
    (there,) = app.statuses
    assert (there.state, there.context, there.description) == ("failure", "deployflow-gate", "3 errors")
    assert endpoints.upload_sarif(client, REPO, upload(pull)) == app.sarifs[0].id
    assert app.sarifs[0].document == json.loads(upload(pull).sarif)


def test_whose_token_it_is(github: FakeGitHub, client: Client) -> None:
    assert endpoints.viewer(client) is None
    with Client(github.url, github.personal_token("alice")) as persons:
        assert endpoints.viewer(persons) == "alice"


# The faults, at each thing that is made

Make = Callable[[Client, Pull], object]
MADE: list[tuple[str, str, Make, Callable[[Repository, Pull], int]]] = [
    (
        "comment",
        "POST /repos/*/issues/*/comments",
        lambda c, p: endpoints.create_comment(c, REPO, p.number, COMMENT),
        lambda _, p: len(p.comments),
    ),
    (
        "review",
        "POST /repos/*/pulls/*/reviews",
        lambda c, p: endpoints.create_review(c, REPO, p.number, review(p)),
        lambda _, p: len(p.reviews),
    ),
    (
        "inline comment",
        "POST /repos/*/pulls/*/comments",
        lambda c, p: endpoints.create_review_comment(c, REPO, p.number, p.head, inline(p)),
        lambda _, p: len(p.review_comments),
    ),
    (
        "check run",
        "POST /repos/*/check-runs",
        lambda c, p: endpoints.create_check_run(c, REPO, check_run(p, 50)),
        lambda app, _: len(app.check_runs),
    ),
]
DONE = [faults.reset(done=True), *(faults.broken(s, done=True) for s in (500, 502, 503)), faults.truncated()]
UNDONE = [
    faults.reset(),
    *(faults.broken(s) for s in (500, 502, 503)),
    faults.secondary_limit(3),
    faults.secondary_limit(),
]


@pytest.mark.parametrize(("on", "make", "count"), [made[1:] for made in MADE], ids=[made[0] for made in MADE])
@pytest.mark.parametrize("fault", [*DONE, *UNDONE], ids=lambda f: f"{f.status}{' done' * f.done}{' drop' * f.drop}")
def test_a_fault_makes_nothing_twice_and_loses_nothing(
    github: FakeGitHub,
    client: Client,
    app: Repository,
    pull: Pull,
    fault: Fault,
    on: str,
    make: Make,
    count: Callable[[Repository, Pull], int],
) -> None:
    rule = github.inject(fault, on)
    assert make(client, pull)
    assert rule.hits == 1
    assert count(app, pull) == 1
    assert len(github.mutations) == (1 if fault.done else 2)


@pytest.mark.parametrize("fault", [*DONE, *UNDONE], ids=lambda f: f"{f.status}{' done' * f.done}{' drop' * f.drop}")
def test_a_fault_adds_no_annotation_twice(
    github: FakeGitHub, client: Client, app: Repository, pull: Pull, fault: Fault
) -> None:
    post = check_run(pull)
    made = endpoints.create_check_run(client, REPO, post)
    rule = github.inject(fault, "PATCH *", after=1)
    for batch in (1, 2):
        endpoints.update_check_run(client, REPO, made.id, post, batch)
    assert rule.hits == 1
    assert [len(run.annotations) for run in app.check_runs] == [120]


@pytest.mark.parametrize("fault", DONE[:-1])  # a 204 has no body to cut
def test_what_can_be_repeated_is(github: FakeGitHub, client: Client, app: Repository, pull: Pull, fault: Fault) -> None:
    made = endpoints.create_comment(client, REPO, pull.number, COMMENT)
    single = endpoints.create_review_comment(client, REPO, pull.number, pull.head, inline(pull))
    repeated: list[Callable[[], object]] = [
        lambda: endpoints.update_comment(client, REPO, UpdateComment(made.id, "Passed.")),
        lambda: endpoints.set_status(client, REPO, status(pull)),
        lambda: endpoints.upload_sarif(client, REPO, upload(pull)),
        lambda: endpoints.delete_comment(client, REPO, made.id),
        lambda: endpoints.delete_review_comment(client, REPO, single.id),
    ]
    for call in repeated:
        before = len(github.mutations)
        rule = github.inject(fault)
        call()
        assert (rule.hits, len(github.mutations) - before) == (1, 2)
    assert not pull.comments
    assert not pull.review_comments


# The refusals

WRITES: list[tuple[str, Make]] = [
    ("issues: write or pull-requests: write", lambda c, p: endpoints.create_comment(c, REPO, p.number, COMMENT)),
    ("pull-requests: write", lambda c, p: endpoints.create_review(c, REPO, p.number, review(p))),
    ("pull-requests: write", lambda c, p: endpoints.create_review_comment(c, REPO, p.number, p.head, inline(p))),
    ("checks: write", lambda c, p: endpoints.create_check_run(c, REPO, check_run(p))),
    ("statuses: write", lambda c, p: endpoints.set_status(c, REPO, status(p))),
    ("security-events: write", lambda c, p: endpoints.upload_sarif(c, REPO, upload(p))),
]


@pytest.mark.parametrize(("permission", "call"), WRITES)
def test_a_forks_token_is_refused_with_the_permission_that_is_missing(
    github: FakeGitHub, app: Repository, pull: Pull, permission: str, call: Make
) -> None:
    with Client(github.url, github.read_only_token(), clock=FakeClock()) as client:
        with pytest.raises(Refused) as caught:
            call(client, pull)
        assert (caught.value.status, caught.value.permission) == (403, permission)
        assert caught.value.message == "Resource not accessible by integration"
        assert client.requests == 1


def test_a_token_that_expires_on_the_way(github: FakeGitHub, client: Client, app: Repository, pull: Pull) -> None:
    endpoints.create_comment(client, REPO, pull.number, COMMENT)
    github.inject(faults.expired_token())
    for _ in range(3):
        with pytest.raises(Refused, match="401"):
            endpoints.create_comment(client, REPO, pull.number, COMMENT)
    assert client.requests == 2


@pytest.mark.parametrize("code_scanning", ["forbidden", "missing"])
def test_a_repository_without_code_scanning(
    github: FakeGitHub, client: Client, app: Repository, pull: Pull, code_scanning: str
) -> None:
    app.code_scanning = code_scanning
    with pytest.raises(Refused) as caught:
        endpoints.upload_sarif(client, REPO, upload(pull))
    assert caught.value.status in {403, 404}


def test_a_diff_that_is_too_large(github: FakeGitHub, client: Client, app: Repository, pull: Pull) -> None:
    github.inject(faults.not_acceptable())
    with pytest.raises(Refused, match=r"406.*maximum number of files"):
        endpoints.pull_files(client, REPO, pull.number)


def test_an_hour_that_is_used_up(github: FakeGitHub, client: Client, app: Repository, pull: Pull) -> None:
    github.inject(faults.primary_limit(1200))
    for _ in range(3):
        with pytest.raises(Unavailable, match="rate limit"):
            endpoints.pull(client, REPO, pull.number)
    assert client.requests == 1


def test_the_token_stays_on_the_api(github: FakeGitHub, client: Client, app: Repository, pull: Pull) -> None:
    with OtherHost({"sha": "0" * 40, "content": "", "encoding": "base64"}) as other:
        github.inject(faults.redirect(f"{other.url}/blob", 302))
        assert endpoints.blob(client, REPO, "0" * 40) == b""
        github.inject(faults.redirect(f"{other.url}/comment", 307))
        with pytest.raises(Unavailable, match="another host"):
            endpoints.create_comment(client, REPO, pull.number, COMMENT)
    assert [(request.path, request.authorised) for request in other.requests] == [("/blob", False)]
