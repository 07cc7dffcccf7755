"""Expressions: where they are, what they are made of, what is wrong with them, what they come to."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deployflow_gate.syntax.expression import (
    Call,
    Comparison,
    Constant,
    Embedded,
    Filter,
    Index,
    Logic,
    Name,
    Not,
    Partial,
    Property,
    Tree,
    Value,
    calls,
    evaluate,
    find,
    fold,
    nodes,
    parse,
    references,
    sketch,
    truth,
)
from deployflow_gate.text import UNKNOWN, Mapped, Source
from tests.growth import SUPERLINEAR, growth


def mapped(text: str) -> Mapped:
    return Mapped.whole(Source("a.yml", text).whole)


def bare(text: str) -> Embedded:
    return parse(mapped(text))


def tree(text: str) -> Tree:
    parsed = bare(text)
    assert parsed.tree is not None, parsed.faults
    return parsed.tree


def shape(node: Tree) -> str:
    """The tree in prefix notation."""
    match node:
        case Constant():
            return repr(node.value)
        case Name():
            return node.name
        case Property():
            return f"(. {shape(node.object)} {node.name})"
        case Index():
            return f"([] {shape(node.object)} {shape(node.index)})"
        case Filter():
            return f"(* {shape(node.object)})"
        case Call():
            return f"({' '.join([node.name + '()', *map(shape, node.arguments)])})"
        case Not():
            return f"(! {shape(node.operand)})"
        case Comparison():
            return f"({node.operator} {shape(node.left)} {shape(node.right)})"
        case Logic():
            return f"({node.operator} {' '.join(map(shape, node.operands))})"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("null", "None"),
        ("true", "True"),
        ("True", "True"),
        ("12", "12.0"),
        ("-9.2", "-9.2"),
        ("+.5", "0.5"),
        ("0xff", "255.0"),
        ("0o17", "15.0"),
        ("-2.99e-2", "-0.0299"),
        ("Infinity", "inf"),
        ("'it''s'", '"it\'s"'),
        ("''", "''"),
        ("github", "github"),
        ("github.event_name", "(. github event_name)"),
        ("github.event.true", "(. (. github event) true)"),
        ("steps.a-b.outputs['c d']", "([] (. (. steps a-b) outputs) 'c d')"),
        ("a.*.b[0]", "([] (. (* a) b) 0.0)"),
        ("a[*].b", "(. (* a) b)"),
        ("always()", "(always())"),
        ("format('{0}', a.b, 1)", "(format() '{0}' (. a b) 1.0)"),
        ("fromJSON(a).b", "(. (fromJSON() a) b)"),
        ("(a).b", "(. a b)"),
        ("a && b && c || d", "(|| (&& a b c) d)"),
        ("a || b && c", "(|| a (&& b c))"),
        ("!a == b", "(== (! a) b)"),
        ("a == b != c", "(!= (== a b) c)"),
        ("a < b == c >= d", "(== (< a b) (>= c d))"),
        ("!(a || !!b)", "(! (|| a (! (! b))))"),
        ("a[b[c]]", "([] a ([] b c))"),
        (" \n a\n==\t1 ", "(== a 1.0)"),
        ("a.b.if", "(. (. a b) if)"),
    ],
)
def test_a_tree(text: str, expected: str) -> None:
    if text == "True":
        assert shape(tree(text)) == "True"
        assert isinstance(tree(text), Name)  # only `true` is a constant
        return
    assert shape(tree(text)) == expected


def test_a_node_stands_where_it_is_written() -> None:
    text = "!contains( github.event['x y'], 'a' ) && (b.c == 0x1)"
    found = [node.span.text for node in nodes(tree(text))]
    assert found == [
        text,
        "!contains( github.event['x y'], 'a' )",
        "contains( github.event['x y'], 'a' )",
        "github.event['x y']",
        "github.event",
        "github",
        "'x y'",
        "'a'",
        "b.c == 0x1",
        "b.c",
        "b",
        "0x1",
    ]
    assert [call.name_span.text for call in calls(tree(text))] == ["contains"]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", "", "The expression is empty."),
        ("  ", "  ", "The expression is empty."),
        ("a b", "b", "`b` stands where the end of the expression or an operator is expected."),
        ("a ==", "a ==", "The expression ends where a value is expected."),
        ("(a", "(a", "The expression ends where `)` is expected."),
        ("a)", ")", "`)` stands where the end of the expression or an operator is expected."),
        ("f(a,)", ")", "`)` stands where a value is expected."),
        ("f(,a)", ",", "`,` stands where a value is expected."),
        ("a.1", "1", "`1` stands where a property's name is expected."),
        ("a[", "a[", "The expression ends where a value is expected."),
        ("'a'.b", ".b", "`.b` is not a number."),
        ("a = b", "=", "`=` is no operator of an expression (`==` is)."),
        ("a & b", "&", "`&` is no operator of an expression (`&&` is)."),
        ("a + b", "+", "`+` is not a number."),
        ('a == "b"', '"b"', 'A string of an expression stands in single quotes, not in `"`.'),
        ("a == 'b", "'b", "The string is not closed: its second `'` is missing."),
        ("a == $b", "$b", "`$b` means nothing in an expression."),
        ("*", "*", "`*` stands where a value is expected."),
    ],
)
def test_a_fault_says_what_is_wrong_and_where(text: str, place: str, message: str) -> None:
    parsed = bare(text)
    assert parsed.tree is None
    assert [(fault.span.text, fault.message) for fault in parsed.faults] == [(place, message)]


def test_expressions_are_found_in_a_text() -> None:
    text = "a ${{ x }} b ${{ format('}}', 'it''s') }}${{}} c"
    found = find(mapped(text))
    assert [text[one.start : one.end] for one in found] == ["${{ x }}", "${{ format('}}', 'it''s') }}", "${{}}"]
    assert [one.span.text for one in found] == [text[one.start : one.end] for one in found]
    assert [one.inner.text for one in found] == [" x ", " format('}}', 'it''s') ", ""]
    assert [one.tree is None for one in found] == [False, False, True]
    assert [fault.span.text for fault in found[2].faults] == ["${{}}"]


@pytest.mark.parametrize("text", ["${{ a", "${{ 'a }}", "x ${{ a }"])
def test_an_expression_that_is_not_closed(text: str) -> None:
    (only,) = find(mapped(text))
    assert only.tree is None
    assert [(fault.span.text, fault.message) for fault in only.faults] == [
        ("${{", "The expression is not closed: `}}` is missing.")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("github.event.issue.title == a.b", [("github", "event", "issue", "title"), ("a", "b")]),
        ("GitHub.Event['Issue'].Title", [("github", "event", "issue", "title")]),
        ("github.event.commits.*.message", [("github", "event", "commits", "*", "message")]),
        ("a[b.c].d[0]", [("a", None, "d", None), ("b", "c")]),
        ("fromJSON(a.b).c[d]", [("a", "b"), ("d",)]),
        ("success()", []),
    ],
)
def test_references(text: str, expected: list[tuple[str | None, ...]]) -> None:
    found = list(references(tree(text)))
    assert [one.path for one in found] == expected


CONTEXT: dict[str, Value] = {
    "env": Partial(TAG="1.2", EMPTY="", IMAGE=f"app:{UNKNOWN}"),
    "matrix": {"os": "ubuntu", "n": 3.0, "list": ["a", "b"], "deep": {"x": [{"y": "1"}, {"y": "2"}, {"z": 1.0}]}},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("env.TAG", "1.2"),
        ("env.tag", "1.2"),
        ("env['TAG']", "1.2"),
        ("env.OTHER", UNKNOWN),
        ("github.sha", UNKNOWN),
        ("matrix.absent", ""),
        ("matrix.n", "3"),
        ("matrix.list[1]", "b"),
        ("matrix.list[7]", ""),
        ("matrix.list", "Array"),
        ("matrix.deep", "Object"),
        ("join(matrix.deep.x.*.y)", "1,2"),
        ("join(matrix.list, '-')", "a-b"),
        ("null", ""),
        ("1e3", "1000"),
        ("0.1", "0.1"),
        ("-0", "0"),
        ("1e400", "Infinity"),
        ("1e20", "1E+20"),
        ("'A' == 'a'", "true"),
        ("null == 0", "true"),
        ("'' == 0", "true"),
        ("'x' == 0", "false"),
        ("true == '1'", "true"),
        ("'0x10' == 16", "true"),
        ("NaN == NaN", "false"),
        ("NaN != NaN", "true"),
        ("null < 1", "true"),
        ("'b' > 'A'", "true"),
        ("2 <= 2", "true"),
        ("3 >= 4", "false"),
        ("null == null", "true"),
        ("!''", "true"),
        ("!'false'", "false"),
        ("false && env.OTHER", "false"),
        ("'' || 'x'", "x"),
        ("env.OTHER || 'x'", UNKNOWN),
        ("'y' || env.OTHER", "y"),
        ("env.IMAGE && 'x'", "x"),
        ("env.IMAGE", f"app:{UNKNOWN}"),
        ("env.IMAGE == 'app:1'", UNKNOWN),
        ("contains('Hello', 'ELL')", "true"),
        ("contains(matrix.list, 'B')", "true"),
        ("contains(env.IMAGE, 'app')", "true"),
        ("contains(env.IMAGE, 'other')", UNKNOWN),
        ("startsWith(env.IMAGE, 'APP')", "true"),
        ("startsWith(env.IMAGE, 'b')", "false"),
        ("startsWith(env.IMAGE, 'app:1')", UNKNOWN),
        ("endsWith(env.IMAGE, 'x')", UNKNOWN),
        ("endsWith('abc', 'BC')", "true"),
        ("format('{0}-{1}-{{0}}', 'a', 2)", "a-2-{0}"),
        ("format('{0}', github.sha)", UNKNOWN),
        ("format('{1}', 'a')", UNKNOWN),
        ("format('{', 'a')", UNKNOWN),
        ("fromJSON('[1, {\"a\": true}]')[1].a", "true"),
        ("fromJSON('nope')", UNKNOWN),
        ("toJSON(matrix.list)", '[\n  "a",\n  "b"\n]'),
        ("toJSON(env.IMAGE)", UNKNOWN),
        ("toJSON(2)", "2"),
        ("hashFiles('x')", UNKNOWN),
        ("always()", "true"),
        ("nothing()", UNKNOWN),
        ("format()", UNKNOWN),
        ("case(env.OTHER, 1, 2)", UNKNOWN),
        ("case(false, 1, true, 2, 3)", "2"),
        ("case(false, 1, 3)", "3"),
        ("case(1, 2)", UNKNOWN),
    ],
)
def test_a_value(text: str, expected: str) -> None:
    assert evaluate(tree(text), CONTEXT) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("success() || true", True),
        ("success() && false", False),
        ("!success()", None),
        ("always() && github.x", None),
        ("env.IMAGE", True),
        ("env.EMPTY", False),
        ("1 < 2", True),
    ],
)
def test_truth_knows_more_than_the_value(text: str, expected: bool | None) -> None:
    assert truth(tree(text), CONTEXT) is expected


def test_a_sketch_keeps_what_is_known() -> None:
    text = "r/${{ env.TAG }}/${{ github.sha }}-${{ oops oops }}"
    assert sketch(text, find(mapped(text)), CONTEXT) == f"r/1.2/{UNKNOWN}-{UNKNOWN}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(" * 10_000 + "a" + ")" * 10_000, "The expression has more than 100 open parentheses."),
        ("a[" * 7_000, "The expression has more than 100 open parentheses."),
        ("f(" * 7_000, "The expression has more than 100 open parentheses."),
        ("!" * 10_000 + "a", "The expression is nested deeper than 50 levels."),
        ("a" + ".b" * 10_000, "The expression is nested deeper than 50 levels."),
        ("a" + "==b" * 5_000, "The expression is nested deeper than 50 levels."),
        ("a" * 21_001, "The expression is longer than 21000 characters."),
    ],
)
def test_a_limit_is_a_fault(text: str, message: str) -> None:
    parsed = bare(text)
    assert parsed.tree is None
    assert [fault.message for fault in parsed.faults] == [message]


def test_a_long_chain_is_no_depth() -> None:
    assert shape(tree("a" + " && a" * 3_000)).count("a") == 3_001


def test_values_do_not_grow_without_bound() -> None:
    text = "'" + "x" * 100 + "'"
    for _ in range(40):
        text = f"format('{{0}}{{0}}{{0}}{{0}}', {text})"
    assert evaluate(tree(text), {}) == UNKNOWN
    shared: Value = ["x"]
    for _ in range(60):
        shared = [shared, shared]
    assert evaluate(tree("toJSON(a)"), {"a": shared}) == UNKNOWN


@pytest.mark.parametrize(
    "piece", ["${{ a }}", "'", "${{ '", "}}", "${{ 'a' }}", "${{", "''", "(", "a.", "a||", "!"], ids=repr
)
def test_finding_takes_linear_time(piece: str) -> None:
    assert growth(lambda size: find(mapped("${{" + piece * size)), 10_000) < SUPERLINEAR


PIECES = st.sampled_from(
    [
        "${{",
        "}}",
        "'",
        "''",
        "(",
        ")",
        "[",
        "]",
        ".",
        "*",
        ",",
        "!",
        "==",
        "=",
        "&&",
        "||",
        "<",
        "a",
        "env",
        "TAG",
        "1",
        "0x",
        "-",
        "format",
        "fromJSON",
        "'{0}'",
        "'[1]'",
        " ",
        "\n",
        '"',
        "é",
        "\x00",
        "case",
        "1e999",
        "toJSON",
    ]
)


@settings(deadline=None)
@given(st.lists(PIECES).map("".join) | st.text())
@example("${{ 'a")
@example("fromJSON('[[[[')")
def test_no_text_raises(text: str) -> None:
    for parsed in (*find(mapped(text)), bare(text)):
        assert (parsed.tree is None) == bool(parsed.faults)
        assert text[parsed.start : parsed.end] == parsed.span.text
        for fault in parsed.faults:
            assert parsed.span.contains(fault.span)
        if parsed.tree is not None:
            assert isinstance(evaluate(parsed.tree, CONTEXT), str)
            truth(parsed.tree, CONTEXT)
            fold(parsed.tree, {})
            for node in nodes(parsed.tree):
                assert parsed.span.contains(node.span)
            list(references(parsed.tree))
