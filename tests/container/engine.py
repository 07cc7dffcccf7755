"""A container engine, and the one way in which GitHub's runner starts an action's container."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
BUILD_SECONDS = 900
RUN_SECONDS = 120


@dataclass(frozen=True)
class Ran:
    """A run's exit code, its log, and the files that it left to the runner."""

    status: int
    log: str
    output: Path
    summary: str
    temp: Path


def docker(*arguments: str, seconds: int = RUN_SECONDS) -> subprocess.CompletedProcess[str]:
    """Docker's client, which finds its engine by DOCKER_HOST. A build uses BuildKit where the client has it."""
    return subprocess.run(
        ["docker", *arguments],
        env={**os.environ, "DOCKER_BUILDKIT": _buildkit()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=seconds,
        check=False,
    )


def _buildkit() -> str:
    answer = subprocess.run(["docker", "buildx", "version"], capture_output=True, check=False)
    return "1" if answer.returncode == 0 else "0"


def missing() -> str | None:
    """Why nothing can run here, or None."""
    try:
        answer = docker("info", "--format", "{{.ServerVersion}}")
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"no container engine: {error}"
    return None if answer.returncode == 0 else f"no container engine answers: {answer.stdout.strip().splitlines()[-1]}"


def build(tag: str) -> None:
    """Build the product's image; on the base that GATE_CONTAINER_BASE names, if it does."""
    base = os.environ.get("GATE_CONTAINER_BASE")
    arguments = ["--build-arg", f"BASE={base}"] if base else []
    done = docker("build", "--network", "host", *arguments, "--tag", tag, str(ROOT), seconds=BUILD_SECONDS)
    assert done.returncode == 0, done.stdout


def run_action(image: str, workspace: Path, home: Path, inputs: dict[str, str], *options: str) -> Ran:
    """Run the image with the mounts, folders and variables of actions/runner (ContainerActionHandler)."""
    folders = {name: home / name for name in ("file_commands", "workflow", "home", "runner_temp")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    for name in ("output", "summary"):
        (folders["file_commands"] / name).touch()
    variables = {
        "HOME": "/github/home",
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": "/github/workspace",
        "GITHUB_OUTPUT": "/github/file_commands/output",
        "GITHUB_STEP_SUMMARY": "/github/file_commands/summary",
        "RUNNER_TEMP": "/github/runner_temp",
        "INPUT_POLICY": "",
        "INPUT_PATH": "",
        "INPUT_FAIL-ON": "",
        **inputs,
    }
    done = docker(
        *("run", "--rm", "--workdir", "/github/workspace", *options),
        *(word for name, value in variables.items() for word in ("--env", f"{name}={value}")),
        *(word for name, folder in folders.items() for word in ("--volume", f"{folder}:/github/{name}")),
        *("--volume", f"{workspace}:/github/workspace", image),
    )
    commands = folders["file_commands"]
    summary = (commands / "summary").read_text(encoding="utf-8")
    return Ran(done.returncode, done.stdout, commands / "output", summary, folders["runner_temp"])
