"""Compose files and services: what is read, where it stands, and how files, anchors and `extends` come together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployflow_gate.model.compose import ComposeFile, Service
from deployflow_gate.model.imageref import ImageRef
from deployflow_gate.model.node import walk
from deployflow_gate.model.project import Project, Settings
from deployflow_gate.model.script import Script
from deployflow_gate.model.variable import Variable
from deployflow_gate.snapshot.memory import MemorySnapshot
from deployflow_gate.text import Text


def project(files: dict[str, str], production: tuple[str, ...] = ()) -> Project:
    return Project(MemorySnapshot(files), Settings(production=production))


def compose(text: str, path: str = "compose.yaml", **files: str) -> ComposeFile:
    found = project({path: text, **{name.replace("__", "."): content for name, content in files.items()}}).document(
        path
    )
    assert isinstance(found, ComposeFile)
    return found


def service(text: str, name: str = "web") -> Service:
    """`text` is what stands under `services: {web: …}`, indented by nothing."""
    body = "".join(f"    {line}\n" for line in text.splitlines())
    found = compose(f"services:\n  web:\n{body}").service(name)
    assert found is not None
    return found


def sketches(texts: tuple[Text, ...]) -> list[str | None]:
    return [text.value for text in texts]


# Services and their values


def test_service_has_name_and_place() -> None:
    file = compose("services:\n  web:\n    image: nginx:1.27\n\n  db: {image: 'postgres:17'}\n")
    web, db = file.services
    assert (web.name, web.name_span.text, web.span.text) == ("web", "web", "web:\n    image: nginx:1.27")
    assert db.image is not None
    assert (db.image.tag, db.image.span.text) == ("17", "postgres:17")


def test_image_with_a_variable() -> None:
    file = compose("services:\n  a: {image: 'x:${TAG:-1.2}'}\n  b: {image: '${REG}/x:$V'}\n", __env="V=7\n")
    a, b = (one.image for one in file.services)
    assert a is not None
    assert a.text.value == "x:1.2"
    assert b is not None
    assert (b.text.value, b.tag, b.registry) == (None, "7", None)


def test_values_of_null_are_not_there() -> None:
    one = service("image:\nuser: ~\ncommand: null\nports:\nvolumes: []\nenvironment:\nbuild:\n")
    assert (one.image, one.user, one.command, one.ports, one.mounts, one.environment, one.build) == (
        None,
        None,
        None,
        (),
        (),
        (),
        None,
    )


def test_switches() -> None:
    one = service("privileged: true\nread_only: '${RO:-yes}'\ntty: ${X}\ninit: no\n")
    assert (one.privileged, one.read_only, one.flag("tty"), one.flag("init"), one.flag("stdin_open")) == (
        True,
        True,
        None,
        False,
        False,
    )


def test_lists_and_texts() -> None:
    one = service(
        "cap_add: [SYS_ADMIN, '${CAP}']\nsecurity_opt:\n  - seccomp:unconfined\nuser: 0\nnetwork_mode: host\npid: \"host\"\n"
        "profiles: [dev]\nexpose: [80]\nsecrets: [a, {source: b}]\nnetworks: {front: {}, back: }\n"
        "env_file: [a.env, {path: b.env, required: false}]\ndepends_on: {db: {condition: service_healthy}, x: {}}\n"
        "labels: {a: b}\ndeploy: {resources: {limits: {memory: 1G}}}"
    )
    assert sketches(one.cap_add) == ["SYS_ADMIN", None]
    assert sketches(one.security_opt) == ["seccomp:unconfined"]
    assert one.user is not None
    assert (one.user.value, one.user.span.text) == ("0", "0")
    assert one.pid is not None
    assert one.pid.span.text == "host"
    assert (sketches(one.expose), sketches(one.secrets), sketches(one.networks)) == (
        ["80"],
        ["a", "b"],
        ["front", "back"],
    )
    assert sketches(one.env_files) == ["a.env", "b.env"]
    assert [(d.name.value, d.condition and d.condition.value) for d in one.depends_on] == [
        ("db", "service_healthy"),
        ("x", None),
    ]
    memory = one.text("deploy", "resources", "limits", "memory")
    assert memory is not None
    assert memory.value == "1G"
    assert [(name.value, value and value.value) for name, value in one.labels] == [("a", "b")]


@pytest.mark.parametrize(
    "text",
    ["environment:\n  A: 1\n  B: ${X:-two}\n  C:\n  D: ''\n", "environment:\n- A=1\n- B=${X:-two}\n- C\n- 'D='\n"],
)
def test_environment_in_both_forms(text: str) -> None:
    found = service(text).environment
    assert [(v.name.value, v.value.value if v.value else None) for v in found] == [
        ("A", "1"),
        ("B", "two"),
        ("C", None),
        ("D", ""),
    ]
    assert found[1].value is not None
    assert (found[1].name.span.text, found[1].value.span.text) == ("B", "${X:-two}")
    assert {v.kind for v in found} == {"environment"}


# Ports and mounts

PORTS = {
    "80": ("80", None, None, None, True),
    "'8080:80'": ("80", "8080", None, None, True),
    "127.0.0.1:8080:80/tcp": ("80", "8080", "127.0.0.1", "tcp", False),
    "'[::1]:80:80'": ("80", "80", "::1", None, False),
    "'::1:80:80'": ("80", "80", "::1", None, False),
    "'127.0.0.1::80'": ("80", None, "127.0.0.1", None, False),
    "'0.0.0.0:53:53/udp'": ("53", "53", "0.0.0.0", "udp", True),
    "3000-3005:3000-3005": ("3000-3005", "3000-3005", None, None, True),
    "'${P:-8080}:80'": ("80", "8080", None, None, True),
    "'${P}:80'": ("80", "?", None, None, None),
    "'${IP}:80:80'": ("80", "80", "?", None, None),
    "'${IP:-127.0.0.1}:80:80'": ("80", "80", "127.0.0.1", None, False),
    "'${ALL}'": (None, None, None, None, None),
    "{target: 80, published: 8080, host_ip: 127.0.0.1, protocol: udp}": ("80", "8080", "127.0.0.1", "udp", False),
    "{target: 80}": ("80", None, None, None, True),
}


@pytest.mark.parametrize("text", PORTS)
def test_port(text: str) -> None:
    (port,) = service(f"ports:\n  - {text}\n").ports
    found = [part and (part.value or "?") for part in (port.target, port.published, port.host_ip, port.protocol)]
    assert (*found, port.public) == PORTS[text] or (text == "'${ALL}'" and port.public is None)


def test_parts_of_a_port_have_their_places() -> None:
    (port,) = service("ports: ['${IP:-127.0.0.1}:8000-8001:80/tcp']").ports
    assert port.target is not None
    assert port.published is not None
    assert port.host_ip is not None
    assert (port.target.span.text, port.published.span.text) == ("80", "8000-8001")
    assert (port.host_ip.span.text, port.host_ip.raw) == ("${IP:-127.0.0.1}", "${IP:-127.0.0.1}")
    assert (port.target_range, port.published_range) == (range(80, 81), range(8000, 8002))


MOUNTS = {
    "./a:/b": ("bind", "./a", "/b", False),
    "~/a:/b:ro": ("bind", "~/a", "/b", True),
    "/var/run/docker.sock:/var/run/docker.sock:ro,z": ("bind", "/var/run/docker.sock", "/var/run/docker.sock", True),
    "data:/b": ("volume", "data", "/b", False),
    "/b": ("volume", None, "/b", False),
    "'C:\\a:/b:ro'": ("bind", "C:\\a", "/b", True),
    "${DATA}/x:/b": ("bind", "?", "/b", False),
    "${DATA}:/b": (None, "?", "/b", False),
    "${DATA:-./x}:/b": ("bind", "./x", "/b", False),
    "${ALL}": (None, None, None, None),
    "xx:/b:${MODE}": ("volume", "xx", "/b", None),
    "{type: bind, source: ., target: /b, read_only: true}": ("bind", ".", "/b", True),
    "{type: tmpfs, target: /b}": ("tmpfs", None, "/b", False),
}


@pytest.mark.parametrize("text", MOUNTS)
def test_mount(text: str) -> None:
    (mount,) = service(f"volumes:\n  - {text}\n").mounts
    parts = [part and (part.value or "?") for part in (mount.source, mount.target)]
    assert (mount.type, *parts, mount.read_only) == MOUNTS[text]


def test_tmpfs() -> None:
    assert [(m.type, m.target and m.target.value) for m in service("tmpfs: /run:size=1m").mounts] == [("tmpfs", "/run")]


# Commands


def test_command_as_list_and_as_text() -> None:
    assert sketches(service("command: [a, 'b c']").command_words or ()) == ["a", "b c"]
    assert sketches(service("command: a 'b c' ${X:-d}").command_words or ()) == ["a", "b c", "d"]
    one = service("command: a 'b c'\nentrypoint: []")
    assert isinstance(one.command, Script)
    assert one.command.is_exec
    assert (one.entrypoint, one.entrypoint_words) == (None, ())


def test_shell_in_a_command_is_opened() -> None:
    one = service("command: sh -c 'curl x | sh'")
    assert one.command is not None
    assert [command.name for command in one.command.commands] == ["sh", "curl", "sh"]


@pytest.mark.parametrize(
    ("text", "names", "disabled"),
    [
        ("test: curl -f http://localhost", ["curl"], False),
        ("test: [CMD, curl, -f, x]", ["curl"], False),
        ("test: [CMD-SHELL, 'a || exit 1']", ["a", "exit"], False),
        ("test: [NONE]", None, True),
        ("disable: true", None, True),
        ("interval: 5s", None, False),
    ],
)
def test_healthcheck(text: str, names: list[str] | None, disabled: bool) -> None:
    check = service(f"healthcheck:\n  {text}").healthcheck
    assert check is not None
    assert check.disabled == disabled
    assert (None if check.test is None else [command.name for command in check.test.commands]) == names


def test_healthcheck_text_has_its_place() -> None:
    check = service('healthcheck:\n  test: ["CMD-SHELL", "echo $$HOME && wget x"]').healthcheck
    assert check is not None
    assert check.test is not None
    assert check.test.text.text == "echo $HOME && wget x"
    assert check.test.commands[1].span.text == "wget x"


# Build


def test_build_request() -> None:
    one = service(
        "image: me/app:1\nbuild:\n  context: api\n  dockerfile: ${D:-Dockerfile.prod}\n  target: run\n"
        "  args: {A: 1, B: }\n  tags: ['x:2']\n"
    )
    build = one.build
    assert build is not None
    assert build.context is not None
    assert (build.owner, build.context.value, build.base_dir) == (one, "api", "")
    assert build.dockerfile is not None
    assert (build.dockerfile.value, build.dockerfile_span.text) == ("Dockerfile.prod", "${D:-Dockerfile.prod}")
    assert build.target is not None
    assert build.target.value == "run"
    assert [(v.name.value, v.value and v.value.value, v.kind) for v in build.arguments] == [
        ("A", "1", "build-arg"),
        ("B", None, "build-arg"),
    ]
    assert sketches(build.tags) == ["me/app:1", "x:2"]
    assert build.span.text.startswith("build:")


def test_short_build_remote_build_and_inline_build() -> None:
    short = service("build: ./api").build
    assert short is not None
    assert (short.context_span.text, short.remote_context) == ("./api", False)
    remote = service("build: https://github.com/a/b.git#main").build
    assert remote is not None
    assert remote.remote_context
    inline = service("build:\n  dockerfile_inline: |\n    FROM a\n    RUN echo $$X\n").build
    assert inline is not None
    assert inline.inline is not None
    assert inline.inline.text == "FROM a\nRUN echo $X\n"
    assert inline.context is None


def test_build_requests_are_relative_to_where_the_context_is_written() -> None:
    file = compose(
        "services:\n  web:\n    extends: {file: ../base/common.yml, service: app}\n",
        "deploy/compose.yaml",
        **{"base/common.yml": "services:\n  app:\n    build: ./src\n"},
    )
    (request,) = file.build_requests
    assert request.base_dir == "base"
    assert request.owner is file.services[0]


# Anchors, merge keys, extends

ANCHORED = """\
x-app: &app
  image: app:1
  environment: &env
    A: 1
  ports: ["80:80"]
services:
  one:
    <<: *app
    environment:
      <<: *env
      B: 2
  two:
    <<: *app
    image: app:2
  three: *app
"""


def test_merge_keys_are_followed_and_each_place_is_told_once() -> None:
    file = compose(ANCHORED)
    one, two, three = file.services
    assert [v.name.value for v in one.environment] == ["B", "A"]
    assert two.image is not None
    assert two.image.tag == "2"
    assert three.image is not None
    assert three.span.text == "three: *app"
    visited = [node for node in walk(file) if isinstance(node, ImageRef | Variable)]
    places = [node.span.text for node in visited]
    assert sorted(places) == ["A: 1", "B: 2", "app:1", "app:2"]
    assert len([node for owner in file.services for node in owner.ports if owner.owns(node.span)]) == 1


def test_extends_in_the_same_file() -> None:
    file = compose(
        "services:\n  base:\n    image: a:1\n    privileged: true\n    command: x\n"
        "    ports: ['1:1']\n    environment: {A: 1, B: 1}\n"
        "  web:\n    extends: base\n    command: y\n    ports: ['2:2']\n    environment: {B: 2}\n"
    )
    web = file.service("web")
    assert web is not None
    assert web.image is not None
    assert (web.privileged, web.image.tag, web.complete) == (True, "1", True)
    assert sketches(web.command_words or ()) == ["y"]
    assert [port.target and port.target.value for port in web.ports] == ["1", "2"]
    assert [(v.name.value, v.value and v.value.value) for v in web.environment] == [("A", "1"), ("B", "2")]
    assert [node.span.text for node in web.children() if not isinstance(node, Script)] == ["2:2", "B: 2"]


def test_extends_another_file_is_visited_only_there() -> None:
    file = compose(
        "services:\n  web:\n    extends: {file: ./common.yml, service: app}\n    user: app\n",
        **{"common.yml": "services:\n  app:\n    extends: core\n  core: {image: 'a:1'}\n"},
    )
    (web,) = file.services
    assert web.image is not None
    assert web.image.span.path == "common.yml"
    assert list(web.children()) == []


@pytest.mark.parametrize(
    ("extends", "message"),
    [
        ("nope", "There is no service `nope` to extend in `compose.yaml`."),
        ("web", "The service `web` extends itself."),
        ("{file: other.yml, service: nope}", "There is no service `nope` to extend in `other.yml`."),
        ("{file: other.yml, service: back}", "The service `web` extends itself."),
        ("{file: absent.yml, service: a}", None),
        ("{file: ../out.yml, service: a}", None),
        ("{file: '${X}', service: a}", None),
        ("'${X}'", None),
        ("[a]", None),
    ],
)
def test_extends_that_leads_nowhere(extends: str, message: str | None) -> None:
    file = compose(
        f"services:\n  web:\n    extends: {extends}\n",
        **{"other.yml": "services:\n  back: {extends: {file: compose.yaml, service: web}}\n"},
    )
    assert not file.services[0].complete
    said = [fault.message for fault in file.faults]
    assert said == ([message] if message and "back" not in extends else []) or "back" in extends


def test_long_chain_of_extends_is_a_fault() -> None:
    text = "services:\n  s0: {image: a}\n" + "".join(f"  s{i}: {{extends: s{i - 1}}}\n" for i in range(1, 40))
    file = compose(text)
    assert not file.services[39].complete
    assert any("16 services" in fault.message for fault in file.faults)


# Files


@pytest.mark.parametrize(
    ("path", "others", "role"),
    [
        ("compose.yaml", (), "unknown"),
        ("compose.yaml", ("compose.override.yaml",), "production"),
        ("docker-compose.yml", ("docker-compose.override.yml",), "production"),
        ("docker-compose.yml", ("docker-compose.dev.yml",), "production"),
        ("docker-compose.yml", ("docker-compose.dev.yml", "docker-compose.prod.yml"), "unknown"),
        ("docker-compose.yml", ("docker-compose.test.yml",), "unknown"),
        ("docker-compose.yml", ("other/docker-compose.dev.yml",), "unknown"),
        ("docker-compose.prod.yml", (), "production"),
        ("docker-stack.yml", (), "production"),
        ("docker-compose-dev-server.yml", (), "development"),
        ("docker-compose.override.yml", (), "development"),
        (".devcontainer/docker-compose.yml", (), "development"),
        ("examples/deploy/docker-compose.yml", (), "production"),
        ("examples/a/compose.yaml", ("examples/a/compose.override.yaml",), "development"),
        ("docker-compose.web.yml", (), "unknown"),
    ],
)
def test_role(path: str, others: tuple[str, ...], role: str) -> None:
    assert compose("services: {}", path, **dict.fromkeys(others, "services: {}")).role == role


def test_policy_says_what_is_production() -> None:
    file = project({"dev/compose.yaml": "services: {}"}, ("dev/compose.yaml",)).document("dev/compose.yaml")
    assert isinstance(file, ComposeFile)
    assert file.role == "production"


@pytest.mark.parametrize(
    ("text", "development"),
    [
        ("image: a", False),
        ("profiles: [dev]", True),
        ("profiles: [dev, prod]", False),
        ("profiles: ['${P}']", False),
        ("build: {context: ., target: development}", True),
        ("build: {context: ., target: prod}", False),
    ],
)
def test_service_for_development(text: str, development: bool) -> None:
    one = service(text)
    assert one.development == development
    if one.build is not None:
        assert one.build.development is (True if development else None)


BASE = "services:\n  web:\n    image: a:1\n    restart: always\n    ports: ['1:1']\n    command: x\n  db: {image: b}\n"
OVER = "services:\n  web:\n    command: y\n    ports: ['2:2']\n    restart: !reset null\n    environment: !override {A: 1}\n"


def test_override_is_laid_over_its_base() -> None:
    repo = project({"compose.yaml": BASE, "compose.override.yaml": OVER})
    base, over = repo.document("compose.yaml"), repo.document("compose.override.yaml")
    assert isinstance(base, ComposeFile)
    assert isinstance(over, ComposeFile)
    assert over.base is base
    assert base.overrides == (over,)
    assert (base.base, over.overrides) == (None, ())
    (web,) = over.services
    assert web.counterparts == (base.service("web"),)
    assert set(web.merged_effective) == {"image", "ports", "command", "environment"}
    assert set(web.effective) == {"ports", "command", "environment"}
    image = web.merged_entry("image")
    assert image is not None
    assert image.span.path == "compose.yaml"
    ports = web.merged_entry("ports")
    assert ports is not None
    assert ports.value.span.text == "['2:2']"
    assert (web.image, web.restart) == (None, None)


@pytest.mark.parametrize(
    ("text", "laid"), [(OVER, True), ("services: {web: {image: c}}", False), ("services: {other: {user: a}}", False)]
)
def test_file_of_another_name_is_laid_over_the_plain_one_if_it_needs_it(text: str, laid: bool) -> None:
    repo = project({"docker-compose.yml": BASE, "docker-compose.prod.yml": text})
    file = repo.document("docker-compose.prod.yml")
    assert isinstance(file, ComposeFile)
    assert (file.base is not None) == laid


def test_first_format() -> None:
    file = compose("web:\n  image: a:1\ndb:\n  build: .\n", "docker-compose.yml")
    assert file.version_one
    assert [one.name for one in file.services] == ["web", "db"]
    assert (file.faults, file.foreign) == ((), None)


@pytest.mark.parametrize("text", ["apiVersion: v1\nkind: Pod\nspec: {}\n", "- a\n- b\n", "just a text"])
def test_file_that_is_something_else(text: str) -> None:
    file = compose(text, "docker-compose-chart.yml")
    assert file.foreign is not None
    assert (file.services, file.faults, file.broken) == ((), (), False)


@pytest.mark.parametrize("text", ["version: '3'", "x-a: 1", "include: [a.yml]", "volumes: {a: }"])
def test_compose_file_without_services(text: str) -> None:
    file = compose(text)
    assert (file.foreign, file.services, file.faults) == (None, (), ())


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("- a", "The top level of a compose file is a mapping, and this is none.", "- a"),
        ("services: [a]", "`services` is no mapping of names to services.", "[a]"),
        ("services: {}\nvolumes: [a]", "`volumes` is no mapping of names to volumes.", "[a]"),
        ("services: {web: }", "The service `web` is no mapping.", "web"),
        ("services: {a: {}, a: {}}", "The key `a` is written twice here; it stands on line 1 already.", "a"),
    ],
)
def test_faults(text: str, message: str, place: str) -> None:
    assert [(fault.message, fault.span.text) for fault in compose(text).faults] == [(message, place)]


def test_broken_file() -> None:
    file = compose("services: [")
    assert file.broken
    assert len(file.faults) == 1
    assert file.services == ()


def test_sections_includes_and_comments() -> None:
    file = compose(
        "# hi\nversion: '3'\ninclude:\n  - a.yml\n  - path: [b.yml, ../c.yml]\nnetworks: {n: {}}\nvolumes: {v: }\n",
        **{"a.yml": "services: {x: {image: y}}"},
    )
    assert sketches(file.includes) == ["a.yml", "b.yml", "../c.yml"]
    assert [other.path for other in file.included] == ["a.yml"]
    assert (list(file.networks), list(file.volumes), list(file.secrets)) == (["n"], ["v"], [])
    assert [span.text for span in file.comments] == ["# hi"]
    assert file.version is not None


def test_bad_interpolation() -> None:
    file = compose("services:\n  a:\n    image: x:${TAG\n    command: echo $(date) $$x\n")
    assert [span.text for span in file.bad_interpolations] == ["${"]


# Hostile texts


def test_many_services_that_extend_a_large_one_end_at_a_limit() -> None:
    large = "".join(f"      V{i}: 1\n" for i in range(5000))
    text = f"services:\n  base:\n    environment:\n{large}" + "".join(
        f"  s{i}: {{extends: base}}\n" for i in range(5000)
    )
    file = compose(text)
    assert sum(1 for _ in walk(file)) > 5000
    assert any("more than can be read" in fault.message for fault in file.faults)


YAMLISH = st.recursive(
    st.sampled_from(["a", "1", "~", "''", "${X}", "'${X:-a:b}:c'", "!reset x", "[]", "{}", "./a:/b", "*x"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(
            st.sampled_from(
                [
                    "image",
                    "build",
                    "ports",
                    "volumes",
                    "environment",
                    "command",
                    "extends",
                    "service",
                    "file",
                    "healthcheck",
                    "test",
                    "<<",
                    "web",
                    "args",
                    "env_file",
                    "depends_on",
                ]
            ),
            inner,
            max_size=4,
        ).map(lambda pairs: f"{{{', '.join(f'{key}: {value}' for key, value in pairs.items())}}}"),
    ),
    max_leaves=12,
)


@given(YAMLISH, YAMLISH)
@settings(max_examples=300, deadline=None)
def test_never_raises(first: str, second: str) -> None:
    repo = project(
        {
            "compose.yaml": f"x: &x {first}\nservices: {{web: {second}, db: {first}}}",
            "compose.prod.yaml": f"services: {{web: {first}}}",
        }
    )
    for path in ("compose.yaml", "compose.prod.yaml"):
        file = repo.document(path)
        assert isinstance(file, ComposeFile)
        assert all(0 <= node.span.start <= node.span.end for node in walk(file))
        for name in (
            "faults",
            "foreign",
            "role",
            "base",
            "overrides",
            "includes",
            "build_requests",
            "bad_interpolations",
        ):
            getattr(file, name)
        for one in file.services:
            for name in ("merged_effective", "counterparts", "depends_on", "env_files", "networks", "labels", "deploy"):
                getattr(one, name)
