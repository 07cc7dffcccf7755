"""What a Dockerfile's syntax tells, place by place."""

from __future__ import annotations

import pytest

from deployflow_gate.syntax.dockerfile import DockerfileSyntax, parse_dockerfile
from deployflow_gate.text import Source


def parse(text: str) -> DockerfileSyntax:
    return parse_dockerfile(Source("Dockerfile", text))


def faults(text: str) -> list[tuple[str, str]]:
    return [(f.span.text, f.message) for f in parse(text).faults]


def test_a_continued_instruction_knows_every_place() -> None:
    text = "FROM a\n  run --mount=type=cache,\\\ntarget=/c \\  \n  # why\n\n  apt-get \\\n\tinstall x\nUSER b\n"
    syntax = parse(text)
    run = syntax.instructions[1]
    assert run.name == "RUN"
    assert run.keyword.text == run.keyword_text == "run"
    assert run.span.text == text[text.index("run") : text.index("\nUSER")]
    assert run.lines == (2, 7)
    assert run.body.text == "apt-get \tinstall x"
    assert run.body.span(0, 18).text == "apt-get \\\n\tinstall x"
    assert [c.text for c in run.continuations] == ["\\", "\\  ", "\\"]
    assert [c.text for c in syntax.comments] == ["# why"]
    flag = run.flags[0]
    assert (flag.name, flag.text) == ("mount", "--mount=type=cache,target=/c")
    assert flag.span.text == "--mount=type=cache,\\\ntarget=/c"
    assert flag.value is not None
    assert flag.value.value == "type=cache,target=/c"
    assert [w.raw for w in run.words] == ["apt-get", "install", "x"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_ends_change_nothing(newline: str) -> None:
    text = "\ufeffFROM a\nRUN b \\\n  c\nRUN <<-E cat\n\t1\n\t2\n\tE\nUSER x".replace("\n", newline)
    from_, run, heredoc, user = parse(text).instructions
    assert from_.span.text == "FROM a"
    assert run.body.text == "b   c"
    assert heredoc.heredocs[0].body.text == "1\n2\n"
    assert heredoc.heredocs[0].body_span.text == f"\t1{newline}\t2{newline}"
    assert heredoc.span.text.endswith("\tE")
    assert user.span.text == "USER x"


def test_the_escape_directive() -> None:
    syntax = parse("# syntax=docker/dockerfile:1\n# Escape = `\n# check=skip=all\nFROM a\nCOPY x c:\\\nRUN a `\n b\n")
    assert syntax.escape == "`"
    assert [(d.name, d.value, d.value_span.text) for d in syntax.directives] == [
        ("syntax", "docker/dockerfile:1", "docker/dockerfile:1"),
        ("escape", "`", "`"),
        ("check", "skip=all", "skip=all"),
    ]
    assert len(syntax.comments) == 3
    assert [i.body.text for i in syntax.instructions] == ["a", "x c:\\", "a  b"]


@pytest.mark.parametrize("before", ["\n", "# a comment\n", "# unknown=x\n"])
def test_a_directive_is_only_one_at_the_top(before: str) -> None:
    assert parse(before + "# escape=`\nFROM a\n").escape == "\\"


def test_json_and_shell_forms() -> None:
    run, cmd, almost = parse('RUN ["a b", "c\\"\\u0041"] # x\nCMD [ ]\nCMD ["a",]\n').instructions
    assert run.json
    assert [(w.value, w.span.text) for w in run.values] == [("a b", '"a b"'), ('c"A', '"c\\"\\u0041"')]
    assert cmd.json
    assert not cmd.values
    assert not almost.json
    assert [w.raw for w in almost.values] == ['["a",]']


def test_pairs() -> None:
    env, old, arg = parse("ENV a=\"b c\" d=e\\ f\nENV g  h 'i'\nARG j k='l'\n").instructions
    assert [(p.name.raw, p.value.raw if p.value else None) for p in env.pairs] == [("a", '"b c"'), ("d", "e\\ f")]
    assert [(p.name.raw, p.value.raw if p.value else None) for p in old.pairs] == [("g", "h 'i'")]
    assert [(p.name.raw, p.value.span.text if p.value else None) for p in arg.pairs] == [("j", None), ("k", "'l'")]


def test_a_word_that_looks_like_a_comment_is_a_word() -> None:
    workdir = parse('WORKDIR /a # b "c d"\n').instructions[0]
    assert [w.raw for w in workdir.words] == ["/a", "#", "b", '"c d"']
    assert [w.raw for w in workdir.values] == ['/a # b "c d"']


def test_onbuild_holds_an_instruction() -> None:
    onbuild = parse("FROM a\nONBUILD copy --from=b c \\\n d\n").instructions[1]
    inner = onbuild.inner
    assert inner is not None
    assert (inner.name, inner.keyword.text) == ("COPY", "copy")
    assert inner.span.text == "copy --from=b c \\\n d"
    assert [w.raw for w in inner.values] == ["c", "d"]
    assert [f.name for f in inner.flags] == ["from"]


def test_healthcheck() -> None:
    check = parse("FROM a\nHEALTHCHECK --interval=5s CMD curl  -f x\n").instructions[1]
    assert [v.raw for v in check.values] == ["CMD", "curl  -f x"]
    assert check.command is not None
    assert check.command.text == "curl  -f x"


class TestHeredocs:
    def test_several_in_one_instruction(self) -> None:
        text = "FROM a\nCOPY <<a <<-\"b\" 3<<'c d' /x/\n1$v\na\n\t2\n\tb\nc d\nUSER u\n"
        copy, user = parse(text).instructions[1:]
        assert [(h.name, h.expand, h.strip_tabs, h.descriptor) for h in copy.heredocs] == [
            ("a", True, False, 0),
            ("b", False, True, 0),
            ("c d", False, False, 3),
        ]
        assert [h.body.text for h in copy.heredocs] == ["1$v\n", "2\n", ""]
        assert [h.span.text for h in copy.heredocs] == ["<<a", '<<-"b"', "3<<'c d'"]
        assert [h.terminator.text for h in copy.heredocs if h.terminator] == ["a", "b", "c d"]
        assert copy.lines == (2, 7)
        assert user.lines == (8, 8)

    @pytest.mark.parametrize(
        "line", ["RUN a <<<b", "RUN a<<b", "RUN echo '<<b'", 'RUN ["<<b"]', "CMD <<b", "RUN a << b", "RUN it's <<b"]
    )
    def test_what_opens_none(self, line: str) -> None:
        assert not parse(f"FROM a\n{line}\nUSER b\nb\n").instructions[1].heredocs

    def test_one_that_is_never_closed_ends_at_the_next_instruction(self) -> None:
        syntax = parse("FROM a\nRUN <<E cat\nx\ny\nUSER b\n")
        assert [i.name for i in syntax.instructions] == ["FROM", "RUN", "USER"]
        assert syntax.instructions[1].heredocs[0].body.text == "x\ny\n"
        assert [(f.span.text, f.message) for f in syntax.faults] == [("<<E", "The heredoc `E` is never closed.")]


@pytest.mark.parametrize(
    ("text", "place", "part"),
    [
        ("", "", "no instructions"),
        ("# only a comment\n", "", "no instructions"),
        ("ARG a\n", "ARG", "no FROM"),
        ("RUN x\nFROM a\n", "RUN", "before any FROM"),
        ("FROM a\nWRONG x\n", "WRONG", "`WRONG` is no Dockerfile instruction"),
        ("FROM a b\n", "FROM", "neither the form"),
        ("FROM a AS 1b\n", "FROM", "stage name `1b`"),
        ("FROM a\nCOPY b\n", "COPY", "a source and a destination"),
        ("FROM a\nCOPY --form=b c d\n", "--form=b", "takes no flag `--form`"),
        ("FROM a\nCOPY --from c d\n", "--from", "has no value"),
        ("FROM a\nCOPY --link=2 c d\n", "--link=2", "neither true nor false"),
        ("FROM a\nCOPY --from=a --from=b c d\n", "--from=b", "given twice"),
        ("FROM a\nCOPY [1] x\n", "[1] x", "something else than strings"),
        ("FROM a\nRUN --mount=type=foo x\n", "--mount=type=foo", "no mount type `foo`"),
        ("FROM a\nRUN --mount=typ=bind x\n", "--mount=typ=bind", "no option `typ`"),
        ("FROM a\nRUN --mount=target x\n", "--mount=target", "`target` of the mount has no value"),
        (
            "FROM a\nRUN --mount=type=cache,target=/b,sharing=c x\n",
            "--mount=type=cache,target=/b,sharing=c",
            "none of shared",
        ),
        (
            "FROM a\nRUN --mount=target=/b,sharing=locked x\n",
            "--mount=target=/b,sharing=locked",
            "`bind` has no option",
        ),
        ("FROM a\nRUN --network=b x\n", "--network=b", "none of default, none, host"),
        ("FROM a\nRUN --security=b x\n", "--security=b", "none of sandbox, insecure"),
        ("FROM a\nCOPY --chmod=789 c d\n", "--chmod=789", "no octal mode"),
        ("FROM a\nCOPY --chown=b:c:d e f\n", "--chown=b:c:d", "no user and group"),
        ("FROM a\nENV b\n", "b", "a name and no value"),
        ("FROM a\nENV b=1 c\n", "c", "without `=`"),
        ("FROM a\nENV =1\n", "", "a value without a name"),
        ("FROM a\nENV b='c\n", "'c", "a single quote is not closed"),
        ("FROM a\nWORKDIR ${b^^}\n", "${b^^}", "no substitution"),
        ("FROM a\nUSER\n", "USER", "needs an argument"),
        ("FROM a\nEXPOSE\n", "EXPOSE", "needs an argument"),
        ("FROM a\nVOLUME []\n", "VOLUME", "needs an argument"),
        ("FROM a\nSHELL sh -c\n", "SHELL", "JSON array"),
        ("FROM a\nHEALTHCHECK\n", "HEALTHCHECK", "needs an argument"),
        ("FROM a\nHEALTHCHECK curl\n", "HEALTHCHECK", "neither CMD nor NONE but `curl`"),
        ("FROM a\nHEALTHCHECK CMD\n", "HEALTHCHECK", "no command"),
        ("FROM a\nHEALTHCHECK NONE x\n", "HEALTHCHECK", "takes no arguments"),
        ("FROM a\nHEALTHCHECK --interval=5 CMD x\n", "--interval=5", "no duration"),
        ("FROM a\nHEALTHCHECK --retries=x CMD x\n", "--retries=x", "no number"),
        ("FROM a\nONBUILD\n", "ONBUILD", "needs an argument"),
        ("FROM a\nONBUILD ONBUILD RUN x\n", "ONBUILD", "takes no ONBUILD"),
        ("FROM a\nONBUILD FROM b\n", "FROM", "takes no FROM"),
        ("# escape=x\nFROM a\n", "x", "neither a backslash nor a backtick"),
        ("# escape=`\n# escape=`\nFROM a\n", "# escape=`", "given twice"),
    ],
)
def test_a_fault_stands_where_it_is(text: str, place: str, part: str) -> None:
    found = faults(text)
    assert [(where, part in message) for where, message in found] == [(place, True)], found


def test_one_wrong_line_silences_nothing_else() -> None:
    syntax = parse("FROM a\nWRONG\nENV b\nCOPY x\nUSER c\n")
    assert [i.name for i in syntax.instructions] == ["FROM", "WRONG", "ENV", "COPY", "USER"]
    assert len(syntax.faults) == 3
    assert not syntax.broken


@pytest.mark.parametrize(
    "text",
    [
        "FROM --platform=$BUILDPLATFORM a:1 AS b\nCOPY --link --chown=1:2 --parents --exclude=*.x --exclude=y a b ./\n",
        "FROM a\nRUN --mount=type=secret,id=x,required --mount=type=cache,dst=/y,sharing=locked --network=none true\n",
        "FROM a\nADD --checksum=sha256:0 --keep-git-dir=true https://x /y\nCMD\nENTRYPOINT []\nRUN\n",
        'FROM a\nHEALTHCHECK --interval=1m30s --start-interval=500ms --retries=0 CMD ["x"]\nHEALTHCHECK none\n',
        "ARG a\nARG b=${a:-c}\nFROM ${a}\nLABEL x=\"it's\" y='$z' z=${w%.*}\nSTOPSIGNAL 9\nEXPOSE 80 443/udp\n",
    ],
)
def test_what_docker_takes_is_no_fault(text: str) -> None:
    assert not faults(text)
