"""Whatever a repository holds: no report lets it act on a terminal, a runner, a Markdown page or an XML reader."""

from __future__ import annotations

import json
import re
import unicodedata
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from deployflow_gate.lint.finding import Why
from deployflow_gate.lint.problem import Edit, Fix, Note
from deployflow_gate.policy.verdict import Skipped, Verdict
from deployflow_gate.report import FORMATS, escape
from deployflow_gate.text import Source, Span

from .runner_commands import KNOWN, commands, parse
from .verdicts import ERROR, HOSTILE, NOTICE, RULES, VERDICTS, WARNING, finding, verdict

TOKEN = "f" * 32
OPTIONS: dict[str, dict[str, object]] = {"sarif": {"rules": RULES}, "github": {"token": TOKEN}}

_PIECES = st.sampled_from(
    [
        "::error::x", "::stop-commands::t", "##[add-mask]x", "##[error]", "\n", "\r", "\r\n", "\u2028", "\x85", "\x0b", "\x0c",
        " ", "\t", "`", "``", "```", "|", "\\", "\\|", "<img src=x>", "<b>", "</details>", "<!--", "-->", "![i](http://e.x)",
        "[l](http://e.x)", "[r]: http://e.x", "<http://e.x>", "http://e.x", "www.e.x", "@team", "#12", "*b*", "_i_", "~~s~~",
        "# h", "- l", "1. l", "> q", "---", "===", "&lt;", "&#64;", "%0A", "%25", "]]>", "\x1b[31m", "\x1b]8;;http://e.x\x1b\\",
        "\u202e", "\u2066", "\ud800", "\x00", "\x9b31m", "日本", "e\u0301", "a", "Z9", ":", ",", "=", ";", "]", "é",
    ]
)  # fmt: skip
texts = st.one_of(st.text(max_size=20), st.lists(_PIECES, max_size=8).map("".join))
paths = texts.map(lambda text: text or "x")


@st.composite
def verdicts(draw: st.DrawFn) -> Verdict:
    source = Source(draw(paths), draw(texts))
    size = len(source.text)
    start = draw(st.integers(0, size))
    span = Span(source, start, draw(st.integers(start, size)))
    message = draw(texts)
    return verdict(
        finding(
            "root-user",
            draw(st.sampled_from([ERROR, WARNING, NOTICE])),
            span,
            message,
            notes=(Note(span, draw(texts)),),
            fix=Fix(draw(texts), (Edit(span, draw(texts)),)),
            why=Why("rules", draw(texts), draw(texts)),
        ),
        finding("waived", ERROR, span, message, suppressed=Why("waiver", draw(texts), draw(texts))),
        policy=draw(texts),
        policy_digest="d",
        files=(source.path,),
        skipped=(Skipped(draw(paths), draw(texts)),),
        incomplete=tuple(draw(st.lists(texts, max_size=1))),
        notes=(draw(texts),),
    )


HOSTILE_VERDICT = VERDICTS["hostile"]()


@pytest.mark.parametrize("form", FORMATS)
@given(verdicts())
@example(HOSTILE_VERDICT)
def test_no_report_holds_a_foreign_command_or_control(form: str, given_verdict: Verdict) -> None:
    report = FORMATS[form](given_verdict, **OPTIONS.get(form, {}))
    report.encode("utf-8")
    for char in set(report) - {"\n"}:
        assert unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"}, repr(char)
        assert char not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    found = [command.name for command in commands(report)]
    if form == "github":
        allowed = {"error", "warning", "notice"}
        assert found[-2:] == ["stop-commands", "resume"]
        assert set(found[:-2]) <= allowed
        assert len(found) - 2 == len(given_verdict.active) + len(given_verdict.incomplete)
    else:
        assert found == []


@given(verdicts())
@example(HOSTILE_VERDICT)
def test_an_annotation_says_what_the_finding_says(given_verdict: Verdict) -> None:
    report = FORMATS["github"](given_verdict, prefix="sub/", token=TOKEN)
    annotations = commands(report)[len(given_verdict.incomplete) : -2]
    for found, command in zip(given_verdict.active, annotations, strict=True):
        assert command.name == found.severity.value
        shown = escape.visible(f"sub/{found.path}").replace("##[", "##\u200b[")
        assert command.properties["file"].strip() == shown.strip()
        assert int(command.properties["line"]) == found.line
        assert int(command.properties["endLine"]) == found.end_line
        assert ("col" in command.properties) is (found.line == found.end_line)
        assert command.data.split("\nFix: ")[0] == escape.inert(escape.visible(found.message))


@given(verdicts())
@example(HOSTILE_VERDICT)
def test_a_coloured_text_holds_only_our_own_escape_sequences(given_verdict: Verdict) -> None:
    report = FORMATS["text"](given_verdict, color=True, links="file:///r/")
    plain = re.sub(r"\x1b\[[0-9;]+m|\x1b\]8;;(file:///r/[\w./~%-]*)?\x1b\\", "", report)
    assert "\x1b" not in plain
    assert commands(plain) == []
    assert plain == FORMATS["text"](given_verdict)


@given(verdicts(), st.sampled_from(["", "https://host/o/r/blob/abc/"]))
@example(HOSTILE_VERDICT, "https://host/o/r/blob/abc/")
def test_markdown_of_a_hostile_repository_holds_nothing_but_our_own(given_verdict: Verdict, links: str) -> None:
    report = FORMATS["markdown"](given_verdict, links=links)
    allowed_html = re.compile(r"</?(code|details|summary)>|<br>")
    kinds = {"link_open": 0}
    for token in _tokens(report):
        if token.type in {"html_inline", "html_block"}:
            rest = re.sub(r"<summary>[\w ,:-]*</summary>", "", token.content)
            assert allowed_html.sub("", rest).strip() == "", token.content
        elif token.type == "link_open":
            assert str(token.attrs["href"]).startswith(links or "nothing")
            assert re.fullmatch(r"https://host/o/r/blob/abc/[\w./~%-]*#L\d+", str(token.attrs["href"]))
            kinds["link_open"] += 1
        elif token.type == "text":
            assert not re.search(r"[@#][\w]", token.content), token.content
            assert not re.search(r"://|www\.\w", token.content), token.content
        assert token.type not in {"image", "em_open", "s_open", "fence", "code_block", "blockquote_open", "hr"}
    assert kinds["link_open"] <= len(given_verdict.active)


@given(verdicts())
@example(HOSTILE_VERDICT)
def test_every_table_of_the_markdown_has_its_columns(given_verdict: Verdict) -> None:
    """A pipe in a value would shift what stands in which column."""
    md = MarkdownIt("commonmark").enable("table")
    cells = 0
    for token in md.parse(FORMATS["markdown"](given_verdict)):
        if token.type == "tr_open":
            cells = 0
        elif token.type in {"td_open", "th_open"}:
            cells += 1
        elif token.type == "tr_close":
            assert cells in {3, 5}
    rows = [line for line in FORMATS["markdown"](given_verdict).split("\n") if line.startswith("| ")]
    assert all(len(re.findall(r"(?<!\\)\|", row)) in {4, 6} for row in rows)


@given(texts, st.booleans())
def test_a_code_span_holds_exactly_the_text(text: str, cell: bool) -> None:
    shown = escape.inert(escape.visible(text))
    spelled = escape.code(text, cell=cell)
    (token,) = [t for t in MarkdownIt("commonmark").parse(f"x {spelled}") if t.type == "inline"]
    assert token.children is not None
    rest = token.children[1:]
    if spelled.startswith("<code>"):
        assert [t.type for t in rest] == ["html_inline", "text", "html_inline"]
        assert rest[1].content.replace("\u200b", "") == shown.replace("\u200b", "")
    else:
        assert [t.type for t in rest] == ["code_inline"]
        assert rest[0].content == (shown or " ")


@given(texts)
def test_prose_reads_as_the_message(text: str) -> None:
    (token,) = [t for t in MarkdownIt("commonmark").parse(f"x {escape.prose(text)}|") if t.type == "inline"]
    assert token.children is not None
    assert {t.type for t in token.children} <= {"text", "code_inline"}
    read = "".join(t.content for t in token.children).replace("\u200b", "").replace("`", "")
    assert read.split() == ("x " + escape.visible(text).replace("`", "") + "|").split()


@given(texts)
def test_a_fence_holds_exactly_the_lines(text: str) -> None:
    spelled = escape.fence(text)
    (token,) = MarkdownIt("commonmark").parse(spelled)
    assert token.type == "fence"
    assert token.content == escape.inert("\n".join(escape.visible(line) for line in text.split("\n"))) + "\n"


@given(verdicts())
@example(HOSTILE_VERDICT)
def test_the_xml_is_well_formed_and_its_counts_are_true(given_verdict: Verdict) -> None:
    root = ET.fromstring(FORMATS["junit"](given_verdict))
    assert len(root.findall(".//testcase")) == int(root.attrib["tests"])
    assert len(root.findall(".//failure")) == int(root.attrib["failures"])
    assert len(root.findall(".//error")) == int(root.attrib["errors"]) == len(given_verdict.incomplete)


@pytest.mark.parametrize("form", ["json", "sarif", "gitlab"])
@given(verdicts())
@example(HOSTILE_VERDICT)
def test_json_formats_keep_the_texts(form: str, given_verdict: Verdict) -> None:
    report = FORMATS[form](given_verdict, **OPTIONS.get(form, {}))
    assert report.isascii()
    data = json.loads(report)
    if form == "json":
        assert [f["message"] for f in data["findings"]] == [f.message for f in given_verdict.findings]


def test_the_runner_of_these_tests_reads_commands() -> None:
    """The tests above would pass with a parser that sees nothing."""
    assert [c.name for c in commands(HOSTILE)] == ["add-mask", "error"]
    assert parse("  ::error file=a%2Cb,line=3::x%0Ay") is not None
    command = parse("  ::error file=a%2Cb,line=3::x%0Ay")
    assert command is not None
    assert (command.data, command.properties) == ("x\ny", {"file": "a,b", "line": "3"})
    assert parse("::unknown::x") is None
    assert parse("x ::error::y") is None
    assert parse("x ##[group]y") is not None
    assert "error" in KNOWN


def _tokens(report: str) -> list[Token]:
    found = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(report):
        found.append(token)
        found += token.children or []
    return [t for t in found if t.type != "inline"]
