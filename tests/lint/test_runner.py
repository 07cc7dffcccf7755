"""The pass: who is asked, what a raise becomes, and names that survive edits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deployflow_gate import check, load_policy
from deployflow_gate.lint import registry, runner
from deployflow_gate.lint.decision import Decision
from deployflow_gate.lint.problem import Problem
from deployflow_gate.lint.registry import Option, RuleEntry
from deployflow_gate.lint.rule import CannotRun
from deployflow_gate.lint.severity import Severity
from deployflow_gate.model.link import link
from deployflow_gate.model.node import Node, walk
from deployflow_gate.snapshot.memory import MemorySnapshot

FILES = {"Dockerfile": "FROM python\nRUN echo a\nRUN echo a\n", "b/Dockerfile": "FROM node\n"}


def fingerprints(files: dict[str, str], rule: str = "latest-image") -> list[str]:
    return [f.fingerprint for f in check(files, only=frozenset({rule})).findings]


def test_a_fingerprint_survives_lines_above_and_white_space() -> None:
    before = fingerprints({"Dockerfile": "FROM python AS a\nFROM node\n"})
    after = fingerprints({"Dockerfile": "# one\n\n# two\nFROM   python AS a\n\n\nFROM node\n"})
    assert before == after
    assert len(set(before)) == 2


def test_equals_are_told_apart_by_their_ordinal() -> None:
    found = fingerprints({"Dockerfile": "FROM node AS a\nFROM node AS b\nFROM node\n"})
    assert len(set(found)) == 3
    assert fingerprints({"Dockerfile": "FROM node AS a\nFROM node AS b\n"}) == found[:2]


def test_path_and_rule_are_part_of_it() -> None:
    assert fingerprints({"Dockerfile": "FROM node\n"}) != fingerprints({"x/Dockerfile": "FROM node\n"})


@pytest.fixture
def raising(monkeypatch: pytest.MonkeyPatch) -> str:
    """A rule that raises on the second RUN, in the place of all others."""

    def check_run(run: object) -> Iterator[Problem]:
        assert isinstance(run, Node)
        if run.span.line == 3:
            raise ValueError("the second")
        yield Problem(run.span, "A problem.")

    entry = RuleEntry("raising", "nowhere", "none", Severity.NOTICE, on=True, summary="", nodes=("Run",))
    monkeypatch.setattr(runner, "index", lambda: {"raising": entry})
    monkeypatch.setattr(runner, "load", lambda _: check_run)
    return "raising"


def test_a_raise_blocks_and_hides_nothing(raising: str) -> None:
    project = link(MemorySnapshot(FILES))
    ran = runner.run(walk(project), lambda *_: Decision(Severity.NOTICE))
    assert [(f.rule, f.span.line) for f in ran.findings] == [(raising, 2), (runner.INTERNAL_ERROR, 3)]
    assert ran.findings[1].severity is Severity.ERROR
    assert ran.crashes == ("The rule `raising` failed on `Dockerfile` (ValueError: the second).",)


def test_a_crash_is_not_evaluated(raising: str) -> None:
    verdict = check(FILES, load_policy("everything"))
    assert raising in verdict.incomplete[0]
    assert verdict.outcome.value == "not-evaluated"


def test_only_rules_that_can_meet_a_node_are_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    def load(entry: RuleEntry) -> object:
        loaded.append(entry.name)
        return registry.load(entry)

    monkeypatch.setattr(runner, "load", load)
    check({".github/workflows/a.yml": "on: push\njobs: {}\n"})
    met = {"Project", "Document", "Workflow", "Job"}
    assert loaded
    assert all(met & set(registry.index()[name].nodes) for name in loaded)


def test_each_node_is_visited_once() -> None:
    nodes = list(walk(link(MemorySnapshot(FILES))))
    assert len({id(n) for n in nodes}) == len(nodes)


def test_processes_find_the_same() -> None:
    files = {f"{n}/Dockerfile": "FROM node\nCMD a b\n" for n in range(7)} | {
        "x/compose.yaml": "services: {a: {image: b}}\n"
    }
    assert check(files, jobs=3) == check(files)


def test_what_the_model_stumbles_over_blocks_and_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the gate in one file's nodes, in its build requests, or in the parsing of it."""
    from deployflow_gate.model.compose import ComposeFile
    from deployflow_gate.model.instruction import Run

    def stumble(node: object) -> object:
        raise RuntimeError("a fault of ours")

    files = FILES | {"compose.yaml": "services: {a: {image: node}}\n"}
    before = {f.rule for f in check(files, only=frozenset({"latest-image"})).findings}
    for kind, name in ((Run, "children"), (ComposeFile, "build_requests"), (ComposeFile, "broken")):
        with monkeypatch.context() as patched:
            patched.setattr(kind, name, stumble if name == "children" else property(stumble))
            for jobs in (1, 2):
                verdict = check(files, only=frozenset({"latest-image"}), jobs=jobs)
                assert verdict.outcome.value == "not-evaluated"
                assert any("a fault of ours" in sentence for sentence in verdict.incomplete), name
                assert {f.rule for f in verdict.findings} >= before
                assert {f.path for f in verdict.findings if f.rule == "latest-image"} >= {"Dockerfile", "b/Dockerfile"}


def test_a_rule_that_judges_all_together_is_called_once_for_each_set_of_options(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[tuple[int, str]] = []

    def check_all(runs: tuple[Node, ...], *, word: str = "x") -> Iterator[Problem]:
        calls.append((len(runs), word))
        for run in runs:
            yield Problem(run.span, word, code="C1")
        if word == "raises":
            raise ValueError("at last")
        if word == "lacks":
            raise CannotRun("It is not there.")

    entry = RuleEntry(
        "all", "nowhere", "none", Severity.NOTICE, on=True, summary="", nodes=("Run",), together=True,
        options=(Option("word", "str", "x"),),
    )  # fmt: skip
    monkeypatch.setattr(runner, "index", lambda: {"all": entry})
    monkeypatch.setattr(runner, "load", lambda _: check_all)
    words = {"b": "raises", "c": "lacks", "d": "lacks"}

    def decide(_: str, path: str) -> Decision:
        options = {"word": words[path[0]]} if path[0] in words else {}
        return Decision(None if path[0] == "e" else Severity.ERROR, options)

    files = {f"{folder}/Dockerfile": "FROM a\nRUN b\nRUN c\n" for folder in "abcde"} | {"Dockerfile": "FROM a\nRUN b\n"}
    ran = runner.run(walk(link(MemorySnapshot(files))), decide)
    assert sorted(calls) == [(2, "raises"), (3, "x"), (4, "lacks")]
    assert sorted({(f.path, f.message, f.code) for f in ran.findings if f.path}) == [
        ("Dockerfile", "x", "C1"), ("a/Dockerfile", "x", "C1"), ("b/Dockerfile", "raises", "C1"),
        ("c/Dockerfile", "lacks", "C1"), ("d/Dockerfile", "lacks", "C1"),
    ]  # fmt: skip
    assert ran.notes == ("It is not there.",)
    assert ran.crashes == ("The rule `all` failed on the repository (ValueError: at last).",)
    assert [f.severity for f in ran.findings if not f.path] == [Severity.ERROR]
