"""The comment and the summary are what their golden files say, and hold nothing that somebody else wrote as Markdown.

`UPDATE_GOLDEN=1 pytest tests/github/test_comment.py` writes the golden files anew.
"""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from deployflow_gate.github.comment import CHARACTERS, comment_body, plan_comment
from deployflow_gate.github.environment import CommentMode
from deployflow_gate.github.judged import Judgement, Scope
from deployflow_gate.github.marker import comment_marker, is_sticky, written_in
from deployflow_gate.github.posts import CreateComment, DeleteComment, UpdateComment
from deployflow_gate.github.said import sentences, title
from deployflow_gate.github.state import OwnComment, State
from deployflow_gate.github.summary import render_summary
from deployflow_gate.policy.faults import PolicyFault
from deployflow_gate.record import replace
from deployflow_gate.report.markdown import BUDGET
from tests.report.runner_commands import commands
from tests.report.verdicts import VERDICTS, verdict

from .judgements import JUDGEMENTS, SETTINGS, huge, judgement
from .reading import columns, counted, foreign, rows

GOLDEN = Path(__file__).parent / "golden"
ELSEWHERE = f"in [this run]({SETTINGS.run_url})"
SUMMARIES = ("blocked", "hostile")
MODES = list(CommentMode)


def body(judged: Judgement) -> str:
    return comment_body(judged, SETTINGS, ELSEWHERE)


def golden(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    assert text.encode() == path.read_bytes()


@pytest.mark.parametrize("name", JUDGEMENTS)
def test_the_comment_is_the_golden_one(name: str) -> None:
    golden(f"{name}.comment.md", body(JUDGEMENTS[name]()))


@pytest.mark.parametrize("name", SUMMARIES)
def test_the_summary_is_the_golden_one(name: str) -> None:
    golden(f"{name}.summary.md", render_summary(JUDGEMENTS[name](), SETTINGS))


@pytest.mark.parametrize("name", JUDGEMENTS)
def test_nothing_foreign_acts_in_it(name: str) -> None:
    judged = JUDGEMENTS[name]()
    assert foreign(body(judged), SETTINGS, markers=2) == []
    assert foreign(render_summary(judged, SETTINGS), SETTINGS) == []
    for text in (body(judged), render_summary(judged, SETTINGS)):
        assert commands(text) == []
        assert columns(text) <= {3, 5}
        assert {unicodedata.category(char) for char in set(text) - {"\n"}}.isdisjoint({"Cc", "Cs", "Zl", "Zp"})
        assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_the_reader_of_these_tests_sees_what_is_foreign() -> None:
    """The test above would pass with one that sees nothing."""
    good = body(JUDGEMENTS["blocked"]())
    for bad in (
        "<img src=x>", "</summary>", "<!-- x -->", "@team", "#12", "[x](https://evil.example)", "![x](y)", "https://e.example",
        "**merged**", "*x*", "~~x~~", "\n> x\n", "\n---\n", "\n# x\n", "\n```\nx\n```\n", "\n1. x\n", "<https://e.example>",
    ):  # fmt: skip
        assert foreign(f"{good}\n{bad} x\n", SETTINGS, markers=2), bad
    assert foreign(f"<!-- deployflow-gate:v1:x -->\n{good}", SETTINGS, markers=2)
    assert foreign(f"x\n{good}", SETTINGS, markers=2)


@pytest.mark.parametrize("name", JUDGEMENTS)
def test_the_marker_is_first_and_the_verdict_second(name: str) -> None:
    first, written, headline, *_ = body(JUDGEMENTS[name]()).split("\n")
    assert first == comment_marker("default")
    assert written.startswith("<!-- run:4711:2 commit:1f0e")
    passed = JUDGEMENTS[name]().verdict.outcome.value == "passed"
    assert headline.startswith(f"## {'✅' if passed else '❌'} deployflow-gate: ")
    assert is_sticky(body(JUDGEMENTS[name]()), "default")
    assert is_sticky(body(JUDGEMENTS[name]()).replace("\n", "\r\n"), "default")


def test_no_golden_file_is_left_over() -> None:
    expected = {f"{name}.comment.md" for name in JUDGEMENTS} | {f"{name}.summary.md" for name in SUMMARIES}
    assert {path.name for path in GOLDEN.iterdir()} == expected | {"review.md"}


def test_rows_are_cut_whole_and_counted() -> None:
    judged = huge()
    comment, summary = body(judged), render_summary(judged, SETTINGS)
    assert CHARACTERS - 2_000 < len(comment) <= CHARACTERS
    assert BUDGET - 2_000 < len(summary.encode()) <= BUDGET
    for text in (comment, summary):
        assert rows(text) - 2 + counted(text) == len(judged.verdict.active)  # less two items of what to do
        assert text.endswith("</sub>\n")
        assert "blocked by 2,501 errors" in text
        assert foreign(text, SETTINGS, markers=2 if text is comment else 0) == []
    assert rows(summary) > rows(comment) > 150


def test_a_row_that_is_too_long_hides_no_other() -> None:
    """Who opens the pull request chooses how long a path is."""
    typical = VERDICTS["typical"]()
    judged = judgement(replace(typical, incomplete=tuple("@|`" * 900 for _ in range(300))))
    text = body(judged)
    assert len(text) <= CHARACTERS
    assert "`root-user`" in text
    assert "`latest-image`" in text
    assert "could not evaluate 300 things" in text
    assert rows(text) + counted(text) >= 300 + len(typical.active)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("clean", False),
        ("nothing", False),
        ("passed_with_findings", False),
        ("blocked", True),
        ("not_evaluated", True),
        ("broken_policy", True),
        ("reviewed", True),
        ("bootstrapped", True),
    ],
)
def test_when_a_comment_is_made(mode: CommentMode, name: str, made: bool) -> None:
    settings = replace(SETTINGS, comment=mode)
    posts, lines = plan_comment(JUDGEMENTS[name](), State(comments=()), settings, ELSEWHERE)
    wanted = {CommentMode.ALWAYS: True, CommentMode.ON_FAILURE: made, CommentMode.NEVER: False}[mode]
    assert [type(post) for post in posts] == ([CreateComment] if wanted else [])
    assert lines == []
    if wanted:
        assert posts == [CreateComment(comment_marker("default"), body(JUDGEMENTS[name]()))]


@pytest.mark.parametrize("mode", [CommentMode.ALWAYS, CommentMode.ON_FAILURE])
def test_one_that_stands_is_brought_up_to_date(mode: CommentMode) -> None:
    """A red comment on a pull request that passes would be a lie."""
    settings = replace(SETTINGS, comment=mode)
    old = replace(SETTINGS, run_id=4000)
    standing = OwnComment(9, comment_body(JUDGEMENTS["blocked"](), old, ELSEWHERE))
    clean = JUDGEMENTS["clean"]()
    posts, _ = plan_comment(clean, State(comments=(standing,)), settings, ELSEWHERE)
    assert posts == [UpdateComment(9, body(clean))]
    for stored in (body(clean), body(clean).replace("\n", "\r\n"), body(clean).strip()):
        assert plan_comment(clean, State(comments=(OwnComment(9, stored),)), settings, ELSEWHERE) == ([], [])


def test_of_several_the_oldest_stays() -> None:
    clean = JUDGEMENTS["clean"]()
    comments = (OwnComment(30, body(clean)), OwnComment(20, "x"), OwnComment(25, "y"))
    posts, _ = plan_comment(clean, State(comments=comments), SETTINGS, ELSEWHERE)
    assert posts == [UpdateComment(20, body(clean)), DeleteComment(25), DeleteComment(30)]


def test_nothing_is_done_where_nothing_is_known_or_wanted() -> None:
    assert plan_comment(JUDGEMENTS["blocked"](), State(comments=None), SETTINGS, ELSEWHERE) == ([], [])
    never = replace(SETTINGS, comment=CommentMode.NEVER)
    standing = State(comments=(OwnComment(1, "x"), OwnComment(2, "y")))
    assert plan_comment(JUDGEMENTS["blocked"](), standing, never, ELSEWHERE) == ([], [])


def test_a_late_run_does_not_overwrite_what_a_newer_one_says_of_another_commit() -> None:
    judged = JUDGEMENTS["blocked"]()
    newer = replace(SETTINGS, run_id=5000)
    other = comment_body(replace(judged, head="f" * 40), newer, ELSEWHERE)
    posts, lines = plan_comment(judged, State(comments=(OwnComment(1, other),)), SETTINGS, ELSEWHERE)
    assert posts == []
    assert lines == ["The comment stays as it is: a newer run wrote it, for another commit."]
    same = comment_body(judged, newer, ELSEWHERE)
    posts, lines = plan_comment(judged, State(comments=(OwnComment(1, same),)), SETTINGS, ELSEWHERE)
    assert posts == [UpdateComment(1, body(judged))]
    posts, lines = plan_comment(
        replace(judged, head="f" * 40), State(comments=(OwnComment(1, body(judged)),)), newer, ELSEWHERE
    )
    assert posts == [UpdateComment(1, other)]


def test_who_wrote_it_is_read_back() -> None:
    written = written_in(body(JUDGEMENTS["blocked"]()).replace("\n", "\r\n"))
    assert written is not None
    assert (written.run_id, written.attempt, written.commit[:4]) == (4711, 2, "1f0e")
    assert written_in("x") is None
    assert written_in(f"{comment_marker('a')}\n<!-- run:x:1 commit:a -->") is None


@pytest.mark.parametrize(
    ("judged", "said", "counts"),
    [
        (JUDGEMENTS["clean"](), "passed", "No new findings in 2 files."),
        (JUDGEMENTS["nothing"](), "passed", "There is no file here that the gate judges."),
        (replace(JUDGEMENTS["clean"](), scope=Scope.ALL), "passed", "No findings in 2 files."),
        (replace(JUDGEMENTS["clean"](), base=None), "passed", "No findings in 2 files."),
        (
            JUDGEMENTS["passed_with_findings"](),
            "passed with 2 warnings, 2 notices",
            "4 new findings, none of which blocks: the policy fails on error. Not counted: 1 inline, 1 pre-existing.",
        ),
        (
            judgement(replace(VERDICTS["typical"](), fail_on=None), scope=Scope.ALL),
            "passed with 2 errors, 2 warnings, 2 notices",
            "6 findings, none of which blocks: the policy never fails. Not counted: 1 by waiver, 1 inline, 1 pre-existing.",
        ),
        (
            judgement(verdict(VERDICTS["typical"]().findings[0])),
            "blocked by 1 error",
            "1 new finding blocks: the policy fails on error.",
        ),
        (
            judgement(verdict(*VERDICTS["typical"]().findings[:2])),
            "blocked by 2 errors",
            "2 new findings block: the policy fails on error.",
        ),
        (
            JUDGEMENTS["not_evaluated"](),
            "could not evaluate 2 things",
            "Nobody knows what was not judged, so the gate stays closed. 1 of 2 findings blocks: the policy fails on warning.",
        ),
        (
            judgement(verdict(incomplete=("x",)), policy_faults=(PolicyFault("p", 0, 0, "x"),)),
            "the policy cannot be used, 1 fault",
            "Nobody knows what was not judged, so the gate stays closed.",
        ),
    ],
)  # fmt: skip
def test_the_verdict_in_words(judged: Judgement, said: str, counts: str) -> None:
    assert title(judged) == said
    assert sentences(judged) == counts


def test_an_instance_has_its_name_and_its_marker() -> None:
    settings = replace(SETTINGS, instance="prod--x")
    text = comment_body(JUDGEMENTS["clean"](), settings, ELSEWHERE)
    assert text.startswith("<!-- deployflow-gate:v1:prod-%2Dx -->\n")
    assert "## ✅ deployflow-gate (prod" in text
    assert is_sticky(text, "prod--x")
    assert not is_sticky(text, "default")
    assert foreign(text, settings, markers=2) == []


def test_files_on_disk_have_no_links() -> None:
    judged = replace(JUDGEMENTS["blocked"](), head="", base=None)
    text = body(judged)
    assert "maktab/blob/" not in text
    assert "/commit/" not in text
    assert "`api/Dockerfile:1`" in text
