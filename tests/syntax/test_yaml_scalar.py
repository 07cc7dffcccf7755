"""Scalar.mapped: the decoded text of every style, and where each character of it stands."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployflow_gate.syntax import yaml_scalar
from deployflow_gate.syntax.yaml import Mapping, Scalar, parse_yaml, scalars
from deployflow_gate.text import Mapped, Source, Span


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where the decoding does not come to the parser's value."""

    monkeypatch.setattr(yaml_scalar, "_nowhere", _lost)


def _lost(span: Span, value: str) -> Mapped:
    raise AssertionError(f"no place for {value!r} in {span.text!r}")


def value_of(text: str) -> Scalar:
    file = parse_yaml(Source("f.yml", text))
    assert file.faults == ()
    assert isinstance(file.root, Mapping)
    value = file.root.entries[0].value
    assert isinstance(value, Scalar)
    return value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: b c", "b c"),
        ("a: b\n  c\n\n  d", "b c\nd"),
        ("a: b  \r\n  c\r\n \r\n\r\n  d", "b c\n\nd"),
        ("a: 'it''s'", "it's"),
        ("a: ' b\n\n  c  '", " b\nc  "),
        ("a: '\n  b\n  '", " b "),
        (r'a: "\n\t\x41\u00e9\U0001F600\\\"\/\N\_\L\P\e\0"', '\n\tAé😀\\"/\x85\xa0\u2028\u2029\x1b\0'),
        ('a: "b \\\n   c\\\n\n  d"', "b c\nd"),
        ('a: "b\r\n   c\\ \r\n d"', "b c  d"),
        ("a: |\n  b\n   c\n\n  d\n\n", "b\n c\n\nd\n"),
        ("a: |-\r\n  b\r\n  c\r\n", "b\nc"),
        ("a: |+\n  b\n\n\n", "b\n\n\n"),
        ("a: |2-\n    b\n   c\n", "  b\n c"),
        ("a: |\n\n\n  b", "\n\nb"),
        ("a: |2\n    \n  b\n", "  \nb\n"),
        ("a: >\n  b\n  c\n\n  d\n   e\n   f\n  g\n", "b c\nd\n e\n f\ng\n"),
        ("a: >-\n\n  b\n  c\n\n\n  d", "\nb c\n\nd"),
        ("a: >+ # c\n  b\n\n", "b\n\n"),
        ("a: |\n  b\x85  c\u2028  d\n", "b\nc\u2028d\n"),
    ],
)
@pytest.mark.usefixtures("exact")
def test_decoded_text(text: str, value: str) -> None:
    assert value_of(text).value == value
    assert value_of(text).mapped.text == value


@pytest.mark.parametrize(
    "text",
    [
        "k: a b\n  c\n\n  d",
        "k: 'a''b\n  c'",
        'k: "a\\n\\x62\\\n   c d"',
        "k: |\r\n   a\r\n    b\r\n\r\n   c\r\n",
        "k: >-\n  a\n   b\n\n  c 😀d\n",
    ],
)
@pytest.mark.usefixtures("exact")
def test_letters_stand_where_they_are_written(text: str) -> None:
    mapped = value_of(text).mapped
    for at, letter in enumerate(mapped.text):
        if letter in "acd😀":
            assert mapped.span(at, at + 1).text == letter
            assert mapped.origin(at) == text.index(letter)


@pytest.mark.usefixtures("exact")
def test_span_over_a_fold_covers_both_lines() -> None:
    mapped = value_of("a: >\n  one\n  two\n").mapped
    assert mapped.span(0, 7).text == "one\n  two"


PARTS = st.lists(
    st.sampled_from(
        [
            "a",
            "b c",
            "'",
            '"',
            " ",
            "  ",
            "\n",
            "\r\n",
            "\r",
            "\t",
            "\x85",
            "\u2028",
            "#",
            "é",
            "😀",
            "\\n",
            "\\",
            "\\x41",
            "\\\n",
            "''",
            ":",
            "-",
        ]
    ),
    max_size=14,
).map("".join)
INDENTED = st.lists(st.tuples(st.integers(0, 4), PARTS.map(lambda text: " ".join(text.split()))), max_size=6)


@given(PARTS, st.sampled_from(["{}", "'{}'", '"{}"', "[x{}x]", "k: x {} x", "k: '{}'"]))
@settings(max_examples=1500, deadline=None)
def test_flow_scalars_come_to_their_value(text: str, frame: str) -> None:
    _check(frame.replace("{}", text))


@given(
    INDENTED,
    st.sampled_from("|>"),
    st.sampled_from(["", "-", "+", "2", "1-", "+3", " # c"]),
    st.sampled_from(["\n", "\r\n", "\u2028", "\x85"]),
    st.sampled_from(["", "\n", "\n\n"]),
)
@settings(max_examples=1500, deadline=None)
def test_block_scalars_come_to_their_value(
    lines: list[tuple[int, str]], style: str, header: str, line_end: str, end: str
) -> None:
    body = line_end.join(" " * indent + line for indent, line in lines)
    for key in ("k: ", "--- ", "k:\n - - "):
        _check(f"{key}{style}{header}{line_end}{body}{end}")


def _check(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_scalar, "_nowhere", _lost)
        root = parse_yaml(Source("f.yml", text)).root
        for scalar in scalars(root) if root is not None else ():
            mapped = scalar.mapped
            assert mapped.text == scalar.value
            origins = [mapped.origin(at) for at in range(len(mapped.text))]
            assert origins == sorted(origins)
            assert all(0 <= origin < len(text) for origin in origins)


@pytest.mark.usefixtures("exact")
def test_every_scalar_of_the_corpus_has_its_place(shared: Path) -> None:
    count = 0
    with tarfile.open(shared / "corpus" / "dev.tar.xz") as corpus:
        for member in corpus:
            if not member.isfile() or not member.name.endswith((".yml", ".yaml")):
                continue
            stream = corpus.extractfile(member)
            assert stream is not None
            text = stream.read().decode("utf-8")
            root = parse_yaml(Source(member.name, text)).root
            for scalar in scalars(root) if root is not None else ():
                count += 1
                assert scalar.mapped.text == scalar.value
                if scalar.style == "plain" and "\n" not in scalar.span.text:
                    assert scalar.span.text == scalar.value
    assert count > 200_000
