"""A suggestion does what the fix does, to the byte, in as few lines as can be; where that is not certain there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from deployflow_gate.gate import check
from deployflow_gate.github.confirm import confirmed
from deployflow_gate.github.state import Hunk
from deployflow_gate.github.suggestion import MAX_CHARACTERS, MAX_LINES, Suggestion, suggested
from deployflow_gate.lint.apply import splice
from deployflow_gate.lint.edits import delete_lines, insert_line_after, replace
from deployflow_gate.lint.finding import Finding
from deployflow_gate.lint.problem import Edit, Fix
from deployflow_gate.lint.severity import Severity
from deployflow_gate.record import replace as changed
from deployflow_gate.snapshot import Unreadable
from deployflow_gate.syntax.decode import decode
from deployflow_gate.text import Source, Span
from tests.report.verdicts import at

TEXT = "FROM debian:12\n\tRUN a\nRUN b\n  RUN c\nCMD d\n"
EXAMPLE = Path(__file__).parents[2] / "examples" / "edtech"


def problem(source: Source, *edits: Edit, line: int = 1) -> Finding:
    return Finding("x", Severity.ERROR, source.line_span(line), "m", fix=Fix("t", edits), fingerprint="f" * 32)


def whole(text: str) -> tuple[Hunk, ...]:
    return (Hunk(1, text.count("\n") + 1),)


def offer(text: str, old: str, new: str, hunks: Iterable[Hunk] | None = None) -> Suggestion | None:
    source = Source("Dockerfile", text)
    finding = problem(source, replace(at(source, old), new), line=at(source, old).line)
    return suggested(finding, whole(text) if hunks is None else hunks, ())


def press(text: str, suggestion: Suggestion) -> str:
    """What GitHub's button does, read back from the Markdown that it is made of."""
    (token,) = MarkdownIt("commonmark").parse(suggestion.block)
    assert (token.type, token.info) == ("fence", "suggestion")
    content = suggestion.block.partition("\n")[2].removesuffix(token.markup)
    assert token.content == content.replace("\r\n", "\n")
    ended = text.endswith("\n")
    lines = [f"{line}\n" for line in text.removesuffix("\n").split("\n")]
    lines[suggestion.first - 1 : suggestion.last] = [content]
    result = "".join(lines)
    return result if ended else result.removesuffix("\n").removesuffix("\r")


def test_one_line_is_replaced() -> None:
    assert offer(TEXT, "RUN a", "RUN b -q") == Suggestion("Dockerfile", 2, 2, "\tRUN b -q\n")


def test_the_range_is_the_smallest() -> None:
    """A fix may name more than it changes."""
    assert offer(TEXT, "RUN a\nRUN b\n  RUN c", "RUN a\nRUN x\n  RUN c") == Suggestion("Dockerfile", 3, 3, "RUN x\n")


def test_several_edits_are_one_range_and_what_is_between_stays() -> None:
    source = Source("Dockerfile", TEXT)
    finding = problem(source, replace(at(source, "d", 2), "e"), replace(at(source, "b\n"), "x\n"))
    assert suggested(finding, whole(TEXT), ()) == Suggestion("Dockerfile", 3, 5, "RUN x\n  RUN c\nCMD e\n")


@pytest.mark.parametrize(
    ("hunks", "line", "expected"),
    [
        ((Hunk(1, 6),), 1, (3, 3, "RUN b\nUSER x\n")),
        ((Hunk(1, 6),), 4, (4, 4, "USER x\n  RUN c\n")),
        ((Hunk(4, 6),), 1, (4, 4, "USER x\n  RUN c\n")),
        ((Hunk(1, 3),), 4, (3, 3, "RUN b\nUSER x\n")),
        ((Hunk(1, 2), Hunk(5, 6)), 4, None),
    ],
)
def test_an_insertion_is_shown_with_a_line_beside_it(
    hunks: tuple[Hunk, ...], line: int, expected: tuple[int, int, str] | None
) -> None:
    source = Source("Dockerfile", TEXT)
    insertion = Edit(Span(source, source.line_starts[3], source.line_starts[3]), "USER x\n")
    made = suggested(problem(source, insertion, line=line), hunks, ())
    assert made == (Suggestion("Dockerfile", *expected) if expected else None)


def test_an_empty_block_deletes() -> None:
    source = Source("Dockerfile", TEXT)
    made = suggested(problem(source, delete_lines(at(source, "RUN b"))), whole(TEXT), ())
    assert made == Suggestion("Dockerfile", 3, 3, "")
    assert made.block == "```suggestion\n```"
    assert press(TEXT, made) == TEXT.replace("RUN b\n", "")


def test_a_blank_line_is_no_empty_block() -> None:
    made = offer(TEXT, "RUN b", "")
    assert made == Suggestion("Dockerfile", 3, 3, "\n")
    assert press(TEXT, made) == TEXT.replace("RUN b\n", "\n")


def test_crlf_stays() -> None:
    text = TEXT.replace("\n", "\r\n")
    source = Source("Dockerfile", text)
    made = suggested(problem(source, insert_line_after(at(source, "RUN b"), "USER x")), whole(text), ())
    assert made == Suggestion("Dockerfile", 3, 3, "RUN b\r\nUSER x\r\n")
    assert press(text, made) == text.replace("RUN b\r\n", "RUN b\r\nUSER x\r\n")


@pytest.mark.parametrize("text", ["FROM a\r\nRUN b\nCMD c\n", "FROM a\nRUN b\nCMD c\r\n"])
def test_a_file_of_mixed_line_ends_has_none(text: str) -> None:
    assert offer(text, "RUN b", "RUN x") is None


def test_a_file_without_a_last_line_end_keeps_lacking_it() -> None:
    text = TEXT.removesuffix("\n")
    source = Source("Dockerfile", text)
    made = suggested(problem(source, insert_line_after(at(source, "CMD d"), "USER x")), whole(text), ())
    assert made == Suggestion("Dockerfile", 5, 5, "CMD d\nUSER x\n")
    assert press(text, made) == text + "\nUSER x"


def test_the_end_of_the_file_is_not_changed() -> None:
    """No block of lines says whether the last one ends."""
    bare = TEXT.removesuffix("\n")
    assert offer(bare, "CMD d", "CMD d\n") is None
    assert offer(TEXT, "CMD d\n", "CMD d") is None
    assert offer(bare, "CMD d", "") is None


def test_no_file_is_emptied_and_nothing_is_changed_into_itself() -> None:
    assert offer("FROM a\n", "FROM a\n", "") is None
    assert offer(TEXT, "RUN b", "RUN b") is None
    source = Source("Dockerfile", TEXT)
    assert suggested(problem(source), whole(TEXT), ()) is None
    assert suggested(changed(problem(source), fix=None), whole(TEXT), ()) is None


@pytest.mark.parametrize("hunks", [None, (), (Hunk(1, 2),), (Hunk(1, 3), Hunk(4, 5))])
def test_all_lines_lie_in_one_hunk(hunks: tuple[Hunk, ...] | None) -> None:
    source = Source("Dockerfile", TEXT)
    finding = problem(source, replace(at(source, "RUN b\n  RUN c"), "RUN x"))
    assert suggested(finding, hunks, ()) is None
    assert suggested(finding, (Hunk(3, 4),), ()) == Suggestion("Dockerfile", 3, 4, "RUN x\n")


def test_a_fix_of_another_file_or_of_another_text_has_none() -> None:
    source, other = Source("Dockerfile", TEXT), Source("compose.yaml", TEXT)
    here = replace(at(source, "RUN b"), "RUN x")
    for foreign in (replace(at(other, "RUN c"), "y"), replace(at(Source("Dockerfile", TEXT + "#"), "RUN c"), "y")):
        assert suggested(problem(source, here, foreign), whole(TEXT), ()) is None
    assert suggested(problem(Source("", TEXT), here), whole(TEXT), ()) is None


def test_overlapping_edits_have_none() -> None:
    source = Source("Dockerfile", TEXT)
    finding = problem(source, replace(at(source, "RUN b"), "x"), replace(at(source, "b\n"), "y\n"))
    assert suggested(finding, whole(TEXT), ()) is None


@pytest.mark.parametrize(
    "put",
    [
        "\u202e",
        "a\u2028b",
        "\x1b[31m",
        "a\rb",
        "\x0c",
        "\U000e0041",
        "##[add-mask]x",
        "\n::error::x",
        "x" * MAX_CHARACTERS,
    ],
)
def test_what_nobody_sees_is_not_suggested(put: str) -> None:
    assert offer(TEXT, "RUN b", f"RUN {put}") is None


def test_what_nobody_reads_is_not_suggested() -> None:
    text = "".join(f"RUN {n}\n" for n in range(MAX_LINES + 1))
    source = Source("Dockerfile", text)
    first, last = at(source, "RUN 0"), at(source, f"RUN {MAX_LINES}\n")
    assert suggested(problem(source, replace(first, "A"), replace(last, "B\n")), whole(text), ()) is None
    last = at(source, f"RUN {MAX_LINES - 1}\n")
    made = suggested(problem(source, replace(first, "A"), replace(last, "B\n")), whole(text), ())
    assert made is not None
    assert (made.first, made.last) == (1, MAX_LINES)


def test_backticks_make_the_fence_longer() -> None:
    made = offer(TEXT, "RUN b", "RUN echo ```` ` ```suggestion")
    assert made is not None
    assert made.block == "`````suggestion\nRUN echo ```` ` ```suggestion\n`````"
    assert press(TEXT, made) == TEXT.replace("RUN b", "RUN echo ```` ` ```suggestion")


def test_the_line_of_a_secret_is_never_repeated() -> None:
    text = "FROM a\nENV K=hunter2 \\\n  L=1\nRUN b\n"
    source = Source("Dockerfile", text)
    hidden = (at(source, "hunter2"),)
    assert offer(text, "RUN b", "RUN c") is not None
    for edit in (
        replace(at(source, "K=hunter2"), "K"),  # the secret itself goes
        replace(at(source, "ENV"), "ARG"),  # beside it
        replace(at(source, "L=1\nRUN b"), "L=1\nRUN hunter2"),  # a copy of it
    ):
        assert suggested(problem(source, edit), whole(text), ()) is not None
        assert suggested(problem(source, edit), whole(text), hidden) is None
    several = (Span(source, text.index("ENV"), text.index("RUN")),)  # a secret of two lines
    assert suggested(problem(source, replace(at(source, "L=1"), "L=2")), whole(text), several) is None


pieces = st.sampled_from(["a", "b", " ", "\t", "`", "```", "\n", "\n", "\n\n", "é", "日"])
texts = st.lists(pieces, max_size=12).map("".join)


@st.composite
def fixes(draw: st.DrawFn) -> Finding:
    text = draw(texts)
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    source = Source("Dockerfile", text)
    marks = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6)))
    edits = [
        replace(Span(source, start, end), draw(texts)) for start, end in zip(marks[::2], marks[1::2], strict=False)
    ]
    return problem(source, *edits, line=draw(st.integers(1, len(source.line_starts))))


@given(fixes())
def test_to_press_the_button_is_to_apply_the_fix(finding: Finding) -> None:
    source = finding.span.source
    made = suggested(finding, whole(source.text), ())
    assert finding.fix is not None
    after = splice(source.text, finding.fix.edits)
    if made is None:
        return
    assert press(source.text, made) == after
    assert press(source.text, made) != source.text
    old, new = source.text.split("\n")[made.first - 1 : made.last], made.text.split("\n")[:-1]
    if len(old) > 1:  # one line more at either end would do as well
        assert [old[0]] != new[:1]
        assert [old[-1]] != new[-1:]


@given(fixes())
def test_an_ordinary_fix_is_a_suggestion(finding: Finding) -> None:
    """The property above would hold for who never suggests anything."""
    source = finding.span.source
    assert finding.fix is not None
    after = splice(source.text, finding.fix.edits)
    odd = after.strip("\r\n") == source.text.strip("\r\n") or after.endswith("\n") != source.text.endswith("\n")
    torn = "\r" in (source.text + after).replace("\r\n", "") or "\n" in (source.text + after).replace("\r\n", "")
    mixed = "\r" in source.text + after and torn
    if not source.text or not after.strip() or odd or mixed or not after.endswith("\n"):
        return
    assert suggested(finding, whole(source.text), ()) is not None


TODAY = date(2026, 11, 21)
FILES = {p.relative_to(EXAMPLE).as_posix(): p.read_bytes() for p in sorted(EXAMPLE.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def findings() -> tuple[Finding, ...]:
    return check(FILES, today=TODAY).findings


def test_every_fix_of_the_example_is_the_suggestion_that_does_the_same(findings: tuple[Finding, ...]) -> None:
    fixable = [f for f in findings if f.fix and {edit.span.path for edit in f.fix.edits} == {f.path}]
    made = {f.fingerprint: suggested(f, whole(f.span.source.text), ()) for f in fixable}
    assert len(made) >= 20
    assert sum(s is None for s in made.values()) <= len(made) // 10
    for finding in fixable:
        suggestion = made[finding.fingerprint]
        assert finding.fix is not None
        if suggestion:
            assert press(finding.span.source.text, suggestion) == splice(finding.span.source.text, finding.fix.edits)


def test_suggestions_are_tried_before_they_are_made(findings: tuple[Finding, ...]) -> None:
    looks: list[Mapping[str, str]] = []

    def look(new: Mapping[str, str]) -> tuple[Finding, ...]:
        looks.append(new)
        return check({**FILES, **new}, today=TODAY).findings

    wanted = _apart(findings)
    assert len(wanted) >= 4
    good = confirmed(wanted, findings, look, FILES.__getitem__)
    assert good == set(wanted)
    assert len(looks) == 2
    texts = {path: decode(path, FILES[path]).text for path in {s.path for s in wanted.values()}}
    for suggestion in sorted(wanted.values(), key=lambda s: s.first, reverse=True):
        texts[suggestion.path] = press(texts[suggestion.path], suggestion)
    before, after = ([(f.rule, f.path) for f in seen] for seen in (findings, look(texts)))
    for finding in findings:
        if finding.fingerprint in wanted:
            before.remove((finding.rule, finding.path))
    assert sorted(after) == sorted(before)


def _apart(findings: Iterable[Finding]) -> dict[str, Suggestion]:
    """The first suggestion of each file."""
    wanted: dict[str, Suggestion] = {}
    for finding in findings:
        suggestion = suggested(finding, whole(finding.span.source.text), ())
        if suggestion and suggestion.path not in {s.path for s in wanted.values()}:
            wanted[finding.fingerprint] = suggestion
    return wanted


class TestConfirmed:
    """With rules of one line: what `BAD` marks is found, and `WORSE` is found as well."""

    def look(self, files: Mapping[str, str]) -> tuple[Finding, ...]:
        found = []
        for path, text in files.items():
            source = Source(path, text)
            for number in range(1, len(source.line_starts) + 1):
                span = source.line_span(number)
                for rule in ("BAD", "WORSE"):
                    if rule in span.text:
                        fix = Fix("t", (replace(span, span.text.replace("BAD", "").replace("make", "WORSE")),))
                        found.append(
                            Finding(rule, Severity.ERROR, span, "m", fix=fix, fingerprint=f"{rule}{path}{span.text}")
                        )
        return tuple(found)

    def confirm(self, files: Mapping[str, str], original: Mapping[str, bytes] | None = None) -> set[str]:
        findings = self.look(files)
        wanted = {f.fingerprint: s for f in findings if (s := suggested(f, whole(f.span.source.text), ()))}
        raw = original or {path: text.encode() for path, text in files.items()}
        self.looks = 0

        def look(new: Mapping[str, str]) -> tuple[Finding, ...]:
            self.looks += 1
            return self.look({**files, **new})

        return set(confirmed(wanted, findings, look, raw.__getitem__))

    def test_all_at_once(self) -> None:
        assert self.confirm({"a": "BAD 1\nok\nBAD 2\n", "b": "BAD 3\n"}) == {"BADaBAD 1", "BADaBAD 2", "BADbBAD 3"}
        assert self.looks == 2

    def test_equal_ones_are_told_apart(self) -> None:
        """The name of a finding counts it among equals, so that after the first was mended the second has its name."""
        source = Source("a", "BAD\nok\nBAD\n")

        def look(new: Mapping[str, str]) -> tuple[Finding, ...]:
            seen = Source("a", new.get("a", source.text))
            bad = [seen.line_span(n) for n in range(1, 4) if seen.line_span(n).text == "BAD"]
            return tuple(
                Finding("BAD", Severity.ERROR, span, "m", fix=Fix("t", (replace(span, "good"),)), fingerprint=str(n))
                for n, span in enumerate(bad)
            )

        first = suggested(look({})[0], whole(source.text), ())
        assert first is not None
        assert confirmed({"0": first}, look({}), look, lambda _: source.text.encode()) == {"0"}

    def test_the_one_that_does_harm_is_left_out(self) -> None:
        assert self.confirm({"a": "BAD 1\nBAD make\n", "b": "BAD 3\n"}) == {"BADaBAD 1", "BADbBAD 3"}

    def test_a_single_one_that_does_harm(self) -> None:
        assert self.confirm({"a": "BAD make\n"}) == set()

    def test_one_that_mends_nothing(self) -> None:
        source = Source("a", "BAD x\n")
        finding = Finding("BAD", Severity.ERROR, source.line_span(1), "m", fingerprint="f")
        finding = changed(finding, fix=Fix("t", (replace(at(source, "x"), "y"),)))
        made = suggested(finding, whole(source.text), ())
        assert made is not None
        assert confirmed({"f": made}, (finding,), lambda _: (finding,), lambda _: b"BAD x\n") == frozenset()

    def test_what_the_verdict_is_not_about_is_no_harm(self) -> None:
        """The input `path` keeps findings of other files out of the verdict, but not out of a look."""
        files = {"a": "BAD 1\n", "b": "BAD 2\n"}
        (finding, _) = self.look(files)
        made = suggested(finding, whole(files["a"]), ())
        assert made is not None
        good = confirmed(
            {finding.fingerprint: made},
            (finding,),
            lambda new: self.look({**files, **new}),
            lambda p: files[p].encode(),
        )
        assert good == {finding.fingerprint}

    def test_nothing_wanted_costs_no_look(self) -> None:
        assert self.confirm({"a": "ok\n"}) == set()
        assert self.looks == 0

    def test_a_byte_order_mark_stays(self) -> None:
        """No line shows it, so that a new first line would take it away."""
        files = {"a": "BAD 1\nok\nBAD 2\n"}
        assert self.confirm(files, {"a": b"\xef\xbb\xbf" + files["a"].encode()}) == {"BADaBAD 2"}

    def test_a_file_that_cannot_be_read_again(self) -> None:
        source = Source("a", "BAD x\n")
        (finding,) = self.look({"a": source.text})
        made = suggested(finding, whole(source.text), ())
        assert made is not None

        def read(path: str) -> bytes:
            raise Unreadable(path, "The file is gone.")

        assert confirmed({finding.fingerprint: made}, (finding,), lambda _: (), read) == frozenset()
