"""For any judgement and any state: no finding is lost, every limit is kept, and what was done is not done again."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import TypeVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deployflow_gate.github.checkrun import MAX_ANNOTATIONS
from deployflow_gate.github.codescanning import plan_sarif
from deployflow_gate.github.comment import comment_body
from deployflow_gate.github.environment import CommentMode
from deployflow_gate.github.hunks import hunk_of
from deployflow_gate.github.inline import offered
from deployflow_gate.github.judged import AddedIgnore, Judgement, PolicySource, Preview, Scope, UsedWaiver
from deployflow_gate.github.marker import fingerprint_in, is_sticky, review_marker_in
from deployflow_gate.github.plan import Plan, Settings, plan
from deployflow_gate.github.posts import (
    SURFACE,
    CreateCheckRun,
    CreateComment,
    CreateReview,
    DeleteComment,
    DeleteReviewComment,
    SetStatus,
    Surface,
    UpdateComment,
    UploadSarif,
)
from deployflow_gate.github.said import advice
from deployflow_gate.github.state import ChangedFile, Hunk, OwnComment, OwnReviewComment, State
from deployflow_gate.lint.finding import Finding, Why
from deployflow_gate.lint.problem import Edit, Fix, Note
from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy.faults import PolicyFault
from deployflow_gate.policy.verdict import Outcome, Skipped, Verdict
from deployflow_gate.record import replace
from deployflow_gate.report.escape import inert, visible
from deployflow_gate.text import Source, Span
from tests.report.runner_commands import Command, commands
from tests.report.verdicts import HOSTILE

from .judgements import ALWAYS, HEAD, JUDGEMENTS, SETTINGS, huge
from .reading import counted, foreign, rows

T = TypeVar("T")
_PIECES = st.sampled_from(
    [
        "::error::x", "##[add-mask]x", "\n", "\r\n", "\u2028", "\x1b[31m", " ", "\t", "`", "```", "|", "\\", "<b>", "<!--", "-->",
        "![i](http://e.x)", "[l](http://e.x)", "www.e.x", "@team", "#12", "*b*", "# h", "- l", "1. l", "> q", "---", "\u202e",
        "<!-- deployflow-gate:v1:default -->", "\ud800", "日本", "a", "Z9", ".", "/", "x" * 700,
    ]
)  # fmt: skip
texts = st.lists(_PIECES, max_size=5).map("".join)
PATHS = ("Dockerfile", "a/b c.yml", f"::x/{HOSTILE}", "x" * 300, "é|`\n.yml")
paths = st.sampled_from([*PATHS, ""])
hexes = st.integers(0, 20).map(lambda n: f"{n:032x}")
spans = st.builds(
    lambda path, first, more: Span(
        s := Source(path, "RUN é x\n" * 40), s.line_starts[first], s.line_starts[first + more] + 7
    ),
    paths,
    st.integers(0, 19),
    st.sampled_from([0, 0, 1, 3, 15]),
)
whys = st.builds(Why, st.sampled_from(["rules", "waiver", "inline", "baseline", "pre-existing"]), texts, texts)


def mostly(usual: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.integers(0, 4).flatmap(lambda n: usual if n else st.none())


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    span = draw(spans)
    at = draw(st.integers(0, 19))
    line = span.source.line_span(at + 1)
    edits = draw(
        st.sampled_from([(), (Edit(line, "RUN y"),), (Edit(Span(line.source, line.start, line.start), "USER a\n"),)])
    )
    return Finding(
        draw(st.sampled_from(["root-user", "latest-image", "unused-waiver", "not|a`rule"])),
        draw(st.sampled_from(list(Severity))),
        span,
        draw(texts),
        notes=tuple(draw(st.lists(st.builds(Note, spans, texts), max_size=5))),
        fix=Fix(draw(texts), edits, draw(st.booleans())) if edits else None,
        fingerprint=draw(hexes),
        why=draw(whys),
        suppressed=draw(whys) if draw(st.integers(0, 3)) == 3 else None,
        hide=(line,) if draw(st.integers(0, 5)) == 0 else (),
    )


@st.composite
def judgements(draw: st.DrawFn) -> Judgement:
    times = draw(st.sampled_from([1, 1, 1, 1, 60]))
    found = tuple(draw(st.lists(findings(), min_size=draw(st.sampled_from([0, 3])), max_size=6))) * times
    verdict = Verdict(
        tuple(replace(f, fingerprint=f"{n + 99:032x}") if n >= 6 else f for n, f in enumerate(found)),
        draw(st.sampled_from([None, *Severity])),
        draw(texts),
        "d" * 32,
        files=tuple(draw(st.lists(paths, max_size=3))),
        skipped=tuple(draw(st.lists(st.builds(Skipped, paths, texts), max_size=3))) * times,
        incomplete=tuple(draw(st.lists(texts, max_size=2))) * times,
        notes=tuple(draw(st.lists(texts, max_size=2))),
    )
    faults = st.lists(st.builds(PolicyFault, paths, st.integers(0, 9), st.just(1), texts), max_size=2).map(tuple)
    some = st.sampled_from([(), found[:3], found])
    source = PolicySource(draw(texts), draw(st.sampled_from(["", HEAD])), "d" * 32, draw(texts))
    previews = st.builds(
        Preview, st.lists(paths, max_size=12).map(tuple), st.just(source), st.just(verdict), st.just(()), some, some
    )
    broken = st.builds(Preview, st.just(("p",)), st.just(source), st.none(), faults)
    ignores = st.builds(AddedIgnore, texts, paths, st.integers(1, 9), texts, st.integers(1, 9))
    waivers = st.builds(
        UsedWaiver, texts, texts, texts, texts, st.just(date(2026, 12, 1)), st.integers(0, 99), st.integers(1, 9)
    )
    return Judgement(
        verdict,
        source,
        draw(st.sampled_from(list(Scope))),
        draw(texts),
        draw(st.sampled_from([HEAD, HEAD, ""])),
        draw(st.sampled_from([None, "b" * 40])),
        policy_faults=draw(faults) * times,
        bootstrap=draw(st.booleans()),
        preview=draw(st.none() | previews | broken),
        added_ignores=tuple(draw(st.lists(ignores, max_size=3))) * times,
        waivers=tuple(draw(st.lists(waivers, max_size=3))) * times,
        new=draw(st.sampled_from([None, frozenset(f.fingerprint for f in found[:4])])),
        changed_workflows=tuple(draw(st.lists(paths, max_size=12))),
    )


@st.composite
def states(draw: st.DrawFn, judged: Judgement) -> State:
    """What stands: comments of older and newer runs, inline comments of these findings and of others, answered or not."""
    old = [
        comment_body(judged, replace(SETTINGS, run_id=run), "there").replace("\n", end)
        for run in (1, 4711, 9999)
        for end in ("\n", "\r\n")
    ]
    old.append(comment_body(replace(judged, head="e" * 40), replace(SETTINGS, run_id=9999), "there"))
    bodies = st.lists(st.sampled_from([*old, "x"]), max_size=3)
    comments = draw(mostly(bodies.map(lambda some: tuple(OwnComment(9 - n, text) for n, text in enumerate(some)))))
    inline = st.builds(
        OwnReviewComment,
        st.integers(1, 9),
        hexes,
        paths,
        st.none() | st.integers(1, 20),
        st.just("x"),
        st.booleans(),
        st.none(),
    )
    hunks = st.sampled_from([(Hunk(1, 40),), (Hunk(2, 4), Hunk(10, 14)), (), None])
    files = {path: ChangedFile(path, hunks=draw(hunks)) for path in draw(st.sampled_from([PATHS, PATHS[:3]]))}
    return State(
        comments=comments,
        review_comments=draw(mostly(st.lists(inline, max_size=8, unique_by=lambda c: c.id).map(tuple))),
        files=draw(mostly(st.just(files))),
    )


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Judgement, State, Settings, frozenset[str]]:
    judged = draw(judgements())
    state = draw(states(judged))
    options = replace(
        SETTINGS,
        surfaces=draw(st.sampled_from([frozenset(Surface), frozenset(Surface) - {Surface.SUMMARY}, frozenset()])),
        pull=draw(st.sampled_from([7, 7, 7, None])),
        run_url=draw(st.sampled_from([SETTINGS.run_url, ""])),
        ref=draw(st.sampled_from([SETTINGS.ref, ""])),
        comment=draw(st.sampled_from(list(CommentMode))),
        instance=draw(st.sampled_from(["default", "prod--x"])),
        max_review_comments=draw(st.integers(0, 40)),
    )
    if draw(st.booleans()):  # a pull request as they usually are
        options = replace(options, surfaces=frozenset(Surface), pull=7, max_review_comments=draw(st.integers(1, 40)))
        judged = replace(judged, head=HEAD, new=None)
        shown = {path: ChangedFile(path, hunks=(Hunk(1, 40),)) for path in PATHS}
        state = replace(state, review_comments=state.review_comments or (), files=shown)
    tried = offered(judged, state, options)
    return judged, state, options, frozenset(name for name in sorted(tried) if draw(st.booleans()))


World = tuple[Judgement, State, Settings, frozenset[str]]
SHOWN = State(
    comments=(),
    review_comments=(),
    files={path: ChangedFile(path, hunks=(Hunk(1, 50),)) for path in ("api/Dockerfile", "compose.yaml")},
)
FIXED: tuple[World, ...] = tuple((made(), SHOWN, ALWAYS, frozenset()) for made in JUDGEMENTS.values())
HUGE: World = (huge(), SHOWN, replace(ALWAYS, max_review_comments=100), frozenset())


def done(posts: Iterable[object], state: State, options: Settings) -> State:
    """GitHub after the posts: what it stores, and gives back with its own line ends."""
    comments = {comment.id: comment for comment in state.comments or ()}
    inline = {comment.id: comment for comment in state.review_comments or ()}
    reviews, runs = set(state.reviews), set(state.check_runs)
    number = 100
    for post in posts:
        number += 1
        match post:
            case CreateComment():
                assert is_sticky(post.body, options.instance)
                comments[number] = OwnComment(number, post.body.strip().replace("\n", "\r\n"))
            case UpdateComment():
                assert is_sticky(post.body, options.instance)
                comments[post.id] = OwnComment(post.id, post.body.strip().replace("\n", "\r\n"))
            case DeleteComment():
                del comments[post.id]
            case DeleteReviewComment():
                assert not inline[post.id].replied
                del inline[post.id]
            case CreateReview():
                assert review_marker_in(post.body, options.instance) == post.marker
                reviews.add(post.marker)
                for place in post.comments:
                    number += 1
                    assert fingerprint_in(place.body, options.instance) == place.fingerprint
                    inline[number] = OwnReviewComment(
                        number, place.fingerprint, place.path, place.line, place.body, False, place.start_line
                    )
            case CreateCheckRun():
                runs.add(post.external_id)
    return replace(
        state,
        comments=None if state.comments is None else tuple(comments.values()),
        review_comments=None if state.review_comments is None else tuple(inline.values()),
        reviews=frozenset(reviews),
        check_runs=frozenset(runs),
    )


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_planned_again_nothing_is_left_to_do(world: World) -> None:
    judged, state, options, confirmed = world
    first = plan(judged, state, options, confirmed)
    after = done(first.posts, state, options)
    again = plan(judged, after, options, confirmed)
    harmless = [post for post in first.posts if isinstance(post, SetStatus | UploadSarif)]
    assert list(again.posts) == harmless
    assert (again.summary, again.log) == (first.summary, first.log)
    if any(isinstance(post, CreateComment | UpdateComment | DeleteComment) for post in first.posts):
        assert len(after.comments or ()) == 1


@pytest.mark.parametrize("world", [*FIXED, HUGE], ids=[*JUDGEMENTS, "huge"])
def test_planned_again_nothing_is_left_to_do_for_the_fixed_ones(world: World) -> None:
    judged, state, options, confirmed = world
    first = plan(judged, state, options, confirmed)
    again = plan(judged, done(first.posts, state, options), options, confirmed)
    whole = not judged.verdict.incomplete  # else code scanning would take what was not judged for mended
    assert {type(post) for post in again.posts} == ({SetStatus, UploadSarif} if whole else {SetStatus})


def keeps_every_limit(made: Plan, world: World) -> None:
    """GitHub's limits, in numbers of this test's own."""
    judged, state, options, _ = world
    assert len(made.summary.encode()) <= 1024 * 1024
    suggestions: list[tuple[str, int, int]] = []
    for post in made.posts:
        assert SURFACE[type(post)] in options.surfaces
        match post:
            case CreateComment() | UpdateComment():
                assert len(post.body) <= 60_000
                assert len(post.body.encode()) <= 4 * 65_536
            case CreateReview():
                assert 1 <= len(post.comments) <= 30
                assert post.commit == judged.head
                for place in post.comments:
                    file = (state.files or {})[place.path]
                    first = place.start_line or place.line
                    assert hunk_of(file.hunks, first, place.line)
                    assert place.start_line is None or place.start_line < place.line
                    assert len(place.body) <= 65_536
                    if "```suggestion" in place.body:
                        suggestions.append((place.path, first, place.line))
            case CreateCheckRun():
                keeps_the_limits_of_a_check_run(post, judged)
            case SetStatus():
                assert post.state == {Outcome.PASSED: "success", Outcome.BLOCKED: "failure"}.get(
                    judged.verdict.outcome, "error"
                )
                assert 0 < len(post.description) <= 140
            case UploadSarif():
                assert len(gzip.compress(post.sarif.encode())) <= 10_000_000
                (run,) = json.loads(post.sarif)["runs"]
                assert len(run["results"]) <= 25_000
                assert run["automationDetails"]["id"] == f"deployflow-gate/{options.instance}/"
            case _:
                assert isinstance(post, DeleteComment | DeleteReviewComment)
    for n, (path, first, last) in enumerate(suggestions):
        assert not any(path == other and first <= end and start <= last for other, start, end in suggestions[:n])


def keeps_the_limits_of_a_check_run(post: CreateCheckRun, judged: Judgement) -> None:
    assert post.conclusion == ("success" if judged.verdict.outcome is Outcome.PASSED else "failure")
    assert 0 < len(post.title) <= 255
    assert 0 < len(post.summary.encode()) <= 65_535
    assert len(post.text.encode()) <= 65_535
    assert all(1 <= len(batch) <= 50 for batch in post.batches)
    annotations = [annotation for batch in post.batches for annotation in batch]
    assert len(annotations) == min(200, sum(bool(f.path) for f in judged.verdict.active))
    for annotation in annotations:
        assert set(annotation) <= {
            *("path", "start_line", "end_line", "annotation_level", "message", "title"),
            *("start_column", "end_column"),
        }
        first, last = int(annotation["start_line"]), int(annotation["end_line"])
        assert 1 <= first <= last
        assert ("start_column" in annotation) is (first == last) is ("end_column" in annotation)
        if first == last:
            assert 1 <= int(annotation["start_column"]) <= int(annotation["end_column"])
        assert annotation["annotation_level"] in {"notice", "warning", "failure"}
        assert len(str(annotation["message"]).encode()) <= 64 * 1024
        assert 0 < len(str(annotation["title"])) <= 255
        str(annotation["path"]).encode()


@given(worlds())
@settings(max_examples=60, deadline=None)
@example(HUGE)
def test_every_limit_is_kept(world: World) -> None:
    judged, state, options, confirmed = world
    made = plan(judged, state, options, confirmed)
    keeps_every_limit(made, world)
    after = done(made.posts, state, options)
    new = [c for post in made.posts if isinstance(post, CreateReview) for c in post.comments]
    answered = {c.fingerprint for c in state.review_comments or () if c.replied}
    counting = {f.fingerprint for f in judged.verdict.active}
    if not judged.verdict.incomplete:
        standing = {c.fingerprint for c in after.review_comments or ()}
        if Surface.REVIEW in options.surfaces and options.pull and judged.head:
            assert len(standing & counting) <= max(options.max_review_comments, len(answered & counting))
    assert len(new) <= options.max_review_comments
    assert len({c.fingerprint for c in new}) == len(new)
    assert {c.fingerprint for c in new} <= counting - {c.fingerprint for c in state.review_comments or ()}


def told(judged: Judgement) -> int:
    """How many rows a page has to show or count, beside those of what to do."""
    preview = judged.preview
    lists = [
        judged.policy_faults,
        judged.verdict.incomplete,
        judged.verdict.active,
        judged.added_ignores,
        judged.waivers,
    ]
    if preview:
        lists += [preview.faults] if preview.verdict is None else [preview.freed, preview.caught]
    return sum(map(len, lists))


@given(worlds())
@settings(max_examples=60, deadline=None)
@example(HUGE)
def test_no_finding_is_lost(world: World) -> None:
    judged, state, options, confirmed = world
    made = plan(judged, state, options, confirmed)
    expected = told(judged) + len([*advice(judged)])
    for post in made.posts:
        if isinstance(post, CreateComment | UpdateComment):
            assert rows(post.body) + counted(post.body) == expected
        if isinstance(post, CreateCheckRun):
            assert rows(post.summary + post.text) + counted(post.summary + post.text) == expected
            left_out = len(judged.verdict.active) - sum(map(len, post.batches))
            said = re.search(r"; ([\d,]+) without an annotation$", post.title)
            assert (int(said[1].replace(",", "")) if said else 0) == left_out
        if isinstance(post, CreateReview):
            assert re.search(rf"(?<![\d,]){len(judged.verdict.active):,} (?:new )?findings? in this diff", post.body)
        if isinstance(post, UploadSarif):
            assert len(json.loads(post.sarif)["runs"][0]["results"]) == len(judged.verdict.findings)
    assert bool(made.summary) is (Surface.SUMMARY in options.surfaces)
    if made.summary:
        silent = len(judged.verdict.findings) - len(judged.verdict.active)
        assert rows(made.summary) + counted(made.summary) == expected + silent + len(judged.verdict.skipped)
    assert_the_log_has_all(made.log, judged, annotated=Surface.ANNOTATIONS in options.surfaces)


def assert_the_log_has_all(log: str, judged: Judgement, *, annotated: bool) -> None:
    """Each finding is either a command or a line, with its message."""
    seen = [c for c in commands(log) if c.name in {"error", "warning", "notice"}]
    assert annotated or seen == []
    shown = Counter(
        (c.name, c.properties.get("file", "").strip(), c.properties.get("line"), c.properties["title"], _message(c))
        for c in seen
    )
    lines = Counter(log.split("\n"))
    for finding in judged.verdict.active:
        message = inert(visible(finding.message))
        file = visible(finding.path).replace("##[", "##\u200b[").strip()
        key = finding.severity.value, file, str(finding.line) if file else None, finding.rule, message
        if shown[key]:
            shown[key] -= 1
            continue
        place = f"{finding.path}:{finding.line}:{finding.column}" if finding.path else "(repository)"
        line = inert(f"{visible(place)} {finding.severity.value} {finding.rule}: {visible(finding.message)}")
        assert lines[line], line
        lines[line] -= 1


def _message(command: Command) -> str:
    return command.data.split("\nFix: ")[0]


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_nothing_foreign_acts_in_any_post(world: World) -> None:
    judged, state, options, confirmed = world
    made = plan(judged, state, options, confirmed)
    own = replace(SETTINGS, instance=options.instance)
    for post in made.posts:
        match post:
            case CreateComment() | UpdateComment():
                assert foreign(post.body, own, markers=2) == []
            case CreateReview():
                assert foreign(post.body, own, markers=1, headings=0) == []
                for place in post.comments:
                    fences = int(place.fingerprint in confirmed)
                    assert foreign(place.body, own, markers=1, headings=0, fences=fences) == []
            case CreateCheckRun():
                assert foreign(post.summary, own) == []
                assert foreign(post.text, own, headings=0) == []
    if made.summary:
        assert foreign(made.summary, own) == []


def test_without_a_pull_request_nothing_is_posted_to_one() -> None:
    world = replace(ALWAYS, pull=None)
    posts = plan(JUDGEMENTS["blocked"](), SHOWN, world).posts
    assert [SURFACE[type(post)] for post in posts] == [Surface.STATUS, Surface.CHECK_RUN, Surface.SARIF]


def test_without_a_commit_nothing_is_posted_to_one() -> None:
    posts = plan(replace(JUDGEMENTS["blocked"](), head=""), SHOWN, ALWAYS).posts
    assert [type(post) for post in posts] == [CreateComment]


def test_the_order_is_what_matters_first() -> None:
    standing = OwnReviewComment(5, "f" * 32, "x", 1, "x")
    posts = plan(JUDGEMENTS["blocked"](), replace(SHOWN, review_comments=(standing,)), ALWAYS).posts
    kinds = [CreateComment, SetStatus, CreateCheckRun, CreateReview, DeleteReviewComment, UploadSarif]
    assert [type(post) for post in posts] == kinds


@pytest.mark.parametrize(
    ("url", "where"), [(SETTINGS.run_url, f"in [this run]({SETTINGS.run_url})"), ("", "in the job's log")]
)
def test_what_does_not_fit_is_said_to_be_where_it_is(url: str, where: str) -> None:
    made = plan(huge(1_000), SHOWN, replace(ALWAYS, run_url=url))
    (comment,) = [post for post in made.posts if isinstance(post, CreateComment)]
    assert f" more are {where}.**" in comment.body
    assert "more are in the job's log.**" not in made.summary  # 1,000 fit


def test_more_findings_than_annotations_are_counted() -> None:
    (run,) = [post for post in plan(huge(1_000), SHOWN, ALWAYS).posts if isinstance(post, CreateCheckRun)]
    assert [len(batch) for batch in run.batches] == [50] * (MAX_ANNOTATIONS // 50)
    assert {annotation["annotation_level"] for batch in run.batches for annotation in batch} == {"failure"}
    assert run.title == "blocked by 501 errors; 801 without an annotation"
    assert run.external_id == f"dfg:default:{'d' * 64}:4711:2"
    assert run.details_url == SETTINGS.run_url


def test_a_rerun_makes_a_new_check_run() -> None:
    """A finished one only ever grows: it would keep the annotations of the first attempt."""
    first = plan(JUDGEMENTS["blocked"](), SHOWN, SETTINGS)
    after = done(first.posts, SHOWN, SETTINGS)
    again = plan(JUDGEMENTS["blocked"](), after, replace(SETTINGS, run_attempt=3))
    assert len([post for post in again.posts if isinstance(post, CreateCheckRun)]) == 1


def test_an_annotation_is_of_the_finding() -> None:
    (run,) = [post for post in plan(JUDGEMENTS["blocked"](), SHOWN, SETTINGS).posts if isinstance(post, CreateCheckRun)]
    first, second, *_ = run.batches[0]
    assert first == {
        "path": "api/Dockerfile",
        "start_line": 1,
        "end_line": 1,
        "annotation_level": "failure",
        "message": "The tag `latest` of `python` moves, so that two builds of one commit can differ.",
        "title": "latest-image",
        "start_column": 6,
        "end_column": 19,
    }
    assert second["message"] == (
        "The image runs as root.\ncompose.yaml:3: The service `api` ships this stage.\nFix: Run as 10001 (--fix-unsafe)"
    )
    assert run.title == "blocked by 2 errors; 1 without an annotation"


def test_an_upload_that_is_too_large_keeps_the_worst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployflow_gate.github.codescanning.GZIPPED_BYTES", 8_000)
    judged = huge(1_000)
    upload, lines = plan_sarif(judged, SETTINGS)
    assert upload is not None
    assert len(gzip.compress(upload.sarif.encode())) <= 8_000
    kept = json.loads(upload.sarif)["runs"][0]["results"]
    assert 0 < len(kept) < 1_001
    assert {result["level"] for result in kept} == {"error"}
    assert lines == [f"{1_001 - len(kept):,} findings are left out of the SARIF upload, which was too large."]


def test_the_fixed_judgements_keep_the_limits_too() -> None:
    for world in (*FIXED, HUGE):
        judged, state, options, confirmed = world
        keeps_every_limit(plan(judged, state, options, confirmed), world)


def test_the_worlds_of_these_tests_are_not_all_alike() -> None:
    """The properties would hold for who never plans anything."""
    seen: Counter[object] = Counter()

    @given(worlds())
    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    def look(world: World) -> None:
        for post in plan(*world).posts:
            seen[type(post)] += 1
            if isinstance(post, CreateReview):
                seen["suggestion"] += sum("```suggestion" in comment.body for comment in post.comments)

    look()
    assert min(seen[kind] for kind in (*SURFACE, "suggestion")) >= 3, seen
