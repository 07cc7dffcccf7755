"""Fixes: together where they can, each alone where they cannot, and never one that does harm."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deployflow_gate.lint.apply import fix_all, splice
from deployflow_gate.lint.finding import Finding
from deployflow_gate.lint.problem import Edit, Fix
from deployflow_gate.lint.runner import fingerprinted
from deployflow_gate.lint.severity import Severity
from deployflow_gate.text import Source, Span

TEXT = "one two three two\n"


def looker(
    rule: Callable[[Source], list[Finding]], text: str = TEXT
) -> Callable[[Mapping[str, str]], tuple[Finding, ...]]:
    def look(texts: Mapping[str, str]) -> tuple[Finding, ...]:
        return fingerprinted(rule(Source("file", texts.get("file", text))))

    return look


def found(source: Source, word: str, new: str, *, safe: bool = True, rule: str = "rule") -> list[Finding]:
    result = []
    at = source.text.find(word)
    while at != -1:
        span = Span(source, at, at + len(word))
        result.append(
            Finding(rule, Severity.NOTICE, span, "A problem.", fix=Fix("Mend it", (Edit(span, new),), safe=safe))
        )
        at = source.text.find(word, at + 1)
    return result


def test_all_places_are_mended() -> None:
    result = fix_all(looker(lambda s: found(s, "two", "2")), unsafe=False)
    assert result.files["file"][1] == "one 2 three 2\n"
    assert result.files["file"][0].text == TEXT
    assert result.applied == (("file", "Mend it"), ("file", "Mend it"))


def test_unsafe_fixes_must_be_asked_for() -> None:
    look = looker(lambda s: found(s, "two", "2", safe=False))
    assert fix_all(look, unsafe=False).files == {}
    assert fix_all(look, unsafe=True).files["file"][1] == "one 2 three 2\n"


def test_fixes_in_one_place_wait_for_each_other() -> None:
    look = looker(lambda s: found(s, "one two", "1 two", rule="a") + found(s, "two three", "two 3", rule="b"))
    assert fix_all(look, unsafe=False).files["file"][1] == "1 two 3 two\n"


def test_a_fix_that_does_not_help_is_refused() -> None:
    result = fix_all(looker(lambda s: found(s, "two", "two!")), unsafe=False)
    assert result.files == {}
    assert result.applied == ()
    assert [r[2] for r in result.refused] == ["after it `rule` would still be, or newly be, reported in file"] * 2


def test_a_fix_that_brings_another_problem_is_refused_and_the_others_stay() -> None:
    look = looker(lambda s: found(s, "two", "bad") + found(s, "three", "3") + found(s, "bad", "bad", rule="other"))
    result = fix_all(look, unsafe=False)
    assert result.files["file"][1] == "one two 3 two\n"
    assert len(result.refused) == 2


def test_circles_end() -> None:
    result = fix_all(
        looker(lambda s: found(s, "one", "uno", rule="a") + found(s, "uno", "one", rule="b")), unsafe=False
    )
    assert result.files == {}


def test_splice_goes_from_the_back() -> None:
    source = Source("file", "abcdef")
    edits = [Edit(Span(source, 1, 2), ""), Edit(Span(source, 4, 5), "XYZ"), Edit(Span(source, 6, 6), "!")]
    assert splice(source.text, edits) == "acdXYZf!"


def test_a_bad_fix_among_many_costs_few_looks() -> None:
    """Each look is at the whole repository: one for each fix would take minutes."""
    text = "".join(f"w{n} " for n in range(200))
    looks = 0

    def rule(source: Source) -> list[Finding]:
        nonlocal looks
        looks += 1
        words = [f"w{n} " for n in range(200)]
        return [f for w in words for f in found(source, w, "bad " if w == "w77 " else "ok ")] + found(
            source, "bad", "bad", rule="other"
        )

    result = fix_all(looker(rule, text), unsafe=False)
    assert result.files["file"][1].split().count("ok") == 199
    assert [r[2] for r in result.refused] == ["after it `other` would still be, or newly be, reported in file"]
    assert looks < 30
