"""Which variables a text uses, which a base image sets, where a WORKDIR leads."""

from __future__ import annotations

import pytest

from deployflow_gate.model.base_environment import base_sets
from deployflow_gate.model.dockerfile import Dockerfile
from deployflow_gate.model.link import link
from deployflow_gate.snapshot import MemorySnapshot


def _read(text: str) -> Dockerfile:
    (dockerfile,) = link(MemorySnapshot({"Dockerfile": text})).dockerfiles
    return dockerfile


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("plain", ()),
        ("$A/${B}-$A", ("A", "B")),
        ("${A:-$B}", ("A", "B")),
        ("\\$A'$B'$1$@", ()),
        ('"$A"x', ("A",)),
    ],
)
def test_references(text: str, names: tuple[str, ...]) -> None:
    instruction = _read(f"FROM debian:12\nUSER {text}\n").stages[0].instructions[0]
    assert instruction.references(instruction.whole()) == names


@pytest.mark.parametrize(
    ("base", "name", "expected"),
    [
        ("debian:12", "PATH", True),
        ("debian:12", "HOME", False),
        ("scratch", "A", False),
        ("python:3.12-slim", "PYTHON_VERSION", True),
        ("python:3.12-slim", "PYTHONPATH", False),
        ("public.ecr.aws/docker/library/node:22", "NODE_VERSION", True),
        ("registry.acme.dev/debian:12", "A", None),
        ("mcr.microsoft.com/windows/nanoserver:ltsc2022", "A", None),
    ],
)
def test_what_the_base_sets(base: str, name: str, expected: bool | None) -> None:
    stage = _read(f"FROM {base}\nUSER x\n").stages[0]
    assert base_sets(stage, name) is expected


def test_the_base_of_a_lineage_counts() -> None:
    assert base_sets(_read("FROM alpine:3 AS a\nUSER x\nFROM a\nUSER y\n").stages[1], "A") is False


def test_folders_before_and_after_each_workdir() -> None:
    dockerfile = _read(
        "FROM debian:12 AS a\nWORKDIR app\nWORKDIR /srv\nWORKDIR ../tmp\n"
        "FROM a\nWORKDIR x\nWORKDIR $NO\nFROM scratch\nWORKDIR a/b\n"
    )
    assert [tuple(stage.folders.values()) for stage in dockerfile.stages] == [
        ((None, None), (None, "/srv"), ("/srv", "/tmp")),
        (("/tmp", "/tmp/x"), ("/tmp/x", None)),
        (("/", "/a/b"),),
    ]
    assert [stage.workdir for stage in dockerfile.stages] == ["/tmp", None, "/a/b"]


def test_comments_inside_of_an_instruction() -> None:
    dockerfile = _read("FROM debian:12\n# above\nLABEL a=1 \\\n  # inside\n  b=2\nLABEL c=3\n# below\n")
    first, second = dockerfile.stages[0].instructions
    assert dockerfile.has_comment(first.span)
    assert not dockerfile.has_comment(second.span)
