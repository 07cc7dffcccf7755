"""The text report fits its width, marks the right characters, and counts everything; budgets are kept elsewhere, too."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployflow_gate.lint.finding import Finding
from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy.verdict import Verdict
from deployflow_gate.report import FORMATS
from deployflow_gate.report.cells import text_width, wrapped
from deployflow_gate.report.escape import visible
from deployflow_gate.report.excerpt import excerpt
from deployflow_gate.report.github import MAX_MESSAGE
from deployflow_gate.text import Source, Span

from .runner_commands import commands
from .verdicts import ERROR, NOTICE, WARNING, finding, incomplete, typical, verdict

lines = st.text(st.sampled_from("aZ 9\t日é\u0301\x1b\u202e😀\r"), max_size=300)


@given(st.lists(lines, min_size=1, max_size=6).map("\n".join), st.data(), st.integers(40, 100))
def test_an_excerpt_fits_and_its_carets_stand_below_the_span(text: str, data: st.DataObject, columns: int) -> None:
    start = data.draw(st.integers(0, len(text)))
    span = Span(Source("f", text), start, data.draw(st.integers(start, len(text))))
    rows = list(excerpt(span, columns))
    for row in rows:
        assert text_width(row.shown) <= columns
        assert len(row.marks) <= columns + 1  # a caret behind the last character
        assert re.fullmatch(r" *\^*", row.marks)
    if len(rows) == 1 and text_width(shown_text(span.text)):  # one caret stands where nothing has a width
        marked = at_columns(rows[0].shown, len(rows[0].marks) - len(rows[0].marks.lstrip()), len(rows[0].marks))
        assert wide(shown_text(span.text)).startswith(wide(marked.rstrip("…"))) or not span.text.strip("\r\n")


def shown_text(text: str) -> str:
    return "".join("    " if c == "\t" else visible(c) for c in text)


def wide(text: str) -> str:
    """Only what takes a column: a combining character belongs to the one before it."""
    return "".join(c for c in text if text_width(c))


def at_columns(text: str, start: int, end: int) -> str:
    found, column = "", 0
    for char in text:
        if start <= column < end:
            found += char
        column += text_width(char)
    return found


@given(st.text(max_size=200), st.integers(10, 60))
def test_wrapping_loses_nothing_and_fits(text: str, columns: int) -> None:
    text = visible(text)
    found = list(wrapped(text, columns))
    assert all(text_width(line) <= columns for line in found)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_the_report_is_readable_at_any_width(width: int) -> None:
    for make in (typical, incomplete):
        found = FORMATS["text"](make(), width=width).split("\n")
        places = [line for line in found if re.match(r"\S+:\d+:\d+ (error|warning|notice) ", line)]
        assert len(places) >= 2
        assert all(text_width(line) <= width for line in found if line not in places)


def test_the_verdict_comes_last_and_what_was_not_judged_is_loud() -> None:
    report = FORMATS["text"](incomplete())
    assert "NOT EVALUATED" in report
    assert "Passed" not in report
    assert "the gate stays closed" in " ".join(report.rstrip().split("\n\n")[-1].split())


def test_nothing_is_linked_or_painted_unless_asked() -> None:
    assert "\x1b" not in FORMATS["text"](typical())


def many(number: int, severity: Severity = ERROR) -> Verdict:
    source = Source("Dockerfile", "FROM a\n" * number)
    return verdict(*(finding("r", severity, source.line_span(n), f"Message {n}.") for n in range(1, number + 1)))


def test_annotations_beyond_the_limits_are_listed_and_counted() -> None:
    report = FORMATS["github"](many(25), token="t" * 32)
    assert sum(c.name == "error" for c in commands(report)) == 10
    assert "15 findings listed above have no annotation" in report
    assert all(f"Message {n}." in report for n in range(1, 26))


def test_the_limit_of_a_job_is_shared_by_the_levels_worst_first() -> None:
    mixed = verdict(*many(3, NOTICE).findings, *many(3, WARNING).findings, *many(3).findings)
    report = FORMATS["github"](mixed, token="t" * 32, per_job=4)
    assert [c.name for c in commands(report)[:-2]] == ["error", "error", "error", "warning"]


@pytest.mark.parametrize("char", ["x", "😀", "##[error]"])
def test_a_message_is_cut_where_the_runner_would(char: str) -> None:
    long = Finding("r", ERROR, Source("f", "x").whole, char * 5000)
    (command, *_) = commands(FORMATS["github"](verdict(long)))
    assert len(command.data.encode("utf-16-le")) // 2 <= MAX_MESSAGE
    assert command.data.endswith("…")


@pytest.mark.parametrize("budget", [2_000, 5_000, 60_000])
def test_the_markdown_keeps_its_budget_and_counts_what_it_cuts(budget: int) -> None:
    report = FORMATS["markdown"](many(2000), budget=budget)
    assert len(report.encode()) <= budget
    assert report.startswith("## ❌ Blocked: 2,000 errors")
    shown = len(re.findall(r"Message \d+\.", report))
    left_out = re.search(r"\*\*([\d,]+) lines left out", report)
    assert left_out is not None
    assert shown + int(left_out.group(1).replace(",", "")) == 2000


def test_a_cut_markdown_still_closes_what_it_opens() -> None:
    report = FORMATS["markdown"](many(500, NOTICE), budget=4_000)
    assert report.count("<details>") == report.count("</details>") == 1


def test_only_the_chosen_format_is_imported() -> None:
    code = (
        "import sys; from deployflow_gate.report import FORMATS; "
        "print([m for m in sys.modules if m.startswith('deployflow_gate.report.')])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
