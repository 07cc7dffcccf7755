"""The client against a real server: what it sends, when it asks again, how long it waits, and where the token never goes."""

from __future__ import annotations

import gzip
import logging
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployflow_gate.github import transport
from deployflow_gate.github.answer import Answer, Heard, Lost
from deployflow_gate.github.client import ATTEMPTS, BUDGET, MAX_PAGES, Client
from deployflow_gate.github.errors import GitHubError, Refused, Unavailable
from deployflow_gate.github.patience import MUTATION_PAUSE
from deployflow_gate.github.redirect import Hop, follow
from deployflow_gate.github.trouble import weigh

from .scripted import FakeClock, Fault, Reply, Scripted, scripted

TOKEN = "ghs_C4nary0fTheToken"
DATE = {"Date": "Sat, 21 Nov 2026 04:00:00 GMT"}
RESET = "1795233645"
"""45 seconds after DATE."""

BAD = Reply(502, b"<html>Bad Gateway</html>")
DENIED = Reply(403, {"message": "Resource not accessible by integration"})
SECONDARY = Reply(403, {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."})
OK = Reply(200, {"ok": True})
MADE = Reply(201, {"id": 7})


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted() as server:
        yield server


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def client(server: Scripted, clock: FakeClock) -> Iterator[Client]:
    with Client(server.url, TOKEN, clock=clock) as client:
        yield client


def nothing() -> None:
    return None


# What is sent


def test_a_request_says_what_github_asks_every_client_to_say(server: Scripted, client: Client) -> None:
    server.then(Reply(200, {"id": 1}))
    assert client.get("/repos/octo/app/pulls/7", page=2, ref="a b", name=None) == Answer(200, {"id": 1})
    asked = server.asked[0]
    assert (asked.method, asked.path, asked.body) == ("GET", "/repos/octo/app/pulls/7?page=2&ref=a+b", None)
    assert asked.headers["accept"] == "application/vnd.github+json"
    assert asked.headers["x-github-api-version"] == "2022-11-28"
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["user-agent"].startswith("deployflow-gate/")


def test_a_server_of_ones_own_keeps_its_path_and_the_version_can_be_chosen(server: Scripted) -> None:
    server.then(OK)
    with Client(f"{server.url}/api/v3/", f" {TOKEN}\n", api_version="2026-03-10") as client:
        client.get("/repos/octo/app")
    assert server.asked[0].path == "/api/v3/repos/octo/app"
    assert server.asked[0].headers["x-github-api-version"] == "2026-03-10"
    assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("token", [None, "", "\n"])
def test_without_a_token_nothing_takes_its_place(
    server: Scripted, token: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    server.then(OK)
    with Client(server.url, token) as client:
        client.get("/repos/octo/app")
    assert "authorization" not in server.asked[0].headers


def test_one_connection_is_used_for_all_requests_which_are_counted(server: Scripted, client: Client) -> None:
    server.then(OK, MADE, Reply(404, {"message": "Not Found"}), OK, Reply(204))
    client.get("/a")
    client.post("/b", {"text": "\u00e9\ud800"})
    with pytest.raises(Refused):
        client.get("/c")
    client.patch("/d", {})
    client.delete("/e")
    assert {asked.connection for asked in server.asked} == {0}
    assert [asked.method for asked in server.asked] == ["GET", "POST", "GET", "PATCH", "DELETE"]
    assert server.asked[1].body == {"text": "\u00e9\ud800"}
    assert (client.requests, client.mutations) == (5, 3)


def test_the_library_is_imported_only_when_something_is_sent() -> None:
    program = (
        "import sys, deployflow_gate.github.endpoints; sys.exit('requests' in sys.modules or 'urllib3' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# Listings


def test_a_listing_is_followed_by_its_links_wherever_they_lead_on_the_api(server: Scripted, client: Client) -> None:
    link = f'<{server.url}/repositories/1000/things?page=2>; rel="next", <{server.url}/x?page=2>; rel="last"'
    last = f'<{server.url}/repositories/1000/things?page=1>; rel="prev"'
    server.then(Reply(200, [1, 2], {"Link": link}), Reply(200, [3], {"Link": last}))
    assert list(client.pages("/repos/octo/app/things", state="all")) == [1, 2, 3]
    assert [asked.path for asked in server.asked] == [
        "/repos/octo/app/things?state=all&per_page=100",
        "/repositories/1000/things?page=2",
    ]
    assert all(asked.headers["authorization"] == f"Bearer {TOKEN}" for asked in server.asked)


def test_a_list_may_stand_in_an_object(server: Scripted, client: Client) -> None:
    server.then(Reply(200, {"total_count": 1, "check_runs": [{"id": 1}]}))
    assert list(client.pages("/runs", within="check_runs")) == [{"id": 1}]


def test_a_next_page_on_another_host_is_not_asked_for(server: Scripted, client: Client) -> None:
    with scripted() as other:
        server.then(Reply(200, [1], {"Link": f'<{other.url}/things?page=2>; rel="next"'}))
        with pytest.raises(Unavailable, match="another host"):
            list(client.pages("/things"))
        assert not other.asked


@pytest.mark.parametrize(
    "link", ["/things?page=2", "http://[", "https://{host}/2", "http://x\\@{host}/2", "http://{host}@x/2"]
)
def test_a_next_page_that_is_not_on_the_api_ends_in_an_error(server: Scripted, client: Client, link: str) -> None:
    host = server.url.removeprefix("http://")
    server.then(Reply(200, [1], {"Link": f'<{link.format(host=host)}>; rel="next"'}))
    with pytest.raises(Unavailable, match="another host"):
        list(client.pages("/things"))
    assert client.requests == 1


def test_a_listing_without_end_is_no_answer(server: Scripted, client: Client) -> None:
    server.then(*[Reply(200, [1], {"Link": f'<{server.url}/things>; rel="next"'})] * MAX_PAGES)
    with pytest.raises(Unavailable, match="more than 100 pages"):
        list(client.pages("/things"))


@pytest.mark.parametrize("body", [None, {"message": "surprise"}, "text", 5])
def test_a_listing_that_is_no_list_is_no_answer(server: Scripted, client: Client, body: object) -> None:
    server.then(Reply(200, body))
    with pytest.raises(Unavailable, match="something else than a list"):
        list(client.pages("/things", within="things"))


def test_a_page_that_fails_is_asked_for_again(server: Scripted, client: Client) -> None:
    server.then(Reply(200, [1], {"Link": f'<{server.url}/2>; rel="next"'}), BAD, Reply(200, [2]))
    assert list(client.pages("/things")) == [1, 2]


# A no


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 422, 451])
def test_a_no_is_taken_at_once(server: Scripted, client: Client, clock: FakeClock, status: int) -> None:
    link = "https://docs.github.com/rest"
    server.then(Reply(status, {"message": "No, thank you", "documentation_url": link}))
    with pytest.raises(Refused) as caught:
        client.get("/a")
    assert (caught.value.status, caught.value.message) == (status, "No, thank you")
    assert (caught.value.permission, caught.value.documentation) == (None, link)
    assert str(caught.value) == f"GitHub refused ({status}): No, thank you"
    assert not clock.slept


@pytest.mark.parametrize(
    ("header", "permission"),
    [
        ("pull_requests=write", "pull-requests: write"),
        ("issues=write; pull_requests=write", "issues: write or pull-requests: write"),
        (
            "contents=read,issues=write; administration=admin",
            "contents: read and issues: write or administration: admin",
        ),
        ("`@everyone`", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [403, 404])
def test_a_missing_permission_is_named_in_a_workflows_words(
    server: Scripted, client: Client, status: int, header: str, permission: str | None
) -> None:
    server.then(Reply(status, {"message": "no"}, {"X-Accepted-GitHub-Permissions": header}))
    with pytest.raises(Refused) as caught:
        client.post("/a", {})
    assert caught.value.permission == permission


def test_a_422_tells_its_first_faults_and_no_permission(server: Scripted, client: Client) -> None:
    faults = ["line must be in the diff", {"field": "body", "code": "missing"}, {"message": "too long"}, "a fourth", 5]
    body = {"message": "Validation Failed", "errors": faults}
    server.then(Reply(422, body, {"X-Accepted-GitHub-Permissions": "issues=write"}))
    with pytest.raises(Refused) as caught:
        client.post("/a", {})
    assert caught.value.message == "Validation Failed: line must be in the diff; body missing; too long"
    assert caught.value.permission is None


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"text"', b'{"message": 5, "errors": {}}', b"[" * 100_000])
def test_a_no_without_words_says_its_status(server: Scripted, client: Client, body: bytes) -> None:
    server.then(Reply(404, body))
    with pytest.raises(Refused, match="status 404"):
        client.get("/a")


def test_githubs_words_are_one_visible_line_of_bounded_length(server: Scripted, client: Client) -> None:
    server.then(Reply(422, {"message": "a\n::error::\x1b[2J\u202e" + "x" * 9000}))
    with pytest.raises(Refused) as caught:
        client.get("/a")
    assert caught.value.message.startswith("a\\n::error::\\x1b[2J\\u202exxx")
    assert len(caught.value.message) <= 500


def test_a_rejected_token_is_not_tried_again(server: Scripted, client: Client) -> None:
    server.then(Reply(401, {"message": "Bad credentials"}))
    for _ in range(3):
        with pytest.raises(Refused, match="401"):
            client.post("/a", {}, again=nothing)
    assert client.requests == 1


# Faults


@pytest.mark.parametrize(
    "fault",
    [
        BAD,
        Reply(500),
        Reply(503, {"message": "unavailable"}),
        Reply(408),
        Reply(fault=Fault.RESET),
        Reply(fault=Fault.CLOSED),
        Reply(200, {"ok": False}, fault=Fault.CUT),
    ],
    ids=lambda reply: reply.fault.name if reply.fault else str(reply.status),
)
class TestFault:
    def test_a_question_is_repeated_with_growing_pauses(
        self, server: Scripted, client: Client, clock: FakeClock, fault: Reply
    ) -> None:
        server.then(*[fault] * (ATTEMPTS - 1), OK)
        assert client.get("/a").body == {"ok": True}
        assert clock.slept == [1, 2, 4, 8]

    def test_it_is_given_up_in_the_end(self, server: Scripted, client: Client, clock: FakeClock, fault: Reply) -> None:
        server.then(*[fault] * ATTEMPTS)
        with pytest.raises(Unavailable, match=r"^(GitHub answered with the status \d+|The connection .*)\.$"):
            client.get("/a")
        assert clock.slept == [1, 2, 4, 8]

    def test_a_post_is_not_repeated_blindly(self, server: Scripted, client: Client, fault: Reply) -> None:
        server.then(fault)
        with pytest.raises(Unavailable):
            client.post("/a", {})
        assert client.mutations == 1

    def test_a_post_that_is_found_is_not_repeated(self, server: Scripted, client: Client, fault: Reply) -> None:
        server.then(fault)
        assert client.post("/a", {}, again=lambda: "found") == "found"
        assert client.mutations == 1

    def test_a_post_that_is_not_found_is_repeated(self, server: Scripted, client: Client, fault: Reply) -> None:
        server.then(fault, Reply(200, []), fault, Reply(200, []), MADE)
        assert client.post("/a", {"x": 1}, again=lambda: next(client.pages("/a"), None)) == Answer(201, {"id": 7})
        assert [asked.method for asked in server.asked] == ["POST", "GET", "POST", "GET", "POST"]

    def test_a_change_is_repeated(self, server: Scripted, client: Client, fault: Reply) -> None:
        server.then(fault, OK)
        assert client.patch("/a", {"x": 1}).body == {"ok": True}
        assert [asked.body for asked in server.asked] == [{"x": 1}, {"x": 1}]

    def test_a_change_that_adds_is_looked_for_first(self, server: Scripted, client: Client, fault: Reply) -> None:
        server.then(fault)
        assert client.patch("/a", {}, again=lambda: 5) == 5

    def test_what_was_deleted_without_an_answer_may_be_gone(
        self, server: Scripted, client: Client, fault: Reply
    ) -> None:
        server.then(fault, Reply(404, {"message": "Not Found"}))
        client.delete("/a")
        assert client.mutations == 2


def test_what_is_not_there_to_delete_is_a_no(server: Scripted, client: Client) -> None:
    server.then(Reply(404, {"message": "Not Found"}))
    with pytest.raises(Refused):
        client.delete("/a")


def test_another_no_after_a_lost_answer_stays_one(server: Scripted, client: Client) -> None:
    server.then(BAD, DENIED)
    with pytest.raises(Refused):
        client.delete("/a")


def test_a_post_is_looked_for_after_the_last_attempt_too(server: Scripted, client: Client) -> None:
    server.then(*[BAD] * ATTEMPTS)
    looks = iter([None] * (ATTEMPTS - 1) + ["found"])
    assert client.post("/a", {}, again=lambda: next(looks)) == "found"


def test_a_post_that_is_never_found_is_given_up(server: Scripted, client: Client) -> None:
    server.then(*[BAD] * ATTEMPTS)
    with pytest.raises(Unavailable, match="status 502"):
        client.post("/a", {}, again=nothing)


def test_a_fault_that_names_its_time_is_waited_for(server: Scripted, client: Client, clock: FakeClock) -> None:
    server.then(Reply(503, None, {"Retry-After": "30"}), OK)
    client.get("/a")
    assert clock.slept == [30]


def test_a_fault_of_one_thing_does_not_hold_up_another(server: Scripted, client: Client, clock: FakeClock) -> None:
    server.then(Reply(503, None, {"Retry-After": "3600"}), OK)
    with pytest.raises(Unavailable, match="status 503"):
        client.get("/code-scanning")
    client.get("/comments")
    assert not clock.slept


def test_a_server_that_says_nothing_is_left(server: Scripted, clock: FakeClock) -> None:
    server.then(*[Reply(fault=Fault.SILENT)] * ATTEMPTS)
    client = Client(server.url, TOKEN, clock=clock, answer_seconds=0.03)
    with client, pytest.raises(Unavailable, match="did not answer in time"):
        client.get("/a")


def test_a_server_that_drips_is_left(server: Scripted) -> None:
    server.then(Reply(fault=Fault.DRIPPING))
    clock = FakeClock(tick=1)
    with Client(server.url, TOKEN, clock=clock) as client, pytest.raises(Unavailable, match="did not answer in time"):
        client.post("/a", {})
    assert clock.time - 1000 < 40


def test_a_server_that_is_not_there(server: Scripted, clock: FakeClock) -> None:
    with scripted() as gone:
        url = gone.url
    with Client(url, TOKEN, clock=clock) as client, pytest.raises(Unavailable, match="connection to GitHub failed"):
        client.post("/a", {}, again=nothing)
    assert clock.slept == [1, 2, 4, 8]


@pytest.mark.parametrize(
    "url", ["", "api.github.com", "ftp://127.0.0.1", "http://", "http://[::1", "http://a b", "file:///etc"]
)
def test_an_address_that_is_none(url: str, clock: FakeClock) -> None:
    with Client(url, TOKEN, clock=clock) as client, pytest.raises(Unavailable, match="could not be made"):
        client.get("/a")
    assert not clock.slept


@pytest.mark.parametrize("version", ["2022-11-28\r\nX-Other: header", "\u4e2d"])
def test_a_version_that_fits_no_header(server: Scripted, clock: FakeClock, version: str) -> None:
    with Client(server.url, TOKEN, clock=clock, api_version=version) as client:
        with pytest.raises(Unavailable, match="could not be made"):
            client.get("/a")
        assert not server.asked


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_an_answer_of_any_size_is_not_read_whole(
    server: Scripted, client: Client, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "ANSWER_BYTES", 1 << 20)
    body = b" " * ((1 << 20) + 1)
    headers = {"Content-Encoding": "gzip"} if packed else {}
    server.then(Reply(200, gzip.compress(body) if packed else body, headers))
    with pytest.raises(Unavailable, match="greater than 1 MiB"):
        client.get("/a")
    assert client.requests == 1


def test_a_packed_answer_is_read(server: Scripted, client: Client) -> None:
    text = "x" * 500_000
    server.then(Reply(200, gzip.compress(f'["{text}"]'.encode()), {"Content-Encoding": "gzip"}))
    assert client.get("/a").body == [text]
    assert "gzip" in server.asked[0].headers["accept-encoding"]


@pytest.mark.parametrize("body", [b"<html>log in</html>", b"{", b"\xff\xfe\xfa", b"[" * 100_000, b"1" * 10_000])
def test_an_answer_that_is_not_json_is_none(server: Scripted, client: Client, body: bytes) -> None:
    server.then(Reply(200, body))
    with pytest.raises(Unavailable, match="something else than JSON"):
        client.get("/a")
    assert client.requests == 1


# Limits


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (Reply(403, {"message": "API rate limit exceeded"}, {"Retry-After": "7"}), 7),
        (Reply(429, None, {"Retry-After": "7", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": RESET, **DATE}), 7),
        (Reply(429, None, {"Retry-After": "Sat, 21 Nov 2026 04:00:09 GMT", **DATE}), 9),
        (Reply(429, None, {"Retry-After": "0"}), 0),
        (Reply(403, {"message": "no"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": RESET, **DATE}), 46),
        (Reply(429, None, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": RESET}), 60),
        (Reply(429, None, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "soon", **DATE}), 60),
        (Reply(429, None, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1", **DATE}), 1),
        (Reply(429, None, {"Retry-After": "nan"}), 60),
        (Reply(429, None, {"Retry-After": "9" * 400}), 60),
        (Reply(429, None, {"Retry-After": "later", "Date": "now"}), 60),
        (Reply(429), 60),
        (SECONDARY, 60),
        (Reply(403, {"message": "You have triggered an abuse detection mechanism."}), 60),
        (Reply(422, {"message": "Validation Failed", "errors": [{"message": "was submitted too quickly"}]}), 60),
    ],
)
def test_a_limit_is_waited_for_as_github_says(
    server: Scripted, client: Client, clock: FakeClock, reply: Reply, seconds: float
) -> None:
    server.then(reply, MADE)
    assert client.post("/a", {}) == Answer(201, {"id": 7})  # nothing was made the first time, so nothing is looked for
    assert sum(clock.slept) == pytest.approx(max(seconds, MUTATION_PAUSE))


@pytest.mark.parametrize(
    "reply",
    [
        DENIED,
        Reply(403, {"message": "no"}, {"X-RateLimit-Remaining": "12"}),
        Reply(422, {"message": "Validation Failed", "errors": ["the name `rate limit` is taken"]}),
        Reply(404, {"message": "rate limit"}, {"Retry-After": "1"}),
    ],
)
def test_a_no_is_not_taken_for_a_limit(server: Scripted, client: Client, reply: Reply) -> None:
    server.then(reply)
    with pytest.raises(Refused):
        client.get("/a")


HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "date", "x-ratelimit-remaining", "x-ratelimit-reset"]),
    st.text(max_size=30)
    | st.dates().map("{:%a, %d %b %Y 00:00:00 +2359}".format)
    | st.floats().map(str)
    | st.just("0"),
)


@given(st.sampled_from([403, 404, 408, 422, 429, 503]), HEADERS, st.binary(max_size=30), st.integers(0, ATTEMPTS - 1))
def test_whatever_stands_in_the_headers_the_wait_is_a_time(
    status: int, headers: dict[str, str], body: bytes, attempt: int
) -> None:
    trouble = weigh(Heard(status, headers, body), attempt)
    assert isinstance(trouble, Refused) or 0 <= trouble.wait < float("inf")


@pytest.mark.parametrize("after", ["90", "3600", "1e300"])
def test_a_limit_beyond_the_budget_is_not_waited_for_at_all(
    server: Scripted, client: Client, clock: FakeClock, after: str
) -> None:
    server.then(Reply(429, None, {"Retry-After": after}))
    for ask in (lambda: client.get("/a"), lambda: client.delete("/b"), lambda: list(client.pages("/c"))):
        with pytest.raises(Unavailable, match="rate limit"):
            ask()
    assert client.requests == 1
    assert not clock.slept


def test_a_limit_that_comes_twice_doubles_and_ends_at_the_budget(
    server: Scripted, client: Client, clock: FakeClock
) -> None:
    server.then(SECONDARY, SECONDARY)
    with pytest.raises(Unavailable, match=r"rate limit is reached\. GitHub asks to wait 120 s, and 30 s are left\."):
        client.get("/a")
    assert clock.slept == [60]


def test_a_limit_is_over_when_it_is_over(server: Scripted, client: Client, clock: FakeClock) -> None:
    server.then(Reply(429, None, {"Retry-After": "100"}), OK)
    with pytest.raises(Unavailable):
        client.get("/a")
    clock.time += 100
    assert client.get("/a").body == {"ok": True}


def test_a_limit_that_is_always_over_at_once_is_given_up(server: Scripted, client: Client) -> None:
    server.then(*[Reply(429, None, {"Retry-After": "0"})] * ATTEMPTS)
    with pytest.raises(Unavailable, match="rate limit"):
        client.get("/a")


def test_a_second_lies_between_two_changes(server: Scripted, client: Client, clock: FakeClock) -> None:
    server.then(MADE, OK, OK, OK, Reply(204), OK)
    client.post("/a", {})
    client.get("/b")
    assert not clock.slept
    clock.time += 0.25
    client.patch("/c", {})
    assert clock.slept == [0.75]
    client.get("/d")
    client.delete("/e")
    assert clock.slept == [0.75, 1]
    clock.time += 5
    client.patch("/f", {})
    assert clock.slept == [0.75, 1]


# The budget


def test_nothing_is_sent_without_a_budget(server: Scripted) -> None:
    with Client(server.url, TOKEN, budget=0) as client, pytest.raises(Unavailable, match="0 s that the gate waits"):
        client.get("/a")
    assert client.requests == 0


def test_the_budget_is_that_of_the_whole_run(server: Scripted, client: Client, clock: FakeClock) -> None:
    server.then(*[BAD] * 60)
    for _ in range(20):
        with pytest.raises(Unavailable):
            client.get("/a")
    assert BUDGET - 8 <= sum(clock.slept) < BUDGET
    before = client.requests
    with pytest.raises(Unavailable):
        client.get("/a")
    assert client.requests == before + 1
    server.replies.clear()


def test_slow_answers_count_beyond_their_first_second(server: Scripted) -> None:
    clock = FakeClock()
    with Client(server.url, TOKEN, clock=clock, budget=10) as client:
        server.then(OK, OK)
        for slow, left in ((1, 10), (9, 2)):
            _slowed(client, clock, slow)
            client.get("/a")
            assert client._patience.left == left
        server.then(OK)
        _slowed(client, clock, 30)
        client.get("/a")
        with pytest.raises(Unavailable, match="used up"):
            client.get("/a")


def _slowed(client: Client, clock: FakeClock, seconds: float) -> None:
    """Let the next exchange take so long."""
    exchange = client._transport.exchange

    def slow(*args: object, **options: object) -> Heard | Lost:
        client._transport.exchange = exchange  # type: ignore[method-assign]
        clock.time += seconds
        return exchange(*args, **options)  # type: ignore[arg-type]

    client._transport.exchange = slow  # type: ignore[method-assign]


def _limit(headers: dict[str, str]) -> Heard:
    return Heard(429, headers, b"")


OUTCOMES = st.one_of(
    st.sampled_from([Heard(200, {}, b"{}"), Heard(404, {}, b"{}"), Heard(502, {}, b""), Heard(403, {}, b"{}")]),
    st.builds(lambda s: _limit({"retry-after": str(s)}), st.integers(-5, 200)),
    st.builds(lambda s: Heard(503, {"retry-after": str(s)}, b""), st.integers(-5, 200)),
    st.builds(lambda hopeless: Lost("It broke.", hopeless), st.booleans()),
)
CALLS = st.lists(st.sampled_from(["get", "post", "blind", "patch", "delete"]), min_size=1, max_size=30)


@given(st.lists(st.tuples(OUTCOMES, st.floats(0, 40)), min_size=1, max_size=80), CALLS, st.floats(1, 200))
def test_whatever_github_does_the_waiting_is_bounded(
    script: list[tuple[Heard | Lost, float]], calls: list[str], budget: float
) -> None:
    """Any run of outcomes, each after any time: the budget holds, changes keep their distance, nothing is blindly repeated."""
    clock = FakeClock()
    client = Client("https://api.github.com", TOKEN, clock=clock, budget=budget)
    outcomes = iter(script)
    began: list[tuple[float, str]] = []
    ended: list[float] = []

    def exchange(method: str, *_: object, seconds: float, **__: object) -> Heard | Lost:
        outcome, took = next(outcomes, (Heard(200, {}, b"{}"), 0.0))
        assert seconds > 0
        if method != "GET":
            assert not ended or clock.now() - ended[-1] >= MUTATION_PAUSE - 1e-9
        began.append((clock.now(), method))
        if took > seconds:
            outcome, took = Lost("GitHub did not answer in time."), seconds
        clock.time += took
        if method != "GET":
            ended.append(clock.now())
        return outcome

    client._transport.exchange = exchange  # type: ignore[method-assign]
    looks = 0

    def again() -> None:
        nonlocal looks
        looks += 1

    actions: dict[str, Callable[[], object]] = {
        "get": lambda: client.get("/a"),
        "post": lambda: client.post("/a", {}, again=again),
        "blind": lambda: client.post("/a", {}),
        "patch": lambda: client.patch("/a", {}),
        "delete": lambda: client.delete("/a"),
    }
    for call in calls:
        sent, looked = len(began), looks
        with suppress(GitHubError):
            actions[call]()
        assert len(began) - sent <= ATTEMPTS
        if call == "post":
            unsure = [o for o, _ in script[sent : len(began)] if isinstance(o, Lost) or o.status >= 500]
            assert looks - looked >= len(unsure)
    assert sum(clock.slept) <= budget
    assert clock.time - 1000 <= budget + len(began) * 1.0 + 1e-6
    assert client.requests == len(began)


# Redirects


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("absolute", [True, False])
def test_a_redirect_on_the_api_is_followed_as_it_was_asked(
    server: Scripted, client: Client, status: int, absolute: bool
) -> None:
    location = f"{server.url if absolute else ''}/repositories/1000/comments"
    server.then(Reply(status, None, {"Location": location}), MADE)
    assert client.post("/repos/octo/old/comments", {"x": 1}) == Answer(201, {"id": 7})
    assert [(a.method, a.path, a.body) for a in server.asked] == [
        ("POST", "/repos/octo/old/comments", {"x": 1}),
        ("POST", "/repositories/1000/comments", {"x": 1}),
    ]
    assert server.asked[1].headers["authorization"] == f"Bearer {TOKEN}"


def test_a_question_that_is_redirected_to_another_host_goes_on_without_the_token(
    server: Scripted, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    with scripted(Reply(302, None, {"Location": f"{server.url}/back"})) as other:
        server.then(Reply(302, None, {"Location": f"{other.url}/file"}), OK, OK)
        assert client.get("/a").body == {"ok": True}
        assert other.asked[0].path == "/file"
        assert "authorization" not in other.asked[0].headers
    assert server.asked[1].path == "/back"
    assert "authorization" not in server.asked[1].headers  # whoever redirects back must not lend himself the token
    client.get("/b")
    assert server.asked[2].headers["authorization"] == f"Bearer {TOKEN}"


def test_a_no_of_another_host_says_nothing_about_the_token(server: Scripted, client: Client) -> None:
    with scripted(Reply(401, {"message": "who are you"})) as other:
        server.then(Reply(302, None, {"Location": other.url}), OK)
        with pytest.raises(Refused):
            client.get("/a")
    assert client.get("/b").body == {"ok": True}


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_a_change_is_not_taken_to_another_host(server: Scripted, client: Client, method: str) -> None:
    with scripted() as other:
        server.then(Reply(307, None, {"Location": f"{other.url}/a"}))
        with pytest.raises(Unavailable, match="another host"):
            getattr(client, method)("/a", *([] if method == "delete" else [{}]))
        assert not other.asked


def test_the_body_of_a_redirect_is_not_read_without_end(server: Scripted) -> None:
    server.then(Reply(301, None, {"Location": "/b"}, fault=Fault.DRIPPING))
    with Client(server.url, TOKEN, clock=FakeClock(tick=1)) as client, pytest.raises(Unavailable, match="in time"):
        client.post("/a", {})


def test_a_redirect_in_a_circle_ends(server: Scripted, client: Client) -> None:
    server.then(*[Reply(302, None, {"Location": f"/{n}"}) for n in range(6)])
    with pytest.raises(Unavailable, match="redirected too often"):
        client.get("/a")
    assert client.requests == 6


@pytest.mark.parametrize(
    "location", ["", "/a", "ftp://127.0.0.1/x", "http://", "http://[", "http://h:port/", "mailto:x"]
)
def test_a_redirect_to_nowhere_is_no_answer(server: Scripted, client: Client, location: str) -> None:
    server.then(Reply(301, None, {"Location": location} if location else {}))
    with pytest.raises(Unavailable, match="redirected to no address"):
        client.get("/a")


@pytest.mark.parametrize(
    ("url", "location", "trusted"),
    [
        ("https://api.github.com/a", "https://API.github.com:443/b", True),
        ("https://api.github.com/a", "//api.github.com/b", True),
        ("https://api.github.com/a", "https://api.github.com:8443/b", False),
        ("https://api.github.com/a", "https://api.github.com.evil/b", False),
        ("https://api.github.com/a", "https://api.github.com@evil/b", False),
        ("https://api.github.com/a", "https://evil\\@api.github.com/b", False),
        ("https://api.github.com/a", "//codeload.github.com/b", False),
        ("http://ghes/api/v3/a", "https://ghes/api/v3/a", False),
        ("https://api.github.com/a", "http://api.github.com/b", None),
        ("https://api.github.com/a", "http://codeload.github.com/b", None),
    ],
)
def test_only_the_same_scheme_host_and_port_are_trusted(url: str, location: str, trusted: bool | None) -> None:
    hop = follow(Hop(url), Heard(302, {"location": location}, b""), mutation=False)
    assert (hop.trusted if isinstance(hop, Hop) else None) is trusted
    change = follow(Hop(url), Heard(307, {"location": location}, b""), mutation=True)
    assert isinstance(change, Hop) is bool(trusted)


@pytest.mark.parametrize("status", [300, 303, 304])
def test_another_3xx_is_no_answer(server: Scripted, client: Client, status: int) -> None:
    server.then(Reply(status, None, {"Location": "/b"}))
    with pytest.raises(Unavailable, match=f"status {status}"):
        client.get("/a")


# The token


CANARIES = [
    *[
        Reply(s, {"message": f"Bearer {TOKEN} is bad", "errors": [TOKEN], "documentation_url": TOKEN})
        for s in (401, 422)
    ],
    Reply(403, {"message": TOKEN}, {"X-Accepted-GitHub-Permissions": f"{TOKEN}=write"}),
    Reply(500, TOKEN),
    Reply(429, {"message": TOKEN}, {"Retry-After": "1000"}),
    Reply(200, TOKEN.encode()),
    Reply(200, {"a": TOKEN}, fault=Fault.CUT),
    Reply(302, None, {"Location": f"ftp://{TOKEN}"}),
    Reply(302, None, {"Location": f"http://[{TOKEN}"}),
    Reply(200, {"a": 1}, {"Content-Encoding": "gzip"}),
    Reply(fault=Fault.RESET),
]


@pytest.mark.parametrize("reply", CANARIES, ids=lambda reply: str(reply.fault or reply.status))
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_error_and_no_log_shows_the_token(
    server: Scripted, clock: FakeClock, reply: Reply, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.then(*[reply] * ATTEMPTS)
    with Client(server.url, TOKEN, clock=clock) as client:
        error = _caught(client, method)
        assert TOKEN not in repr(client)
    server.replies.clear()
    _hidden(error, TOKEN)
    assert TOKEN not in caplog.text
    assert "urllib3" in caplog.text  # the log of the library was listened to


@pytest.mark.parametrize("token", [f"{TOKEN}\nX-Other: header", f"{TOKEN}\u00e9", f"{TOKEN}\u2028\u4e2d", f"{TOKEN}\0"])
def test_a_token_that_fits_no_header_is_not_shown_and_not_sent(server: Scripted, clock: FakeClock, token: str) -> None:
    with Client(server.url, token, clock=clock) as client:
        error = _caught(client, "get")
    assert str(error) == "The token holds characters that no token of GitHub's has."
    _hidden(error, TOKEN)


def _caught(client: Client, method: str) -> GitHubError:
    ask = client.get if method == "get" else partial(client.post, body={}, again=nothing)
    with pytest.raises(GitHubError) as caught:
        ask("/a")
    return caught.value


def _hidden(error: GitHubError, token: str) -> None:
    """Nothing that a report of the error could show has the token: its texts, its chain, the variables of its frames."""
    assert error.__cause__ is None
    assert error.__context__ is None
    assert token not in f"{error} {error!r} {error.args} {vars(error)}"
    frames = traceback.TracebackException.from_exception(error, capture_locals=True).stack
    ours = [frame for frame in frames if "deployflow_gate" in frame.filename]
    assert ours
    assert token not in "".join(str(frame.locals) for frame in ours)


def test_who_the_token_is_asked_once(server: Scripted, client: Client) -> None:
    server.then(Reply(200, {"login": "octocat"}))
    assert [client.login, client.login] == ["octocat", "octocat"]


def test_a_token_that_is_nobodys(server: Scripted, client: Client) -> None:
    server.then(DENIED)
    assert [client.login, client.login] == [None, None]
