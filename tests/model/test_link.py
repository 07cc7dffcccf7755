"""What joins files: who builds which Dockerfile, from which context, up to which stage, with which arguments."""

from __future__ import annotations

import pytest

from deployflow_gate.model.build import Build, is_development_name
from deployflow_gate.model.dockerfile import Dockerfile
from deployflow_gate.model.image import Image
from deployflow_gate.model.link import link
from deployflow_gate.model.project import Project
from deployflow_gate.snapshot.memory import MemorySnapshot

STAGES = "FROM debian:12.8 AS base\nFROM base AS dev\nFROM base AS production\n"


def of(files: dict[str, str]) -> Project:
    return link(MemorySnapshot(files))


def told(build: Build) -> tuple[str | None, str | None, str | None]:
    """Context folder, Dockerfile, stage."""
    stage = build.stage
    name = stage.name.value if stage is not None and stage.name is not None else None
    return build.wanted_context, build.dockerfile.path if build.dockerfile else build.wanted_dockerfile, name


def workflow(steps: str) -> str:
    body = "".join(f"      {line}\n" for line in steps.splitlines())
    return (
        f"on: push\njobs:\n  build:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n{body}"
    )


def built(files: dict[str, str]) -> list[tuple[str | None, str | None, str | None]]:
    return [told(build) for build in of(files).builds]


# Compose


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        ("./api", ("api", "api/Dockerfile", "production")),
        ("{context: api}", ("api", "api/Dockerfile", "production")),
        ("{context: ./api, target: dev}", ("api", "api/Dockerfile", "dev")),
        ("{context: ./api, target: DEV}", ("api", "api/Dockerfile", "dev")),
        ("{context: ./api, target: '1'}", ("api", "api/Dockerfile", "dev")),
        ("{context: ./api, target: gone}", ("api", "api/Dockerfile", None)),
        ("{context: ., dockerfile: api/Dockerfile}", ("", "api/Dockerfile", "production")),
        ("{context: ./api, dockerfile: ../api/Dockerfile}", ("api", "api/Dockerfile", "production")),
        ("{context: './${WHERE}'}", (None, None, None)),
        ("{context: ./api, dockerfile: '${FILE}'}", ("api", None, None)),
        ("https://github.com/acme/tool.git", (None, None, None)),
        ("git@github.com:acme/tool.git", (None, None, None)),
        ("../elsewhere", (None, None, None)),
        ("/srv/app", (None, None, None)),
        ("{context: ./api, dockerfile_inline: FROM scratch}", ("api", None, None)),
    ],
)
def test_build_of_a_service(build: str, expected: tuple[str | None, str | None, str | None]) -> None:
    found = built({"compose.yaml": f"services:\n  api:\n    build: {build}\n", "api/Dockerfile": STAGES})
    assert found[0] == expected


def test_each_service_is_a_build_and_they_share_the_image() -> None:
    files = of(
        {
            "compose.yaml": "services:\n  api: {build: .}\n  worker: {build: .}\n  dev: {build: {context: ., target: dev}}\n",
            "Dockerfile": STAGES,
        }
    )
    assert [(i.stage.index, len(i.builds)) for i in files.images] == [(2, 2), (1, 1)]
    shared = files.images[0]
    assert {build.image for build in shared.builds} == {shared}
    assert [service.name for service in shared.services] == ["api", "worker"]
    assert len({build.context for build in files.builds}) == 1


def test_services_that_run_the_image_by_its_name() -> None:
    files = of(
        {
            "compose.yaml": "services:\n  api: {build: ., image: 'acme/api:1'}\n"
            "  job: {image: 'acme/api:2'}\n  db: {image: 'postgres'}\n",
            "Dockerfile": STAGES,
        }
    )
    assert [service.name for service in files.images[0].services] == ["api", "job"]


def test_a_dockerfile_that_nobody_builds_is_its_own_build() -> None:
    assert built({"web/Dockerfile": STAGES}) == [("web", "web/Dockerfile", "production")]
    assert of({"web/Dockerfile": STAGES}).builds[0].owner is None


def test_a_dockerfile_of_any_name_is_a_document_if_a_build_names_it() -> None:
    files = of({"compose.yaml": "services:\n  a: {build: {context: ., dockerfile: app.txt}}\n", "app.txt": STAGES})
    assert [d.path for d in files.dockerfiles] == ["app.txt"]
    assert files.builds[0].dockerfile is files.document("app.txt")


# Overrides


BASE = "services:\n  api:\n    build: {context: ./api, dockerfile: prod.Dockerfile, target: production, args: {A: '1', B: '1'}}\n"


@pytest.mark.parametrize("path", ["compose.override.yaml", "compose.ci.yml", "docker-compose.unit.yml"])
def test_an_override_takes_from_its_base_what_it_leaves_out(path: str) -> None:
    files = {
        "compose.yaml": BASE,
        path: "services:\n  api:\n    build: {target: dev, args: {B: '2'}}\n",
        "api/prod.Dockerfile": STAGES,
    }
    (over,) = (b for b in of(files).builds if b.span.path == path)
    assert told(over) == ("api", "api/prod.Dockerfile", "dev")
    assert over.argument_sketches == {"A": "1", "B": "2"}
    assert over.target is not None
    assert over.target.span.path == path


def test_an_override_may_name_all() -> None:
    over = "services:\n  api:\n    build: {context: ./new, dockerfile: x.Dockerfile}\n"
    found = built(
        {"compose.yaml": BASE, "compose.override.yaml": over, "api/prod.Dockerfile": STAGES, "new/x.Dockerfile": STAGES}
    )
    assert sorted(map(str, found)) == sorted(
        map(str, [("new", "new/x.Dockerfile", "production"), ("api", "api/prod.Dockerfile", "production")])
    )


def test_a_part_of_a_service_that_is_nowhere_else_has_no_known_context() -> None:
    part = "services:\n  api:\n    build: {target: dev}\n"
    assert built({"compose.ci.yaml": part}) == [(None, None, None)]
    assert built({"compose.yaml": "services: {db: {image: 'a:1'}}\n", "compose.ci.yaml": part}) == [(None, None, None)]
    assert built({"compose.yaml": part, "Dockerfile": STAGES}) == [
        ("", "Dockerfile", "dev"),
        ("", "Dockerfile", "production"),
    ]


def test_paths_of_an_included_file_go_from_its_project_directory() -> None:
    files = {
        "compose.yaml": "include:\n  - {path: proxy/compose.yaml, project_directory: .}\n  - web/compose.yaml\n",
        "proxy/compose.yaml": "services:\n  proxy: {build: ./proxy}\n",
        "web/compose.yaml": "services:\n  web: {build: .}\n",
        "proxy/Dockerfile": STAGES,
        "web/Dockerfile": STAGES,
    }
    assert built(files) == [("proxy", "proxy/Dockerfile", "production"), ("web", "web/Dockerfile", "production")]


def test_a_service_from_another_folder_is_built_from_there() -> None:
    files = {
        "compose.yaml": "services:\n  api: {extends: {file: base/common.yaml, service: api}}\n",
        "base/common.yaml": "services:\n  api: {build: ./api}\n",
        "base/api/Dockerfile": STAGES,
    }
    assert built(files) == [("base/api", "base/api/Dockerfile", "production")]


# Workflows and bake


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (
            "- uses: docker/build-push-action@v6\n  with: {context: ./api, target: dev}",
            ("api", "api/Dockerfile", "dev"),
        ),
        (
            "- uses: docker/build-push-action@v6\n  with: {context: ., file: api/Dockerfile}",
            ("", "api/Dockerfile", "production"),
        ),
        ("- run: docker build --target dev -t x api", ("api", "api/Dockerfile", "dev")),
        ("- run: docker build -f api/Dockerfile .", ("", "api/Dockerfile", "production")),
        ("- run: docker buildx build .\n  working-directory: api", ("api", "api/Dockerfile", "production")),
        ("- run: docker build https://github.com/acme/tool.git", (None, None, None)),
        ("- uses: docker/build-push-action@v6\n  with: {context: '${{ matrix.app }}'}", (None, None, None)),
    ],
)
def test_build_of_a_step(steps: str, expected: tuple[str | None, str | None, str | None]) -> None:
    found = built({".github/workflows/ci.yml": workflow(steps), "api/Dockerfile": STAGES})
    assert found[0] == expected


def test_targets_of_a_bake_file() -> None:
    bake = 'group "default" { targets = ["api"] }\ntarget "api" {\n  context = "api"\n  target = "dev"\n  args = { A = "1" }\n}\n'
    step = workflow("- uses: docker/bake-action@v6")
    files = of({".github/workflows/ci.yml": step, "docker-bake.hcl": bake, "api/Dockerfile": STAGES})
    build, rest = files.builds
    assert told(build) == ("api", "api/Dockerfile", "dev")
    assert told(rest) == ("api", "api/Dockerfile", "production")
    assert build.argument_sketches == {"A": "1"}


# Contexts


def guess(dockerfile: str, *others: str, path: str = "app/Dockerfile") -> str | None:
    return of({path: "FROM debian:12.8\n" + dockerfile, **dict.fromkeys(others, "")}).builds[0].wanted_context


@pytest.mark.parametrize(
    ("dockerfile", "others", "expected"),
    [
        ("RUN true\n", (), "app"),
        ("COPY x.py /\n", ("app/x.py",), "app"),
        ("COPY x.py /\n", ("x.py",), ""),
        ("COPY x.py /\n", ("x.py", "app/x.py"), "app"),
        ("COPY x.py /\n", (), None),
        ("COPY go.* ./\nCOPY . .\n", ("go.mod", "app/main.go"), ""),
        ("COPY go.* ./\nCOPY . .\n", ("app/go.mod",), "app"),
        ("COPY . .\n", ("app/main.go",), "app"),
        ("COPY . .\n", ("app/.dockerignore",), "app"),
        ("COPY . .\n", ("app/Dockerfile.dev", "main.go"), None),
        ("RUN --mount=type=bind,source=uv.lock,target=uv.lock uv sync\nCOPY . .\n", ("uv.lock", "app/x.py"), ""),
        ("COPY ${X} /\n", ("app/x",), "app"),
        ("COPY --from=busybox /bin/sh /x\nADD https://acme.dev/x /y\n", (), "app"),
    ],
)
def test_the_context_of_a_dockerfile_that_nobody_builds(
    dockerfile: str, others: tuple[str, ...], expected: str | None
) -> None:
    assert guess(dockerfile, *others) == expected


def test_a_folder_of_build_files_is_not_taken_for_the_context() -> None:
    assert guess("COPY . .\n", "docker/entrypoint.sh", path="docker/Dockerfile") is None
    assert guess("COPY . .\n", path="Dockerfile") == ""


def test_the_ignore_file_of_the_dockerfile_comes_before_that_of_the_context() -> None:
    files = {
        "compose.yaml": "services:\n  a: {build: {context: ., dockerfile: a.Dockerfile}}\n"
        "  b: {build: {context: ., dockerfile: b.Dockerfile}}\n",
        "a.Dockerfile": STAGES,
        "a.Dockerfile.dockerignore": "*.md\n",
        "b.Dockerfile": STAGES,
        ".dockerignore": "*.txt\n",
        "x.md": "",
        "y.txt": "",
    }
    a, b = (build.context for build in of(files).builds)
    assert a is not None
    assert b is not None
    assert (a.ignore_path, "x.md" in a.files, "y.txt" in a.files) == ("a.Dockerfile.dockerignore", False, True)
    assert (b.ignore_path, "x.md" in b.files, "y.txt" in b.files) == (".dockerignore", True, False)


# Arguments


def base_tag(compose: str, dockerfile: str = "ARG V=3.12\nFROM python:${V}-slim\n") -> str | None:
    document = of({"compose.yaml": compose, "Dockerfile": dockerfile}).document("Dockerfile")
    assert isinstance(document, Dockerfile)
    base = document.stages[0].base
    return base.tag if base is not None else None


def one(args: str) -> str:
    return f"build: {{context: ., args: {args}}}"


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        ({"a": "build: ."}, "3.12-slim"),
        ({"a": one("{V: '3.13'}")}, "3.13-slim"),
        ({"a": one("['V=3.13']")}, "3.13-slim"),
        ({"a": one("{V: '3.13'}"), "b": one("{V: '3.13'}")}, "3.13-slim"),
        ({"a": one("{V: '3.13'}"), "b": one("{V: '3.11'}")}, None),
        ({"a": one("{V: '3.13'}"), "b": "build: ."}, None),
        ({"a": one("{V: '${FROM_OUTSIDE}'}")}, None),
        ({"a": one("{V: }")}, "3.12-slim"),
    ],
)
def test_arguments_of_builds_are_put_into_from(services: dict[str, str], expected: str | None) -> None:
    text = "services:\n" + "".join(f"  {name}: {{{body}}}\n" for name, body in services.items())
    assert base_tag(text) == expected


def test_arguments_of_a_build_for_development_do_not_count() -> None:
    text = "services:\n  a: {build: .}\n  d: {profiles: [dev], build: {context: ., args: {V: '3.9'}}}\n"
    assert base_tag(text) == "3.12-slim"


# Development


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Dockerfile", False),
        ("Dockerfile.dev", True),
        ("dev.Dockerfile", True),
        ("Dockerfile-test", True),
        ("tests/app/Dockerfile", True),
        (".devcontainer/Dockerfile", True),
        ("devices/Dockerfile", False),
        ("latest/Dockerfile", False),
        ("development", True),
        ("hack/lint.Dockerfile", True),
        ("validate", True),
        ("contest", False),
    ],
)
def test_names_of_development(path: str, expected: bool) -> None:
    assert is_development_name(path) == expected


def shipped(files: dict[str, str]) -> list[int]:
    return [node.stage.index for node in of(files).children() if isinstance(node, Image)]


def test_what_is_only_built_for_development_ships_nothing() -> None:
    assert shipped({"Dockerfile.dev": STAGES}) == []
    assert shipped({"Dockerfile": "FROM debian:12.8 AS dev\n"}) == []
    assert shipped({"compose.dev.yaml": "services: {a: {build: .}}\n", "Dockerfile": STAGES}) == []
    # but the last stage is there for something
    assert shipped({"compose.yaml": "services: {a: {build: {context: ., target: dev}}}\n", "Dockerfile": STAGES}) == [2]


def test_a_stage_that_one_build_ships_ships() -> None:
    files = {
        "compose.yaml": "services: {a: {build: .}}\n",
        "compose.dev.yaml": "services: {a: {build: .}}\n",
        "Dockerfile": STAGES,
    }
    assert shipped(files) == [2]


TAKEN = "FROM golang:1.26 AS build\nFROM debian:12.8-slim\nCOPY --from=build /app /app\n"


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ("{context: ., target: build, push: false, cache-to: type=gha}", True),
        ("{context: ., target: build}", True),
        ("{context: ., target: build, load: true}", False),
        ("{context: ., target: build, outputs: 'type=local,dest=out'}", False),
        ("{context: ., target: build, tags: acme/build}", False),
        ("{context: ., target: build, push: true}", False),
        ("{context: .}", False),
    ],
)
def test_a_stage_that_is_built_for_the_cache_alone_ships_nothing(inputs: str, expected: bool) -> None:
    files = {".github/workflows/a.yml": workflow(f"- uses: docker/build-push-action@v6\n  with: {inputs}")}
    asked = [build for build in of({**files, "Dockerfile": TAKEN}).builds if build.request is not None]
    assert [build.development for build in asked] == [expected]


def test_a_stage_that_work_is_done_with_ships_nothing() -> None:
    compose = "services:\n  go:\n    build: {context: ., target: build}\n    environment: {APP_ENV: development}\n"
    assert [build.development for build in of({"compose.yaml": compose, "Dockerfile": TAKEN}).builds][:1] == [True]
    apart = compose.replace("APP_ENV", "OTHER")
    assert [build.development for build in of({"compose.yaml": apart, "Dockerfile": TAKEN}).builds][:1] == [False]


def test_a_base_file_beside_an_override_is_production() -> None:
    files = {
        "compose.yaml": BASE,
        "compose.override.yaml": "services: {api: {build: {target: dev}}}\n",
        "api/prod.Dockerfile": STAGES,
    }
    assert [(told(b)[2], b.development) for b in of(files).builds] == [("dev", True), ("production", False)]
    assert shipped(files) == [2]


def test_a_stage_built_only_for_work_leaves_the_last_one_to_be_judged() -> None:
    project = link(
        MemorySnapshot(
            {
                "Dockerfile": 'FROM debian:12.8-slim AS dev\nFROM debian:12.8-slim AS production\nCOPY app /app\nCMD ["/app"]\n',
                "app": "",
                "compose.yaml": "services:\n  api: {image: acme/api:1}\n",
                "compose.override.yaml": "services:\n  api: {build: {context: ., target: dev}}\n",
            }
        )
    )
    shipping = [image for image in project.images if not image.development]
    assert [image.stage.index for image in shipping] == [1]
    context = shipping[0].context
    assert context is not None
    assert context.path == ""
