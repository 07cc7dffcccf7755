"""What a check of one Dockerfile does not import: a start is dominated by imports, and no test asserts a time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deployflow_gate.lint.registry import index

DOCKERFILE = """\
# syntax=docker/dockerfile:1
FROM python:3.12-slim AS build
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
FROM python:3.12-slim
ENV MODE=production
COPY --from=build /app /app
COPY . .
CMD ["python", "app.py"]
"""

PROGRAM = """\
import sys
before = set(sys.modules)
sys.executable = ""  # beside which there is no ShellCheck: where there is one, a process of its is started
from deployflow_gate.__main__ import main
main()
sys.stderr.write("\\n".join(set(sys.modules) - before))
"""

NOT_IMPORTED = {
    # libraries that the files of this run do not need
    "requests", "ruamel", "yaml", "dockerfile_parse", "tree_sitter_bash", "json", "tomllib",
    # modules of the standard library that take milliseconds each
    "dataclasses", "inspect", "hashlib", "_hashlib", "importlib.resources", "logging", "multiprocessing", "pathlib",
    "shutil", "subprocess", "tempfile", "textwrap", "traceback", "urllib",
    # our own, about files that are not there
    "deployflow_gate.github", "deployflow_gate.model.compose", "deployflow_gate.model.docker_build",
    "deployflow_gate.model.workflow", "deployflow_gate.snapshot.commit", "deployflow_gate.snapshot.memory",
    "deployflow_gate.syntax.expression", "deployflow_gate.syntax.hcl", "deployflow_gate.syntax.yaml",
    # what other commands and reports need
    "deployflow_gate.lint.apply", "deployflow_gate.lint.page", "deployflow_gate.policy.read", "deployflow_gate.policy.schema",
    "deployflow_gate.report.json", "deployflow_gate.report.sarif", "deployflow_gate.parallel",
}  # fmt: skip


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    folder = tmp_path_factory.mktemp("one")
    Path(folder, "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, "check"],
        cwd=folder,
        env={**os.environ, "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "root-user" in run.stdout
    return frozenset(run.stderr.split("\n"))


@pytest.mark.parametrize("name", sorted(NOT_IMPORTED))
def test_one_dockerfile_does_not_import(imported: frozenset[str], name: str) -> None:
    assert not [module for module in imported if module == name or module.startswith(f"{name}.")]


def test_rules_that_are_off_are_not_imported(imported: frozenset[str]) -> None:
    assert not [entry.name for entry in index().values() if not entry.on and entry.module in imported]
