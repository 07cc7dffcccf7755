from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployflow_gate.syntax.globs import first_match, glob_fault, match
from tests.growth import SUPERLINEAR, growth


@pytest.mark.parametrize(
    ("glob", "yes", "no"),
    [
        ("Dockerfile", ["Dockerfile", "a/b/Dockerfile", "Dockerfile/x"], ["Dockerfile.dev", "xDockerfile"]),
        ("/Dockerfile", ["Dockerfile"], ["a/Dockerfile"]),
        ("*.yml", ["a.yml", "x/.yml", "x/b.yml"], ["a.yaml", "a.yml.j2"]),
        ("docs/*.yml", ["docs/a.yml"], ["docs/x/a.yml", "x/docs/a.yml"]),
        ("docs", ["docs/a", "x/docs/y/z", "docs"], ["docs2/a"]),
        ("docs/", ["docs/a", "x/docs/y/z"], ["docs", "x/docs"]),
        ("/docs/", ["docs/a"], ["x/docs/a", "docs"]),
        ("a/b", ["a/b", "a/b/c"], ["x/a/b", "a/bc"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "ab/c"]),
        ("**/a", ["a", "x/a", "x/y/a", "a/x"], ["xa"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a/xb", "b"]),
        ("**", ["a", "a/b"], []),
        ("a/*", ["a/b", "a/b/c"], ["a", "b/a/b"]),
        ("a**b", ["ab", "axb", "x/axb"], ["a/b"]),
        ("a?c", ["abc"], ["a/c", "ac"]),
        ("*.{yml,yaml}", ["a.yml", "x/a.yaml"], ["a.y", "a.{yml,yaml}"]),
        ("{a,b{c,d},}/x", ["a/x", "bc/x", "bd/x", "x"], ["b/x"]),
        ("{a/b,c}", ["a/b", "c", "x/c"], ["x/a/b"]),
        ("a,b", ["a,b"], ["a"]),
        (r"\*", ["*"], ["a"]),
        (r"\{a,b\}", ["{a,b}"], ["a"]),
        ("app/[slug]", ["app/[slug]/x"], ["app/s"]),
        ("./a", ["a", "a/b"], ["x/a"]),
        ("ü*", ["über"], ["u"]),
        ("a\nb", ["a\nb"], ["a"]),
    ],
)
def test_what_a_glob_matches(glob: str, yes: list[str], no: list[str]) -> None:
    assert glob_fault(glob) is None
    assert [path for path in yes if not match(glob, path)] == []
    assert [path for path in no if match(glob, path)] == []


@pytest.mark.parametrize(
    ("glob", "reason"),
    [
        ("", "empty"), ("/", "empty"), ("{a", "counterpart"), ("a}", "counterpart"), ("a/../b", "`..`"), ("a/./b", "`.`"),
        ("a\\", "backslash"), ("x" * 2000, "1024 characters"), ("{a,b}" * 12, "256 alternatives"),
        ("{" * 200 + "a,b" + "}" * 200 + "{a,b}" * 20, "256 alternatives"), ("{a,b}" * 12 + "{", "256 alternatives"),
    ],
)  # fmt: skip
def test_a_faulty_glob_says_so_and_matches_nothing(glob: str, reason: str) -> None:
    fault = glob_fault(glob)
    assert fault is not None
    assert reason in fault
    assert not match(glob, "a")


def test_the_first_that_matches_is_told() -> None:
    assert first_match(("b", "a*", "**"), "x/ab") == "a*"
    assert first_match(("b",), "a") is None


@given(st.text("ab*?{},/\\.", max_size=12), st.text("ab/", max_size=8))
def test_no_glob_raises(glob: str, path: str) -> None:
    match(glob, path)


@pytest.mark.parametrize("glob", ["**/*a" * 200 + "b", "*a" * 400 + "b", "{" + "*a*," * 100 + "b}" + "*a*b"])
def test_no_glob_is_slow(glob: str) -> None:
    def look(size: int) -> None:
        assert not match(glob, "a/" * size + "a" * size * 2)

    assert growth(look, 100) < SUPERLINEAR
