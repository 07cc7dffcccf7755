"""What the runner tells a container action: its inputs, its folders and its files, read once and typed.

The names are those of the runner (actions/runner, ContainerActionHandler): an input is `INPUT_` with its name in upper case,
spaces as underscores and dashes kept.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from deployflow_gate.lint.severity import Severity
from deployflow_gate.record import dataclass
from deployflow_gate.snapshot.paths import normalise

FAIL_ON: Mapping[str, Severity | None] = {**{s.value: s for s in Severity}, "never": None}

CREDENTIALS = ("INPUT_TOKEN", "INPUT_GITHUB-TOKEN", "GITHUB_TOKEN", "GH_TOKEN")
"""Variables that hold a token; with `ACTIONS_*` (the runner's own tokens and their addresses) they are taken away at start."""


class EnvironmentFault(Exception):  # noqa: N818 - it says where the fault lies
    """The action was called wrongly. The message is a sentence for people and may quote what a person wrote."""


@dataclass(frozen=True)
class Environment:
    """How the action was called.

    `focus` is the repository-relative folder or file whose findings are wanted, "" for all. `fail_on` is None where the policy
    decides, else the key of FAIL_ON. `output`, `summary` and `temp` are None where the runner gives none.
    """

    workspace: Path
    policy: str | None
    focus: str
    fail_on: str | None
    output: Path | None
    summary: Path | None
    temp: Path | None


def read_environment(variables: Mapping[str, str]) -> Environment:
    """Read what the runner set. Raises EnvironmentFault for a missing workspace or a wrong input."""
    workspace = _given(variables, "GITHUB_WORKSPACE")
    if workspace is None:
        raise EnvironmentFault(
            "GITHUB_WORKSPACE is not set. This command runs as a GitHub action; use `deployflow-gate check`."
        )
    if not Path(workspace).is_dir():
        raise EnvironmentFault(
            f"GITHUB_WORKSPACE is `{workspace}`, which is not a folder. Check the repository out first."
        )
    fail_on = _given(variables, "INPUT_FAIL-ON")
    if fail_on is not None and fail_on not in FAIL_ON:
        raise EnvironmentFault(f"The input `fail-on` is `{fail_on}`. It takes {', '.join(FAIL_ON)}.")
    return Environment(
        workspace=Path(workspace),
        policy=_given(variables, "INPUT_POLICY"),
        focus=_focus(_given(variables, "INPUT_PATH"), Path(workspace)),
        fail_on=fail_on,
        output=_file(variables, "GITHUB_OUTPUT"),
        summary=_file(variables, "GITHUB_STEP_SUMMARY"),
        temp=_folder(variables, "RUNNER_TEMP"),
    )


def scrub(variables: MutableMapping[str, str]) -> None:
    """Take tokens out of the environment, so that nothing that runs or fails later can show them."""
    for name in [name for name in variables if name in CREDENTIALS or name.startswith("ACTIONS_")]:
        del variables[name]


def _given(variables: Mapping[str, str], name: str) -> str | None:
    """The variable without white space around it; None for one that is unset or empty (how the runner passes no value)."""
    return variables.get(name, "").strip() or None


def _focus(path: str | None, workspace: Path) -> str:
    if path is None or path.rstrip("/") in {".", ""}:
        return ""
    try:
        focus = normalise(path)
    except ValueError as error:
        raise EnvironmentFault(f"The input `path` must name a folder or file in the workspace: {error}.") from error
    if not os.path.lexists(workspace / focus):
        raise EnvironmentFault(f"The input `path` is `{path}`, which is not in the workspace.")
    return focus


def _file(variables: Mapping[str, str], name: str) -> Path | None:
    given = _given(variables, name)
    return Path(given) if given else None


def _folder(variables: Mapping[str, str], name: str) -> Path | None:
    given = _file(variables, name)
    return given if given and given.is_dir() else None
