"""Comments in the diff: the worst new findings, few, once each; and what is answered stays."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from deployflow_gate.github.inline import anchor, choose, offered
from deployflow_gate.github.judged import Judgement
from deployflow_gate.github.marker import finding_marker, fingerprint_in, review_marker, review_marker_in
from deployflow_gate.github.posts import CreateReview, DeleteReviewComment
from deployflow_gate.github.review import BATCH, plan_review
from deployflow_gate.github.state import ChangedFile, Hunk, OwnReviewComment, State
from deployflow_gate.lint.finding import Finding, Why
from deployflow_gate.lint.problem import Fix, Note
from deployflow_gate.lint.severity import Severity
from deployflow_gate.record import replace
from deployflow_gate.text import Source
from tests.report.verdicts import ERROR, HOSTILE, NOTICE, VERDICTS, WARNING, verdict

from .judgements import JUDGEMENTS, SETTINGS, judgement
from .reading import foreign

GOLDEN = Path(__file__).parent / "golden"
SOURCE = Source("Dockerfile", "".join(f"RUN {n}\n" for n in range(1, 101)))
LEVELS = {"e": ERROR, "w": WARNING, "n": NOTICE}


def found(*names: str) -> list[Finding]:
    """`e7` is an error on line 7; its fingerprint is its name."""
    return [
        Finding("latest-image", LEVELS[name[0]], SOURCE.line_span(int(name[1:])), f"m {name}", fingerprint=name)
        for name in names
    ]


def standing(*names: str, replied: Iterable[str] = ()) -> tuple[OwnReviewComment, ...]:
    return tuple(
        OwnReviewComment(number, name, SOURCE.path, int(name[1:]), "x", name in replied)
        for number, name in enumerate(names, 1)
    )


def state(
    comments: tuple[OwnReviewComment, ...] | None = (), hunks: tuple[Hunk, ...] | None = (Hunk(1, 100),)
) -> State:
    return State(review_comments=comments, files={SOURCE.path: ChangedFile(SOURCE.path, hunks=hunks)})


def chosen(
    findings: Iterable[Finding], seen: State, most: int = 3, new: frozenset[str] | None = None
) -> tuple[list[str], list[int]]:
    judged = judgement(verdict(*findings), new=new)
    choice = choose(judged, seen, replace(SETTINGS, max_review_comments=most))
    return [f.fingerprint for f in choice.new], [c.id for c in choice.gone]


def test_the_worst_come_first_and_no_more_than_asked_for() -> None:
    assert chosen(found("n1", "w2", "e9", "e3", "w4"), state()) == (["e3", "e9", "w2"], [])
    assert chosen(found("n1", "w2"), state(), 0) == ([], [])


def test_only_what_the_diff_shows() -> None:
    hunks = (Hunk(2, 3), Hunk(7, 7))
    assert chosen(found("e1", "e2", "e5", "w7", "e8"), state(hunks=hunks)) == (["e2", "w7"], [])
    assert chosen(found("e1"), state(hunks=None)) == ([], [])
    assert chosen(found("e1"), State(review_comments=(), files={})) == ([], [])
    assert chosen(found("e1"), State(review_comments=(), files=None)) == ([], [])
    assert chosen(found("e1"), state(None)) == ([], [])


def test_only_what_counts_and_is_new() -> None:
    first, second, third = found("e1", "e2", "e3")
    silenced = replace(first, suppressed=Why("pre-existing"))
    assert chosen([silenced, second, third], state()) == (["e2", "e3"], [])
    assert chosen([first, second, third], state(), new=frozenset({"e2"})) == (["e2"], [])
    assert chosen([first, second, third], state(standing("e1")), new=frozenset({"e2"})) == (["e2"], [])


def test_what_stands_is_not_said_again() -> None:
    assert chosen(found("e1", "e2"), state(standing("e1", "e2"))) == ([], [])
    outdated = tuple(replace(comment, line=None) for comment in standing("e1"))
    assert chosen(found("e1", "e2"), state(outdated)) == (["e2"], [])


def test_what_is_gone_is_taken_away_unless_somebody_answered() -> None:
    assert chosen(found("e1"), state(standing("e1", "e7", "e8", replied=["e8"]))) == ([], [2])
    assert chosen([], state(standing("e1"))) == ([], [1])


def test_nothing_is_called_gone_while_something_could_not_be_judged() -> None:
    judged = judgement(verdict(*found("e1"), incomplete=("x",)))
    assert choose(judged, state(standing("e7")), SETTINGS).gone == ()


def test_the_number_counts_what_stands() -> None:
    names = ("e1", "e2", "e3")
    assert chosen(found(*names, "e4", "e5"), state(standing(*names))) == ([], [])
    assert chosen(found(*names, "e4", "e5"), state(standing("e4", "e5"))) == (["e1"], [])


def test_a_graver_finding_takes_the_place_of_a_lesser_one() -> None:
    assert chosen(found("n1", "n2", "w3", "e9"), state(standing("n1", "n2", "w3"))) == (["e9"], [2])
    kept = state(standing("n1", "n2", "w3", replied=["n1", "n2"]))
    assert chosen(found("n1", "n2", "w3", "e9"), kept) == (["e9"], [3])
    kept = state(standing("n1", "n2", "w3", replied=["n1", "n2", "w3"]))
    assert chosen(found("n1", "n2", "w3", "e9"), kept) == ([], [])


def test_an_answered_comment_of_a_gone_finding_takes_no_place() -> None:
    old = standing("e50", "e51", "e52", replied=["e50", "e51", "e52"])
    assert chosen(found("e1"), state(old)) == (["e1"], [])


def test_of_two_about_the_same_the_answered_or_the_older_stays() -> None:
    one, two = standing("e1", "e2")
    assert chosen(found("e1"), state((replace(two, fingerprint="e1"), one))) == ([], [2])
    assert chosen(found("e1"), state((one, replace(two, fingerprint="e1", replied=True)))) == ([], [1])


def test_a_long_finding_is_put_on_its_first_line() -> None:
    span = SOURCE.line_span(5).until(SOURCE.line_span(30))
    long = replace(found("e1")[0], span=span)
    assert anchor(long, state()) == (5, 5)
    short = replace(long, span=SOURCE.line_span(5).until(SOURCE.line_span(7)))
    assert anchor(short, state()) == (5, 7)
    assert anchor(short, state(hunks=(Hunk(4, 6),))) == (5, 5)
    assert anchor(short, state(hunks=(Hunk(6, 9),))) is None


def with_fix(name: str, first: int, last: int) -> Finding:
    from deployflow_gate.lint.edits import replace as put

    edits = (put(SOURCE.line_span(first), f"RUN a{name}"), put(SOURCE.line_span(last), f"RUN b{name}"))
    return replace(found(name)[0], fix=Fix("Mend it", edits[: 1 if first == last else 2]))


def test_suggestions_do_not_touch_each_other() -> None:
    judged = judgement(verdict(with_fix("e1", 1, 3), with_fix("e2", 3, 5), with_fix("e4", 4, 6), with_fix("e9", 9, 9)))
    assert {name: (s.first, s.last) for name, s in offered(judged, state(), SETTINGS).items()} == {
        "e1": (1, 3),
        "e4": (4, 6),
        "e9": (9, 9),
    }


def test_suggestions_do_not_touch_those_that_stand() -> None:
    judged = judgement(verdict(with_fix("e1", 1, 3), with_fix("e9", 9, 9), *found("e20", "e21")))
    old = [replace(c, start_line=start) for c, start in zip(standing("e20", "e21"), (None, 8), strict=True)]
    seen = state((replace(old[0], line=2), replace(old[1], line=9)))
    assert offered(judged, seen, SETTINGS) == {}
    assert set(offered(judged, state((replace(old[0], line=4), replace(old[1], line=None))), SETTINGS)) == {"e1", "e9"}
    gone = state((replace(old[0], fingerprint="e77", line=2),))  # is taken away in the same go
    assert set(offered(judged, gone, SETTINGS)) == {"e1", "e9"}


def review_of(judged: Judgement, seen: State, confirmed: frozenset[str] = frozenset()) -> CreateReview:
    (review,) = plan_review(judged, seen, SETTINGS, confirmed)
    assert isinstance(review, CreateReview)
    return review


def test_a_suggestion_that_was_not_tried_is_only_named() -> None:
    judged = judgement(verdict(with_fix("e1", 1, 3)))
    untried, tried = review_of(judged, state()), review_of(judged, state(), frozenset({"e1"}))
    assert "```" not in untried.comments[0].body
    assert "Fix: Mend it (--fix-unsafe)" in untried.comments[0].body
    assert (untried.comments[0].start_line, untried.comments[0].line) == (None, 1)
    assert (tried.comments[0].start_line, tried.comments[0].line) == (1, 3)
    assert tried.comments[0].body.endswith("```suggestion\nRUN ae1\nRUN 2\nRUN be1\n```")


def test_the_review_is_found_again() -> None:
    judged = judgement(verdict(*found("e1", "w2")))
    review = review_of(judged, state())
    assert review.commit == judged.head
    assert review_marker_in(review.body.replace("\n", "\r\n"), "default") == review.marker
    assert review_marker_in(review.body, "other") is None
    assert [fingerprint_in(c.body, "default") for c in review.comments] == ["e1", "w2"]
    assert fingerprint_in(review.comments[0].body, "other") is None
    again = replace(state(), reviews=frozenset({review.marker}))
    assert plan_review(judged, again, SETTINGS, frozenset()) == []
    assert plan_review(replace(judged, head="f" * 40), again, SETTINGS, frozenset()) != []


def test_a_marker_is_of_one_instance_and_one_kind() -> None:
    text = finding_marker("a.b", "f1")
    assert fingerprint_in(text, "a.b") == "f1"
    assert fingerprint_in(text, "a") is None
    assert fingerprint_in(f"x\n{text}", "a.b") is None
    assert fingerprint_in(f"{text} x", "a.b") is None
    assert review_marker_in(text, "a.b") is None
    assert review_marker("a", "c", ["1", "2"]) == review_marker("a", "c", ["2", "1"])
    assert (
        len({review_marker(*of) for of in [("a", "c", ["1"]), ("a", "d", ["1"]), ("b", "c", ["1"]), ("a", "c", [])]})
        == 4
    )


def test_many_comments_are_several_reviews() -> None:
    judged = judgement(verdict(*found(*(f"e{n}" for n in range(1, 71)))))
    posts = plan_review(judged, state(standing("e99")), replace(SETTINGS, max_review_comments=70), frozenset())
    sizes = [len(post.comments) for post in posts if isinstance(post, CreateReview)]
    assert sizes == [BATCH, BATCH, 10]
    assert posts[-1] == DeleteReviewComment(1)


def test_without_a_commit_there_is_no_review() -> None:
    assert plan_review(judgement(verdict(*found("e1")), head=""), state(), SETTINGS, frozenset()) == []


def _everything() -> tuple[Judgement, State, frozenset[str]]:
    """The typical verdict in a diff that shows all of it, every fix tried."""
    judged = JUDGEMENTS["blocked"]()
    files = {f.path: ChangedFile(f.path, hunks=(Hunk(1, 99),)) for f in judged.verdict.active}
    return judged, State(review_comments=(), files=files), frozenset(f.fingerprint for f in judged.verdict.active)


def test_the_review_is_the_golden_one() -> None:
    review = review_of(*_everything())
    parts = [review.body, *(f"{c.path}:{c.start_line or c.line}-{c.line}\n{c.body}" for c in review.comments)]
    text = "\n\n=====\n".join(parts) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / "review.md").write_text(text, encoding="utf-8")
    assert text == (GOLDEN / "review.md").read_text(encoding="utf-8")


def test_nothing_foreign_acts_in_it() -> None:
    hostile = VERDICTS["hostile"]()
    first = hostile.findings[0]
    notes = tuple(Note(first.span, HOSTILE) for _ in range(5))
    bad = judgement(replace(hostile, findings=(replace(first, notes=notes, fingerprint="a1"), *hostile.findings[1:])))
    files = {first.path: ChangedFile(first.path, hunks=(Hunk(1, 99),))}
    seen = State(review_comments=(), files=files)
    everything = frozenset(f.fingerprint for f in bad.verdict.active)
    review = review_of(bad, seen, everything)
    assert len(review.comments) == 3
    for text in (review.body, *(comment.body for comment in review.comments)):
        assert foreign(text, SETTINGS, markers=1, headings=0) == []
    judged, diff, confirmed = _everything()
    for comment in review_of(judged, diff, confirmed).comments:
        fences = comment.body.count("```suggestion")
        assert foreign(comment.body, SETTINGS, markers=1, headings=0, fences=fences) == []


@pytest.mark.parametrize("level", list(Severity))
def test_a_comment_says_whether_it_blocks(level: Severity) -> None:
    finding = replace(found("e1")[0], severity=level)
    for fail_on in (None, *Severity):
        body = review_of(judgement(verdict(finding, fail_on=fail_on)), state()).comments[0].body
        blocks = fail_on is not None and level.rank <= fail_on.rank
        assert body.split("\n")[1].startswith(
            f"**{level.value}{', blocks' if blocks else ''}**: m e1 [`latest-image`]("
        )


def test_a_comment_beside_its_finding_says_where_that_is() -> None:
    finding = replace(with_fix("e1", 9, 9), span=SOURCE.line_span(1))
    comment = review_of(judgement(verdict(finding)), state(), frozenset({"e1"})).comments[0]
    assert comment.line == 9
    assert "- found in [`Dockerfile:1`](" in comment.body
