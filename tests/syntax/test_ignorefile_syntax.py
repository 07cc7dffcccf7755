from __future__ import annotations

import posixpath

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deployflow_gate.syntax import ignorefile
from deployflow_gate.syntax.ignorefile import IgnoreSyntax, parse_ignore
from deployflow_gate.syntax.wildcard import Wildcard
from deployflow_gate.text import Source
from tests.growth import SUPERLINEAR, growth


def parse(text: str) -> IgnoreSyntax:
    return parse_ignore(Source(".dockerignore", text))


def ignored(text: str, *paths: str) -> list[str]:
    syntax = parse(text)
    return [path for path in paths if syntax.ignores(path)]


TREE = (
    "README.md", "README-secret.md", "a.md", "docs/a.md", "docs/b/c.md", "temp", "tempa", "x/temp", "x/tempa", "x/y/temp/z",
    "x/y/tempb", "go/main.go", "main.go", "Dockerfile", ".dockerignore", ".git/config", "sub/.git/config", "node_modules/x/y.js",
    "sub/node_modules/z.js",
)  # fmt: skip


# What the documentation of `.dockerignore` says of each form, as facts over one tree.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# comment\n", []),
        (" # comment", []),
        ("*/temp*", ["x/temp", "x/tempa"]),
        ("*/*/temp*", ["x/y/temp/z", "x/y/tempb"]),
        ("temp?", ["tempa"]),
        ("**/*.go", ["go/main.go", "main.go"]),
        ("*.md\n!README.md", ["README-secret.md", "a.md"]),
        ("*.md\n!README*.md\nREADME-secret.md", ["README-secret.md", "a.md"]),
        ("*.md\nREADME-secret.md\n!README*.md", ["a.md"]),
        ("docs", ["docs/a.md", "docs/b/c.md"]),
        ("/docs/", ["docs/a.md", "docs/b/c.md"]),
        ("docs\n!docs/b", ["docs/a.md"]),
        ("docs\n!docs/b/c.md", ["docs/a.md"]),
        ("./x/../docs//b/.", ["docs/b/c.md"]),
        ("../docs", []),
        (".", []),
        ("/", []),
        ("node_modules", ["node_modules/x/y.js"]),
        ("**/node_modules", ["node_modules/x/y.js", "sub/node_modules/z.js"]),
        ("**/node_modules/", ["node_modules/x/y.js", "sub/node_modules/z.js"]),
        ("node_modules/**", ["node_modules/x/y.js"]),
        ("**/.git", [".git/config", "sub/.git/config"]),
        (".git*", [".git/config"]),
        ("[dD]ocker*", ["Dockerfile"]),
        ("temp[^b]", ["tempa"]),
        ("[a-c].md", ["a.md"]),
        (r"a\.md", ["a.md"]),
        (r"\.dockerignor?", [".dockerignore"]),
        ("  a.md\t\r\n\r\n", ["a.md"]),
        ("! a.md\na.md\n!  a.md", []),
        ("x/**/temp", ["x/temp", "x/y/temp/z"]),
        ("**temp", ["temp", "x/temp", "x/y/temp/z"]),
        ("x**temp", ["x/temp", "x/y/temp/z"]),
        ("*\n!go\n!main.go", [p for p in TREE if p not in {"go/main.go", "main.go"}]),
        ("**", list(TREE)),
        ("**/**", list(TREE)),
        ("**/*\n!**/*.go", [p for p in TREE if not p.endswith(".go")]),
        ("*", list(TREE)),
    ],
)
def test_documented_forms(text: str, expected: list[str]) -> None:
    assert parse(text).faults == ()
    assert ignored(text, *TREE) == expected
    syntax = parse(text)
    assert list(syntax.kept(TREE)) == [p for p in TREE if p not in expected]


@pytest.mark.parametrize(
    ("text", "path", "matches"),
    [
        ("a**b", "ab", True), ("a**b", "a/b", True), ("a**b", "axx/b", True), ("a**b", "axb", False),
        ("foo**", "foobar", True), ("foo**", "foo/bar", True), ("**foo", "xfoo", True), ("**/foo", "xfoo", False),
        ("**foo*", "xfoo", False), ("a.b", "axb", False), ("a+(b)|{c}$", "a+(b)|{c}$", True), ("[a-z/]b", "/b", True),
        ("[^x]b", "ab", True), ("[!x]b", "!b", True), (r"\[a", "[a", True), ("[*]", "*", True), ("[*]", "x", False),
        (r"[\]]", "]", True), (r"\d", "1", True),
        (r"\d", "d", False), (r"\a", "a", False), (r"\w?", "_x", True), (r"[\d]", "d", False),
        ("^a*", "ab", True), ("^a", "^a", True),
        ("a^*", "a^", False), ("/ a", "a", True), ("/ /a", "a", False),
        ("a*\\", "ab", False), ("**^a", "x^a", True),
        ("x\n./!x", "x", False), ("!.", "a", False), (r"[a\-c]", "-", True),
        (r"[a\-c]", "b", False), ("ä?", "äö", True), ("a\u00a0", "a", True),
    ],
)  # fmt: skip
def test_odd_forms(text: str, path: str, matches: bool) -> None:
    assert parse(text).ignores(path) is matches


@pytest.mark.parametrize(
    "text",
    ["[", "[]", "[^]", "a[b", "[]a]", "[-x]", "[x-]", "[b-a]", "a\\", "[\\", "!", "!/", "!  ", "!//", "a/[", "[a-"],
)
def test_a_pattern_that_docker_refuses_is_a_fault_in_its_place(text: str) -> None:
    syntax = parse(f"# x\n {text} \nb\n")
    assert [(f.span.text, f.span.line, f.span.column) for f in syntax.faults] == [(text.strip(), 2, 2)]
    assert "Docker refuses" in syntax.faults[0].message
    assert [p.text for p in syntax.patterns] == ["b"]


def test_spans_and_texts() -> None:
    syntax = parse("# one\r\n  ! /a//b/ \r\n#two\r\n c#d")
    assert [(p.span.text, p.text, p.negated) for p in syntax.patterns] == [
        ("! /a//b/", "a/b", True),
        ("c#d", "c#d", False),
    ]
    assert [c.text for c in syntax.comments] == ["# one", "#two"]


def test_the_deciding_pattern_is_the_last_that_matches() -> None:
    syntax = parse("*\n!src\nsrc/*.pyc\n")
    decisions = {
        path: syntax.rule_for(path) for path in ["a", "src/a", "src/a.pyc", "src/x/a.pyc", "src", "./src/", "src/"]
    }
    assert {path: rule.span.text if rule else None for path, rule in decisions.items()} == {
        "a": "*", "src/a": "!src", "src/a.pyc": "src/*.pyc", "src/x/a.pyc": "!src", "src": "!src", "./src/": "!src", "src/": "!src",
    }  # fmt: skip
    assert parse("!a").rule_for("b") is None


def test_an_ignored_folder_is_not_held_against_later_patterns() -> None:
    assert ignored("d\n!d/a\n*\n", "d/a", "d/b", "e") == ["d/b", "e"]
    assert ignored("d\n!d/a\nd/*\n", "d/a", "d/b") == ["d/a", "d/b"]


def test_covers_asks_for_the_folders_above() -> None:
    pattern = parse("a/b").patterns[0]
    assert [pattern.covers(p) for p in ["a", "a/b", "a/b/c", "a/bc"]] == [False, True, True, False]
    assert [pattern.matches(p) for p in ["a/b", "a/b/c"]] == [True, False]


def test_limits_are_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "64 KiB" in parse("a" * 70_000).faults[0].message
    assert "4096 characters" in parse("a" * 5000).faults[0].message
    monkeypatch.setattr(ignorefile, "MAX_PATTERNS", 2)
    syntax = parse("a\nb\nc\nd")
    assert len(syntax.patterns) == 2
    assert [f.span.text for f in syntax.faults] == ["c"]


# --- an independent reading of the documentation, simple and slow ---


def reference_match(pattern: str, path: str) -> bool:
    """Whether the whole path fits the pattern, by trying everything."""
    if pattern == "":
        return path == ""
    if pattern.startswith("**"):
        rest = pattern[2:].removeprefix("/")
        if rest == "":
            return True
        ends = [i + 1 for i, char in enumerate(path) if char == "/"]
        return any(reference_match(rest, path[end:]) for end in [0, *ends])
    char, rest = pattern[0], pattern[1:]
    if char == "*":
        length = len(path.split("/", 1)[0])
        return any(reference_match(rest, path[n:]) for n in range(length + 1))
    if path == "":
        return False
    if char == "?":
        return path[0] != "/" and reference_match(rest, path[1:])
    if char == "[":
        end = rest.index("]", 1)
        inside, negated = rest[:end].removeprefix("^"), rest.startswith("^")
        accepted = path[0] in (map(chr, range(ord(inside[0]), ord(inside[2]) + 1)) if inside[1:2] == "-" else inside)
        return accepted is not negated and reference_match(rest[end + 1 :], path[1:])
    if char == "\\":
        char, rest = rest[0], rest[1:]
    return path[0] == char and reference_match(rest, path[1:])


def reference_fits(pattern: str, path: str) -> bool:
    if pattern.startswith("**") and not any(c in pattern[2:] for c in "*?[]\\/"):
        return path.endswith(pattern[2:])
    return reference_match(pattern, path)


def reference_matched(lines: list[tuple[bool, str]], path: str) -> list[bool]:
    """Which patterns match a path or a folder above, where one that could change nothing is not tried."""
    folder = path.rpartition("/")[0]
    above = reference_matched(lines, folder) if folder else [False] * len(lines)
    result: list[bool] = []
    for (negated, pattern), matched_above in zip(lines, above, strict=True):
        ignored = next((not lines[i][0] for i in range(len(result) - 1, -1, -1) if result[i]), False)
        cleaned = posixpath.normpath(pattern).lstrip("/")
        result.append(matched_above or (negated == ignored and cleaned != "." and reference_fits(cleaned, path)))
    return result


def reference_ignores(lines: list[tuple[bool, str]], path: str) -> bool:
    matched = reference_matched(lines, path)
    return next((not negated for (negated, _), yes in reversed(list(zip(lines, matched, strict=True))) if yes), False)


PIECES = st.sampled_from(["a", "b", "ab", ".", "*", "**", "?", "/", "**/", "[ab]", "[^a]", "[a-b]", "\\.", "a.b"])
PATTERN = st.lists(PIECES, min_size=1, max_size=6).map("".join).filter(lambda p: posixpath.normpath(p).strip("/") != "")
PATHS = st.lists(st.sampled_from(["a", "b", "ab", "aab", ".a", "a.b", "c"]), min_size=1, max_size=4).map("/".join)


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.tuples(st.booleans(), PATTERN), min_size=1, max_size=4), st.lists(PATHS, min_size=1, max_size=4))
@example([(False, "**/a*"), (True, "a/**/b")], ["a/a/b", "ab/c"])
def test_matching_agrees_with_a_direct_reading(lines: list[tuple[bool, str]], paths: list[str]) -> None:
    text = "\n".join(("!" if negated else "") + pattern for negated, pattern in lines)
    syntax = parse(text)
    assert syntax.faults == ()
    for path in paths:
        assert syntax.ignores(path) is reference_ignores(lines, path), (text, path)


@settings(max_examples=800, deadline=None)
@given(PATTERN, PATHS)
def test_both_ways_of_matching_agree(pattern: str, path: str) -> None:
    wildcard = parse(pattern).patterns[0].wildcard
    assert wildcard._run(path) is wildcard.matches(path)
    assert wildcard._run(path + "/b") is wildcard.matches(path + "/b")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), PATHS)
def test_no_text_raises(text: str, path: str) -> None:
    syntax = parse(text)
    syntax.ignores(path)
    for span in [*(p.span for p in syntax.patterns), *(f.span for f in syntax.faults), *syntax.comments]:
        assert "\n" not in span.text


@pytest.mark.parametrize(
    "pattern",
    [
        "**/" * 300 + "b", "*a" * 1000 + "b", "**a" * 800 + "b", "?*" * 500 + "b", "*" * 4000 + "b", "**/*a" * 500 + "/b",
        "[a-z]*" * 400 + "B", "a**/" * 500 + "b", "**/a/**/*/**/?*" * 100 + "b",
    ],
)  # fmt: skip
@pytest.mark.parametrize("piece", ["a", "a/", "aaaa/"])
@pytest.mark.parametrize("size", [60, 4_000])  # short paths are matched by a regular expression
def test_no_pattern_is_slow(pattern: str, piece: str, size: int) -> None:
    wildcard = parse(pattern).patterns[0].wildcard

    def look(size: int) -> None:
        assert wildcard.matches(piece * (size // len(piece)) + "a") is False

    assert growth(look, size) < SUPERLINEAR


def test_a_long_list_over_many_files_is_fast() -> None:
    syntax = parse("\n".join(f"**/folder{i}/*.tmp\n*.ext{i}\n/root{i}" for i in range(30)))

    def look(size: int) -> None:
        paths = [f"src/package{i % 100}/module{i % 10}/file{i}.py" for i in range(size)]
        assert len(list(syntax.kept(paths))) == size

    assert growth(look, 1_000) < SUPERLINEAR


def test_gaps_that_repeat_are_one() -> None:
    assert parse("**/**/**/a").patterns[0].wildcard.items == parse("**/a").patterns[0].wildcard.items
    assert Wildcard.of(()).matches("")
