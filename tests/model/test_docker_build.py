"""From steps to build requests."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployflow_gate.model.docker_build import metadata_tags
from deployflow_gate.model.link import link
from deployflow_gate.model.project import Project
from deployflow_gate.model.request import BuildRequest
from deployflow_gate.model.workflow import Workflow
from deployflow_gate.snapshot.memory import MemorySnapshot
from deployflow_gate.syntax.hcl import parse_hcl
from deployflow_gate.text import UNKNOWN, Source, Text
from tests.growth import SUPERLINEAR, growth

PATH = ".github/workflows/ci.yml"


def project(files: dict[str, str]) -> Project:
    return link(MemorySnapshot({path: textwrap.dedent(text) for path, text in files.items()}))


def workflow(job: str, files: dict[str, str] | None = None) -> Workflow:
    text = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n" + textwrap.indent(textwrap.dedent(job), "    ")
    found = project({PATH: text, **(files or {})}).document(PATH)
    assert isinstance(found, Workflow)
    assert not found.faults
    return found


def requests(job: str, files: dict[str, str] | None = None) -> tuple[BuildRequest, ...]:
    return workflow(job, files).build_requests


def run(script: str, before: str = "") -> tuple[BuildRequest, ...]:
    body = textwrap.indent(textwrap.dedent(script).strip("\n"), "      ")
    return requests(f"{before}steps:\n  - run: |\n{body}\n")


def shown(text: Text | None) -> str | None:
    return text.sketch.replace(UNKNOWN, "?") if text is not None else None


def paths(request: BuildRequest) -> tuple[str | None, ...]:
    return (request.base_dir, shown(request.context), shown(request.dockerfile), shown(request.target))


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("docker build .", ("", ".", None, None)),
        ("docker build -t a:1 --no-cache --pull api", ("", "api", None, None)),
        ("docker build -f docker/Dockerfile.prod --target=prod .", ("", ".", "docker/Dockerfile.prod", "prod")),
        ("docker build . -fdocker/D", ("", ".", "docker/D", None)),
        ("sudo docker --log-level debug image build --file 'a b' .", ("", ".", "a b", None)),
        ("docker buildx build --platform linux/amd64,linux/arm64 --push -t x .", ("", ".", None, None)),
        ("docker buildx --builder b build .", ("", ".", None, None)),
        ("DOCKER_BUILDKIT=1 docker build \\\n  --target test \\\n  ./api", ("", "./api", None, "test")),
        ("podman build -t x", ("", None, None, None)),
        ("buildah bud --layers -f C -t x ctx", ("", "ctx", "C", None)),
        ("docker build $ARGS .", ("", ".", "?", None)),
        ("docker build ${{ inputs.args }} -f D .", ("", ".", "D", None)),
        ("docker build $DIR", ("", "?", None, None)),
        ("docker build -f - .", ("", ".", "?", None)),
        ("cd api && docker build .", ("api", ".", None, None)),
        ("cd api\ncd sub\ndocker build ..", ("api/sub", "..", None, None)),
        ("(cd web && true)\n(cd api && docker build .)", ("api", ".", None, None)),
        ("(cd web && true)\ndocker build .", ("", ".", None, None)),
        ("if x; then cd api; fi\ndocker build .", ("", "?", None, None)),
        ("cd $X\ndocker build .", ("", "?", None, None)),
        ("cd -\ndocker build", None),
        ("docker build ${{ github.workspace }}/api", ("", "api", None, None)),
        ("docker build $GITHUB_WORKSPACE_X/api", ("", "?/api", None, None)),
        ("bash -c 'docker build api'", ("", "api", None, None)),
        ("docker build --help", None),
        ("docker run x build .", None),
        ("echo docker build .", None),
    ],
)
def test_a_build_command(command: str, expected: tuple[str | None, ...] | None) -> None:
    found = run(command)
    assert [paths(one) for one in found] == ([expected] if expected is not None else [])
    assert not any(one.remote_context for one in found)


@pytest.mark.parametrize("context", ["-", "https://github.com/o/r.git#main", "git@github.com:o/r.git"])
def test_a_context_that_is_not_in_the_checkout(context: str) -> None:
    (found,) = run(f"docker build {context}")
    assert found.remote_context


def test_a_command_has_places_for_all_that_it_says() -> None:
    (found,) = run("""
        echo
        docker build --build-arg A=1 --build-arg=B="x y" --build-arg TOKEN -t "r/app:${{ github.sha }}" -f D api
    """)
    assert found.span.text.startswith("docker build --build-arg A=1")
    assert found.span.text.endswith("api")
    assert (found.context_span.text, found.dockerfile_span.text) == ("api", "D")
    assert found.dockerfile_from_base
    assert [(one.name.value, one.value.value if one.value else None, one.kind) for one in found.arguments] == [
        ("A", "1", "build-arg"),
        ("B", "x y", "build-arg"),
        ("TOKEN", None, "build-arg"),
    ]
    assert next(one.name.span.text for one in found.arguments) == "A"
    (tag,) = found.tags
    assert (shown(tag), tag.raw) == ("r/app:?", '"r/app:${{ github.sha }}"')


@pytest.mark.parametrize(
    ("commands", "push", "tags"),
    [
        ("docker build -t a/b:1 .", None, ["a/b:1"]),
        ("docker build -t a/b:1 .\ndocker push a/b:1", True, ["a/b:1"]),
        ("docker build -t a/b .\ndocker push a/b:latest", True, ["a/b"]),
        ("docker build -t a/b:1 .\ndocker push a/b:2", None, ["a/b:1"]),
        ("docker build -t a/b:1 .\ndocker push --all-tags a/b", True, ["a/b:1"]),
        ("docker build -t x .\ndocker tag x r/x:2\ndocker push r/x:2", True, ["x", "r/x:2"]),
        ('docker build -t "$I:$T" .\ndocker push $I:$T', True, ["?:?"]),
        ("docker build -t ${{ github.sha }} .\ndocker push ${{github.sha}}", True, ["?"]),
        ("docker build -t a/b:1 .\nfor t in 1 2; do docker push a/b:$t; done", True, ["a/b:1"]),
        ('docker build -t "$I:1" .\nfor t in 1 2; do docker push "$I:$t"; done', True, ["?:1"]),
        ("docker build -t a/b:1 .\nfor t in 1 2; do docker push a/c:$t; done", None, ["a/b:1"]),
        ("docker build -t r:5000/a .\ndocker push r:5000/$x", None, ["r:5000/a"]),
        ("docker buildx build --push -t x .", True, ["x"]),
        ("docker buildx build -o type=registry -t x .", True, ["x"]),
        ("docker buildx build --push=false -t x .", None, ["x"]),
    ],
)
def test_what_is_pushed(commands: str, push: bool | None, tags: list[str]) -> None:
    (found,) = run(commands)
    assert (found.push, [shown(tag) for tag in found.tags]) == (push, tags)


def test_a_push_in_a_later_step_counts() -> None:
    (found,) = requests("steps:\n  - run: docker build -t x .\n  - run: docker push x\n")
    assert found.push is True


def test_the_folder_of_a_step() -> None:
    found = requests("""
        defaults: {run: {working-directory: web}}
        steps:
          - run: docker build .
          - run: cd sub && docker build -f ../D .
            working-directory: ./api/
          - run: docker build .
            working-directory: ${{ inputs.dir }}
    """)
    assert [paths(one) for one in found] == [
        ("web", ".", None, None),
        ("api/sub", ".", "../D", None),
        ("", "?", None, None),
    ]


def test_checkouts_into_folders() -> None:
    found = requests("""
        steps:
          - uses: actions/checkout@v4
            with: {path: src}
          - uses: actions/checkout@v4
            with: {path: other, repository: o/other}
          - run: docker build src/api
          - run: docker build -f src/D src
          - run: cd src && docker build .
          - run: cd other && docker build .
          - uses: docker/build-push-action@v6
            with: {context: src, file: src/docker/D}
    """)
    assert [(one.remote_context, *paths(one)) for one in found] == [
        (False, "", "api", None, None),
        (False, "", ".", "D", None),
        (False, "", ".", None, None),
        (True, "", "?", None, None),
        (False, "", ".", "docker/D", None),
    ]


def test_a_step_that_never_runs_builds_nothing() -> None:
    assert not requests("steps:\n  - {run: docker build ., if: false}\n")
    assert not requests("if: false\nsteps:\n  - {run: docker build .}\n")


BUILD_PUSH = """
    steps:
      - uses: docker/metadata-action@v5
        id: meta
        with:
          images: a/b
          tags: |
            type=sha
            type=raw,value=x
      - uses: docker/build-push-action@v6
        with:
          context: ./api
          file: ./api/Dockerfile.prod
          target: prod
          push: ${{ github.event_name != 'pull_request' }}
          build-args: |
            A=1
            TOKEN=${{ secrets.TOKEN }}
          tags: |
            ${{ steps.meta.outputs.tags }}
            a/b:latest, a/b:${{ github.sha }}
"""


def test_build_push_action() -> None:
    found = workflow(BUILD_PUSH)
    (request,) = found.build_requests
    assert paths(request) == ("", "./api", "./api/Dockerfile.prod", "prod")
    assert request.push is None
    assert request.span.text == "docker/build-push-action@v6"
    assert [(one.name.value, shown(one.value), one.span.text) for one in request.arguments] == [
        ("A", "1", "A=1"),
        ("TOKEN", "?", "TOKEN=${{ secrets.TOKEN }}"),
    ]
    assert [(shown(tag), tag.raw, tag.span.text) for tag in request.tags] == [
        ("?", "${{ steps.meta.outputs.tags }}", "${{ steps.meta.outputs.tags }}"),
        ("a/b:latest", "a/b:latest", "a/b:latest"),
        ("a/b:?", "a/b:${{ github.sha }}", "a/b:${{ github.sha }}"),
    ]
    meta = found.jobs[0].steps[0]
    assert request.tag_sources == (meta,)
    assert [text.value for text in metadata_tags(meta) or ()] == ["type=sha", "type=raw,value=x"]
    assert metadata_tags(found.jobs[0].steps[1]) is None
    assert found.jobs[0].steps[1].build_requests == (request,)


@pytest.mark.parametrize(
    ("inputs", "expected", "push"),
    [
        ("{}", ("", None, None, None), False),
        ("{push: true}", ("", None, None, None), True),
        ("{outputs: 'type=image,push=true'}", ("", None, None, None), True),
        ("{context: '{{defaultContext}}:api'}", ("", "api", None, None), False),
        ("{context: '${{ github.workspace }}/api'}", ("", "api", None, None), False),
        ("{context: '${{ inputs.c }}'}", ("", "?", None, None), False),
        ("{path: api, dockerfile: D, repository: a/b, tags: '1'}", ("", "api", "D", None), True),
    ],
)
def test_build_push_action_by_its_inputs(inputs: str, expected: tuple[str | None, ...], push: bool | None) -> None:
    (request,) = requests(f"steps:\n  - uses: docker/build-push-action@v6\n    with: {inputs}\n")
    assert (paths(request), request.push) == (expected, push)
    assert not request.remote_context


@pytest.mark.parametrize(
    ("action", "inputs", "expected", "push", "tags"),
    [
        (
            "redhat-actions/buildah-build@v2",
            "{containerfiles: ./C, image: i, tags: 1 2}",
            ("", None, "./C", None),
            False,
            ["i:1", "i:2"],
        ),
        (
            "mr-smithers-excellent/docker-build-push@v6",
            "{image: i, dockerfile: D, directory: d}",
            ("", "d", "D", None),
            True,
            ["i"],
        ),
        (
            "elgohr/Publish-Docker-Github-Action@v5",
            "{name: i, context: c, no_push: true}",
            ("", "c", None, None),
            False,
            ["i"],
        ),
        (
            "whoan/docker-build-with-cache-action@v8",
            "{image_name: i, image_tag: '1,2'}",
            ("", None, None, None),
            True,
            ["i:1", "i:2"],
        ),
        ("aevea/action-kaniko@master", "{path: p, build_file: D, image: i}", ("", "p", "D", None), True, ["i"]),
    ],
)
def test_other_build_actions(
    action: str, inputs: str, expected: tuple[str | None, ...], push: bool, tags: list[str]
) -> None:
    (request,) = requests(f"steps:\n  - uses: {action}\n    with: {inputs}\n")
    assert (paths(request), request.push, [shown(tag) for tag in request.tags]) == (expected, push, tags)


def test_buildah_without_a_file_builds_none() -> None:
    assert not requests("steps:\n  - uses: redhat-actions/buildah-build@v2\n    with: {image: i, base-image: x}\n")


def test_a_matrix_asks_for_each_of_its_files() -> None:
    found = requests("""
        strategy:
          matrix:
            app: [{dir: api, extra: 1}, {dir: web, extra: 2}]
            v: [1, 2]
        steps:
          - uses: docker/build-push-action@v6
            with:
              context: ${{ matrix.app.dir }}
              build-args: |
                V=${{ matrix.v }}
                EXTRA=${{ matrix.app.extra }}
              tags: a/${{ matrix.app.dir }}:${{ matrix.v }}
    """)
    assert [shown(one.context) for one in found] == ["api", "web"]
    assert [[(v.name.value, shown(v.value)) for v in one.arguments] for one in found] == [
        [("V", "?"), ("EXTRA", "1")],
        [("V", "?"), ("EXTRA", "2")],
    ]
    assert [shown(tag) for tag in found[1].tags] == ["a/web:1", "a/web:2"]


def test_a_matrix_asks_for_each_of_its_files_by_commands() -> None:
    found = requests("""
        strategy:
          matrix:
            app: [api, web]
            v: [1, 2]
        steps:
          - run: |
              cd ${{ matrix.app }}
              docker build -f Dockerfile.prod --build-arg V=${{ matrix.v }} -t a/${{ matrix.app }}:${{ github.sha }} .
              docker push a/${{ matrix.app }}:${{ github.sha }}
          - run: docker build -t none .
            working-directory: lib/${{ matrix.app }}
    """)
    assert [paths(one)[:3] for one in found] == [
        ("api", ".", "Dockerfile.prod"),
        ("web", ".", "Dockerfile.prod"),
        ("lib/api", ".", None),
        ("lib/web", ".", None),
    ]
    assert [[shown(tag) for tag in one.tags] for one in found] == [["a/api:?"], ["a/web:?"], ["none"], ["none"]]
    assert [one.push for one in found] == [True, True, None, None]
    assert [shown(one.arguments[0].value) for one in found[:2]] == ["?", "?"]


def test_a_matrix_that_the_commands_do_not_read() -> None:
    (found,) = requests("""
        strategy:
          matrix:
            v: [1, 2]
        steps:
          - run: docker build -t a .
            env:
              V: ${{ matrix.v }}
    """)
    assert paths(found) == ("", ".", None, None)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("/kaniko/executor --context dir://app --dockerfile D --destination r/x:1", ("", "app", "D", None)),
        ("docker run -v $PWD:/workspace gcr.io/kaniko-project/executor:v1 -f D -c api", ("", "?", "?", None)),
    ],
)
def test_kaniko(command: str, expected: tuple[str | None, ...]) -> None:
    (request,) = run(command)
    assert paths(request) == expected


COMPOSE = "services: {a: {build: .}}"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("docker compose build", ("build", ("compose.yaml", "compose.override.yaml"), [], True, False)),
        ("docker compose -f a/c.yml build web --push", ("build", ("a/c.yml",), ["web"], True, True)),
        (
            "docker-compose --file a/c.yml -f compose.yaml up -d --build",
            ("up", ("a/c.yml", "compose.yaml"), [], True, False),
        ),
        ("cd a && docker compose -f c.yml push", ("push", ("a/c.yml",), [], False, True)),
        ("COMPOSE_FILE=x docker compose up -d", None),
        ("docker compose down", None),
        ("docker build .", None),
    ],
)
def test_compose_builds(command: str, expected: tuple[object, ...] | None) -> None:
    files = {
        "compose.yaml": COMPOSE,
        "docker-compose.yml": COMPOSE,
        "compose.override.yaml": COMPOSE,
        "a/c.yml": COMPOSE,
    }
    found = workflow(f"steps:\n  - run: {command}\n", files).compose_builds
    shown_ = [(one.verb, one.paths, [text.value for text in one.services], one.builds, one.push) for one in found]
    assert shown_ == ([expected] if expected is not None else [])


BAKE = """
    # what there is
    variable "TAG" { default = "dev" }
    variable "BASE" {
      default = "api"
    }
    group "default" { targets = ["api", "web"] }
    group "all" {
      targets = ["default", "extra",]
    }
    target "_common" {
      args = { A = "1", B = BASE }
      platforms = ["linux/amd64", "linux/arm64"]
      output = [notequal("", TAG) ? "type=registry" : "type=docker"]
    }
    target "api" {
      inherits = ["_common"]
      context = "./${BASE}"
      dockerfile = "Dockerfile.prod" // comment
      target = "prod"
      args = { B = "2" }
      tags = ["a/api:${TAG}", "a/api:1"]
    }
    target "web" {
      context = "web"
      dockerfile = TAG == "x" ? "A" : "B"
      /* no
         more */
    }
    target "extra" {
      dockerfile-inline = <<EOT
    FROM x
    } target "fake" {
    EOT
      output = ["type=registry"]
    }
"""


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("run: docker buildx bake", [("./api", "Dockerfile.prod", "prod"), ("web", "?", None)]),
        ("run: docker buildx bake web", [("web", "?", None)]),
        ("run: docker buildx bake -f docker-bake.hcl --set '*.target=x' api", [("./api", "Dockerfile.prod", "?")]),
        ("run: docker buildx bake extra", [(None, "?", None)]),
        (
            "run: docker buildx bake $T",
            [(None, None, None), ("./api", "Dockerfile.prod", "prod"), ("web", "?", None), (None, "?", None)],
        ),
        (
            "{uses: docker/bake-action@v6, with: {targets: 'web,api'}}",
            [("web", "?", None), ("./api", "Dockerfile.prod", "prod")],
        ),
        ("{uses: docker/bake-action@v6, with: {files: none.hcl}}", []),
        ("{uses: docker/bake-action@v6, with: {source: 'https://github.com/o/r.git'}}", []),
        ("{uses: docker/bake-action@v6, with: {workdir: sub}}", []),
    ],
)
def test_bake(call: str, expected: list[tuple[str | None, ...]]) -> None:
    found = requests(f"steps:\n  - {call}\n", {"docker-bake.hcl": BAKE})
    assert [paths(one)[1:] for one in found] == expected


def test_a_bake_target_in_full() -> None:
    (found,) = requests("steps:\n  - run: docker buildx bake --push api\n", {"docker-bake.hcl": BAKE})
    assert found.push is True
    assert {one.name.value: shown(one.value) for one in found.arguments} == {"A": "1", "B": "2"}
    assert [shown(tag) for tag in found.tags] == ["a/api:?", "a/api:1"]
    assert found.span.text == "docker buildx bake --push api"
    assert found.context_span.path == "docker-bake.hcl"
    assert found.context_span.text == '"./${BASE}"'


@pytest.mark.parametrize(
    ("commands", "push"),
    [
        ("docker buildx bake api --load\ndocker push a/api:1", True),
        ("docker buildx bake api --load\nfor t in 1 2; do docker push a/api:$t; done", True),
        ("docker buildx bake api --set '*.output=type=registry,push-by-digest=true'", True),
        ("docker buildx bake api --load\ndocker push a/web:1", None),
    ],
)
def test_what_of_a_bake_file_is_pushed(commands: str, push: bool | None) -> None:
    script = textwrap.indent(commands, "      ")
    (found,) = requests(f"steps:\n  - run: |\n{script}\n", {"docker-bake.hcl": BAKE})
    assert found.push is push


def test_bake_in_json() -> None:
    target = '{"a": {"context": "x", "args": {"V": "${T}1"}, "output": ["type=registry"]}}'
    text = f'{{"group": {{"default": {{"targets": ["a"]}}}}, "target": {target}}}'
    (found,) = requests("steps:\n  - uses: docker/bake-action@v6\n", {"docker-bake.json": text})
    assert (paths(found), found.push) == (("", "x", None, None), True)
    assert [shown(one.value) for one in found.arguments] == ["?1"]


def test_docker_actions() -> None:
    found = project(
        {
            "action.yml": "runs: {using: docker, image: Dockerfile}",
            "sub/action.yml": "runs: {using: docker, image: docker/My.Dockerfile}",
            "other/action.yml": "runs: {using: docker, image: 'docker://alpine:3'}",
            "bare/Dockerfile": "FROM scratch",
            PATH: "on: push\njobs: {a: {runs-on: x, steps: [{uses: ./bare}, {uses: ./sub}]}}",
        }
    )
    asked = {(type(one.owner).__name__, *paths(one)) for one in found.requests}
    assert asked == {
        ("Action", "", ".", "Dockerfile", None),
        ("Action", "sub", "docker", "docker/My.Dockerfile", None),
        ("Step", "", "bare", None, None),
    }


def test_the_linker_joins_a_request_with_its_dockerfile() -> None:
    found = project(
        {
            PATH: "on: push\njobs: {a: {runs-on: x, steps: [{run: cd api && docker build -f build/D.prod --target b .}]}}",
            "api/build/D.prod": "FROM alpine AS a\nFROM a AS b\nFROM b\n",
        }
    )
    (build,) = [one for one in found.builds if one.request is not None]
    assert build.dockerfile is not None
    assert build.dockerfile.path == "api/build/D.prod"
    assert build.wanted_context == "api"
    assert build.stage is not None
    assert build.stage.index == 1


HCL = st.sampled_from(
    [
        "target",
        '"a"',
        "{",
        "}",
        "[",
        "]",
        "=",
        ",",
        "\n",
        '"${',
        '}"',
        "<<E\n",
        "E\n",
        "#",
        "/*",
        "*/",
        "context",
        "x",
        "1",
        '"',
        "\\",
        "é",
        "(",
        ")",
    ]
)


@settings(deadline=None)
@given(
    st.lists(HCL).map(" ".join)
    | st.text()
    | st.sampled_from(["{", "[", "(", '"${', "a {", "a = {", "a = [", "x = <<E\n"]).map(lambda s: s * 3_000)
)
def test_no_bake_file_raises(text: str) -> None:
    for block in parse_hcl(Source("docker-bake.hcl", text)):
        assert block.span.text.startswith(block.type)


def test_bake_targets_that_share_parents_cost_no_more_than_their_number() -> None:
    """Each inherits from the two below it: as a tree that would be 2 ** 20 targets."""

    def read(targets: int) -> None:
        text = "".join(
            f'target "a{n}" {{\n  inherits = ["a{n + 1}", "a{n + 2}", "a{n + 3}"]\n}}\n' for n in range(targets)
        )
        assert link(MemorySnapshot({"docker-bake.hcl": text, ".github/workflows/a.yml": WORKFLOW_OF_BAKE})).requests

    assert growth(read, 100) < SUPERLINEAR


WORKFLOW_OF_BAKE = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: docker buildx bake a0\n"
