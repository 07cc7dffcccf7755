from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployflow_gate.model.script import Script
from deployflow_gate.syntax import shell
from deployflow_gate.syntax.shell import parse_shell
from deployflow_gate.text import Mapped, Source
from tests.growth import SUPERLINEAR, growth

TOKENS = st.sampled_from(
    [
        "(", ")", "$(", '"', "'", "`", "<<E", "\n", "E\n", "{ ", "}", " ", "a", "b=", "$x", "${x:-", "$((", "))", "|", "&&",
        "||", ";", "&", "if ", "then ", "fi", "for x in ", "do ", "done", "case x in ", "esac", "\\", "\\\n", "é", "\0", "#",
        "[ ", " ]", ">", "2>&1", "<(", "$'", "*", "!", "sudo ", "sh -c ", "eval ", "env ", "su -c ", "pip install ", "--x=", "\r\n",
    ]
)  # fmt: skip


def whole(text: str) -> Mapped:
    return Mapped.whole(Source("x", text).whole)


def ask_all(script: Script) -> None:
    for command in script.commands:
        assert 0 <= command.span.start <= command.span.end <= len(script.text.source.text)
        for word in command.words:
            assert 0 <= word.span.start <= word.span.end <= len(script.text.source.text)
        asked = (command.install, command.parsed, command.pipes_into, command.piped_from, command.outer, command.own)
        assert len(asked) == 6
        if command.install is not None:
            assert isinstance(command.install.omits_dev or command.install.without_cache, bool)
    assert script.main_command is None or script.main_command in script.commands


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(), st.lists(TOKENS, max_size=40).map("".join)))
def test_no_text_raises(text: str) -> None:
    script = Script.shell(None, whole(text))
    assert script.syntax is not None
    for command in script.syntax.commands:
        for word in command.words:
            assert word.span.text == word.raw
    ask_all(script)


HOSTILE = [
    "(", "$(", "{ ", "'", '"$(', "a && ", "<<E ", "case x in ", "if ", "`", "${a:-", "a", "\\", "$((", "#",
    "a=1\n", "a;b\n", "sudo ", 'sh -c "', "eval ", "sh -c 'a' ; ", '"${', "<(", "${a${a", "x=$x$x;", "A=1 ", "fi ", "`#`", "é",
    "\0", "$x ", ">f ", "{a,b}", '"$(a "$(', "x<<E\n$(a)\nE\n", "[ a ", "! ", "a=$(b) ", "f() {", "<<A <<B\n", "-a",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_long_text_takes_linear_time(piece: str) -> None:
    def read(size: int) -> None:
        ask_all(Script.shell(None, whole((piece * (size // len(piece) + 1))[:size])))

    assert growth(read, shell.MAX_TEXT // 32) < SUPERLINEAR


@pytest.mark.parametrize(
    ("piece", "said"), [("a|", "pipes"), ("(a)|", "pipes"), ("a=(", "too intricate"), ("(a)", "too intricate")]
)
def test_what_the_grammar_takes_long_for_ends_at_a_limit(piece: str, said: str) -> None:
    """The error recovery of the parser is quadratic for these."""
    found = parse_shell(whole((piece * shell.MAX_TEXT)[: shell.MAX_TEXT]))
    assert found.commands == ()
    assert [said in fault.message for fault in found.faults] == [True]


def test_a_text_over_the_limit_is_a_fault() -> None:
    found = parse_shell(whole("a && " * 200_000))
    assert found.commands == ()
    assert [fault.message for fault in found.faults] == [f"The script is longer than {shell.MAX_TEXT} characters."]


def test_too_many_commands_are_a_fault() -> None:
    found = parse_shell(whole("a\n" * (shell.MAX_COMMANDS + 5)))
    assert len(found.commands) == shell.MAX_COMMANDS
    assert any("more than" in fault.message for fault in found.faults)


def test_too_deep_nesting_is_a_fault_and_the_rest_is_read() -> None:
    found = parse_shell(whole("first; " + "( " * 10_000 + "a" + " )" * 10_000 + "; last"))
    assert [command.words[0].sketch for command in found.commands] == ["first", "last"]
    assert any("nested" in fault.message for fault in found.faults)
