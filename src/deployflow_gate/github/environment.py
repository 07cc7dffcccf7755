"""What the runner tells an action: its inputs, its folders and files, and the run it is part of, read once and typed.

The names are those of the runner (actions/runner, ContainerActionHandler): an input is `INPUT_` with its name in upper case,
spaces as underscores and dashes kept.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from enum import StrEnum
from pathlib import Path

from deployflow_gate.github import inputs
from deployflow_gate.github.inputs import EnvironmentFault, given
from deployflow_gate.github.judged import Scope
from deployflow_gate.github.posts import Surface
from deployflow_gate.lint.severity import Severity
from deployflow_gate.record import dataclass, field

__all__ = ["FAIL_ON", "CommentMode", "Environment", "EnvironmentFault", "read_environment", "scrub"]

FAIL_ON: Mapping[str, Severity | None] = {**{s.value: s for s in Severity}, "never": None}

CREDENTIALS = ("INPUT_TOKEN", "INPUT_GITHUB-TOKEN", "GITHUB_TOKEN", "GH_TOKEN")
"""Variables that hold a token; with `ACTIONS_*` (the runner's own tokens and their addresses) they are taken away at start."""


class CommentMode(StrEnum):
    """When the pull request gets the sticky comment; the values are the words of the input `comment`."""

    ALWAYS = "always"
    ON_FAILURE = "on-failure"
    NEVER = "never"


@dataclass(frozen=True)
class Environment:
    """How the action was called, and where.

    Inputs: `policy` is None where none was named. `focus` is the repository-relative folder or file whose findings are wanted, ""
    for all; whether it is there only the judged commit can say. `fail_on` is None where the policy decides, else a key of FAIL_ON.
    `publish` is None where the event decides. `result` names the result of an earlier run, below the workspace or `temp`, for a
    run that publishes it.

    The run: `output`, `summary`, `temp` and `event_file` are None where the runner gives none, texts are "" and numbers 0.
    """

    workspace: Path
    policy: str | None = None
    focus: str = ""
    fail_on: str | None = None
    output: Path | None = None
    summary: Path | None = None
    temp: Path | None = None
    token: str | None = field(default=None, repr=False)
    scope: Scope = Scope.NEW
    publish: frozenset[Surface] | None = None
    comment: CommentMode = CommentMode.ON_FAILURE
    instance: str = inputs.DEFAULT_INSTANCE
    max_review_comments: int = inputs.DEFAULT_REVIEW_COMMENTS
    api_version: str = inputs.DEFAULT_API_VERSION
    result: str | None = None
    api_url: str = "https://api.github.com"
    server_url: str = "https://github.com"
    repository: str = ""
    event_name: str = ""
    event_file: Path | None = None
    sha: str = ""
    ref: str = ""
    run_id: int = 0
    run_attempt: int = 0

    @property
    def run_url(self) -> str:
        """The page of this attempt of the run; "" where there is none."""
        if not self.run_id or not self.repository:
            return ""
        return f"{self.server_url}/{self.repository}/actions/runs/{self.run_id}/attempts/{self.run_attempt or 1}"


def read_environment(variables: Mapping[str, str]) -> Environment:
    """Read what the runner set. Raises EnvironmentFault for a missing workspace or a wrong input."""

    def value(name: str) -> str | None:
        return given(variables, name)

    fail_on = value("INPUT_FAIL-ON")
    if fail_on is not None and fail_on not in FAIL_ON:
        raise EnvironmentFault(f"The input `fail-on` is `{fail_on}`. It takes {', '.join(FAIL_ON)}.")
    most = inputs.MAX_REVIEW_COMMENTS
    review_comments = inputs.number(
        "max-review-comments", value("INPUT_MAX-REVIEW-COMMENTS"), inputs.DEFAULT_REVIEW_COMMENTS, most
    )
    return Environment(
        workspace=_workspace(value("GITHUB_WORKSPACE")),
        policy=value("INPUT_POLICY"),
        focus=inputs.below("path", value("INPUT_PATH")),
        fail_on=fail_on,
        output=_path(value("GITHUB_OUTPUT")),
        summary=_path(value("GITHUB_STEP_SUMMARY")),
        temp=inputs.folder(value("RUNNER_TEMP")),
        token=inputs.token(value("INPUT_TOKEN")),
        scope=inputs.choice("scope", value("INPUT_SCOPE"), Scope, Scope.NEW),
        publish=inputs.surfaces(value("INPUT_PUBLISH")),
        comment=inputs.choice("comment", value("INPUT_COMMENT"), CommentMode, CommentMode.ON_FAILURE),
        instance=inputs.instance(value("INPUT_INSTANCE")),
        max_review_comments=review_comments,
        api_version=inputs.api_version(value("INPUT_API-VERSION")),
        result=inputs.below("result", value("INPUT_RESULT")) or None,
        api_url=inputs.url("GITHUB_API_URL", value("GITHUB_API_URL"), Environment.api_url),
        server_url=inputs.url("GITHUB_SERVER_URL", value("GITHUB_SERVER_URL"), Environment.server_url),
        repository=value("GITHUB_REPOSITORY") or "",
        event_name=value("GITHUB_EVENT_NAME") or "",
        event_file=_path(value("GITHUB_EVENT_PATH")),
        sha=value("GITHUB_SHA") or "",
        ref=value("GITHUB_REF") or "",
        run_id=inputs.count(value("GITHUB_RUN_ID")),
        run_attempt=inputs.count(value("GITHUB_RUN_ATTEMPT")),
    )


def scrub(variables: MutableMapping[str, str]) -> None:
    """Take tokens out of the environment, so that nothing that runs or fails later can show them."""
    for name in [name for name in variables if name in CREDENTIALS or name.startswith("ACTIONS_")]:
        del variables[name]


def _workspace(folder: str | None) -> Path:
    if folder is None:
        raise EnvironmentFault(
            "GITHUB_WORKSPACE is not set. This command runs as a GitHub action; use `deployflow-gate check`."
        )
    if not Path(folder).is_dir():
        raise EnvironmentFault(f"GITHUB_WORKSPACE is `{folder}`, which is not a folder. The runner makes it.")
    return Path(folder)


def _path(given: str | None) -> Path | None:
    return Path(given) if given else None
