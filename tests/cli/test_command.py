"""The command as people and scripts call it: what it prints where, and how it exits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deployflow_gate.__main__ import main

BAD = "FROM python:latest\n"
CLEAN = "# nothing that is judged\n"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Dockerfile").write_text(BAD)
    return tmp_path


Captured = pytest.CaptureFixture[str]


def test_without_a_command_it_prints_help_and_exits_2(capsys: Captured) -> None:
    assert main([]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "usage: deployflow-gate COMMAND" in said.err


@pytest.mark.parametrize("argument", ["-h", "--help", "help"])
def test_help_is_no_error(argument: str, capsys: Captured) -> None:
    assert main([argument]) == 0
    assert "examples:" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["check", "rules", "explain", "policy", "init"])
def test_each_command_has_help_with_an_example_in_80_columns(command: str, capsys: Captured) -> None:
    assert main([command, "--help"]) == 0
    text = capsys.readouterr().out
    assert "example" in text
    assert f"deployflow-gate {command}" in text
    assert max(map(len, text.splitlines())) <= 80


def test_the_version(capsys: Captured) -> None:
    assert main(["--version"]) == 0
    name, version = capsys.readouterr().out.split()
    assert name == "deployflow-gate"
    assert version[0].isdigit()


def test_a_blocked_repository_exits_1(repo: Path, capsys: Captured) -> None:
    assert main(["check"]) == 1
    said = capsys.readouterr()
    assert "Dockerfile:1:6 error latest-image" in said.out
    assert said.out.rstrip().split("\n")[-1].startswith("Blocked")
    assert said.err == ""


def test_a_passed_repository_exits_0(repo: Path, capsys: Captured) -> None:
    (repo / "Dockerfile").unlink()
    assert main(["check"]) == 0
    assert "Passed" in capsys.readouterr().out


def test_what_could_not_be_evaluated_exits_3(repo: Path, capsys: Captured) -> None:
    (repo / "Dockerfile").write_bytes(b"FROM a\xff\n")
    assert main(["check", "--fail-on", "never"]) == 3
    assert "NOT EVALUATED" in capsys.readouterr().out


def test_a_broken_gate_exits_3_in_one_line(repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("::error::x\n##[add-mask]y")

    monkeypatch.setattr("deployflow_gate.gate.check", broken)
    monkeypatch.delenv("DEPLOYFLOW_GATE_TRACEBACK", raising=False)
    assert main(["check"]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "internal error" in said.err
    assert "##[" not in said.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chekc"], "Did you mean `check`?"),
        (["check", "nowhere"], "There is no `nowhere`"),
        (["check", "--format", "xml"], "The formats are text, json"),
        (["check", "--format", "jsn"], "Did you mean `json`?"),
        (["check", "--format", "json="], "names no file"),
        (["check", "--format", "json", "--format", "sarif"], "Only one report can be printed"),
        (["check", "--format", "json=no/such/folder/x.json"], "cannot be written"),
        (["check", "--rule", "root-usr"], "Did you mean `root-user`?"),
        (["check", "--policy", "nowhere.yml"], "nowhere.yml"),
        (["check", "--fail-on", "sometimes"], "invalid choice"),
        (["check", "--jobs", "0"], "not a number of processes"),
        (["check", "--unknown"], "unrecognized arguments"),
        (["check", "--pol", "strict"], "unrecognized arguments"),
        (["check", "--changed-since", "main"], "is in no git clone"),
        (["explain", "root-usr"], "Did you mean `root-user`?"),
        (["policy", "show", "strct"], "did you mean `strict`?"),
        (["init", "nowhere"], "is no folder"),
    ],
)
def test_a_wrong_call_exits_2_and_says_what_to_do(
    arguments: list[str], said: str, repo: Path, capsys: Captured
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


def test_fail_on_wins_over_the_policy(repo: Path) -> None:
    assert main(["check", "--fail-on", "never"]) == 0
    (repo / ".github").mkdir()
    (repo / ".github" / "deployflow.yml").write_text("extends: minimal\nfail-on: never\n")
    assert main(["check"]) == 0
    assert main(["check", "--fail-on", "error"]) == 1


def test_a_policy_that_is_wrong_exits_2_and_lists_its_faults(repo: Path, capsys: Captured) -> None:
    (repo / ".github").mkdir()
    (repo / ".github" / "deployflow.yml").write_text("rules:\n  root-usr: error\n  latest-image: loud\n")
    assert main(["check"]) == 2
    said = capsys.readouterr().err
    assert ".github/deployflow.yml:2:" in said
    assert ".github/deployflow.yml:3:" in said


def test_a_policy_with_the_wrong_ending_is_not_passed_over(repo: Path, capsys: Captured) -> None:
    (repo / ".github").mkdir()
    (repo / ".github" / "deployflow.yaml").write_text("extends: strict\n")
    assert main(["check"]) == 2
    assert "Rename it to `.github/deployflow.yml`" in capsys.readouterr().err


def test_only_some_rules_by_name_or_alias(repo: Path, capsys: Captured) -> None:
    assert main(["check", "--rule", "DL3007", "--format", "json"]) == 1
    assert {f["rule"] for f in json.loads(capsys.readouterr().out)["findings"]} == {"latest-image"}


def test_reports_go_to_files_and_text_is_still_printed(repo: Path, capsys: Captured) -> None:
    assert main(["check", "--format", "sarif=gate.sarif", "--format", "junit=gate.xml"]) == 1
    assert json.loads((repo / "gate.sarif").read_text())["version"] == "2.1.0"
    assert (repo / "gate.xml").read_text().startswith("<?xml")
    assert "Blocked" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["text", "json", "sarif", "markdown", "github", "junit", "gitlab"])
def test_every_format_can_be_printed(form: str, repo: Path, capsys: Captured) -> None:
    assert main(["check", "--format", form]) == 1
    assert "latest-image" in capsys.readouterr().out


def test_one_file_is_judged_in_its_clone(repo: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    (repo / ".git").mkdir()
    (repo / "api").mkdir()
    (repo / "api" / "Dockerfile").write_text(BAD)
    monkeypatch.chdir(repo / "api")
    assert main(["check", "Dockerfile"]) == 1
    said = capsys.readouterr().out
    assert "1 file judged" in said
    assert main(["check", "Dockerfile", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["files"] == ["api/Dockerfile"]


def test_a_folder_is_the_root_and_places_are_shown_from_here(repo: Path, capsys: Captured) -> None:
    (repo / "api").mkdir()
    (repo / "api" / "Dockerfile").write_text(BAD)
    assert main(["check", "api"]) == 1
    said = capsys.readouterr().out
    assert "api/Dockerfile:1:6" in said
    assert "1 file judged" in said


def test_annotations_have_paths_of_the_clone(repo: Path, capsys: Captured) -> None:
    (repo / ".git").mkdir()
    (repo / "api").mkdir()
    (repo / "api" / "Dockerfile").write_text(BAD)
    assert main(["check", "api", "--format", "github"]) == 1
    assert "file=api/Dockerfile," in capsys.readouterr().out


def test_files_of_two_repositories_are_a_wrong_call(repo: Path, capsys: Captured) -> None:
    for name in ("a", "b"):
        (repo / name / ".git").mkdir(parents=True)
        (repo / name / "Dockerfile").write_text(BAD)
    assert main(["check", "a/Dockerfile", "b/Dockerfile"]) == 2
    assert "several repositories" in capsys.readouterr().err


def test_a_file_that_the_gate_does_not_judge_is_said_aloud(repo: Path, capsys: Captured) -> None:
    (repo / "notes.txt").write_text("x")
    assert main(["check", "notes.txt"]) == 0
    assert "nothing that the gate judges" in capsys.readouterr().err


def git(folder: Path, *arguments: str) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    names = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *names, *arguments], cwd=folder, env=environment, check=True, capture_output=True)


def test_only_what_a_commit_does_not_have_counts(repo: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    git(repo, "init")
    (repo / "api").mkdir()
    (repo / "api" / "Dockerfile").write_text(BAD)
    git(repo, "add", "-A")
    git(repo, "commit", "-m", "base")
    assert main(["check", "--changed-since", "HEAD"]) == 0
    assert "pre-existing" in capsys.readouterr().out
    (repo / "api" / "Dockerfile").write_text(f"{BAD}FROM node:latest\n")
    assert main(["check", "--changed-since", "HEAD", "--rule", "latest-image"]) == 1
    assert "api/Dockerfile:2:6" in capsys.readouterr().out
    assert main(["check", "api", "--changed-since", "HEAD", "--rule", "latest-image"]) == 1
    assert "1 suppressed: 1 pre-existing" in capsys.readouterr().out
    assert main(["check", "--changed-since", "no-such-commit"]) == 2
    assert "fetch-depth" in capsys.readouterr().err


def test_colour_is_asked_for_or_refused(repo: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    main(["check"])
    assert "\x1b" not in capsys.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    main(["check"])
    assert "\x1b[" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    main(["check"])
    assert "\x1b" not in capsys.readouterr().out


def test_rules_as_a_table_and_as_json(capsys: Captured) -> None:
    assert main(["rules"]) == 0
    table = capsys.readouterr().out
    assert main(["rules", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert "hadolint:DL3002" in next(r["aliases"] for r in listed if r["name"] == "root-user")
    assert all(f"  {rule['name']} (" in table for rule in listed)


@pytest.mark.parametrize("name", ["root-user", "DL3002", "hadolint:DL3002", "dl3002"])
def test_explain_knows_names_and_aliases(name: str, capsys: Captured) -> None:
    assert main(["explain", name]) == 0
    page = capsys.readouterr().out
    assert "A shipped image must not run as root." in page
    assert "hadolint:DL3002" in page
    assert "```" not in page


def test_explain_knows_what_the_policy_reports(capsys: Captured) -> None:
    assert main(["explain", "expired-waiver"]) == 0
    assert "expires" in capsys.readouterr().out


def test_policy_validate_show_and_schema(repo: Path, capsys: Captured) -> None:
    assert main(["policy", "validate"]) == 0
    assert "can be used" in capsys.readouterr().out
    assert main(["policy", "show", "strict"]) == 0
    assert "fail-on:" in capsys.readouterr().out
    assert main(["policy", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"]


def test_init_writes_through_no_link(tmp_path: Path, capsys: Captured) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    root.mkdir()
    elsewhere.mkdir()
    (root / ".github").symlink_to(elsewhere)
    assert main(["init", str(root)]) == 2
    assert "`.github` is a symbolic link" in capsys.readouterr().err
    assert list(elsewhere.iterdir()) == []


def test_init_writes_what_passes_and_overwrites_nothing(repo: Path, capsys: Captured) -> None:
    assert main(["init"]) == 0
    assert main(["policy", "validate"]) == 0
    policy = repo / ".github" / "deployflow.yml"
    workflow = repo / ".github" / "workflows" / "deployflow-gate.yml"
    assert workflow.is_file()
    before = policy.read_text()
    workflow.unlink()
    capsys.readouterr()
    assert main(["init"]) == 2
    assert "is there already, so nothing was written" in capsys.readouterr().err
    assert not workflow.exists()
    assert policy.read_text() == before


def call(*arguments: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key not in {"FORCE_COLOR", "NO_COLOR"}} | more
    return subprocess.run(
        [sys.executable, "-m", "deployflow_gate", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_as_a_process_it_exits_with_the_verdict(repo: Path) -> None:
    done = call("check", cwd=repo)
    assert (done.returncode, done.stderr) == (1, "")
    assert "Blocked" in done.stdout


def test_a_terminal_without_unicode_is_survived(repo: Path) -> None:
    (repo / "Dockerfile").write_text("FROM python:latest # 日本\n", encoding="utf-8")
    done = call("check", cwd=repo, PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away_changes_nothing(repo: Path) -> None:
    (repo / "Dockerfile").write_text("FROM python:latest\n" * 900)
    read, write = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "deployflow_gate", "check"], cwd=repo, stdout=write, stderr=subprocess.PIPE, text=True
    )
    os.close(write)
    os.close(read)
    _, said = process.communicate(timeout=120)
    assert said == ""
    assert process.returncode == 1


def test_what_a_check_does_not_need_is_not_imported(repo: Path) -> None:
    code = (
        "import sys; from deployflow_gate.__main__ import main; main(['check']); "
        "sys.stderr.write(' '.join(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=repo, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    unwanted = {"difflib", "subprocess", "requests", "ruamel", "shutil", "pathlib", "signal", "yaml"}
    assert "deployflow_gate.report.text" in loaded
    assert not {name for name in loaded if name.startswith("deployflow_gate.report.")} & {
        f"deployflow_gate.report.{form}" for form in ("json", "sarif", "markdown", "github", "junit", "gitlab")
    }
    assert not loaded & unwanted  # json is there: dockerfile-parse brings it


def test_a_policy_that_is_a_folder_or_behind_a_link_is_not_passed_over(repo: Path, capsys: Captured) -> None:
    (repo / ".github" / "deployflow.yml").mkdir(parents=True)
    (repo / ".github" / "deployflow.yml" / "x").touch()
    assert main(["check"]) == 2
    (repo / "elsewhere").mkdir()
    (repo / "elsewhere" / "deployflow.yml").write_text("extends: strict\n")
    (repo / ".github" / "deployflow.yml" / "x").unlink()
    (repo / ".github" / "deployflow.yml").rmdir()
    (repo / ".github").rmdir()
    (repo / ".github").symlink_to("elsewhere")
    assert main(["check"]) == 2
    assert "no policy in it is read" in capsys.readouterr().err


def test_an_empty_revision_is_no_revision(repo: Path, capsys: Captured) -> None:
    """What a variable that is not set comes to in a script."""
    (repo / ".git").mkdir()
    assert main(["check", "--changed-since", ""]) == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("arguments", [["check"], ["rules"], ["explain", "DL3002"]])
def test_a_report_that_cannot_be_printed_is_said_in_a_sentence(repo: Path, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "deployflow_gate", *arguments]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "deployflow-gate: The report cannot be printed: No space left on device.\n"
    closed = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *command], stderr=subprocess.PIPE, text=True, check=False
    )
    assert closed.returncode == 2
    assert closed.stderr == "deployflow-gate: The report cannot be printed: stdout is closed.\n"
