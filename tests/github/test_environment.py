"""Reading the runner's environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployflow_gate.github.environment import EnvironmentFault, read_environment, scrub


def test_every_input_and_file(tmp_path: Path) -> None:
    (tmp_path / "api").mkdir()
    environment = read_environment(
        {
            "GITHUB_WORKSPACE": str(tmp_path),
            "INPUT_POLICY": " strict ",
            "INPUT_PATH": "./api/",
            "INPUT_FAIL-ON": "never",
            "GITHUB_OUTPUT": "/github/file_commands/output",
            "GITHUB_STEP_SUMMARY": "/github/file_commands/summary",
            "RUNNER_TEMP": str(tmp_path),
        }
    )
    assert environment.workspace == tmp_path
    assert environment.policy == "strict"
    assert environment.focus == "api"
    assert environment.fail_on == "never"
    assert environment.output == Path("/github/file_commands/output")
    assert environment.summary == Path("/github/file_commands/summary")
    assert environment.temp == tmp_path


def test_empty_inputs_are_as_none_given(tmp_path: Path) -> None:
    empty = {"INPUT_POLICY": "", "INPUT_PATH": "", "INPUT_FAIL-ON": "  ", "GITHUB_OUTPUT": "", "RUNNER_TEMP": ""}
    environment = read_environment({"GITHUB_WORKSPACE": str(tmp_path), **empty})
    assert environment.policy is None
    assert environment.focus == ""
    assert environment.fail_on is None
    assert environment.output is None
    assert environment.summary is None
    assert environment.temp is None


@pytest.mark.parametrize("path", [".", "./", "/"])
def test_the_whole_workspace_needs_no_path(tmp_path: Path, path: str) -> None:
    assert read_environment({"GITHUB_WORKSPACE": str(tmp_path), "INPUT_PATH": path}).focus == ""


@pytest.mark.parametrize("path", ["..", "../other", "api/../../other", "/etc", "a\x00b"])
def test_a_path_out_of_the_workspace_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(EnvironmentFault, match="must name a folder or file in the workspace"):
        read_environment({"GITHUB_WORKSPACE": str(tmp_path), "INPUT_PATH": path})


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="`apo`, which is not in the workspace"):
        read_environment({"GITHUB_WORKSPACE": str(tmp_path), "INPUT_PATH": "apo"})


def test_a_wrong_level_lists_the_right_ones(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"`fatal`\. It takes error, warning, notice, never"):
        read_environment({"GITHUB_WORKSPACE": str(tmp_path), "INPUT_FAIL-ON": "fatal"})


def test_no_workspace_says_what_to_run_instead() -> None:
    with pytest.raises(EnvironmentFault, match="deployflow-gate check"):
        read_environment({})


def test_a_workspace_that_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="Check the repository out first"):
        read_environment({"GITHUB_WORKSPACE": str(tmp_path / "absent")})


def test_tokens_are_taken_away_and_nothing_else() -> None:
    variables = {
        "ACTIONS_RUNTIME_TOKEN": "canary",
        "ACTIONS_ID_TOKEN_REQUEST_URL": "canary",
        "INPUT_TOKEN": "canary",
        "GITHUB_TOKEN": "canary",
        "GITHUB_ACTIONS": "true",
        "INPUT_POLICY": "strict",
    }
    scrub(variables)
    assert variables == {"GITHUB_ACTIONS": "true", "INPUT_POLICY": "strict"}
