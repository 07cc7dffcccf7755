"""The result file of a run without rights: what is written is read back, and nothing else is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployflow_gate import check
from deployflow_gate.github.event import Event, Pull
from deployflow_gate.github.result import MAX_BYTES, Result, ResultFault, read_result, render_result
from deployflow_gate.policy.verdict import Outcome

HEAD = "a" * 40
EVENT = Event("pull_request", "opened", "octo/app", HEAD, "b" * 40, pull=Pull(7, "main", "topic", fork=True))
VERDICT = check({"Dockerfile": "FROM debian\n"})


def _written() -> dict[str, object]:
    text = render_result(VERDICT, EVENT)
    assert text is not None
    written: dict[str, object] = json.loads(text)
    return written


def test_what_is_written_is_read_back() -> None:
    result = read_result(json.dumps(_written()).encode())
    blocking = frozenset(finding.fingerprint for finding in VERDICT.blocking)
    assert blocking
    assert result == Result("octo/app", 7, HEAD, Outcome.BLOCKED, VERDICT.policy_digest, blocking)
    assert not result.differs(VERDICT)
    assert result.differs(check({"Dockerfile": "FROM debian:12.8-slim\nUSER 10001\n"}))


def test_an_event_without_a_pull_request_leaves_nothing() -> None:
    assert render_result(VERDICT, Event("push", "", "octo/app", HEAD)) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("version", 2),
        ("version", "1"),
        ("pull", 0),
        ("pull", True),
        ("pull", 7.0),
        ("pull", 2**31),
        ("repository", "octo/app/../other"),
        ("repository", "octo/app\n"),
        ("head", "main"),
        ("head", HEAD + "\n"),
        ("outcome", "green"),
        ("policy-digest", "<b>"),
        ("blocking", {}),
        ("blocking", ["@everyone"]),
        ("blocking", ["a" * 32] * 5001),
        ("more", 1),
    ],
)
def test_anything_else_is_refused_without_a_quote(key: str, value: object) -> None:
    with pytest.raises(ResultFault) as fault:
        read_result(json.dumps({**_written(), key: value}).encode())
    assert "everyone" not in str(fault.value)
    assert "<b>" not in str(fault.value)


@pytest.mark.parametrize("key", sorted(_written()))
def test_a_missing_key_is_refused(key: str) -> None:
    with pytest.raises(ResultFault):
        read_result(json.dumps({k: v for k, v in _written().items() if k != key}).encode())


@pytest.mark.parametrize("data", [b"", b"\xff", b"[" * 100_000, b"NaN", b" " * (MAX_BYTES + 1), b"null", b"[]"])
def test_bytes_that_are_no_result(data: bytes) -> None:
    with pytest.raises(ResultFault):
        read_result(data)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_json_makes_it_fail_otherwise(value: object) -> None:
    for said in (value, {**_written(), "blocking": value}, {**_written(), "pull": value}):
        try:
            read_result(json.dumps(said).encode())
        except ResultFault:
            continue
        assert isinstance(said, dict)
