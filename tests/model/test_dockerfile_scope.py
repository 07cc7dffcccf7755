"""Which variables a line of a Dockerfile sees."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from deployflow_gate.model.dockerfile import Dockerfile
from deployflow_gate.model.instruction import Label
from deployflow_gate.model.project import Project
from deployflow_gate.model.variable import Variable
from deployflow_gate.text import UNKNOWN, Source


def dockerfile(text: str, **passed: str) -> Dockerfile:
    file = Dockerfile(Source("Dockerfile", text), cast(Project, SimpleNamespace()))
    vars(file)["build_arguments"] = passed
    return file


def labels(text: str, **passed: str) -> list[str]:
    """What the values of all labels come to."""
    file = dockerfile(text, **passed)
    return [v.sketch for s in file.stages for label in s.of(Label) for _, v in label.pairs if v]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FROM a\nARG x=1\nLABEL l=$x\n", ["1"], id="an ARG with a default"),
        pytest.param("FROM a\nLABEL l=$x\nARG x=1\n", [UNKNOWN], id="not before its line"),
        pytest.param("FROM a\nARG x\nLABEL l=$x\n", [UNKNOWN], id="an ARG without a default"),
        pytest.param("FROM a\nLABEL l=$x\n", [UNKNOWN], id="the base image may set it"),
        pytest.param("FROM scratch\nLABEL l=$x m=$PATH\n", ["", UNKNOWN], id="scratch sets nothing but PATH"),
        pytest.param("ARG x=1\nFROM a\nLABEL l=$x\n", [UNKNOWN], id="a global ARG is not seen in a stage"),
        pytest.param("ARG x=1\nFROM a\nARG x\nLABEL l=$x\n", ["1"], id="unless it is declared again"),
        pytest.param("ARG x=1\nFROM a\nARG x=2\nLABEL l=$x\n", ["2"], id="or with a default of its own"),
        pytest.param("FROM a\nARG x=1\nFROM b\nLABEL l=$x\n", [UNKNOWN], id="an ARG of another stage"),
        pytest.param("FROM a AS s\nARG x=1\nENV y=2\nFROM s\nLABEL l=$x$y\n", ["12"], id="those of the stage below"),
        pytest.param("FROM a\nARG x=1\nENV x=2\nLABEL l=$x\n", ["2"], id="ENV wins over ARG"),
        pytest.param("FROM a\nENV x=2\nARG x=1\nLABEL l=$x\n", ["2"], id="ENV wins over a later ARG"),
        pytest.param("FROM a AS s\nENV x=2\nFROM s\nARG x=1\nLABEL l=$x\n", ["2"], id="ENV wins from the stage below"),
        pytest.param("FROM a\nENV x=1\nENV x=2 y=$x\nLABEL l=$x$y\n", ["21"], id="an ENV sees what stands before it"),
        pytest.param("FROM a\nENV x=1 y=$x\nLABEL l=$y\n", [UNKNOWN], id="and nothing of its own line"),
        pytest.param("FROM a\nARG x=1 y=$x\nLABEL l=$y\n", [UNKNOWN], id="nor does an ARG in a stage"),
        pytest.param("ARG x=1 y=$x\nFROM a\nARG y\nLABEL l=$y\n", ["1"], id="a global ARG does"),
        pytest.param(
            "FROM a\nENV x='$y' z=\"$x\"\nLABEL l=$x m=$z\n", ["$y", UNKNOWN], id="single quotes expand nothing"
        ),
        pytest.param("FROM a\nARG TARGETARCH\nLABEL l=$TARGETARCH\n", [UNKNOWN], id="a platform ARG"),
        pytest.param("FROM a\nARG x=\nLABEL l=a$x\n", ["a"], id="an empty default"),
        pytest.param("FROM a\nENV x y z\nLABEL l=$x\n", ["y z"], id="the old form of ENV"),
    ],
)
def test_what_a_stage_sees(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ARG x=1\nFROM a:$x\n", "a:1"),
        ("ARG x=1\nARG y=$x.2\nFROM a:${y}-slim\n", "a:1.2-slim"),
        ("ARG x\nFROM a:$x\n", f"a:{UNKNOWN}"),
        ("ARG x\nFROM a:${x:-2}\n", f"a:{UNKNOWN}"),
        ("FROM a:${x:-2}\n", "a:2"),
        ("FROM a:$x\n", "a:"),
        ("FROM a:$TARGETARCH\n", f"a:{UNKNOWN}"),
        ("ARG TARGETARCH=arm64\nFROM a:$TARGETARCH\n", "a:arm64"),
        ("ARG x=1\nFROM b AS c\nARG x=2\nFROM a:$x\n", "a:1"),
        ("FROM b AS c\nARG x=2\nFROM a:$x\n", "a:"),
    ],
)
def test_what_a_from_sees(text: str, expected: str) -> None:
    stage = dockerfile(text).final
    assert stage is not None
    assert stage.from_ is not None
    assert stage.from_.image.sketch == expected


def test_what_builds_pass_wins_over_defaults() -> None:
    text = "ARG g=1\nARG h\nFROM a:$g$h\nARG g\nARG x=1\nARG y\nENV e=$x\nARG e\nLABEL l=$g m=$x n=$y o=$e p=$z\n"
    passed = {"g": "2", "h": "3", "x": "4", "y": UNKNOWN, "e": "no", "z": "not declared"}
    assert labels(text, **passed) == ["2", "4", UNKNOWN, "4", UNKNOWN]
    stage = dockerfile(text, **passed).final
    assert stage is not None
    assert stage.from_ is not None
    assert stage.from_.image.value == "a:23"


def test_a_scope_is_a_mapping_of_what_is_declared() -> None:
    file = dockerfile("ARG g=1\nFROM a AS s\nENV b=2\nFROM s\nARG c=3\nARG d\nRUN x\nENV e=5\n")
    stage = file.final
    assert stage is not None
    scope = stage.instructions[2].scope
    assert dict(scope) == {"b": "2", "c": "3", "d": UNKNOWN}
    assert len(scope) == 3
    assert "e" not in scope
    assert scope.lookup("e") == UNKNOWN
    assert dict(stage.from_.scope if stage.from_ else {}) == {"g": "1"}


def test_values_are_found_in_any_order_of_asking() -> None:
    text = (
        "FROM a\nENV v0=x\n" + "".join(f"ENV v{n}=${{v{n - 1}}}{n % 10}\n" for n in range(1, 500)) + "LABEL l=$v499\n"
    )
    file = dockerfile(text)
    assert file.final is not None
    (label,) = file.final.of(Label)
    value = label.pairs[0][1]
    assert value is not None
    assert value.value == "x" + "".join(str(n % 10) for n in range(1, 500))


def test_a_variable_keeps_its_spelling() -> None:
    file = dockerfile("FROM a\nENV x=1\nENV y=\"$x z\" w='a'\nARG v\n")
    assert file.final is not None
    env, arg = file.final.instructions[1:]
    variables = [v for i in (env, arg) for v in i.children() if isinstance(v, Variable)]
    found = [(v.kind, v.span.text, v.name.value, (v.value.raw, v.value.value) if v.value else None) for v in variables]
    assert found == [
        ("env", 'y="$x z"', "y", ('"$x z"', "1 z")),
        ("env", "w='a'", "w", ("'a'", "a")),
        ("arg", "v", "v", None),
    ]
