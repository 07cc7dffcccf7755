"""ShellCheck asked: where its findings stand in the file, what is done without it, and what a script cannot do to it."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from deployflow_gate import WorkTree, check, load_policy
from deployflow_gate.lint import CannotRun
from deployflow_gate.lint.apply import splice
from deployflow_gate.lint.finding import Finding
from deployflow_gate.policy.verdict import Verdict
from deployflow_gate.rulebook.script import _shellcheck
from deployflow_gate.rulebook.script._shellcheck import Place, ask, program

ONLY = frozenset({"shell-script-defect"})


def installed() -> bool:
    try:
        program(None)
    except CannotRun:
        return False
    return True


needs = pytest.mark.skipif(not installed(), reason="ShellCheck is not installed")

STYLE = "extends: deployflow\nrules:\n  shell-script-defect: {threshold: style}\n"


@pytest.fixture
def style(tmp_path: Path) -> str:
    path = tmp_path / "policy.yml"
    path.write_text(STYLE)
    return str(path)


def found(text: str, path: str = "Dockerfile", policy: str = "deployflow") -> tuple[Finding, ...]:
    return check({path: text}, load_policy(policy), only=ONLY).active


def places(findings: tuple[Finding, ...]) -> list[tuple[str, int, str]]:
    return [(f.code, f.line, f.span.text) for f in findings]


def step(run: str, more: str = "") -> str:
    return f"on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: {run}\n{more}"


WORKFLOW = ".github/workflows/ci.yml"

MAPPED = {
    "continued lines and comments between": (
        'FROM debian:12.8-slim\nRUN a && \\\n  # é\n\n  b;\\\n\tcd é ; \\\n  cd "日本"; c\n',
        [("SC2164", 6, "cd é"), ("SC2164", 7, 'cd "日本"')],
    ),
    "another escape": (
        '# escape=`\nFROM debian:12.8-slim\nSHELL ["/bin/sh", "-c"]\nRUN a; `\n  cd b; c\n',
        [("SC2164", 5, "cd b")],
    ),
    "a word broken by a continuation": ("FROM debian:12.8-slim\nRUN c\\\nd x; y\n", [("SC2164", 2, "c\\\nd x")]),
    "a JSON form with escapes": (
        'FROM debian:12.8-slim\nCMD ["sh", "-c", "x \\"a\\\\b\\"\\n cd \\"y\\"; z"]\n',
        [("SC2164", 2, 'cd \\"y\\')],
    ),
    "a heredoc after a command": (
        "FROM debian:12.8-slim\nRUN bash <<E && cd x; y\n$(a\nE\n",
        [("SC1073", 3, "$(a")],
    ),
    "tabs of a heredoc undone": ("FROM debian:12.8-slim\nRUN <<-E\n\t\tcd x\n\ty\n\tE\n", [("SC2164", 3, "cd x")]),
    "a parse error at the end": ("FROM debian:12.8-slim\nRUN a; if b\n", [("SC1073", 2, "if")]),
}


@needs
@pytest.mark.parametrize("name", MAPPED)
def test_a_finding_stands_where_the_file_has_it(name: str) -> None:
    text, expected = MAPPED[name]
    assert places(found(text)) == expected
    crlf = found(text.replace("\n", "\r\n"))
    assert [(code, line, shown.replace("\r\n", "\n")) for code, line, shown in places(crlf)] == expected


@needs
@pytest.mark.parametrize(
    ("run", "shown"),
    [
        ("|\n          cd x\n          # ${{ x }}\n          make $@\n", "$@"),
        (">-\n          cd x &&\n          make $@\n", "$@"),
        ('"cd x\\n\\u0065cho \\"a\\" $@"\n', "$@"),
        ("'echo ''a'' $@'\n", "$@"),
        ("echo\n          $@\n", "$@"),
    ],
)
def test_a_step_is_mapped_whatever_its_scalar(run: str, shown: str) -> None:
    assert places(found(step(run), WORKFLOW))[0][2] == shown


@needs
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("RUN echo $x\n", 'RUN echo "$x"\n'),
        ("RUN echo a \\\n  $x\\\n  $y\n", 'RUN echo a \\\n  "$x"\\\n  "$y"\n'),
        ("RUN <<E\necho $x\nE\n", 'RUN <<E\necho "$x"\nE\n'),
        ('RUN ["sh", "-c", "echo $x"]\n', 'RUN ["sh", "-c", "echo $x"]\n'),
        ("RUN echo `a`\n", "RUN echo $(a)\n"),
    ],
)
def test_a_fix_is_put_where_the_text_is_literal(before: str, after: str, style: str) -> None:
    head = "FROM debian:12.8-slim\nARG x y\n"
    edits = [e for f in found(head + before, policy=style) if f.fix for e in f.fix.edits]
    assert splice(head + before, edits) == head + after


@needs
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("echo $X ${{ github.ref }}", 'echo "$X" ${{ github.ref }}'),
        ('"echo $X"', '"echo $X"'),
        ("'echo $X'", "'echo $X'"),
        ("|\n          echo $X $Y", '|\n          echo "$X" "$Y"'),
        ("$(a) $X", '$(a) "$X"'),
    ],
)
def test_a_fix_does_not_break_yaml(before: str, after: str, style: str) -> None:
    edits = [e for f in found(step(before), WORKFLOW, style) if f.fix for e in f.fix.edits]
    assert splice(step(before), edits) == step(after)


@needs
def test_expressions_are_no_shell() -> None:
    run = """|
          for x in ${{ github.run_number }}; do echo "$x"; done
          if [ "${{ github.ref }}" = 'main' ]; then a_${{ matrix.x }}=$(b); fi
          echo '${{ github.sha }}' ${{ github.event.number }} "$lower"
"""
    assert found(step(run), WORKFLOW) == ()


@needs
@pytest.mark.parametrize(
    "lines",
    [
        'runs-on: windows-2022\n    steps:\n      - run: $x = "y"\n',
        'runs-on: ${{ inputs.os }}\n    steps:\n      - run: $x = "y"\n',
        'runs-on: ubuntu-24.04\n    steps:\n      - run: $x = "y"\n        shell: pwsh\n',
        'runs-on: ubuntu-24.04\n    steps:\n      - run: $x = "y"\n        shell: zsh {0}\n',
        'runs-on: ubuntu-24.04\n    steps:\n      - run: $x = "y"\n        shell: ${{ inputs.shell }}\n',
    ],
)
def test_what_is_in_another_language_is_not_judged(lines: str) -> None:
    assert found(f"on: push\njobs:\n  a:\n    {lines}", WORKFLOW) == ()


@needs
def test_a_shell_that_ends_at_the_first_failure_needs_no_exit() -> None:
    assert found(step("|\n          cd x\n          make\n"), WORKFLOW) == ()
    assert found(step("|\n          cd x\n          make\n", "        shell: bash {0}\n"), WORKFLOW) != ()
    head = "FROM debian:12.8-slim\n"
    assert found(f'{head}SHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN cd x; y\n') == ()
    assert found(f"{head}RUN <<E\n#!/bin/sh -e\ncd x\ny\nE\n") == ()
    assert found(f'{head}SHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN cd x; y\n') != ()


@needs
@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("# hadolint ignore=SC2164", ["SC2068"]),
        ("# hadolint ignore=SC2068,sc2164", []),
        ("# hadolint ignore=SC2086", ["SC2164", "SC2068"]),
        ("# tally ignore=shellcheck/SC2164", ["SC2068"]),
        ("# gate: ignore[SC2068] because", ["SC2164"]),
        ("# gate: ignore[shell-script-defect] because", []),
    ],
)
def test_a_comment_silences_the_codes_that_it_names(comment: str, left: list[str]) -> None:
    assert [f.code for f in found(f"FROM debian:12.8-slim\n{comment}\nRUN cd x; y $@\n")] == left


@needs
def test_an_own_comment_for_a_code_that_is_not_found_is_unused() -> None:
    text = "FROM debian:12.8-slim\n# gate: ignore[SC2068] because\nRUN cd x; y\n"
    assert {f.rule for f in check({"Dockerfile": text}).findings if f.line == 2} == {"unused-ignore"}


@needs
@pytest.mark.parametrize(
    "run",
    [
        "chmod =2775 /srv",
        "a && cd b",
        "if a; then b; else if c; then d; fi; fi",
        "for i in 1 2 3; do a && break; sleep 1; done",
        "rm -rf $home/cache ${home}/tmp",
        "make -j$(nproc)",
        '["sh" "-c"]',
        'echo "$HOSTNAME"',
    ],
)
def test_what_it_cannot_know_is_not_said(run: str) -> None:
    assert found(f"FROM debian:12.8-slim\nENV home=/srv\nRUN {run}\n") == ()


@needs
def test_options_of_paths_are_kept_apart(tmp_path: Path) -> None:
    path = tmp_path / "policy.yml"
    path.write_text(
        "extends: deployflow\npaths:\n  - paths: [a/**]\n    rules:\n      shell-script-defect: {ignore: [sc2164]}\n"
        "  - paths: [b/**]\n    rules:\n      shell-script-defect: off\n"
        "  - paths: [c/**]\n    rules:\n      shell-script-defect: error\n"
    )
    text = "FROM debian:12.8-slim\nRUN cd x; y $@\n"
    files = {f"{folder}/Dockerfile": text for folder in "abcd"}
    for jobs in (1, 2):
        verdict = check(files, load_policy(str(path)), jobs=jobs)
        got = [(f.path[0], f.code, f.severity.value) for f in verdict.active if f.rule in ONLY]
        assert sorted(got) == [
            ("a", "SC2068", "warning"), ("c", "SC2068", "error"), ("c", "SC2164", "error"),
            ("d", "SC2068", "warning"), ("d", "SC2164", "warning"),
        ]  # fmt: skip


# Without it


def verdict_without(monkeypatch: pytest.MonkeyPatch, text: str, policy: str = "deployflow") -> Verdict:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    monkeypatch.setenv("PATH", "")
    return check({"Dockerfile": text}, load_policy(policy))


def test_where_it_is_not_installed_the_verdict_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    verdict = verdict_without(monkeypatch, "FROM debian:12.8-slim\nRUN cd x; y\n")
    assert len(verdict.notes) == 1
    assert "ShellCheck is not installed" in verdict.notes[0]
    assert not verdict.incomplete
    assert verdict_without(monkeypatch, "FROM scratch\nCOPY a /\n").notes == ()
    off = tmp_path / "policy.yml"
    off.write_text("extends: deployflow\nrules: {shell-script-defect: off}\n")
    assert verdict_without(monkeypatch, "FROM debian:12.8-slim\nRUN cd x; y\n", str(off)).notes == ()


def executable(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_program_of_the_checked_repository_is_not_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "bin").mkdir(parents=True)
    (tree / "Dockerfile").write_text("FROM debian:12.8-slim\nRUN cd x; y\n")
    ran = tmp_path / "ran"
    executable(tree / "shellcheck", f"#!/bin/sh\ntouch {ran}\n")
    executable(tree / "bin" / "shellcheck", f"#!/bin/sh\ntouch {ran}\n")
    (tmp_path / "elsewhere").symlink_to(tree / "bin")
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    monkeypatch.chdir(tree)
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", "bin", str(tree / "bin"), str(tmp_path / "elsewhere")]))
    assert "not installed" in check(WorkTree(tree)).notes[0]
    assert not ran.exists()


@pytest.mark.parametrize("text", ["#!/bin/sh\nexit 4\n", "#!/bin/sh\necho '{}'\n", "#!/bin/sh\n", "no program"])
def test_a_program_that_does_not_work_is_a_note(text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    executable(tmp_path / "shellcheck", text)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    verdict = check({"Dockerfile": "FROM debian:12.8-slim\nRUN cd x; y\n"}, only=ONLY)
    assert "could not run" in verdict.notes[0]
    assert not verdict.incomplete


def test_it_is_given_nothing_but_scripts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = tmp_path / "said"
    script = f'#!/bin/sh\nexport -p >{said}\necho "$@" >>{said}\npwd >>{said}\necho \'{{"comments":[]}}\'\n'
    executable(tmp_path / "shellcheck", script)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("GITHUB_TOKEN", "s3cret")
    monkeypatch.setenv("SHELLCHECK_OPTS", "-x")
    assert check({"Dockerfile": "FROM debian:12.8-slim\nRUN cd x; y\n"}, only=ONLY).active == ()
    text = said.read_text()
    assert "s3cret" not in text
    assert "SHELLCHECK_OPTS" not in text
    assert "--norc" in text
    assert " -x" not in text


# Hostile scripts

SLOW = "((" * 400
"""Each bracket may be one of two things, which ShellCheck tries in turn."""


@needs
def test_one_that_comes_to_no_end_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_shellcheck, "SCRIPT_SECONDS", 0.5)
    monkeypatch.setattr(_shellcheck, "MORE_SECONDS", 0.0)
    started = time.monotonic()
    got = found(f"FROM debian:12.8-slim\nRUN {SLOW}\nRUN cd x; y\n")
    assert [(f.code, f.line) for f in got] == [("", 2), ("SC2164", 3)]
    assert "comes to no end" in got[0].message
    assert time.monotonic() - started < 20


@needs
def test_many_that_come_to_no_end_cost_no_more_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_shellcheck, "SCRIPT_SECONDS", 0.5)
    monkeypatch.setattr(_shellcheck, "MORE_SECONDS", 0.0)
    monkeypatch.setattr(_shellcheck, "LOST_SECONDS", 1.0)
    started = time.monotonic()
    got = found("FROM debian:12.8-slim\n" + "".join(f"RUN {SLOW}{number}\n" for number in range(50)))
    assert [(f.code, f.line) for f in got] == [("", line) for line in range(2, 52)]
    assert time.monotonic() - started < 10


@needs
def test_a_script_too_large_is_said(style: str) -> None:
    got = found(f"FROM debian:12.8-slim\nRUN echo {'a' * _shellcheck.MAX_SCRIPT}\nRUN cd x; y\n")
    assert [(f.code, f.line) for f in got] == [("", 2), ("SC2164", 3)]
    assert "is not given" in got[0].message


@needs
def test_an_answer_too_large_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_shellcheck, "MAX_ANSWER", 2000)
    answers = ask(program(None), ["#!/bin/sh\n" + "echo $a\n" * 100, "#!/bin/sh\ncd x; y\n"])
    assert answers[0] is None
    assert [c.code for c in answers[1] or ()] == ["SC2164"]


@needs
def test_no_file_is_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("if then s3cret=1\n")
    text = f"#!/bin/bash\n. {secret}\n# shellcheck source={secret}\nsource x\n# shellcheck external-sources=true\n. {secret}\n"
    (comments,) = ask(program(None), [text])
    assert comments is not None
    assert {c.code for c in comments} <= {"SC1091", "SC1144", "SC1090"}
    assert "s3cret" not in str([c.message for c in comments])


@needs
def test_many_take_few_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    answer = _shellcheck._answer

    def counted(shellcheck: str, paths: Sequence[str], seconds: float) -> bytes | None:
        started.append(len(paths))
        return answer(shellcheck, paths, seconds)

    monkeypatch.setattr(_shellcheck, "_answer", counted)
    text = "FROM debian:12.8-slim\n" + "".join(f"RUN cd x{number}; y\n" for number in range(250)) * 2
    assert len(found(text)) == 500
    assert started == [200, 50]


@needs
@pytest.mark.parametrize(
    "run",
    [
        "\x01\x7f", "`" * 50, "'", '"', "\\", "$((", "${", "<<", "<<E", "# shellcheck shell=zsh", "[[ (", "{",
        "é\u2028x\u0085y",
        "# shellcheck disable=all", "a\rb", "\t\t$(\t", "((((((", "read -r", "exec x", "if",
    ],
)  # fmt: skip
def test_any_text_is_taken(run: str) -> None:
    for text in (f"FROM a\nENV a-b=1 IFS=2 é=3 _=4\nRUN {run}\n", f"FROM a\nRUN <<X\n{run}\nX\n"):
        verdict = check({"Dockerfile": text}, load_policy("everything"), only=ONLY)
        assert not verdict.incomplete
    assert not check({WORKFLOW: step(f"|\n          {run}\n")}, only=ONLY).notes


@needs
def test_an_answer_is_read_whole() -> None:
    (comments,) = ask(program(None), ["#!/bin/sh\necho\té 日 $a\n"])
    assert comments is not None
    (first, *_) = [c for c in comments if c.code == "SC2086"]
    assert first.place == Place(2, 10, 2, 12)
    assert [(r.place.column, r.text, r.opens) for r in first.replacements] == [(10, '"', True), (12, '"', False)]
