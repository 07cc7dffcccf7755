"""Workflows as nodes: what stands where, who owns it, what of it is known."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployflow_gate.model.link import link
from deployflow_gate.model.node import walk
from deployflow_gate.model.project import Project
from deployflow_gate.model.workflow import Action, Container, Expression, Job, Step, Uses, Workflow
from deployflow_gate.model.workflow.shell import shell_text
from deployflow_gate.snapshot.memory import MemorySnapshot
from deployflow_gate.syntax.expression import find
from deployflow_gate.text import UNKNOWN, Mapped, Source

PATH = ".github/workflows/ci.yml"


def project(files: dict[str, str]) -> Project:
    return link(MemorySnapshot({path: textwrap.dedent(text) for path, text in files.items()}))


def workflow(text: str, **others: str) -> Workflow:
    found = project({PATH: text, **{name.replace("__", "/"): other for name, other in others.items()}}).document(PATH)
    assert isinstance(found, Workflow)
    return found


def job(text: str) -> Job:
    """The only job of a workflow, from what stands below its name."""
    return workflow("on: push\njobs:\n  a:\n" + textwrap.indent(textwrap.dedent(text), "    ")).jobs[0]


def step(text: str) -> Step:
    return job(
        "runs-on: ubuntu-latest\nsteps:\n"
        + textwrap.indent("- " + textwrap.indent(textwrap.dedent(text), "  ")[2:], "  ")
    ).steps[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on: push", ["push"]),
        ("on: [push, pull_request]", ["push", "pull_request"]),
        ("on:\n  push:\n  workflow_call:\n    inputs:\n      a: {}", ["push", "workflow_call"]),
        ('"on": push', ["push"]),
        ("on:", []),
        ("name: x", []),
    ],
)
def test_events(text: str, expected: list[str]) -> None:
    found = workflow(text)
    assert [event.name for event in found.events] == expected
    assert [event.span.text for event in found.events] == expected


def test_an_event_knows_its_filters() -> None:
    found = workflow(
        "on:\n  push:\n    branches: [main, 'v*']\n    paths: src/**\n  workflow_dispatch:\n    inputs: {a: {}}"
    )
    push = found.event("push")
    assert push is not None
    assert [text.value for text in push.filter("branches") or ()] == ["main", "v*"]
    assert [text.value for text in push.filter("paths") or ()] == ["src/**"]
    assert push.filter("tags") is None
    dispatch = found.event("workflow_dispatch")
    assert dispatch is not None
    assert list(dispatch.inputs) == ["a"]
    assert not found.reusable


@pytest.mark.parametrize(
    ("text", "contents", "packages"),
    [
        ("read-all", "read", "read"),
        ("write-all", "write", "write"),
        ("{}", "none", "none"),
        ("{contents: read}", "read", "none"),
        ("{contents: write, packages: read}", "write", "read"),
        ("{contents: wrong}", None, "none"),
        ("nonsense", None, None),
    ],
)
def test_permissions(text: str, contents: str | None, packages: str | None) -> None:
    found = workflow(f"on: push\npermissions: {text}\njobs:\n  a: {{runs-on: x, steps: []}}")
    assert found.permissions is not None
    assert (found.permissions.of("contents"), found.permissions.of("packages")) == (contents, packages)
    assert found.jobs[0].permissions is None
    assert found.jobs[0].effective_permissions is found.permissions
    assert found.permissions.span.text == f"permissions: {text}"


def test_a_scope_has_its_place() -> None:
    found = workflow("on: push\npermissions:\n  contents: write # why\n  id-token: write\n")
    assert found.permissions is not None
    assert [(scope.name, scope.access_span.text) for scope in found.permissions.writes] == [
        ("contents", "write"),
        ("id-token", "write"),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "parts"),
    [
        ("actions/checkout@v4", "action", ("actions", "checkout", None, "v4")),
        ("Owner/Repo/a/b@feature/x", "action", ("Owner", "Repo", "a/b", "feature/x")),
        ("o/r/.github/workflows/w.yml@main", "workflow", ("o", "r", ".github/workflows/w.yml", "main")),
        ("o/r", "action", ("o", "r", None, None)),
        ("./.github/actions/x", "local", (None, None, None, None)),
        ("$/.github/actions/x", "local", (None, None, None, None)),
        ("docker://alpine:3.20", "docker", (None, None, None, None)),
        ("${{ matrix.action }}@v1", "action", (None, None, None, None)),
    ],
)
def test_uses(text: str, kind: str, parts: tuple[str | None, ...]) -> None:
    uses = step(f"uses: {text}").uses
    assert uses is not None
    assert uses.kind == kind
    assert (uses.owner_name, uses.repository, uses.subpath, uses.ref) == parts
    assert uses.span.text == text
    assert (uses.ref_span.text if uses.ref_span else None) == parts[3]


def test_a_commit_hash_and_its_comment() -> None:
    sha = "a" * 40
    found = job(f"""
        steps:
          - uses: o/r@{sha} # v4.1.0
          - uses: "o/r@{sha}"  # v2
          - uses: o/r@{sha[:39]}
          # another
          - uses: o/r@{"b" * 64}
    """)
    uses = [step.uses for step in found.steps if step.uses is not None]
    assert [one.ref_is_sha for one in uses] == [True, True, False, True]
    assert [one.comment.text if one.comment else None for one in uses] == ["# v4.1.0", "# v2", None, None]
    assert [one.name for one in uses] == ["o/r"] * 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("./a/b", "a/b"),
        ("./", ""),
        ("./a/../c/", "c"),
        ("$/a", "a"),
        ("../up", None),
        ("./../../up", None),
        ("a/b@c", None),
    ],
)
def test_the_path_of_a_local_action(text: str, expected: str | None) -> None:
    uses = step(f"uses: {text}").uses
    assert uses is not None
    assert uses.path == expected


def test_a_docker_image_is_a_reference() -> None:
    uses = step("uses: docker://ghcr.io/o/i:1.2").uses
    assert uses is not None
    assert uses.image is not None
    assert (uses.image.name, uses.image.tag, uses.image.span.text) == ("ghcr.io/o/i", "1.2", "ghcr.io/o/i:1.2")
    assert [type(node).__name__ for node in walk(uses)] == ["Uses", "ImageRef"]


def test_inputs_have_places_and_no_case() -> None:
    found = step("uses: o/r@v1\nwith:\n  Tags: 'a:${{ github.sha }}'\n  empty:\n  n: 3\n")
    assert {name: text.sketch for name, text in found.with_.items()} == {"Tags": f"a:{UNKNOWN}", "empty": "", "n": "3"}
    tags = found.input("tags")
    assert tags is not None
    assert (tags.raw, tags.span.text) == ("a:${{ github.sha }}", "a:${{ github.sha }}")
    assert found.with_entries["Tags"].key.span.text == "Tags"


ENVIRONMENT = """
    on: push
    env: {A: workflow, B: workflow, C: "${{ github.sha }}-x"}
    jobs:
      a:
        runs-on: ubuntu-latest
        env: {B: job, D: "${{ matrix.v }}"}
        strategy: {matrix: {v: [3.10]}}
        steps:
          - run: echo "A=changed" >> $GITHUB_ENV
          - run: echo ${{ env.A }} ${{ env.B }} ${{ env.C }} ${{ env.D }} ${{ env.E }} $B
            env: {E: "${{ env.B }}!"}
"""


def test_the_environment_is_folded() -> None:
    found = workflow(ENVIRONMENT)
    last = found.jobs[0].steps[1]
    assert last.run is not None
    assert last.run.sketch == f"echo {UNKNOWN} job {UNKNOWN}-x 3.1 job! $B"
    assert last.script is not None
    (command,) = last.script.commands
    assert [word.sketch for word in command.words] == ["echo", UNKNOWN, "job", f"{UNKNOWN}-x", "3.1", "job!", "job"]
    assert [word.span.text for word in command.words][1:3] == ["${{ env.A }}", "${{ env.B }}"]
    assert [variable.name.value for variable in last.env] == ["E"]
    first = found.jobs[0].env[0]
    assert (first.name.value, first.kind, first.span.text) == ("B", "environment", "B: job")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a ${{ x }} b", ["a", UNKNOWN, "b"]),
        ("a '${{ x }}' b", ["a", UNKNOWN, "b"]),
        ("a 'x${{ x }}y' b", ["a", f"x{UNKNOWN}y", "b"]),
        ('a "x${{ env.K }}y" pre${{ env.K }}post', ["a", "xknowny", "preknownpost"]),
        ("a 'it' \"don't\" '${{ env.K }}'", ["a", "it", "don't", "known"]),
        ("a # don't\na '${{ env.K }}'", ["a", "a", "known"]),
        ("cat <<E\ndon't\nE\na '${{ env.K }}'", ["cat", "a", "known"]),
        ("a \\' ${{ env.K }}", ["a", "'", "known"]),
        ("a ${{ env.K", ["a"]),
    ],
)
def test_expressions_in_a_script(text: str, expected: list[str]) -> None:
    from deployflow_gate.model.script import Script

    mapped = Mapped.whole(Source("x", text).whole)
    changed, variables = shell_text(mapped, find(mapped), {"env": {"K": "known"}})
    assert len(changed.text) == len(text)
    assert "{{" not in changed.text
    script = Script.shell(None, changed, "bash", variables)
    words = [word.sketch for command in script.commands for word in command.words]
    assert words[: len(expected)] == expected


@pytest.mark.parametrize(
    ("above", "own", "expected"),
    [
        ("runs-on: ubuntu-latest", "", "bash"),
        ("runs-on: windows-latest", "", "powershell"),
        ("runs-on: windows-latest", "shell: bash", "bash"),
        ("runs-on: [self-hosted, windows]", "", "powershell"),
        ("runs-on: {group: g, labels: windows-x}", "", "powershell"),
        ("runs-on: ubuntu-latest\ncontainer: alpine:3.20", "", "sh"),
        ("runs-on: x\ndefaults: {run: {shell: pwsh}}", "", "powershell"),
        ("runs-on: x\ndefaults: {run: {shell: pwsh}}", "shell: sh -e {0}", "sh"),
        ("runs-on: ${{ matrix.os }}\nstrategy: {matrix: {os: [ubuntu-latest, windows-latest]}}", "", "bash"),
        ("runs-on: ${{ matrix.os }}\nstrategy: {matrix: {os: [windows-2022, windows-2025]}}", "", "powershell"),
        ("runs-on: x", "shell: python", "other"),
        ("runs-on: x", "shell: cmd", "cmd"),
        ("runs-on: x", "shell: ${{ matrix.shell }}", "other"),
    ],
)
def test_the_shell_of_a_step(above: str, own: str, expected: str) -> None:
    found = job(above + "\nsteps:\n  - run: x\n" + (f"    {own}\n" if own else ""))
    assert found.steps[0].dialect == expected


def test_a_matrix() -> None:
    found = job("""
        strategy:
          matrix:
            os: [linux, mac]
            v: [1, 2]
            exclude: [{os: mac, v: 1}]
            include:
              - {os: linux, extra: yes}
              - {os: bsd, v: 9}
    """).matrix
    assert found is not None
    assert not found.dynamic
    assert found.combinations == (
        {"os": "linux", "v": 1.0, "extra": "yes"},
        {"os": "linux", "v": 2.0, "extra": "yes"},
        {"os": "mac", "v": 2.0},
        {"os": "bsd", "v": 9.0},
    )
    values = found.values("os")
    assert values is not None
    assert [(text.value, text.span.text) for text in values] == [(v, v) for v in ("linux", "mac", "linux", "bsd")]
    assert found.values("absent") is None


@pytest.mark.parametrize(
    "matrix",
    [
        "${{ fromJSON(needs.x.outputs.m) }}",
        "{v: '${{ fromJSON(inputs.v) }}'}",
        "{a: [1,2,3,4,5,6,7,8,9], b: &b [*n]}",
        "[1]",
    ],
)
def test_a_matrix_that_is_not_known(matrix: str) -> None:
    matrix = matrix.replace("&b [*n]", "[" + ", ".join("x" * 40) + "]")
    found = job(f"strategy:\n  matrix: {matrix}\nenv: {{A: '${{{{ matrix.v }}}}'}}\n")
    assert found.matrix is not None
    assert found.matrix.combinations is None
    assert len(found.variants) == 1
    assert found.env[0].value is not None
    assert found.env[0].value.value is None


def test_containers() -> None:
    found = job("""
        container:
          image: ghcr.io/o/i:${{ github.sha }}
          credentials: {username: u, password: "${{ secrets.P }}"}
          env: {A: b}
          options: --privileged
        services:
          db: {image: "postgres:16", ports: [5432:5432]}
          off: ""
    """)
    container = found.container
    assert container is not None
    assert container.image is not None
    assert (container.image.name, container.image.tag) == ("ghcr.io/o/i", None)
    assert container.options is not None
    assert container.options.value == "--privileged"
    assert [(one.kind, one.name.value) for one in (*container.credentials, *container.env)] == [
        ("credential", "password"),
        ("environment", "A"),
    ]
    assert [service.image.tag if service.image else None for service in found.services] == ["16", None]
    assert [service.name.value if service.name else None for service in found.services] == ["db", "off"]
    assert job("container: node:20").container is not None


@pytest.mark.parametrize(
    ("text", "mixed", "truth"),
    [
        ("github.ref == 'x'", False, None),
        ("${{ github.ref == 'x' }}", False, None),
        ("${{ github.ref == 'x' }} && true", True, True),
        ("|\n      ${{ false }}", True, True),
        ("false", False, False),
        ("always()", False, True),
        ("a ==", False, None),
    ],
)
def test_a_condition(text: str, mixed: bool, truth: bool | None) -> None:
    condition = step(f"if: {text}\nrun: x").if_
    assert condition is not None
    assert (condition.mixed, condition.truth) == (mixed, truth)


def test_each_expression_belongs_to_the_smallest_owner() -> None:
    found = workflow("""
        name: x
        run-name: ${{ a.workflow }}
        on: push
        jobs:
          a:
            if: b.job
            runs-on: ${{ b.job }}
            container: ${{ c.container }}
            steps:
              - if: d.step
                run: echo ${{ d.step }}
                env: {X: "${{ d.step }}"}
    """)
    nodes = list(walk(found))
    expressions = [node for node in nodes if isinstance(node, Expression)]
    assert [(type(e.owner).__name__.lower(), e.text.split(".")[1], e.place) for e in expressions] == [
        ("workflow", "workflow", ("run-name",)),
        ("container", "container", ()),
        ("job", "job", ("if",)),
        ("job", "job", ("runs-on",)),
        ("step", "step", ("if",)),
        ("step", "step", ("run",)),
        ("step", "step", ("env", "X")),
    ]
    assert len({id(node) for node in nodes}) == len(nodes)
    assert {type(node) for node in nodes} >= {Workflow, Job, Container, Step}


LOCAL = """
    on: push
    jobs:
      a:
        runs-on: ubuntu-latest
        steps:
          - uses: ./tool
          - run: own
      b:
        uses: ./.github/workflows/other.yml
        with: {x: 1}
        secrets: inherit
      c:
        uses: $/.github/workflows/ci.yml
        secrets: {T: "${{ secrets.T }}"}
"""
OTHER = "on: workflow_call\njobs: {z: {runs-on: x, steps: [{run: other}, {uses: ./tool}]}}"
TOOL = "name: t\nruns: {using: composite, steps: [{run: tool, shell: bash}, {uses: ./tool}]}"


def test_local_calls_are_followed_once() -> None:
    found = project({PATH: LOCAL, ".github/workflows/other.yml": OTHER, "tool/action.yaml": TOOL})
    own = found.document(PATH)
    assert isinstance(own, Workflow)
    assert own.jobs[1].called is found.document(".github/workflows/other.yml")
    assert own.jobs[2].called is own
    assert own.jobs[0].steps[0].called is found.document("tool/action.yaml")
    assert own.jobs[1].secrets_inherit
    assert not own.jobs[2].secrets_inherit
    assert list(own.jobs[2].secrets) == ["T"]
    assert own.jobs[1].with_["x"].value == "1"
    runs = [one.run.raw for one in own.all_steps if one.run is not None]
    assert sorted(runs) == ["other", "own", "tool"]


def test_an_action() -> None:
    found = project(
        {
            "a/action.yml": """
                name: x
                inputs:
                  token: {required: true, description: a}
                  level: {default: high}
                outputs: {o: {value: "${{ steps.s.outputs.o }}"}}
                runs:
                  using: composite
                  steps:
                    - {id: s, run: "echo ${{ inputs.level }}", shell: bash}
            """,
            "b/action.yml": "runs: {using: docker, image: 'docker://alpine:3', env: {A: b}, pre-if: runner.os == 'x'}",
        }
    )
    composite, docker = found.document("a/action.yml"), found.document("b/action.yml")
    assert isinstance(composite, Action)
    assert isinstance(docker, Action)
    assert composite.composite
    assert [(f.name, f.required, f.default.value if f.default else None) for f in composite.inputs.values()] == [
        ("token", True, None),
        ("level", False, "high"),
    ]
    assert [one.id for one in composite.steps] == ["s"]
    assert composite.steps[0].action is composite
    assert composite.steps[0].job is None
    assert docker.image is not None
    assert docker.image.tag == "3"
    assert [type(node).__name__ for node in walk(docker)] == ["Action", "ImageRef", "Variable", "Expression"]


@pytest.mark.parametrize(
    ("text", "broken", "messages"),
    [
        ("", False, []),
        ("# nothing", False, []),
        ("- a", True, ["A workflow is a mapping at its top, and this is none."]),
        ("text", True, ["A workflow is a mapping at its top, and this is none."]),
        ("on: push\njobs: [a]", False, ["`jobs` is a mapping of jobs, and this is none."]),
        ("on: push\njobs: {a: 1}", False, ["The job `a` is not a mapping."]),
        ("on: push\njobs: {a: {runs-on: x, steps: [1, {run: x}]}}", False, []),
    ],
)
def test_what_is_no_workflow_is_a_fault(text: str, broken: bool, messages: list[str]) -> None:
    found = workflow(text)
    assert [fault.message for fault in found.faults] == messages
    assert found.broken is broken
    list(walk(found))


def test_aliases_do_not_multiply() -> None:
    steps = ", ".join(["{run: x}"] * 200)
    jobs = "\n".join(f"  j{number}: {{runs-on: x, steps: *s}}" for number in range(150))
    found = workflow(f"on: push\nx: &s [{steps}]\njobs:\n{jobs}\n")
    assert [fault.message for fault in found.faults if "more than" in fault.message] == [
        "The workflow has more than 20000 steps; those behind are not judged."
    ]
    assert sum(len(job.steps) for job in found.jobs) == 20_000


KEYS = st.sampled_from(
    [
        "on",
        "jobs",
        "a",
        "steps",
        "run",
        "uses",
        "with",
        "env",
        "if",
        "strategy",
        "matrix",
        "include",
        "exclude",
        "container",
        "services",
        "image",
        "credentials",
        "password",
        "permissions",
        "defaults",
        "shell",
        "runs-on",
        "needs",
        "outputs",
        "secrets",
        "runs",
        "using",
        "inputs",
    ]
)
LEAVES = (
    st.sampled_from(
        ["", "x", "${{ env.A }}", "${{", "docker://", "./a", "a/b@c", "true", "3", "read-all", "docker build ."]
    )
    | st.none()
)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=25
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, TREES, max_size=4), TREES, TREES)
def test_no_workflow_raises(top: dict[str, object], one: object, other: object) -> None:
    import json

    tree = {
        "on": "push",
        "env": other,
        **top,
        "jobs": {
            "a": {"runs-on": "x", "steps": [one, {"with": other, "uses": "docker/build-push-action@v6"}]},
            "b": other,
        },
    }
    for path in (PATH, "action.yml"):
        text = json.dumps(tree if path == PATH else {**tree, "runs": {"using": "composite", "steps": [one, other]}})
        found = project({path: text}).document(path)
        assert isinstance(found, Workflow | Action)
        nodes = list(walk(found))
        assert len({id(node) for node in nodes}) == len(nodes)
        _ = found.build_requests
        for node in nodes:
            if isinstance(node, Job):
                _ = (
                    node.systems,
                    node.called,
                    node.runs_on,
                    node.permissions,
                    node.outputs,
                    node.environment,
                    node.needed,
                )
            if isinstance(node, Step):
                _ = (
                    node.never,
                    node.dialect,
                    node.called,
                    node.compose_builds,
                    node.working_directory,
                    node.build_requests,
                )
            if isinstance(node, Uses):
                _ = (node.kind, node.path, node.ref_span)
