from __future__ import annotations

import pytest

from deployflow_gate.syntax.shell import ShellSyntax, SimpleCommand, parse_shell
from deployflow_gate.text import UNKNOWN, Mapped, Source


def parse(text: str, **variables: str) -> ShellSyntax:
    return parse_shell(Mapped.whole(Source("Dockerfile", text).whole), variables)


def sketches(command: SimpleCommand) -> list[str]:
    return [word.sketch for word in command.words]


def words(text: str, **variables: str) -> list[list[str]]:
    found = parse(text, **variables)
    assert not found.faults
    return [sketches(command) for command in found.commands]


@pytest.mark.parametrize(
    ("spelled", "value"),
    [
        ("plain", "plain"),
        ("'a b'", "a b"),
        ("'a\\b'", "a\\b"),
        ('"a b"', "a b"),
        ('"a\\"b\\$c\\n"', 'a"b$c\\n'),
        ("a\\ b", "a b"),
        ("a'b'\"c\"d", "abcd"),
        ("''", ""),
        ("$'a\\tb\\x41\\101\\'\\q'", "a\tbAA'\\q"),
        ('$"a"', "a"),
        ('"it\'s"', "it's"),
        ("'say \"x\"'", 'say "x"'),
        ("*.txt", "*.txt"),
        ("~/x", "~/x"),
        ("a{b,c}", "a{b,c}"),
        ("$x", "1.2"),
        ("${x}y", "1.2y"),
        ('"$x-$x"', "1.2-1.2"),
        ("'$x'", "$x"),
        ("\\$x", "$x"),
        ("$unset", UNKNOWN),
        ("a$unset$unset", "a" + UNKNOWN),
        ("${unset:-3}", UNKNOWN),
        ("${x:-3}", "1.2"),
        ("${empty:-3}", "3"),
        ("${empty-3}", ""),
        ("${empty:-$x}", "1.2"),
        ("${x:+yes}", "yes"),
        ("${empty:+yes}", ""),
        ("${x:?}", "1.2"),
        ("${x#1.}", "2"),
        ("${x%.2}", "1"),
        ("${x%%.*}", UNKNOWN),
        ("${#x}", UNKNOWN),
        ("${v:-a}", UNKNOWN),
        ("$(date)", UNKNOWN),
        ("a`date`b", f"a{UNKNOWN}b"),
        ('"$(echo ")")"', UNKNOWN),
        ("$((1 + 2))", UNKNOWN),
        ("$1", UNKNOWN),
        ('"$@"', UNKNOWN),
        ("a$", "a$"),
        ("é$x", "é1.2"),
        ("--flag=$x", "--flag=1.2"),
    ],
)
def test_a_word_has_the_value_a_shell_gives_it(spelled: str, value: str) -> None:
    found = parse(f"echo {spelled} z", x="1.2", empty="", v=UNKNOWN)
    assert not found.faults
    command = found.commands[0]
    assert sketches(command) == ["echo", value, "z"]
    assert command.words[1].span.text == command.words[1].raw == spelled
    assert command.words[1].value == (None if UNKNOWN in value else value)


def test_commands_of_lists_know_what_stands_before_them() -> None:
    found = parse("a && b || c; d & e\nf")
    assert [(c.words[0].sketch, c.operator, c.background) for c in found.commands] == [
        ("a", "", False),
        ("b", "&&", False),
        ("c", "||", False),
        ("d", ";", True),
        ("e", "&", False),
        ("f", ";", False),
    ]


def test_pipelines_are_numbered() -> None:
    found = parse("a | b |& c; d")
    assert [(c.pipe_index, c.pipe_length) for c in found.commands] == [(0, 3), (1, 3), (2, 3), (0, 1)]
    assert len({c.pipe for c in found.commands}) == 2


def test_a_compound_member_of_a_pipeline_is_told() -> None:
    found = parse("(a; b) | while read x; do c; done")
    pipe = found.commands[0].enclosing[0][0]
    assert [c.enclosing for c in found.commands] == [((pipe, 0),), ((pipe, 0),), ((pipe, 1),), ((pipe, 1),)]


@pytest.mark.parametrize(
    ("text", "nesting"),
    [
        ("(x)", ("subshell",)),
        ("{ x; }", ("group",)),
        ("if x; then :; fi", ("condition",)),
        ("if :; then x; fi", ("if",)),
        ("if :; then :; elif x; then :; fi", ("if", "condition")),
        ("if :; then :; else x; fi", ("if",)),
        ("while :; do x; done", ("loop",)),
        ("until x; do :; done", ("condition",)),
        ("for i in 1 2; do x; done", ("loop",)),
        ("for ((i=0; i<2; i++)); do x; done", ("loop",)),
        ("case a in a) x;; esac", ("case",)),
        ("f() { x; }", ("function", "group")),
        ("echo $(x)", ("substitution",)),
        ("echo `x`", ("substitution",)),
        ("cat <(x)", ("substitution",)),
        ("A=$(x)", ("substitution",)),
        ("for i in $(x); do :; done", ("substitution",)),
        ('echo "a $(x) b"', ("substitution",)),
        ("echo ${a:-$(x)}", ("substitution",)),
        ("cat <<E\n$(x)\nE\n", ("substitution",)),
        ("( { if :; then $(x); fi; } )", ("subshell", "group", "if", "substitution")),
    ],
)
def test_nesting_is_told(text: str, nesting: tuple[str, ...]) -> None:
    found = parse(text)
    assert not found.faults
    assert [c.nesting for c in found.commands if sketches(c) == ["x"]] == [nesting]


def test_assignments_before_a_command_and_alone() -> None:
    found = parse("A=1 B='x y' run z; C=3")
    assert [[(n, w.sketch) for n, w in c.assignments] for c in found.commands] == [
        [("A", "1"), ("B", "x y")],
        [("C", "3")],
    ]
    assert sketches(found.commands[0]) == ["run", "z"]
    assert found.commands[0].span.text == "A=1 B='x y' run z"


def test_a_line_end_ends_assignments() -> None:
    found = parse("A=1 B=2\nrun $A")
    assert [sketches(c) for c in found.commands] == [[], ["run", "1"]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("V=1; x $V", "1"),
        ("V=1 && x $V", "1"),
        ("export V=1\nx $V", "1"),
        ("V=1; V=2; x $V", "2"),
        ("W=1; V=$W.0; x $V", "1.0"),
        ("V=1; { x $V; }", "1"),
        ("V=1 x $V", "given"),
        ("a && V=1; x $V", UNKNOWN),
        ("a && V=1 && x $V", "1"),
        ("a || V=1; x $V", UNKNOWN),
        ("if a; then V=1; fi; x $V", UNKNOWN),
        ("(V=1); x $V", UNKNOWN),
        ("for V in 1 2; do x $V; done", UNKNOWN),
        ("read V; x $V", UNKNOWN),
        ("V=$(a); x $V", UNKNOWN),
        ("V+=1; x $V", UNKNOWN),
        ("V=(a b); x $V", UNKNOWN),
        ("V=1 | a; x $V", UNKNOWN),
        ("unset V; x $V", UNKNOWN),
        ("f() { V=1; }; x $V", UNKNOWN),
        ("x $V", "given"),
    ],
)
def test_own_variables_are_followed_where_they_are_sure(text: str, value: str) -> None:
    found = parse(text, V="given")
    assert [sketches(c)[1] for c in found.commands if c.words and c.words[0].sketch == "x"] == [value]


def test_redirects() -> None:
    command = parse("a b >f 2>>g c 2>&1 <in &>all >&-").commands[0]
    assert sketches(command) == ["a", "b", "c"]
    assert [(r.operator, r.target and r.target.sketch) for r in command.redirects] == [
        (">", "f"),
        ("2>>", "g"),
        ("2>&1", None),
        ("<", "in"),
        ("&>", "all"),
        (">&-", None),
    ]
    assert [r.span.text for r in command.redirects] == [">f", "2>>g", "2>&1", "<in", "&>all", ">&-"]


def test_a_redirect_belongs_to_the_last_command_of_a_list() -> None:
    found = parse("a && b | c > f")
    assert [len(c.redirects) for c in found.commands] == [0, 0, 1]


def test_heredocs() -> None:
    found = parse("cat <<EOF >f | tee x\nhello '$V\nEOF\ncat <<-'E' && next\n\tbody\n\tE\nlast")
    assert not found.faults
    assert [sketches(c) for c in found.commands] == [["cat"], ["tee", "x"], ["cat"], ["next"], ["last"]]
    first, third = found.commands[0].redirects, found.commands[2].redirects
    assert [(r.operator, r.target and r.target.sketch) for r in first] == [("<<", "EOF"), (">", "f")]
    assert first[0].body is not None
    assert first[0].body.text == "hello '$V\n"
    assert first[0].span.text == "<<EOF"
    assert third[0].operator == "<<-"
    assert third[0].body is not None
    assert third[0].body.text == "\tbody\n"


def test_a_heredoc_in_a_quoted_substitution() -> None:
    found = parse('gh api -f body="$(cat <<\'EOF\'\nit\'s "odd" (\nEOF\n)" && next')
    assert not found.faults
    assert [sketches(c) for c in found.commands] == [["gh", "api", "-f", f"body={UNKNOWN}"], ["cat"], ["next"]]


def test_two_heredocs_and_one_without_an_end() -> None:
    found = parse("a <<A <<B\n1\nA\n2\nB\nb <<C\n3")
    bodies = [r.body.text for c in found.commands for r in c.redirects if r.body is not None]
    assert bodies == ["1\n", "2\n", "3"]


def test_a_here_string_is_no_heredoc() -> None:
    command = parse("a <<<x y").commands[0]
    assert [(r.operator, r.target and r.target.sketch) for r in command.redirects] == [("<<<", "x")]
    assert sketches(command) == ["a", "y"]


def test_tests_are_commands() -> None:
    assert words('[ -f x -a "$y" = z ] && [[ a == b* ]]') == [
        ["[", "-f", "x", "-a", UNKNOWN, "=", "z", "]"],
        ["[[", "a", "==", "b*", "]]"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "exec 3<>/dev/tcp/127.0.0.1/80",
        "if a; then (b) else c; fi",
        "if a; then if b; then c; fi fi",
        "echo \"${A//$'\\n'/<br>}\"",
        'export A="${A:-https://x|direct}"',
        "echo a `# why` b",
        '[[ "$P" =~ ^\\[([0-9]*\\.)[^]]*\\] ]] && x',
        "a ; ! b | c",
        "time a",
        "a \\\n  && b",
        "a &&\n# comment\nb",
        "echo $((1<<2)) <<< x",
        "(( x << 2 )); y",
        "a >| b",
        "for i; do a; done",
        "f () ( a )",
        "function g { a; }",
        "a=(1 2); echo ${a[@]} ${#a[@]}",
        "echo 'a\nb' \"c\nd\"",
        "select x in a b; do c; done",
    ],
)
def test_odd_but_valid_texts_have_no_fault(text: str) -> None:
    assert not parse(text).faults


def test_negation() -> None:
    assert [c.negated for c in parse("! a; b").commands] == [True, False]


def test_a_broken_text_has_a_fault_and_keeps_its_commands() -> None:
    found = parse("good one\nif [ x ; do\nlast two")
    assert found.faults
    assert ["good", "one"] in [sketches(c) for c in found.commands]


def test_positions_lead_back_through_joined_lines() -> None:
    source = Source("Dockerfile", "RUN a \\\n  # note\n  'ü x' \\\n  && b $V\n")
    first, second, third = source.text.index("a"), source.text.index("  'ü"), source.text.index("  && b")
    text = Mapped.of(source, [("a ", first), ("  'ü x' ", second), ("  && b $V", third)])
    found = parse_shell(text, {"V": "é"})
    assert [w.span.text for c in found.commands for w in c.words] == ["a", "'ü x'", "b", "$V"]
    assert [w.sketch for c in found.commands for w in c.words] == ["a", "ü x", "b", "é"]
    assert found.commands[0].words[1].span.line == 3


def test_line_ends_of_windows() -> None:
    assert words("a \\\r\n b\r\nc\r\n") == [["a", "b"], ["c"]]


def test_a_placeholder_of_unknown_characters_is_unknown() -> None:
    found = parse(f"a {UNKNOWN * 5} b-{UNKNOWN * 3} && c")
    assert [sketches(c) for c in found.commands] == [["a", UNKNOWN, f"b-{UNKNOWN}"], ["c"]]


@pytest.mark.parametrize("text", ["", " \n\t", "# only a comment", "\\\n"])
def test_a_text_without_commands(text: str) -> None:
    assert parse(text).commands == ()
