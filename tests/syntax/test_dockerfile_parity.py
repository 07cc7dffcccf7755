"""Our reading of a Dockerfile against BuildKit's own parser (PyPI `dockerfile`, a binding of BuildKit 0.12.5's).

For each instruction, in order, these must be the same on both sides, character by character:

- the keyword, and behind an ONBUILD the inner one;
- the first and the last line;
- the flags, with their quotes removed as BuildKit does;
- whether the arguments are a JSON array;
- the arguments as the parser splits them (one for a shell form, decoded strings for JSON, name and value of ENV and LABEL);
- the heredocs: name, file descriptor, and the body as it stands in the file.

Where BuildKit refuses a file, we must have a fault. The reverse does not hold: its parser alone knows no wrong keywords,
flags or counts of arguments (the step behind it does), and those are faults of ours.

What differs by design, and is left out of the generated files:

- the `check` directive, and `${x#a}`, `${x%a}`, `${x/a/b}` on a line with a heredoc: newer than that BuildKit;
- NUL: the binding passes C strings and cuts there;
- white space outside of Latin-1 and letters whose UTF-8 has the bytes 85 or A0, in flags and behind HEALTHCHECK: BuildKit
  looks at bytes there. For the same reason its flags come out as if their UTF-8 were Latin-1, which `_flag` does too;
- an ONBUILD in an ONBUILD: refused anyway;
- heredocs behind an ONBUILD: the binding does not list them. Its last line counts them, so they are compared by that.
"""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deployflow_gate.syntax.dockerfile import InstructionSyntax, parse_dockerfile
from deployflow_gate.syntax.dockerfile.checks import KEYWORDS
from deployflow_gate.text import Source

buildkit = pytest.importorskip("dockerfile", reason="BuildKit's parser is not installed")

Row = tuple[object, ...]


def _flag(text: str) -> str:
    return text.encode().decode("latin-1")


def _ours(instruction: InstructionSyntax) -> Row:
    leaf = instruction.inner or instruction
    # the parser gives one empty argument for a keyword that it does not know
    values = tuple(v.value for v in leaf.values) if leaf.name in KEYWORDS else ("",)
    heredocs = () if instruction.inner else instruction.heredocs
    return (
        instruction.name,
        instruction.inner.name if instruction.inner else None,
        instruction.lines,
        tuple(_flag(f.text) for f in instruction.flags),
        leaf.json,
        None if leaf is not instruction and leaf.name == "ONBUILD" else values,
        tuple((h.name, h.descriptor, h.body_span.text) for h in heredocs),
    )


def _theirs(command: Any) -> Row:
    inner = command.sub_cmd.upper() if command.sub_cmd else None
    return (
        (command.cmd or "").upper(),
        inner,
        (command.start_line, command.end_line),
        command.flags,
        command.json,
        None if inner == "ONBUILD" else command.value,
        tuple((h.name, h.file_descriptor, h.content) for h in command.heredocs),
    )


def _compare(text: str, path: str = "Dockerfile") -> bool:
    """Whether BuildKit took it."""
    syntax = parse_dockerfile(Source(path, text))
    try:
        commands = buildkit.parse_string(text)
    except buildkit.GoParseError:
        commands = None
    if commands is None:
        assert syntax.faults, f"{path}: BuildKit refuses it"
        return False
    theirs = [_theirs(c) for c in commands]
    assert [_ours(i) for i in syntax.instructions] == theirs, path
    return True


@pytest.fixture(scope="module")
def corpus(shared: Path) -> list[tuple[str, str]]:
    archive = shared / "corpus" / "dev.tar.xz"
    if not archive.is_file():
        pytest.skip("there is no corpus/dev.tar.xz in the shared folder")
    found = []
    with tarfile.open(archive) as tar:
        for member in tar:
            name = member.name.rpartition("/")[2].lower()
            if not member.isfile() or not ("dockerfile" in name or "containerfile" in name):
                continue
            content = tar.extractfile(member)
            try:
                found.append((member.name, content.read().decode() if content else ""))
            except UnicodeDecodeError:
                continue  # neither side reads it
    return found


def test_every_dockerfile_of_the_corpus_reads_the_same(corpus: list[tuple[str, str]]) -> None:
    taken = sum(_compare(text, path) for path, text in corpus)
    assert taken > 2_000


KEYWORD = st.sampled_from(sorted(KEYWORDS | {"run", "Copy", "WRONG"}))
TOKEN = st.sampled_from(
    [
        *(
            " ",
            "  ",
            "\t",
            "a",
            "b",
            "1",
            "-",
            "=",
            ",",
            ":",
            "{",
            "}",
            "[",
            "]",
            "#",
            "\\",
            "`",
            '"',
            "'",
            "\\\\",
            '\\"',
        ),
        *("a=b", 'a="b c"', "a='b c'", "$x", "${x}", "${x:-", "${x:+y}", "${x?z}", "null", "é", "\u2003", "\x1c", "\v"),
        *(
            "--a",
            "--mount=type=x",
            "--a='b c'",
            "--",
            '["a", "b"]',
            '["\\u00e9\\n"]',
            '["a", 1]',
            '["a",]',
            "[]",
            "NONE",
        ),
        *("<<EOF", "<<-'E'", '3<<"E"', "<<", "<<<a", "AS", "CMD ", "RUN ", "COPY "),
        *("\\\n", "\\ \n  ", "`\n", "\\\n# c\n", "\\\n\n\t"),
    ]
)
LINE = st.builds(
    lambda keyword, space, tokens: keyword + space + "".join(tokens),
    KEYWORD,
    st.sampled_from([" ", "\t", "  ", " \\\n", ""]),
    st.lists(TOKEN, max_size=8),
).filter(lambda line: not (("--" in line or "HEALTHCHECK" in line) and "\u2003" in line))
OTHER = st.sampled_from(["", "# comment", "  # indented", "EOF", "E", "\tE", "foo", "\ttext", "  ", "\\"])
FILE = st.builds(
    lambda head, lines, newline, end: (head + "\n".join(lines) + end).replace("\n", newline),
    st.sampled_from(
        ["", "# escape=`\n", "#syntax=x\n# ESCAPE = \\\n", "\ufeff", "# escape=`\n# escape=`\n", "# escape=x\n"]
    ),
    st.lists(st.one_of(LINE, LINE, OTHER), max_size=12),
    st.sampled_from(["\n", "\n", "\r\n"]),
    st.sampled_from(["", "\n", "\\", "\n\n"]),
)


@settings(max_examples=1500, deadline=None)
@given(FILE)
@example("RUN <<A <<-B\n1\nA\n\t2\n\tB\nRUN x")
@example("RUN a ${x:-a <<EOF b}\nEOF\n")
@example("RUN <<EOF it's\nEOF\n")
@example("COPY <<'x y' /a\nfoo\nx y\n")
@example('CMD ["a"] trailing')
@example("RUN --a=\"b c\" --'d e' -- --f")
@example("RUN a\\\\\nRUN b")
@example("\\\nRUN a")
@example("ENV a= =b")
@example("HEALTHCHECK --interval=1s cmd a  b")
def test_generated_files_read_the_same(text: str) -> None:
    _compare(text)


@pytest.mark.parametrize("size", [65_535, 65_536])
def test_lines_are_as_long_as_they_may_be(size: int) -> None:
    text = "FROM a\nRUN " + "x" * (size - 4) + "\n"
    assert _compare(text) == (size == 65_535)
    assert bool(parse_dockerfile(Source("Dockerfile", text)).faults) == (size == 65_536)
