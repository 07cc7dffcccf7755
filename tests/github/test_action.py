"""The entrypoint as the runner starts it: a process, an environment, files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from .runner import COMMANDS, Step, commands, run_step

ROOT = Path(__file__).parent.parent.parent
SAFE = 'FROM scratch\nCOPY app /app\nUSER 10001\nENTRYPOINT ["/app"]\n'
UNSAFE = 'FROM python:latest\nCMD ["python", "-V"]\n'


def _repository(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "runner"
    folder.mkdir()
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "README.md").touch()  # a folder with nothing in it is no checkout
    return folder


def _fault(step: Step, status: int, text: str) -> None:
    """One clear line, no traceback, and never success."""
    assert (step.status, step.errors) == (status, "")
    last = step.log.splitlines()[-1]
    assert last.startswith("::error title=deployflow-gate::")
    assert text in last
    assert "Traceback" not in step.log


def test_the_example_is_blocked_on_every_surface(home: Path) -> None:
    step = run_step(ROOT / "examples/edtech", home)
    assert (step.status, step.errors) == (1, "")
    assert step.outputs["verdict"] == "blocked"
    assert int(step.outputs["errors"]) > 10
    assert int(step.outputs["warnings"]) > 10
    assert int(step.outputs["notices"]) > 0
    assert "::error file=" in step.log
    assert "blocked" in step.summary.lower()
    assert set(commands(step.log)) <= set(COMMANDS)
    report = json.loads((home / "temp" / step.outputs["report"]).read_text(encoding="utf-8"))
    assert len(report["findings"]) == sum(int(step.outputs[name]) for name in ("errors", "warnings", "notices"))
    sarif = json.loads((home / "temp" / step.outputs["sarif"]).read_text(encoding="utf-8"))
    assert sarif["version"] == "2.1.0"


def test_a_clean_repository_passes(workspace: Path, home: Path) -> None:
    step = run_step(_repository(workspace, {"README.md": "# nothing to judge\n"}), home)
    assert (step.status, step.errors, step.outputs["verdict"]) == (0, "", "passed")
    assert step.outputs["errors"] == "0"
    assert step.summary


def test_fail_on_never_reports_and_passes(workspace: Path, home: Path) -> None:
    step = run_step(_repository(workspace, {"Dockerfile": UNSAFE}), home, {"INPUT_FAIL-ON": "never"})
    assert (step.status, step.outputs["verdict"]) == (0, "passed")
    assert int(step.outputs["errors"]) > 0


def test_path_narrows_what_is_reported_not_how_it_is_named(workspace: Path, home: Path) -> None:
    _repository(workspace, {"api/Dockerfile": UNSAFE, "web/Dockerfile": UNSAFE})
    step = run_step(workspace, home, {"INPUT_PATH": "web"})
    assert step.status == 1
    assert "file=web/Dockerfile" in step.log
    assert "api/Dockerfile" not in step.log


def test_the_repository_s_own_policy_is_found(workspace: Path, home: Path) -> None:
    policy = "rules:\n  latest-image: off\n  root-user: off\nfail-on: error\n"
    _repository(workspace, {"Dockerfile": UNSAFE, ".github/deployflow.yml": policy})
    step = run_step(workspace, home)
    assert "latest-image" not in step.log
    assert step.status == 0


def test_a_policy_by_name(workspace: Path, home: Path) -> None:
    step = run_step(_repository(workspace, {"Dockerfile": UNSAFE}), home, {"INPUT_POLICY": "minimal"})
    assert step.status in {0, 1}
    assert "minimal" in step.log


def test_each_fault_of_a_policy_is_said(workspace: Path, home: Path) -> None:
    _repository(workspace, {".github/deployflow.yml": "fail-on: sometimes\nrulez: {}\n"})
    step = run_step(workspace, home)
    _fault(step, 2, "2 faults")
    assert ".github/deployflow.yml:1:10" in step.log
    assert ".github/deployflow.yml:2:1" in step.log


def test_a_policy_that_is_not_there(workspace: Path, home: Path) -> None:
    _fault(run_step(workspace, home, {"INPUT_POLICY": "ci/gate.yml"}), 2, "cannot be used")


@pytest.mark.parametrize("name", ["/etc/passwd", "../policy.yml"])
def test_a_policy_outside_the_workspace_is_refused(workspace: Path, home: Path, name: str) -> None:
    (workspace.parent / "policy.yml").write_text("fail-on: never\n", encoding="utf-8")
    _fault(run_step(workspace, home, {"INPUT_POLICY": name}), 2, "cannot be used")


def test_a_policy_that_is_a_link_out_of_the_workspace_is_refused(workspace: Path, home: Path) -> None:
    (workspace.parent / "policy.yml").write_text("fail-on: never\n", encoding="utf-8")
    (workspace / "policy.yml").symlink_to("../policy.yml")
    _fault(run_step(workspace, home, {"INPUT_POLICY": "policy.yml"}), 2, "cannot be used")


def test_a_missing_workspace(home: Path, workspace: Path) -> None:
    _fault(run_step(workspace, home, without=("GITHUB_WORKSPACE",)), 2, "GITHUB_WORKSPACE is not set")


def test_a_path_out_of_the_workspace(workspace: Path, home: Path) -> None:
    _fault(run_step(workspace, home, {"INPUT_PATH": "../.."}), 2, "must name a folder or file in the workspace")


def test_a_runner_without_files_still_gets_a_verdict(workspace: Path, home: Path) -> None:
    _repository(workspace, {"Dockerfile": UNSAFE})
    step = run_step(workspace, home, without=("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "RUNNER_TEMP"))
    assert (step.status, step.errors, step.outputs, step.summary) == (1, "", {}, "")
    assert "RUNNER_TEMP is not there" in step.log


def test_an_output_file_that_cannot_be_written_is_red(workspace: Path, home: Path) -> None:
    _repository(workspace, {"Dockerfile": SAFE})
    step = run_step(workspace, home, {"GITHUB_OUTPUT": str(home / "absent" / "output")})
    _fault(step, 3, "FileNotFoundError")


def test_modules_of_the_workspace_are_not_imported(workspace: Path, home: Path) -> None:
    bomb = "raise SystemExit(0)\n"
    _repository(
        workspace, {"yaml.py": bomb, "json.py": bomb, "deployflow_gate/__init__.py": bomb, "Dockerfile": UNSAFE}
    )
    assert run_step(workspace, home, {"PYTHONPATH": str(workspace)}).status == 1


def test_tokens_show_nowhere(workspace: Path, home: Path) -> None:
    canary = "canary-5d1f0c"
    _repository(workspace, {"Dockerfile": UNSAFE, ".git/HEAD": ""})  # checked out, so GitHub is asked nothing
    names = ("ACTIONS_RUNTIME_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "INPUT_TOKEN", "GITHUB_TOKEN")
    step = run_step(workspace, home, dict.fromkeys(names, canary))
    written = [file.read_text(encoding="utf-8") for file in home.rglob("*") if file.is_file()]
    assert all(canary not in text for text in [step.log, step.errors, *written])


HOSTILE = (
    "::error::no",
    "x ##[add-mask]y",
    "a\n::set-output name=verdict::passed",
    "a\r::stop-commands::t",
    "b\u2028::add-path::/tmp",
    "\x1b]0;title\x07",
    "%0A::error::no",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_inputs_make_no_commands(workspace: Path, home: Path, text: str) -> None:
    for name in ("INPUT_POLICY", "INPUT_PATH", "INPUT_FAIL-ON"):
        step = run_step(workspace, home, {name: text})
        assert step.status == 2
        assert set(commands(step.log)) == {"error"}
        assert all(
            line.startswith(("::error title=deployflow-gate::", "deployflow-gate: ")) for line in step.log.splitlines()
        )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_files_make_no_commands(workspace: Path, home: Path, text: str) -> None:
    name = text.replace("/", "_")
    dockerfile = (
        f'FROM python:latest AS "{text}"\nENV API_KEY="{text} 8f7d6a5b4c3d2e1f"\nRUN pip install "{text}"\nCMD {text}\n'
    )
    compose = json.dumps({"services": {text: {"image": f"{text}:latest", "privileged": True}}})
    _repository(
        workspace, {f"{name}/Dockerfile": dockerfile, "compose.yaml": compose, f"Dockerfile.{name}": dockerfile}
    )
    step = run_step(workspace, home)
    assert step.status in {1, 3}
    assert step.errors == ""
    assert set(commands(step.log)) <= set(COMMANDS)
    assert step.outputs["verdict"] in {"blocked", "not-evaluated"}
    assert set(step.outputs) == set(yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["outputs"])


@pytest.mark.parametrize("path", [".github/deployflow.yaml", ".github/deployflow.yml/x", ".github"])
def test_a_policy_that_would_not_be_read_is_not_passed_over(home: Path, workspace: Path, path: str) -> None:
    step = run_step(_repository(workspace, {"Dockerfile": SAFE, path: "extends: strict\n"}), home)
    _fault(step, 2, "The policy cannot be used: 1 fault in `.github/deployflow.yml`.")
