"""The action's image, built and run for real."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.github import events
from tests.github.fake import FakeGitHub

from .engine import ROOT, build, docker, missing, run_action

pytestmark = pytest.mark.container

TAG = "deployflow-gate:test"
LAYER_BYTES = 15 * 1024 * 1024
"""What our own layers may add, compressed: the stock slim base has about 45 MiB, and the whole is to stay under 60."""


@pytest.fixture(scope="module")
def image() -> Iterator[str]:
    reason = missing()
    if reason:
        pytest.skip(reason)
    start = time.monotonic()
    build(TAG)
    print(f"\nbuilt in {time.monotonic() - start:.0f} s")  # noqa: T201 - a measure for whoever reads the log
    yield TAG
    docker("image", "rm", "--force", TAG)


@pytest.fixture
def example(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "examples/edtech", tmp_path / "workspace", symlinks=True))


def test_the_example_is_blocked(image: str, example: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in example.rglob("*")}
    start = time.monotonic()
    ran = run_action(image, example, tmp_path / "runner", {}, "--network", "none")
    print(f"\nran in {time.monotonic() - start:.2f} s, from docker run to its end")  # noqa: T201 - a measure, too
    assert ran.status == 1, ran.log
    assert "::error file=" in ran.log
    outputs = ran.output.read_text(encoding="utf-8")
    assert "\nblocked\n" in outputs
    assert "blocked" in ran.summary.lower()
    (report,) = ran.temp.glob("deployflow-gate-*/report.json")
    assert report.relative_to(ran.temp).as_posix() in outputs
    assert json.loads(report.read_text(encoding="utf-8"))["findings"]
    assert {path: path.stat().st_mtime_ns for path in example.rglob("*")} == before, "the workspace was written to"


def test_it_needs_neither_network_nor_capabilities_nor_a_writable_root(
    image: str, example: Path, tmp_path: Path
) -> None:
    options = ("--network", "none", "--cap-drop", "ALL", "--read-only", "--security-opt", "no-new-privileges")
    assert run_action(image, example, tmp_path / "runner", {"INPUT_FAIL-ON": "never"}, *options).status == 0


def test_a_wrong_input_is_told(image: str, example: Path, tmp_path: Path) -> None:
    ran = run_action(image, example, tmp_path / "runner", {"INPUT_POLICY": "strikt"})
    assert ran.status == 2
    assert "strict" in ran.log


def test_the_repository_passes_its_own_gate(image: str, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    copied = (
        "Dockerfile",
        ".dockerignore",
        "action.yml",
        ".github",
        "requirements",
        "policies",
        "src",
        "pyproject.toml",
    )
    clone.mkdir()
    for name in (*copied, "README.md", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, clone / name)
    ran = run_action(image, clone, tmp_path / "runner", {})
    assert ran.status == 0, ran.log


def test_a_pull_request_is_judged_and_told_with_nothing_checked_out(image: str, tmp_path: Path) -> None:
    base = {"Dockerfile": 'FROM python:latest\nCMD ["python", "-V"]\n'}
    head = {"Dockerfile": 'FROM python:latest\nRUN sudo make\nCMD ["python", "-V"]\n'}
    workflow = tmp_path / "runner" / "workflow"
    for folder in (tmp_path / "workspace", workflow):
        folder.mkdir(parents=True)
    with FakeGitHub() as github:
        app = github.add_repository("octo/app", {"main": base, "fix": head})
        pull = github.open_pull(app, "fix")
        variables = events.pull_request(github, pull).variables(workflow)
        variables |= {
            "GITHUB_EVENT_PATH": "/github/workflow/event.json",
            "INPUT_TOKEN": github.actions_token(contents="read", pull_requests="write"),
        }
        ran = run_action(image, tmp_path / "workspace", tmp_path / "runner", variables, "--network", "host")
        assert ran.status == 1, ran.log
        (comment,) = pull.comments
        assert "blocked by 1 error" in comment.body
        (inline,) = pull.review_comments
        assert "```suggestion\nRUN make\n```" in inline.body


def test_our_layers_are_small(image: str) -> None:
    archive = subprocess.run(
        ["docker", "run", "--rm", "--entrypoint", "tar", image, "-C", "/opt/gate", "-c", "."],
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    packed = len(gzip.compress(archive, 6))
    print(f"\n/opt/gate: {len(archive) / 2**20:.1f} MiB, {packed / 2**20:.1f} MiB compressed")  # noqa: T201
    assert packed < LAYER_BYTES


def test_there_is_no_pip_beside_the_gate(image: str) -> None:
    done = docker("run", "--rm", "--entrypoint", "/opt/gate/bin/python", image, "-I", "-c", "import pip")
    assert done.returncode != 0
