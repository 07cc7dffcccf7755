"""A runner's side of a step: its environment, its files, and how it reads them and the log back."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

COMMANDS = ("error", "warning", "notice", "stop-commands", "debug", "group", "endgroup")


@dataclass(frozen=True)
class Step:
    """What a step left behind."""

    status: int
    log: str
    errors: str
    outputs: Mapping[str, str]
    summary: str


def run_step(
    workspace: Path, home: Path, variables: Mapping[str, str] | None = None, *, without: tuple[str, ...] = ()
) -> Step:
    """Run the entrypoint as a process, as the image's ENTRYPOINT does, with the variables that a runner sets."""
    output, summary, temp = home / "output", home / "summary", home / "temp"
    for file in (output, summary):
        file.touch()
    temp.mkdir(exist_ok=True)
    environment = {
        "PATH": os.environ["PATH"],
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(workspace),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_SHA": "a" * 40,
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_REPOSITORY": "school/maktab",
        "RUNNER_TEMP": str(temp),
        "HOME": str(home),
        "INPUT_POLICY": "",
        "INPUT_PATH": "",
        "INPUT_FAIL-ON": "",
        **(variables or {}),
    }
    for name in without:
        del environment[name]
    done = subprocess.run(
        [sys.executable, "-I", "-X", "utf8", "-m", "deployflow_gate.github"],
        cwd=workspace if workspace.is_dir() else home,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Step(done.returncode, done.stdout, done.stderr, read_outputs(output), summary.read_text(encoding="utf-8"))


def read_outputs(file: Path) -> dict[str, str]:
    """The outputs as the runner reads them (actions/runner, FileCommandManager: `name=value` and `name<<delimiter`)."""
    found: dict[str, str] = {}
    lines = iter(file.read_bytes().decode().split("\n"))
    for line in lines:
        name, equals, value = line.partition("=")
        heredoc, arrows, delimiter = line.partition("<<")
        if arrows and (not equals or len(heredoc) < len(name)):
            body = []
            for inner in lines:
                if inner == delimiter:
                    break
                body.append(inner)
            else:
                raise AssertionError(f"the delimiter of {heredoc} never comes")
            found[heredoc] = "\n".join(body)
        elif equals:
            found[name] = value
        else:
            assert not line, f"the runner refuses the line {line!r}"
    return found


def commands(log: str) -> list[str]:
    """The names of the commands that the runner would carry out (actions/runner, ActionCommand.TryParseV2 and TryParse).

    What stands between `::stop-commands::token` and `::token::` is not carried out.
    """
    names: list[str] = []
    token: str | None = None
    for line in re.split("\r\n|\r|\n", log):
        second = re.match(r"\s*::(?P<name>[^ :]*)(?: [^:]*)?::(?P<data>.*)", line)
        first = re.search(r"##\[(?P<name>[^\] ]+)[^\]]*\]", line)
        if token is not None:
            if second and second["name"] == token:
                token = None
            continue
        names.extend(match["name"] for match in (second, first) if match)
        if second and second["name"] == "stop-commands":
            token = second["data"]
    return names
