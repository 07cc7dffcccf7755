"""Every example of every rule's page, held against the rule: nothing here is written for one rule."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from _pytest.mark import ParameterSet

from deployflow_gate.gate import check
from deployflow_gate.lint.apply import splice
from deployflow_gate.lint.declared import entry, page_text, rule_modules
from deployflow_gate.lint.examples import Example, examples
from deployflow_gate.lint.finding import Finding
from deployflow_gate.lint.registry import RuleEntry
from deployflow_gate.lint.rule import CannotRun
from deployflow_gate.lint.trial import findings as found_by
from deployflow_gate.lint.trial import option_of
from deployflow_gate.model.dockerfile import Dockerfile
from deployflow_gate.model.link import link
from deployflow_gate.policy.load import load_policy
from deployflow_gate.snapshot.memory import MemorySnapshot
from deployflow_gate.syntax.yaml import parse_yaml, scalars

MODULES = tuple(rule_modules())
ENTRIES = {e.name: e for e in map(entry, MODULES)}
CASES = [
    pytest.param(found, example, id=f"{found.name}: {number} {example.title}"[:120])
    for found, module in zip(ENTRIES.values(), MODULES, strict=True)
    for number, example in enumerate(examples(page_text(module)), 1)
]


def example_of(case: ParameterSet) -> Example:
    example = case.values[1]
    assert isinstance(example, Example)
    return example


def options(rule: RuleEntry, example: Example) -> dict[str, object]:
    return {name: option_of(rule, name, text) for name, text in example.options.items()}


def findings(
    rule: RuleEntry, files: Mapping[str, str], given: Mapping[str, object] | None = None
) -> tuple[Finding, ...]:
    try:
        return found_by(rule, files, given)
    except CannotRun as reason:
        pytest.skip(str(reason))


def places(found: tuple[Finding, ...]) -> list[tuple[str, int, int]]:
    return sorted((f.path, f.span.start, f.span.end) for f in found)


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_reported_places_are_the_marked_ones(rule: RuleEntry, example: Example) -> None:
    found = findings(rule, example.files, options(rule, example))
    assert [(f.path, f.span.text) for f in found] == [(p, example.files[p][a:b]) for p, a, b in sorted(example.marks)]
    assert places(found) == sorted(example.marks)


@pytest.mark.parametrize(("rule", "example"), [c for c in CASES if example_of(c).fixed])
def test_the_fix_gives_the_fixed_text(rule: RuleEntry, example: Example) -> None:
    given = options(rule, example)
    texts = mended(rule, dict(example.files), given)
    assert {path: texts[path] for path in example.fixed} == dict(example.fixed)
    again = findings(rule, texts, given)
    assert [f.message for f in again if f.fix] == [], "the fixed text is clean, so fixing again changes nothing"
    assert comments(texts) >= comments(example.files), "no comment is lost"
    assert faults(texts) <= faults(example.files), "the fixed text parses"


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_crlf_changes_no_place_and_no_fix(rule: RuleEntry, example: Example) -> None:
    given = options(rule, example)
    files = {path: text.replace("\n", "\r\n") for path, text in example.files.items()}
    found = findings(rule, files, given)
    shifted = [
        (p, a + example.files[p].count("\n", 0, a), b + example.files[p].count("\n", 0, b)) for p, a, b in example.marks
    ]
    assert places(found) == sorted(shifted)
    if example.fixed:
        texts = mended(rule, files, given)
        assert {p: texts[p] for p in example.fixed} == {p: t.replace("\n", "\r\n") for p, t in example.fixed.items()}


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_a_comment_on_top_only_shifts(rule: RuleEntry, example: Example) -> None:
    top = "# a comment on top\n"
    shiftable = {p for p, text in example.files.items() if is_judged(p) and not text.startswith(("#", "{"))}
    files = {p: top + text if p in shiftable else text for p, text in example.files.items()}
    found = findings(rule, files, options(rule, example))
    moved = [(p, a + len(top), b + len(top)) if p in shiftable else (p, a, b) for p, a, b in example.marks]
    assert places(found) == sorted(moved)


@pytest.mark.parametrize(("rule", "example"), [c for c in CASES if example_of(c).fails and not example_of(c).options])
def test_an_inline_ignore_silences_it(rule: RuleEntry, example: Example) -> None:
    if rule.name in UNIGNORABLE:
        pytest.skip(UNIGNORABLE[rule.name])
    if not all(is_judged(path) for path, _, _ in example.marks):
        pytest.skip("what is found in a file of another kind is left to the policy: its comments are not read")
    files = dict(example.files)
    policy = load_policy("deployflow")
    for _ in range(len(example.marks)):
        found = [f for f in check(files, policy, only=frozenset({rule.name})).active if f.rule == rule.name]
        if not found:
            break
        first = found[0]
        start = statement_start(files, first)
        files[first.path] = (
            files[first.path][:start] + f"# gate: ignore[{rule.name}] tested\n" + files[first.path][start:]
        )
    verdict = check(files, policy, only=frozenset({rule.name}))
    if verdict.notes:
        pytest.skip(verdict.notes[0])
    assert [f.message for f in verdict.active if f.rule == rule.name] == []
    assert [f.rule for f in verdict.findings if f.suppressed], "it is still there, marked as ignored"


@pytest.mark.parametrize("rule", ENTRIES.values(), ids=ENTRIES)
@pytest.mark.parametrize(
    "path", ["Dockerfile", "compose.yaml", ".github/workflows/ci.yml", "action.yml", ".dockerignore"]
)
def test_an_empty_file_raises_nothing(rule: RuleEntry, path: str) -> None:
    found = findings(rule, {path: ""})
    assert rule.name == "unparsable-file" or found == ()


@pytest.mark.parametrize("rule", ENTRIES.values(), ids=ENTRIES)
def test_a_page_shows_failing_and_passing(rule: RuleEntry) -> None:
    shown = [example_of(c) for c in CASES if c.values[0] is rule]
    assert any(e.fails for e in shown)
    assert any(not e.fails or e.fixed for e in shown)


UNIGNORABLE = {
    "unparsable-file": "a file that cannot be parsed has no comments to trust",
    "wrong-directive": "a comment above a directive makes a comment of it",
    "mixed-case-directive": "a comment above a directive makes a comment of it",
}


def is_judged(path: str) -> bool:
    return link(MemorySnapshot({path: "x"})).document(path) is not None


def statement_start(files: dict[str, str], finding: Finding) -> int:
    document = link(MemorySnapshot(files)).document(finding.path)
    assert document is not None
    for statement in document.statements:
        if statement.start <= finding.span.start < max(statement.end, statement.start + 1):
            return statement.source.line_starts[statement.line - 1]
    root = parse_yaml(document.source).root if finding.path.endswith((".yml", ".yaml")) else None
    for scalar in scalars(root) if root is not None else ():
        # within a `run: |` a line with a # is the script's, so the comment goes above the key
        if scalar.style in ("literal", "folded") and scalar.span.start <= finding.span.start < scalar.span.end:
            return scalar.span.source.line_starts[scalar.span.line - 1]
    return finding.span.source.line_starts[finding.line - 1]


def mended(rule: RuleEntry, files: dict[str, str], given: dict[str, object]) -> dict[str, str]:
    for _ in range(10):
        found = [f for f in findings(rule, files, given) if f.fix]
        if not found:
            break
        fix = found[0].fix
        assert fix is not None
        for path in {e.span.path for e in fix.edits}:
            files[path] = splice(files[path], [e for e in fix.edits if e.span.path == path])
    return files


def comments(files: Mapping[str, str]) -> set[str]:
    documents = link(MemorySnapshot(files)).documents
    directives = {line.span for d in documents if isinstance(d, Dockerfile) for line in d.syntax.directives}
    return {c.text.strip() for d in documents for c in d.comments if c not in directives}


def faults(files: Mapping[str, str]) -> int:
    return sum(len(d.faults) for d in link(MemorySnapshot(files)).documents)
