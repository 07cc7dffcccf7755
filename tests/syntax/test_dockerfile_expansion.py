"""Variables, quotes and escapes of one word."""

from __future__ import annotations

import pytest

from deployflow_gate.syntax.dockerfile import expand
from deployflow_gate.text import UNKNOWN

VALUES: dict[str, str | None] = {
    "set": "value",
    "empty": "",
    "unset": None,
    "quote": 'it\'s "so"',
    "path": "/a/b.tar.gz",
    "ask": UNKNOWN,
    "part": f"v{UNKNOWN}",
    "_1": "digit",
}


def value(raw: str, escape: str = "\\") -> str:
    return expand(raw, VALUES.get, escape).value


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("plain", "plain"),
        ("$set", "value"),
        ("$set/x", "value/x"),
        ("a${set}b", "avalueb"),
        ("$_1x", ""),
        ("${_1}x", "digitx"),
        ("$", "$"),
        ("a$/b", "a$/b"),
        ("$unset", ""),
        ("\\$set", "$set"),
        ("'$set'", "$set"),
        ('"$set"', "value"),
        ('"\\$set \\\\ \\" \\a"', '$set \\ " \\a'),
        ("a\\ b\\\\", "a b\\"),
        ("'a'\"b\"c", "abc"),
        ("$quote", 'it\'s "so"'),
        ('"$quote"', 'it\'s "so"'),
        ("${unset:-x}", "x"),
        ("${empty:-x}", "x"),
        ("${empty-x}", ""),
        ("${set:-x}", "value"),
        ("${unset:-$set/${unset:-'$y'}}", "value/$y"),
        ("${set:+x}", "x"),
        ("${empty:+x}", ""),
        ("${empty+x}", "x"),
        ("${unset+x}", ""),
        ("${set:?oh}", "value"),
        ("${path#*/}", "a/b.tar.gz"),
        ("${path##*/}", "b.tar.gz"),
        ("${path%.*}", "/a/b.tar"),
        ("${path%%.*}", "/a/b"),
        ("${path#x}", "/a/b.tar.gz"),
        ("${path%?z}", "/a/b.tar."),
        ("${path/a/b}", "/b/b.tar.gz"),
        ("${path//a/o}", "/o/b.tor.gz"),
        ("${path//./}", "/a/btargz"),
        ("${path/b*/}", "/a/"),
        ("${path//\\//-}", "-a-b.tar.gz"),
        ("${path/?.t?r/}", "/a/.gz"),
    ],
)
def test_what_a_word_comes_to(raw: str, expected: str) -> None:
    assert value(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a${ask}b", f"a{UNKNOWN}b"),
        ("${ask:-x}", UNKNOWN),
        ("${ask:+x}", UNKNOWN),
        ("${ask#x}", UNKNOWN),
        ("${part:-x}", f"v{UNKNOWN}"),
        ("${part:+x}", "x"),
        ("${part/v/w}", UNKNOWN),
        ("${set:-$ask}", "value"),
        ("${set#$ask}", UNKNOWN),
        ("${unset:?oh}", UNKNOWN),
    ],
)
def test_what_is_not_known_stays_unknown(raw: str, expected: str) -> None:
    assert value(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("c:\\a\\$set", "c:\\a\\value"), ("`$set", "$set"), ('"`$set \\n"', "$set \\n"), ("'`'", "`"), ("a``b", "a`b")],
)
def test_a_backtick_as_escape(raw: str, expected: str) -> None:
    assert value(raw, "`") == expected


@pytest.mark.parametrize(
    "raw", ["'a", '"a', "${", "${a", "${}", "${:x}", "${{a}}", "${a^}", "${a:1}", "${a/b}", '"${a:-"']
)
def test_what_buildkit_refuses(raw: str) -> None:
    found = expand(raw, lambda _: "x")
    assert found.value == UNKNOWN
    assert found.error
