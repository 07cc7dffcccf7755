from __future__ import annotations

import pytest

from deployflow_gate.model.discover import discover, is_template, kind_of
from tests.growth import SUPERLINEAR, growth

NAMES: dict[str | None, str] = {
    "dockerfile": """
        Dockerfile dockerfile DOCKERFILE Dockerfile.dev Dockerfile-alpine Dockerfile_amd Dockerfile2 DockerfileDev
        api.Dockerfile api.dockerfile build-dockerfile Containerfile Containerfile.ci x.containerfile Dockerfile.php
        Dockerfile.go Dockerfile.ltsc2016 Dockerfile.ubuntu-20.04 Dockerfile.d Dockerfile.example
        .github/workflows/images/Dockerfile
    """,
    None: """
        Dockerfile.md Dockerfile.5.md Dockerfile.txt Dockerfile.sh dockerfile.go dockerfile_test.go dockerfile.php
        test_dockerfile.py Dockerfile.json Dockerfile.yaml Dockerfiles MyDockerfile dockerfiles.txt Dockerfile.swp
        Dockerfile.bak dockerfileparse Makefile dockerfileaction.yml Profile DockerfileParser.java compose.go docker.yml
        gitignore .gitignore docker_compose_up.yaml composer.yml compose.yml.bak docker-compose.json my-action.yml
        action.yml.md .helmignore sub/.github/workflows/ci.yml sub/.github/workflows/docker-compose.yml workflows/ci.yml
        .github/workflows/sub/ci.yml .github/workflows/ci.md .github/dependabot.yml
    """,
    "compose": """
        compose.yaml compose.yml docker-compose.yml docker-compose.yaml docker-compose.override.yml docker-compose-dev.yaml
        docker-compose_secrets.yml compose.prod.yaml compose-dev.yml app.compose.yml base-compose.yml
        dev.docker-compose.yml podman-compose.yml docker_compose.yml dockercompose.yml docker-stack.yml
        docker-stack.prod.yml x/Docker-Compose.YML
    """,
    "workflow": """
        .github/workflows/ci.yml .github/workflows/x.yaml .github/workflows/docker-compose.yml .github/workflows/action.yml
    """,
    "action": "action.yml action.yaml .github/actions/build/action.yml",
    "ignore": ".dockerignore api/.dockerignore web.Dockerfile.dockerignore Dockerfile.dockerignore .containerignore",
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NAMES.items() for name in names.split()])
def test_kinds(kind: str | None, name: str) -> None:
    assert kind_of(name) == kind
    assert discover([name]).kinds == ({name: kind} if kind else {})


def test_a_line_end_in_a_name_breaks_nothing() -> None:
    assert list(discover(["a\nb.Dockerfile", "a\n/compose.yml", "x\n"]).kinds) == ["a\n/compose.yml", "a\nb.Dockerfile"]


def test_what_is_left_out_is_told() -> None:
    paths = [
        "Dockerfile", "vendor/x/Dockerfile", "third_party/compose.yml", "node_modules/a/.dockerignore", "a/Dockerfile.j2",
        "compose.yml.tmpl", "{{cookiecutter.name}}/Dockerfile", "old/Dockerfile", "vendor/readme.md", "old/x.py",
        "Dockerfile.in", "my.Dockerfile.ejs", "vendor.Dockerfile",
    ]  # fmt: skip
    found = discover(paths, ("old/", "nothing"))
    assert list(found.kinds) == ["Dockerfile", "vendor.Dockerfile"]
    reasons = dict(found.skipped)
    assert sorted(reasons) == sorted(set(paths) - {*found.kinds, "vendor/readme.md", "old/x.py"})
    assert reasons["old/Dockerfile"] == "The policy excludes `old/`."
    assert "`vendor` folder" in reasons["vendor/x/Dockerfile"]
    assert reasons["compose.yml.tmpl"] == "The file is a template (`.tmpl`)."
    assert "placeholder" in reasons["{{cookiecutter.name}}/Dockerfile"]
    assert all(reason.endswith(".") for reason in reasons.values())


def test_the_order_of_the_paths_plays_no_part() -> None:
    assert list(discover(["b/Dockerfile", "a/compose.yml"]).kinds) == ["a/compose.yml", "b/Dockerfile"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("dockerfile", "FROM {{ base }}\n"), ("dockerfile", "FROM python:{{cookiecutter.version}}\n"),
        ("dockerfile", "FROM x\n{% if a %}\nRUN y\n{% endif %}\n"), ("dockerfile", "FROM x\n{%- for a in b %}\n"),
        ("dockerfile", "FROM x\nENV A={{ version }}\n"), ("dockerfile", 'FROM x\nLABEL a="{{ name | lower }}"\n'),
        ("dockerfile", "FROM @@IMAGE@@\n"), ("dockerfile", "FROM @BASE@\n"), ("dockerfile", "FROM %%IMAGE%%\n"),
        ("dockerfile", "FROM x\n@@EXTRA@@\n"), ("dockerfile", "FROM <%= base %>\n"), ("dockerfile", "FROM x\n<% if a %>\n"),
        ("dockerfile", "FROM x\n{{ extra }}\n"), ("dockerfile", "FROM x\n{{- if .A }}\n"), ("dockerfile", "FROM x\n{{#each a}}\n"),
        ("dockerfile", "FROM x\nRUN pip install {{cookiecutter.project_slug}}\n"), ("dockerfile", "FROM --platform=a x:{{ v }}\n"),
        ("compose", "services:\n  {{ name }}:\n    image: x\n"), ("compose", "services:\n{% if a %}\n"),
        ("compose", "services:\n  a:\n    image: {{ image }}\n"), ("compose", "services:\n  a:\n    image: x:{{cookiecutter.v}}\n"),
        ("compose", "services:\n  a:\n    ports:\n      - {{ port }}\n"), ("compose", "{{- if .Values.a }}\n"),
        ("workflow", "on: push\n{% raw %}\njobs:\n"), ("action", "name: x\n<% if a %>\n"),
    ],
)  # fmt: skip
def test_a_template_is_known_by_its_text(kind: str, text: str) -> None:
    reason = is_template(text, kind)
    assert reason is not None
    assert reason.startswith("The file is a template: line ")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("dockerfile", ""), ("dockerfile", "FROM x\nRUN docker ps --format '{{.Names}}'\n"),
        ("dockerfile", "FROM x\nRUN docker inspect -f '{{ json . }}' | tee \\\n  {{ a }}\n"),
        ("dockerfile", "FROM ${BASE}@sha256:00\nRUN echo ${{A}}\n"), ("dockerfile", "FROM x@sha256:00 AS a\n"),
        ("dockerfile", "# {% if a %}\nFROM x\n"), ("dockerfile", "FROM x\nRUN cat <<EOF >a.j2\n{% if a %}\n{{ b }}\nEOF\n"),
        ("dockerfile", "FROM x\nCOPY <<-'END' /a\n\tENV {{ b }}\n\tEND\nRUN y\n"),
        ("dockerfile", "FROM x\nENV F='{{.Names}} {{json .}}'\n"),
        ("dockerfile", "FROM x\nRUN go list -f '{{if .Main}}a{{end}}'\n"), ("dockerfile", "FROM x\nRUN date +%%Y%%\n"),
        ("dockerfile", "FROM x\nRUN npm i @scope/a @b/c\n"), ("dockerfile", "FROM x\nENV A=%APPDATA%\n"),
        ("compose", "services:\n  a:\n    hostname: '{{.Node.Hostname}}'\n    command: --template={{.Name}}\n"),
        ("compose", "services:\n  a:\n    command: |\n      {{ x }}\n      {% if a %}\n    image: y\n"),
        ("compose", "a: &x {b: {c: d}}\n"), ("compose", "a: ${B:-{{x}}}\n"),
        ("workflow", "on: push\njobs:\n  a:\n    if: ${{ always() }}\n    env: {A: '{{ b }}'}\n"),
        ("workflow", "a:\n  steps:\n    - run: |\n        cat <<E\n        {% if a %}\n        {{ cookiecutter.a }}\n"),
        ("workflow", "      tags: |\n        type=semver,pattern={{version}}\n"), ("ignore", "{{ a }}\n{% b %}\n"),
        ("workflow", "${{ if a }}:\n"),
    ],
)  # fmt: skip
def test_braces_of_other_tools_are_no_template(kind: str, text: str) -> None:
    assert is_template(text, kind) is None


@pytest.mark.parametrize("kind", ["dockerfile", "compose", "workflow"])
@pytest.mark.parametrize(
    "piece",
    ["{{", "FROM ", "{{ a", " ", "\n", "{{ a|", "<<A", "- {{a", "FROM @", "LABEL {{ a|", "${{", "a: |\n", "%%", "%%A"],
)
def test_no_text_is_slow(kind: str, piece: str) -> None:
    def one_line(size: int) -> object:
        return is_template(piece * (size // len(piece)), kind)

    def behind_a_brace(size: int) -> object:
        return is_template("{{\nFROM " + piece * (size // len(piece)), kind)

    def lines(size: int) -> object:
        return is_template(("FROM " + piece * 100 + "\n") * (size // len(piece * 100)), kind)

    for run in (one_line, behind_a_brace, lines):
        assert growth(run, 25_000) < SUPERLINEAR


def test_many_paths_are_fast() -> None:
    def look(size: int) -> None:
        paths = [f"src/package{i % 100}/module{i % 1000}/file{i}.py" for i in range(size)]
        assert not discover([*paths, "a" * size, "Dockerfile" + "-" * size + "/"], ("docs/**", "*.md")).kinds

    assert growth(look, 5_000) < SUPERLINEAR
