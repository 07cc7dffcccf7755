"""Variables of compose files, `.env` files, and the words of a command string."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployflow_gate.syntax.command_words import split_words
from deployflow_gate.syntax.dotenv import parse_dotenv
from deployflow_gate.syntax.interpolation import Interpolated, interpolate, sketch_of
from deployflow_gate.text import UNKNOWN, Mapped, Source
from tests.growth import SUPERLINEAR, growth

KNOWN = {"A": "1", "EMPTY": "", "HALF": f"x{UNKNOWN}"}


def of(text: str) -> Interpolated:
    return interpolate(Mapped.whole(Source("f", text).whole), KNOWN)


@pytest.mark.parametrize(
    ("text", "sketch"),
    [
        ("plain", "plain"),
        ("$A-${A}", "1-1"),
        ("$NO/x", "?/x"),
        ("${NO}", "?"),
        ("${NO:-d}${NO-e}${A:-d}", "de1"),
        ("${EMPTY:-d}|${EMPTY-d}", "d|"),
        ("${NO:?say}${A:?say}", "?1"),
        ("${A:+r}${EMPTY:+r}${EMPTY+r}${NO:+r}", "rr?"),
        ("${NO:-${A}-${NO2:-z}}", "1-z"),
        ("${NO:-${NO2}}", "?"),
        ("${HALF:-d}", "?"),
        ("$$A $${A} $$$A", "$A ${A} $1"),
        ("$(date) $1 a$", "$(date) $1 a$"),
        ("${NO:-}", ""),
        ("${NO:-a:b}/c", "a:b/c"),
        ("${1} ${A.b} ${{ x }}", "? ? ?}"),
        ("${A", "${A"),
    ],
)
def test_sketch(text: str, sketch: str) -> None:
    assert of(text).sketch == sketch.replace("?", UNKNOWN)


@pytest.mark.parametrize(
    ("text", "bad"), [("${A", ["${"]), ("${1}", ["${1}"]), ("$(x) $ $$", []), ("${A} ${A.b}", ["${A.b}"])]
)
def test_invalid(text: str, bad: list[str]) -> None:
    assert [text[start:end] for start, end in of(text).invalid] == bad


def test_places_count_a_variable_as_a_whole() -> None:
    text = of("x${A}y${NO:-long}z")
    assert text.sketch == "x1ylongz"
    assert text.place(0, 2).text == "x${A}"
    assert text.place(1, 2).text == "${A}"
    assert text.place(2, 5).text == "y${NO:-long}"
    assert text.place(7, 8).text == "z"
    assert text.written(3, 7) == "${NO:-long}"
    assert text.place(8, 8).start == len("x${A}y${NO:-long}z")


@given(st.text(alphabet="$${}:-?+AN x'\"\\", max_size=40))
def test_never_raises_and_pieces_agree(text: str) -> None:
    found = of(text)
    assert found.mapped.text == found.sketch
    for at in range(len(found.sketch)):
        assert 0 <= found.place(at, at + 1).start <= found.place(at, at + 1).end <= len(text)
    for word in split_words(found):
        assert word.mapped.text == word.sketch
        assert word.span.end <= len(text)


@pytest.mark.parametrize("size", [1_000, 20_000])  # below MAX_VARIABLES and MAX_WORDS, and above
@pytest.mark.parametrize(("piece", "end"), [("${", ""), ("${A:-", "}"), ("$A ", ""), ("$", ""), ("a ", "")])
def test_hostile_text_takes_linear_time(piece: str, end: str, size: int) -> None:
    assert growth(lambda size: split_words(of(piece * size + end * size)), size) < SUPERLINEAR


def test_values_that_double_each_other_end_unknown() -> None:
    values = parse_dotenv("V0=xxxxxxxx\n" + "".join(f"V{i}=$V{i - 1}$V{i - 1}\n" for i in range(1, 200)))
    assert values["V2"] == "x" * 32
    assert UNKNOWN in values["V199"]
    assert max(map(len, values.values())) < 10_000


def test_dotenv() -> None:
    text = "\ufeff# c\r\nA=1\nexport B = two words # c\nC='$A # no'\nD=\"x\\n$A\"\nE=$A/$NO\nF: 3\nG\n=bad\nH=\nA=2\n"
    assert parse_dotenv(text) == {
        "A": "2",
        "B": "two words",
        "C": "$A # no",
        "D": "x\n1",
        "E": f"1/{UNKNOWN}",
        "F": "3",
        "G": UNKNOWN,
        "H": "",
    }


def test_nothing_is_taken_from_a_huge_dotenv() -> None:
    assert parse_dotenv("A=1\n" * 100_000) == {}


def test_sketch_of() -> None:
    assert sketch_of("${A}$$", KNOWN) == "1$"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("  ", []),
        ("a  b\tc\nd", ["a", "b", "c", "d"]),
        ("sh -c 'a && b' \"c d\"", ["sh", "-c", "a && b", "c d"]),
        (r"a\ b 'c\d' " + r'"e\"f" \n', ["a b", r"c\d", 'e"f', "\n"]),
        ("a''b \"\" 'open x", ["ab", "", "open x"]),
        ("run $A ${NO} > x && y", ["run", "1", "?", ">", "x", "&&", "y"]),
        ("sh -c 'echo $$HOME'", ["sh", "-c", "echo $HOME"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert [word.sketch for word in split_words(of(text))] == [word.replace("?", UNKNOWN) for word in words]


def test_words_know_their_place_and_spelling() -> None:
    first, second = split_words(of("'a $$b' ${NO:-x}y"))
    assert (first.span.text, first.raw, first.mapped.span(2, 4).text) == ("'a $$b'", "'a $$b'", "$$b")
    assert (second.span.text, second.raw, second.sketch) == ("${NO:-x}y", "${NO:-x}y", "xy")
