from __future__ import annotations

import pytest

from deployflow_gate.model.ignorefile import IgnoreFile, find_ignore_path
from deployflow_gate.model.project import Project
from deployflow_gate.snapshot import MemorySnapshot
from deployflow_gate.text import Source


def test_an_ignore_file_tells_what_it_ignores() -> None:
    file = IgnoreFile(Source("api/.dockerignore", "# c\n*\n!src\n[\n"), Project(MemorySnapshot({})))
    assert file.path == "api/.dockerignore"
    assert [(p.text, p.negated) for p in file.patterns] == [("*", False), ("src", True)]
    assert [f.span.text for f in file.faults] == ["["]
    assert [c.text for c in file.comments] == ["# c"]
    assert file.ignores("a")
    assert not file.ignores("src/a")
    rule = file.rule_for("src/a")
    assert rule is not None
    assert rule.span.text == "!src"
    assert file.kept(["a", "src/a"]) == ("src/a",)
    assert list(file.children()) == []
    assert not file.broken


@pytest.mark.parametrize(
    ("context", "dockerfile", "files", "expected"),
    [
        ("", "Dockerfile", {".dockerignore"}, ".dockerignore"),
        ("", "Dockerfile", set(), None),
        ("api", "api/Dockerfile", {".dockerignore"}, None),
        ("api", "api/Dockerfile", {".dockerignore", "api/.dockerignore"}, "api/.dockerignore"),
        (
            "",
            "docker/web.Dockerfile",
            {".dockerignore", "docker/web.Dockerfile.dockerignore"},
            "docker/web.Dockerfile.dockerignore",
        ),
        ("", "docker/web.Dockerfile", {".dockerignore", "docker/.dockerignore"}, ".dockerignore"),
        ("", "Dockerfile", {".containerignore"}, None),
        ("", "Containerfile", {".containerignore", ".dockerignore"}, ".containerignore"),
        ("", "Containerfile", {".dockerignore"}, ".dockerignore"),
        ("", "", {".dockerignore"}, ".dockerignore"),
    ],
)
def test_where_docker_looks_for_the_ignore_file(
    context: str, dockerfile: str, files: set[str], expected: str | None
) -> None:
    assert find_ignore_path(context, dockerfile, files.__contains__) == expected
