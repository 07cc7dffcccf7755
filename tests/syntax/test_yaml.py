"""parse_yaml: spans, kinds, faults, comments, limits, and texts that it must survive."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployflow_gate.syntax import yaml_compose
from deployflow_gate.syntax.yaml import Mapping, Node, Scalar, Sequence, YamlFile, parse_yaml, scalars
from deployflow_gate.text import Source
from tests.growth import SUPERLINEAR, growth


def parse(text: str) -> YamlFile:
    return parse_yaml(Source("f.yml", text))


def root(text: str) -> Mapping:
    file = parse(text)
    assert file.faults == ()
    assert isinstance(file.root, Mapping)
    return file.root


def scalar(node: Node | None) -> Scalar:
    assert isinstance(node, Scalar)
    return node


def only_fault(text: str) -> tuple[str, int, int]:
    file = parse(text)
    assert len(file.faults) == 1
    assert file.broken == (file.root is None)
    fault = file.faults[0]
    return fault.message, fault.span.line, fault.span.column


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "---\n...\n", "\ufeff"])
def test_nothing_is_no_root_and_no_fault(text: str) -> None:
    file = parse(text)
    assert (file.root, file.faults, file.broken) == (None, (), False)


@pytest.mark.parametrize(
    ("text", "key", "span"),
    [
        ("a: 1", "a", "1"),
        ("\ufeffa: x y # c\n", "a", "x y"),
        ("\ufeff\r\na: 'x'\r\n", "a", "'x'"),
        ('😀: 1\r\na: "é😀"\r\nb: 2', "a", '"é😀"'),
        ("a:\t1\t# c", "a", "1"),
        ("a: &anchor  !tag 'x'", "a", "'x'"),
        ("a: !tag\n  # c\n  x", "a", "x"),
        ("a: &x # c #\n  - 1\n  - 2\n\n# end\n", "a", "- 1\n  - 2"),
        ("a: !<tag:x,2000:a> &y {b: 1} # c", "a", "{b: 1}"),
        ("a:\n  b: 1\n  c:\n\nd: 2", "a", "b: 1\n  c:"),
        ("a: [1,\n 2, ]\nb: 1", "a", "[1,\n 2, ]"),
        ("a: | # c\n  x\n  y\n\n# c\nb: 1", "a", "| # c\n  x\n  y"),
        ("a: &b |+2 \n   x\n\n\n", "a", "|+2 \n   x"),
        ("a: >-\n\nb: 1", "a", ">-"),
        ("a: |", "a", "|"),
        ("a:\nb: 1", "a", ""),
        ("? a\n: b", "a", "b"),
        ("{a: x, b}", "a", "x"),
    ],
)
def test_span_of_a_value(text: str, key: str, span: str) -> None:
    value = root(text).get(key)
    assert value is not None
    assert value.span.text == span


def test_span_of_a_value_that_is_not_there_is_behind_the_colon_or_its_tag() -> None:
    text = "a:\nb: !reset\nc: &x\n"
    file = root(text)
    starts = [scalar(file.get(key)).span.start for key in "abc"]
    assert starts == [2, text.index("!reset") + 6, text.index("&x") + 2]
    assert [scalar(file.get(key)).value for key in "abc"] == ["", "", ""]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *[
            (text, "str")
            for text in (
                "on",
                "off",
                "yes",
                "NO",
                "y",
                "a",
                "'1'",
                '"true"',
                "1_000",
                "0b1",
                "12:30",
                "2024-01-01",
                ".",
                "<<",
                "tRue",
                "1e",
                "0o8",
                "0x",
                "+.",
                "! 1",
                "!!str 1",
            )
        ],
        *[(text, "int") for text in ("0", "-17", "+3", "0o17", "0xFf", "007", "!!int '3'")],
        *[(text, "float") for text in ("1.", ".5", "1e3", "-1.5E-3", ".inf", "-.INF", ".NaN", "!!float 1")],
        *[(text, "bool") for text in ("true", "True", "FALSE", "!!bool on")],
        *[(text, "null") for text in ("", "~", "null", "NULL")],
        *[
            (text, "other")
            for text in ("!reset", "!reset null", "!override 1", "!!binary aaaa", "!!python/name:os.system x")
        ],
    ],
)
def test_kind_is_that_of_the_core_schema(text: str, kind: str) -> None:
    assert scalar(root(f"a: {text}").get("a")).kind == kind


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("!reset null", "!reset"),
        ("!override {a: 1}", "!override"),
        ("!override [1]", "!override"),
        ("!!python/object:os.system {}", "!!python/object:os.system"),
        ("!!str 1", ""),
        ("!!map {}", ""),
        ("! x", ""),
        ("x", ""),
    ],
)
def test_only_a_custom_tag_is_kept(text: str, tag: str) -> None:
    value = root(f"a: {text}").get("a")
    assert value is not None
    assert value.tag == tag


def test_alias_is_the_anchored_node_and_knows_its_own_place() -> None:
    file = root("a: &x {b: 1}\nc: *x\nd: [*x, 2]\n")
    entry = file.entry("c")
    assert entry is not None
    assert entry.value is file.get("a")
    assert (entry.place.text, entry.span.text) == ("*x", "c: *x")
    items = file.get("d")
    assert isinstance(items, Sequence)
    assert [items.place(0).text, items.place(1).text] == ["*x", "2"]


def test_alias_as_a_key_stands_where_it_is_used() -> None:
    file = root("a: &k name\n*k : 1\n")
    entry = file.entry("name")
    assert entry is not None
    assert entry.key.span.text == "*k"
    assert entry.key.mapped.text == "name"


def test_merge_keys() -> None:
    file = root("x: &x {a: 1, b: 1}\ny: &y {<<: *x, b: 2, c: 2}\nz:\n  <<: [*y, *x]\n  c: 3\nw: {'<<': *x}\n")
    last = file.get("z")
    assert isinstance(last, Mapping)
    assert {key: scalar(entry.value).value for key, entry in last.merged.items()} == {"c": "3", "b": "2", "a": "1"}
    assert last.get("a") is None
    quoted = file.get("w")
    assert isinstance(quoted, Mapping)
    assert list(quoted.merged) == ["<<"]


def test_duplicate_key_is_a_fault_and_the_first_wins() -> None:
    text = "a: 1\nb: 2\n'a': 3\n"
    assert only_fault(text) == ("The key `a` is written twice here; it stands on line 1 already.", 3, 1)
    file = parse(text).root
    assert isinstance(file, Mapping)
    assert scalar(file.get("a")).value == "1"
    assert len(file.entries) == 2


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: {{ x }}", ("A key of this mapping is no plain text.", 1, 5)),
        ("a: 1\n---\nb: 2\n", ("A second YAML document begins here; only the first one is judged.", 3, 1)),
        ("a: *x", ("The alias `*x` has no anchor before it.", 1, 4)),
        ("\na: *x", ("The alias `*x` has no anchor before it.", 2, 4)),
        ("a: &x [*x]", ("The anchor `x` contains itself.", 1, 8)),
        ("a:\n\tb: 1", ("A tab stands where YAML takes only spaces for indentation.", 2, 1)),
        ("a: \x07", ("The character U+0007 is not allowed in YAML.", 1, 4)),
        ("a: \ud800", ("The character U+D800 is not allowed in YAML.", 1, 4)),
    ],
)
def test_fault(text: str, fault: tuple[str, int, int]) -> None:
    assert only_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: [", 2, 1),
        ("a: 'x\n", 2, 1),
        ("a: b: c", 1, 5),
        ("\ufeffé: 1\n%", 2, 1),
        ("- a\nb: 1", 2, 1),
        ("a: `x`", 1, 4),
    ],
)
def test_syntax_error_is_one_fault_with_its_place(text: str, line: int, column: int) -> None:
    file = parse(text + "\n" if text.endswith(("[", "%")) else text)
    assert file.broken
    assert file.root is None
    (fault,) = file.faults
    assert fault.message.startswith("This is not valid YAML: ")
    assert (fault.span.line, fault.span.column) == (line, column)


def test_first_document_that_says_something_is_judged() -> None:
    assert root("---\n# none\n---\na: 1\n---\n---\n...").get("a") is not None


def test_comments() -> None:
    text = (
        "# one\r\na: 'no # no' # two\r\nb: no#no # three\r\nc: | # four\r\n  # no\r\n\r\n# five\r\n"
        'd: [ # six\r\n  1, 2] # seven\r\ne: !x y\nf: "a\n # no\n b" # eight\ng: &a 1 # nine\nh: >-\n # no\n# ten'
    )
    assert [span.text for span in parse(text).comments] == [
        f"# {word}" for word in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    ]


def test_comments_before_a_syntax_error_are_found() -> None:
    assert [span.text for span in parse("# one\na: [\n # two\n b: ]c: @ # ?\n").comments] == ["# one", "# two"]


def test_scalars_visits_aliases_once() -> None:
    file = root("a: &x [1, 2]\nb: *x\n")
    assert [scalar.value for scalar in scalars(file)] == ["a", "1", "2", "b"]


LAUGH = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
LADDER = "a0: &a0 " + "[" * 60 + "]" * 60 + "\na1: &a1 " + "[" * 30 + "*a0" + "]" * 30


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: " + "x" * (1 << 20), "1,048,576 characters"),
        ("[" * 10_000, "deeper than 64 levels"),
        ("{a: " * 100_000, "deeper than 64 levels"),
        ("- " * 100_000, "deeper than 64 levels"),
        ("? " * 100_000, "deeper than 64 levels"),
        ("".join(" " * i + "a:\n" for i in range(1000)), "deeper than 64 levels"),
        (LADDER, "deeper than 64 levels"),
        ("- a\n" * 200_000, "100,000 keys and values"),
        ("- &x a\n" + "- *x\n" * 20_000, "10,000 aliases"),
        (LAUGH, "200,000 values"),
    ],
)
def test_limit_is_one_fault_and_the_end(text: str, said: str) -> None:
    message, *_ = only_fault(text)
    assert said in message


@pytest.mark.parametrize(
    ("head", "piece", "tail"),
    [("a: '", "x\n\n", "'"), ("[", "a,", "]"), ("", "'", ""), ("", "#", ""), ("", "&a ", ""), ("a: |\n", " \n", "")],
)
def test_large_hostile_text_takes_linear_time(head: str, piece: str, tail: str) -> None:
    def read(size: int) -> None:
        file = parse(head + piece * size + tail)
        if file.root is not None:
            assert all(scalar.mapped.text == scalar.value for scalar in scalars(file.root))

    assert growth(read, 10_000) < SUPERLINEAR


def test_duplicate_keys_are_told_up_to_a_limit() -> None:
    assert len(parse("a: 1\n" * 1000).faults) == yaml_compose.FAULT_LIMIT


YAMLISH = st.text(alphabet="ab1 \n\r\t:-?[]{},&*!|>'\"%@`#\\~.<x0uUN_\x85\u2028é😀\ufeff", max_size=60)


@given(st.one_of(st.text(max_size=80), YAMLISH))
@settings(max_examples=600, deadline=None)
def test_never_raises_and_spans_are_in_the_text(text: str) -> None:
    file = parse(text)
    assert file.broken <= (file.root is None and len(file.faults) == 1)
    places = [fault.span for fault in file.faults] + list(file.comments)
    if file.root is not None:
        places.append(file.root.span)
        places += [scalar.span for scalar in scalars(file.root)]
    assert all(0 <= span.start <= span.end <= len(text) for span in places)
    assert all(span.text.startswith("#") for span in file.comments)


@given(st.binary(max_size=80))
@settings(max_examples=200, deadline=None)
def test_never_raises_on_bytes_taken_for_text(data: bytes) -> None:
    parse(data.decode("latin-1"))
    parse(data.decode("utf-8", "surrogateescape"))


@given(YAMLISH)
@settings(max_examples=400, deadline=None)
def test_the_parser_in_python_agrees(text: str) -> None:
    """Where libyaml is missing the file is read the same, but for texts that one of the two takes and the other does not."""
    import yaml

    with_libyaml = parse(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(yaml, "CSafeLoader")
        without = parse(text)
    if with_libyaml.root is not None and without.root is not None and "\ufeff" not in text:
        left, right = list(scalars(with_libyaml.root)), list(scalars(without.root))
        assert [one.value for one in left] == [one.value for one in right]
