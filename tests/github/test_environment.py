"""Reading the runner's environment."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from deployflow_gate.github.environment import (
    CREDENTIALS,
    CommentMode,
    Environment,
    EnvironmentFault,
    read_environment,
    scrub,
)
from deployflow_gate.github.judged import Scope
from deployflow_gate.github.posts import Surface

ACTION = Path(__file__).parents[2] / "action.yml"


def _read(workspace: Path, **variables: str) -> Environment:
    """The environment with some inputs: `fail_on="never"` is `INPUT_FAIL-ON`."""
    inputs = {f"INPUT_{name.upper().replace('_', '-')}": value for name, value in variables.items()}
    return read_environment({"GITHUB_WORKSPACE": str(workspace), **inputs})


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


def test_a_path_is_not_looked_for_where_nothing_may_be_checked_out(tmp_path: Path) -> None:
    assert read_environment({"GITHUB_WORKSPACE": str(tmp_path), "INPUT_PATH": "api"}).focus == "api"


def test_a_wrong_level_lists_the_right_ones(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"`fatal`\. It takes error, warning, notice, never"):
        read_environment({"GITHUB_WORKSPACE": str(tmp_path), "INPUT_FAIL-ON": "fatal"})


def test_no_workspace_says_what_to_run_instead() -> None:
    with pytest.raises(EnvironmentFault, match="deployflow-gate check"):
        read_environment({})


def test_a_workspace_that_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="which is not a folder"):
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


def test_every_input_has_its_default(tmp_path: Path) -> None:
    environment = _read(tmp_path)
    assert environment == Environment(tmp_path)
    assert (environment.scope, environment.comment, environment.publish) == (Scope.NEW, CommentMode.ON_FAILURE, None)
    assert (environment.instance, environment.max_review_comments) == ("default", 10)
    assert (environment.api_version, environment.token, environment.result) == ("2022-11-28", None, None)
    assert (environment.api_url, environment.server_url) == ("https://api.github.com", "https://github.com")


def test_an_input_that_the_action_declares_is_read(tmp_path: Path) -> None:
    """Every input of action.yml, given a value of its own, shows in the environment; and none is read that is not declared."""
    values = {
        "policy": "strict",
        "token": "ghs_x",
        "path": "api",
        "fail-on": "notice",
        "scope": "all",
        "publish": "status",
        "comment": "always",
        "instance": "api",
        "max-review-comments": "3",
        "api-version": "2026-03-10",
        "result": "gate/result.json",
    }
    assert _declared() == set(values)
    for name, value in values.items():
        environment = read_environment({"GITHUB_WORKSPACE": str(tmp_path), f"INPUT_{name.upper()}": value})
        assert environment != Environment(tmp_path), name


def _declared() -> set[str]:
    return set(yaml.safe_load(ACTION.read_text(encoding="utf-8"))["inputs"])


@pytest.mark.parametrize("word", ["new", "changed", "all"])
def test_scopes(tmp_path: Path, word: str) -> None:
    assert _read(tmp_path, scope=word).scope.value == word


@pytest.mark.parametrize("word", ["always", "on-failure", "never"])
def test_comment_modes(tmp_path: Path, word: str) -> None:
    assert _read(tmp_path, comment=word).comment.value == word


@pytest.mark.parametrize(
    ("value", "surfaces"),
    [
        ("comment", {Surface.COMMENT}),
        ("annotations, summary,check-run", {Surface.ANNOTATIONS, Surface.SUMMARY, Surface.CHECK_RUN}),
        ("review\nstatus\n  sarif\n", {Surface.REVIEW, Surface.STATUS, Surface.SARIF}),
        ("none", set()),
    ],
)
def test_surfaces(tmp_path: Path, value: str, surfaces: set[Surface]) -> None:
    assert _read(tmp_path, publish=value).publish == frozenset(surfaces)


@pytest.mark.parametrize("value", ["", " ", ",", " ,\n"])
def test_no_surface_named_leaves_it_to_the_event(tmp_path: Path, value: str) -> None:
    assert _read(tmp_path, publish=value).publish is None


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"scope": "old"}, r"`scope` is `old`\. It takes new, changed, all"),
        ({"scope": "NEW"}, r"`scope` is `NEW`"),
        ({"comment": "yes"}, r"`comment` is `yes`\. It takes always, on-failure, never"),
        ({"publish": "comment, slack"}, r"`publish` names `slack`\. It takes any of annotations, .*, or none alone"),
        ({"publish": "none, comment"}, r"`publish` names `none`"),
        ({"instance": "a b"}, r"`instance` is `a b`"),
        ({"instance": "-->"}, r"`instance` is `-->`"),
        ({"instance": "x" * 41}, r"40 at most"),
        ({"instance": "\u0661"}, r"`instance`"),
        ({"max_review_comments": "-1"}, r"a number from 0 to 100"),
        ({"max_review_comments": "101"}, r"a number from 0 to 100"),
        ({"max_review_comments": "\u0661"}, r"a number from 0 to 100"),
        ({"api_version": "latest"}, r"`api-version` is `latest`\. It takes a date such as 2022-11-28"),
        ({"result": "../../etc/passwd"}, r"`result` must name"),
        ({"result": "/etc/passwd"}, r"`result` must name"),
    ],
)
def test_what_is_not_understood_is_a_fault(tmp_path: Path, inputs: dict[str, str], said: str) -> None:
    with pytest.raises(EnvironmentFault, match=said):
        _read(tmp_path, **inputs)


@pytest.mark.parametrize("number", [0, 1, 100])
def test_review_comments_may_be_few_or_none(tmp_path: Path, number: int) -> None:
    assert _read(tmp_path, max_review_comments=str(number)).max_review_comments == number


def test_the_run_is_known(tmp_path: Path) -> None:
    environment = read_environment(
        {
            "GITHUB_WORKSPACE": str(tmp_path),
            "GITHUB_API_URL": "https://ghe.school.uz/api/v3/",
            "GITHUB_SERVER_URL": "https://ghe.school.uz",
            "GITHUB_REPOSITORY": "school/maktab",
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_EVENT_PATH": "/github/workflow/event.json",
            "GITHUB_SHA": "a" * 40,
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_RUN_ID": "4711",
            "GITHUB_RUN_ATTEMPT": "2",
        }
    )
    assert environment.api_url == "https://ghe.school.uz/api/v3"
    assert environment.run_url == "https://ghe.school.uz/school/maktab/actions/runs/4711/attempts/2"
    assert (environment.event_name, environment.event_file) == ("push", Path("/github/workflow/event.json"))
    assert (environment.sha, environment.ref) == ("a" * 40, "refs/heads/main")


def test_no_run_has_no_page(tmp_path: Path) -> None:
    assert _read(tmp_path).run_url == ""
    assert read_environment({"GITHUB_WORKSPACE": str(tmp_path), "GITHUB_RUN_ID": "x"}).run_id == 0


@pytest.mark.parametrize(
    "url", ["ftp://x", "https://user:secret@host", "https://host?x", "host", "https://ho st", "file:///etc"]
)
def test_a_server_s_address_is_one(tmp_path: Path, url: str) -> None:
    for name in ("GITHUB_API_URL", "GITHUB_SERVER_URL"):
        with pytest.raises(EnvironmentFault, match=f"{name} is not the address of a server") as fault:
            read_environment({"GITHUB_WORKSPACE": str(tmp_path), name: url})
        assert "secret" not in str(fault.value)


def test_the_token_is_kept_and_never_shown(tmp_path: Path) -> None:
    environment = _read(tmp_path, token=" ghs_canary ")
    assert environment.token == "ghs_canary"
    assert "canary" not in repr(environment)
    assert "canary" not in str(environment)


@pytest.mark.parametrize("token", ["canary\nX-Header: 1", "can ary", "canary\u00e9", "canary\x00"])
def test_a_token_that_a_header_cannot_carry_is_refused_unquoted(tmp_path: Path, token: str) -> None:
    with pytest.raises(EnvironmentFault, match="`token`") as fault:
        _read(tmp_path, token=token)
    assert "can" not in str(fault.value).replace("cannot", "")


def test_the_token_of_nobody_else_is_taken(tmp_path: Path) -> None:
    others = {name: "canary" for name in CREDENTIALS if name != "INPUT_TOKEN"}
    assert read_environment({"GITHUB_WORKSPACE": str(tmp_path), **others}).token is None
