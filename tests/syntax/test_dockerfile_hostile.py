"""Any text at all: nothing raises, every span is in the file, nothing of it is lost, and time is linear."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployflow_gate.syntax.dockerfile import DockerfileSyntax, InstructionSyntax, expand, parse_dockerfile
from deployflow_gate.syntax.dockerfile.limits import MAX_INSTRUCTIONS, MAX_VALUE, MAX_WORDS
from deployflow_gate.text import UNKNOWN, Source, Span
from tests.growth import SUPERLINEAR, growth

SOUP = st.lists(
    st.sampled_from(
        [
            *(
                "FROM a",
                "RUN ",
                "COPY ",
                "ENV ",
                "ONBUILD ",
                "HEALTHCHECK ",
                "\n",
                "\n",
                "\r\n",
                "\r",
                "\\\n",
                "`\n",
                "\\",
                "#",
            ),
            *(
                "# escape=`\n",
                "# check=skip=all\n",
                "<<EOF",
                "<<-E",
                "\nEOF\n",
                "\n\tE\n",
                '"',
                "'",
                "[",
                "]",
                ",",
                "$",
                "${",
            ),
            *(
                "}",
                ":-",
                "--mount=",
                "=",
                "a",
                " ",
                "\t",
                "\x00",
                "\x85",
                "\xa0",
                "\u2003",
                "\x1c",
                "\ufeff",
                "ß",
                "😀",
                "\ue000",
            ),
        ]
    ),
    max_size=40,
).map("".join)


def _spans(instruction: InstructionSyntax) -> list[Span]:
    found = [instruction.span, instruction.keyword, *instruction.continuations]
    for flag in instruction.flags:
        found += [flag.span, *([flag.value.span] if flag.value else [])]
    found += [w.span for w in (*instruction.values, *instruction.words)]
    for pair in instruction.pairs:
        found += [pair.span, pair.name.span, *([pair.value.span] if pair.value else [])]
    for heredoc in instruction.heredocs:
        found += [heredoc.span, heredoc.body_span, *([heredoc.terminator] if heredoc.terminator else [])]
    return found + (_spans(instruction.inner) if instruction.inner else [])


def _check(syntax: DockerfileSyntax) -> None:
    text = syntax.source.text
    everything = [s for i in syntax.instructions for s in _spans(i)]
    everything += [*syntax.comments, *(f.span for f in syntax.faults), *(d.value_span for d in syntax.directives)]
    for span in everything:
        assert 0 <= span.start <= span.end <= len(text)
    for instruction in syntax.instructions:
        body = instruction.body
        for offset, char in enumerate(body.text):
            assert text[body.origin(offset)] == char
        for heredoc in instruction.heredocs:
            for offset, char in enumerate(heredoc.body.text):
                assert char == "\n" or text[heredoc.body.origin(offset)] == char
    # what is neither instruction nor comment is white space, a byte order mark, or an escape that continues nothing
    left = list(text)
    for span in (*syntax.comments, *(i.span for i in syntax.instructions)):
        left[span.start : span.end] = " " * (span.end - span.start)
    assert not "".join(left).removeprefix("\ufeff").replace("\\", "").replace("`", "").strip()
    spans = [i.span for i in syntax.instructions]
    assert all(a.end <= b.start for a, b in pairwise(spans))


@settings(max_examples=1000, deadline=None)
@given(st.one_of(SOUP, st.text(max_size=60)))
def test_any_text_is_read(text: str) -> None:
    _check(parse_dockerfile(Source("Dockerfile", text)))


@settings(max_examples=500, deadline=None)
@given(
    st.text(alphabet="a1${}:-+?/#%*'\"\\`\x00\ue000", max_size=30),
    st.sampled_from("\\`"),
    st.sampled_from(["", "ab", UNKNOWN, None]),
)
def test_any_word_expands(raw: str, escape: str, value: str | None) -> None:
    assert isinstance(expand(raw, lambda _: value, escape).value, str)


# characters, of which four times as many are read, too: few enough to be below the limits of instructions, of words and
# of the length of a value, and above all of them
SIZES = [1_000, 15_000, 60_000]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("head", "piece", "tail"),
    [
        pytest.param("", "RUN a\n", "", id="instructions"),
        pytest.param("", "RUN <<A\n", "", id="heredocs that never end"),
        pytest.param("RUN ", "<<A ", "", id="heredocs of one instruction"),
        pytest.param("RUN a", " \\\n b", "", id="continuations"),
        pytest.param("RUN a \\\n", "# c\n", "", id="comments in a continuation"),
        pytest.param("FROM a\nENV a=", "$a", "", id="variables"),
        pytest.param("ENV a=", "${a:-", "", id="variables in variables"),
        pytest.param("RUN <<A ", '"$a" ', "", id="strings on a heredoc line"),
        pytest.param('CMD ["', 'a","', "", id="an open JSON array"),
        pytest.param("CMD ", "[", "", id="JSON arrays in arrays"),
        pytest.param("RUN ", "--a ", "", id="flags"),
        pytest.param("RUN --a=", "'\"", "", id="quotes in a flag"),
        pytest.param("ENV ", "a=b ", "", id="pairs"),
        pytest.param("", "ONBUILD ", "", id="ONBUILD of ONBUILD"),
        pytest.param("RUN ", "\\ ", "", id="escapes"),
        pytest.param("RUN a", " ", "\\\n", id="spaces"),
        pytest.param("", "\r", "", id="carriage returns"),
        pytest.param("", "\\\n", "", id="nothing but continuations"),
    ],
)
def test_anything_is_read_in_linear_time(head: str, piece: str, tail: str, size: int) -> None:
    def read(size: int) -> object:
        return parse_dockerfile(Source("Dockerfile", head + piece * (size // len(piece)) + tail))

    assert growth(read, size) < SUPERLINEAR


def test_the_limits_are_said_aloud() -> None:
    many = parse_dockerfile(Source("Dockerfile", "FROM a\n" + "RUN b\n" * MAX_INSTRUCTIONS))
    assert many.broken
    assert len(many.instructions) == MAX_INSTRUCTIONS
    assert [f.span.text for f in many.faults] == ["RUN b\n"]
    words = parse_dockerfile(Source("Dockerfile", "FROM a\nCOPY " + "b " * (MAX_WORDS + 1)))
    assert len(words.faults) == 1
    assert not words.broken
    nested = parse_dockerfile(Source("Dockerfile", "FROM a\nUSER " + "${a:-" * 40 + "}" * 40))
    assert [f.message for f in nested.faults if "deep" in f.message]


def test_a_value_that_grows_without_end_is_unknown() -> None:
    assert expand("$a$a", lambda _: "x" * MAX_VALUE).value == UNKNOWN
    assert expand("${a//x/yyyyyyyyyy}", lambda _: "x" * MAX_VALUE).value == UNKNOWN
