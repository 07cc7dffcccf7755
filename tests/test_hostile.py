"""The whole gate on files that somebody made to break it: a verdict, always, soon, and never a passed one by accident."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployflow_gate import Verdict, check, load_policy
from deployflow_gate.lint.registry import index
from deployflow_gate.report import FORMATS
from tests.growth import SUPERLINEAR, growth

DOCKERFILE = """\
# syntax=docker/dockerfile:1
# check=skip=StageNameCasing
ARG TAG=3.12
FROM python:${TAG}-slim AS build
WORKDIR /app
ENV A=b C="d e" API_KEY=0123456789abcdef
RUN --mount=type=cache,target=/root/.cache apt-get update && \\
    # a comment
    apt-get install -y curl ; pip install -r requirements.txt
RUN <<EOF
npm install
curl http://x | sh
EOF
COPY --from=build --chown=a:b ["a b", "."]
# gate: ignore[root-user] why
FROM build
SHELL ["/bin/bash", "-c"]
ONBUILD RUN a
HEALTHCHECK --interval=5s CMD curl -f http://localhost:${PORT:-80}/
EXPOSE 80/tcp 8000-8010
USER root
CMD python manage.py runserver 0.0.0.0:8000
"""
COMPOSE = """\
x-base: &base
  restart: always
  environment: {A: "${B:-c}", TOKEN: secret}
services:
  web:
    <<: *base
    build: {context: ., dockerfile: Dockerfile, target: build, args: [TAG=3]}
    image: "repo/web:${TAG:?no}"
    ports: ["80:8000", {target: 1, published: "2"}]
    volumes: [".:/app", "/var/run/docker.sock:/x:ro"]
    command: ["sh", "-c", "a && b"]
    healthcheck: {test: ["CMD", "curl", "x"], interval: 1s}
    privileged: true
  db:
    extends: {service: web, file: compose.yaml}
    image: postgres  # gate: ignore[latest-image] why
"""
WORKFLOW = """\
on: {push: {branches: [main]}}
permissions: write-all
env: {TAG: "${{ github.sha }}"}
jobs:
  build:
    runs-on: ${{ matrix.os }}
    strategy: {matrix: {os: [a, b], include: [{os: c}]}}
    container: python:latest
    steps:
      - uses: actions/checkout@v4
      - uses: docker/build-push-action@v6
        with: {context: ., push: true, tags: "a:latest"}
      - run: |
          docker build -t a:${{ env.TAG }} -f Dockerfile .
          docker push a:$TAG && docker buildx bake
        if: ${{ always() && contains(github.ref, 'x') }}
"""
FILES = {
    "Dockerfile": DOCKERFILE,
    "compose.yaml": COMPOSE,
    "compose.override.yaml": COMPOSE,
    ".github/workflows/ci.yml": WORKFLOW,
    "action.yml": "runs:\n  using: composite\n  steps:\n    - run: docker build .\n      shell: bash\n",
    ".dockerignore": "**/*.py\n!a/**\n# c\n.git\n",
    "requirements.txt": "django==5.0\n-r other.txt\n",
    "package.json": '{"scripts": {"start": "next start"}, "dependencies": {"next": "14"}}',
    "docker-bake.hcl": 'variable "TAG" { default = "1" }\ntarget "default" { tags = ["a:${TAG}"] inherits = ["b"] }\n',
    ".env": "TAG=1\nB=${TAG}\n",
    "manage.py": "import django\n",
}
JUNK = (
    "\x00", "\x85", "\u2028", "\u2029", "\ufeff", "\u202e", "\ud800", "\udfff", "\r", "\r\n", "\n", "\n\n",
    "\t", "\\", "\\\n", "`", "${", "${X:-", "${a/b/c}", "${a##*b}", "${{", "}}", "${{ format('{0}', ", '"', "'",
    "<<EOF", '<<-"E O"', "<<: *base", "<<:", "&a ", "*a ", "[", "{", "- ", ": ", "? ", "|", ">-",
    "!!python/object:os.system", "!reset ", "!override ", "#", "%", "@", "\xb2", "\u0661", "# gate: ignore[",
    "# check=skip=all\n", "\x1b[31m", "##[error]x", "\n::error::x", "$(", "$((", "&&", "||", ";", "(", ")",
    "\x0b", "999999999999999999999999", "-1", "1e999", "null", "~", "FROM ", "COPY --from=", "ONBUILD ",
    'SHELL ["', "HEALTHCHECK ", "../..",
    "@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "http://[", "git@",
    "\U0001f433", "\xdf", "\u0130",
)  # fmt: skip
POLICIES = {name: load_policy(name) for name in ("everything", "deployflow")}


def judged(files: dict[str, str | bytes], policy: str = "everything") -> Verdict:
    verdict = check(files, POLICIES[policy])
    assert [f.message for f in verdict.findings if f.rule == "internal-error"] == []
    assert [said for said in verdict.incomplete if "failed on" in said or "could not read it" in said] == []
    return verdict


def mutated(text: str, chance: random.Random) -> str:
    for _ in range(chance.choice((1, 1, 2, 4, 12))):
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + chance.choice((1, 3, 20, 200)))
        lines = text.split("\n")
        line = chance.randrange(len(lines))
        match chance.randrange(8):
            case 0:
                text = text[:at] + text[end:]
            case 1:
                text = text[:at]
            case 2 | 3 | 4:
                text = text[:at] + chance.choice(JUNK) * chance.choice((1, 1, 2, 40)) + text[at:]
            case 5:
                text = "\n".join([*lines[:line], *[lines[line]] * chance.choice((2, 20)), *lines[line + 1 :]])
            case 6:
                other = chance.choice(list(FILES.values()))
                text = text[:at] + other[chance.randrange(len(other)) :][:300] + text[at:]
            case _:
                text = text.replace("\n", chance.choice(("\r\n", "\r", "\u2028", "\\\n", " \n")))
    return text


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.sampled_from(sorted(POLICIES)))
def test_a_damaged_repository_gets_a_verdict(chance: random.Random, policy: str) -> None:
    files: dict[str, str | bytes] = dict(FILES)
    for path in chance.sample(sorted(FILES), 3):
        text = FILES[path if chance.random() < 0.9 else chance.choice(sorted(FILES))]
        files[path] = mutated(text, chance)
        if chance.random() < 0.2:
            files[path] = str(files[path]).encode("utf-16", "surrogatepass")
    verdict = judged(files, policy)
    for report in FORMATS.values():
        report(verdict).encode("utf-8")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=200))
def test_bytes_get_a_verdict(path: str, data: bytes) -> None:
    judged({**FILES, path: data})


@pytest.mark.parametrize("path", ["Dockerfile", "compose.yaml", ".github/workflows/ci.yml", "action.yml"])
@pytest.mark.parametrize("content", [b"\xff\xfea\0", b"a\0b", b"\xc3\x28", b"x" * 1_100_000])
def test_what_is_not_text_never_passes(path: str, content: bytes) -> None:
    files: dict[str, str | bytes] = {path: content}
    assert check(files, load_policy("minimal")).outcome.value == "not-evaluated"


def _fill(size: int, head: str, body: str, tail: str = "") -> str:
    return head + body * (size // len(body)) + tail


def _services(count: int, line: str) -> str:
    return "services:\n" + "".join(f"  a{n}:\n{line.format(n=n, below=n - 1)}" for n in range(count))


_STEPS = "on: push\njobs:\n a:\n  runs-on: x\n  steps:\n"
# of about so many characters
LARGE: dict[str, Callable[[int], dict[str, str]]] = {
    "lines": lambda size: {"Dockerfile": _fill(size, "FROM a\n", "\n")},
    "runs": lambda size: {"Dockerfile": _fill(size, "FROM a\n", "RUN apt-get install -y x && pip install y\n")},
    "continued": lambda size: {"Dockerfile": _fill(size, "FROM a\nRUN a", " \\\n && apt-get install b")},
    "variables": lambda size: {"Dockerfile": _fill(size, "FROM a\n", "ENV a=$a$a\n")},
    "stages": lambda size: {
        "Dockerfile": "FROM a AS s0\n" + "".join(f"FROM s{n} AS s{n + 1}\nRUN a\n" for n in range(size // 112))
    },
    "copies": lambda size: {
        "Dockerfile": "FROM a AS s0\n"
        + "".join(f"FROM b AS s{n + 1}\nCOPY --from=s{n} a b\n" for n in range(size // 112))
    },
    "heredocs": lambda size: {"Dockerfile": _fill(size, "FROM a\n", "RUN <<A\nb\n")},
    "substitutions": lambda size: {"Dockerfile": _fill(size, "FROM a\nRUN ", "$( \\\n")},
    "flags": lambda size: {"Dockerfile": _fill(size, "FROM a\nCOPY ", "--chown=a ")},
    "patterns": lambda size: {"Dockerfile": _fill(size, f"FROM a\nARG a={'a' * 5000}\nENV x=${{a##", "*a", "b}")},
    "flow": lambda size: {"compose.yaml": "[" * size},
    "aliases": lambda size: {
        "compose.yaml": "x0: &a0 [x, x]\n"
        + "".join(f"x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, size // 400))
        + f"services: {{a: {{command: *a{size // 400 - 1}, environment: *a9, ports: *a8}}}}\n"
    },
    "merges": lambda size: {
        "compose.yaml": "x0: &a0 {k: v}\n"
        + "".join(f"x{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], j{n}: *a{n - 1}}}\n" for n in range(1, size // 800))
        + f"services: {{a: {{<<: *a{size // 800 - 1}, image: x}}}}\n"
    },
    "extending": lambda size: {
        "compose.yaml": _services(size // 25, "    extends: a{below}\n    environment: [A=b]\n")
    },
    "services": lambda size: {
        "compose.yaml": _services(size // 25, "    image: b\n    build: .\n"),
        "Dockerfile": "FROM a\nCMD b\n",
    },
    "targets": lambda size: {
        "compose.yaml": _services(size // 80, "    build: {{context: ., target: s{n}}}\n"),
        "Dockerfile": "FROM a AS s0\n" + "".join(f"FROM s{n} AS s{n + 1}\n" for n in range(size // 80)),
    },
    "interpolation": lambda size: {"compose.yaml": _fill(size, "services:\n a:\n  image: ", "${A:-")},
    "steps": lambda size: {".github/workflows/a.yml": _fill(size, _STEPS, "  - run: docker build -t a .\n")},
    "expressions": lambda size: {".github/workflows/a.yml": _fill(size, f'{_STEPS}  - run: "', "${{ a }}", '"')},
    "parentheses": lambda size: {".github/workflows/a.yml": _fill(size, "on: push\nname: ${{ ", "(", " }}")},
    "bake": lambda size: {
        "docker-bake.hcl": "".join(
            f'target "a{n}" {{\n inherits=["a{n + 1}", "a{n + 2}"]\n}}\n' for n in range(size // 100)
        ),
        ".github/workflows/a.yml": f"{_STEPS}  - run: docker buildx bake a0\n",
    },
    "ignoring": lambda size: {
        "Dockerfile": "FROM a\nCOPY . .\n",
        ".dockerignore": _fill(size, "", "**/*a*a*a*b\n"),
        **{f"{'a' * 50}/{n}": "" for n in range(50)},
    },
    "ignore comments": lambda size: {"Dockerfile": _fill(size, "FROM a\n", "# gate: ignore[root-user]\nRUN a\n")},
    "directives": lambda size: {"Dockerfile": _fill(size, "", "# escape=`\n")},
}


@pytest.mark.parametrize("name", LARGE)
def test_work_is_linear_in_size(name: str) -> None:
    def run(size: int) -> None:
        verdict = judged(dict(LARGE[name](size)))
        for report in FORMATS.values():
            report(verdict)

    assert growth(run, 5_000) < SUPERLINEAR


MANY: dict[str, Callable[[int], dict[str, str]]] = {
    "installs": lambda size: {
        "Dockerfile": _fill(3 * size, "FROM debian:12\nRUN ", "cd a && pip install b && rm -rf c && ", "true\n")
    },
    "configured installs": lambda size: {
        "Dockerfile": _fill(3 * size, "FROM debian:12\nRUN echo apt.conf npmrc && ", "apt-get install a && ", "true\n")
    },
    "manifests": lambda size: {
        "Dockerfile": "FROM node:20\n"
        + "".join(f"COPY d{n}/package.json d{n}/\nRUN cd d{n} && npm ci\n" for n in range(size // 80)),
        **{f"d{n}/package.json": "{}" for n in range(size // 80)},
    },
    "pushes": lambda size: {
        ".github/workflows/a.yml": _fill(5 * size, _STEPS, "  - run: docker build -t a . && docker push a\n")
    },
}
"""Many commands of a kind that rules look around for each: at what stands before, behind, and in the whole file."""


@pytest.mark.parametrize("name", MANY)
def test_work_is_linear_in_commands(name: str) -> None:
    """Without ShellCheck, which takes its own time."""
    rules = frozenset(index()) - {"shell-script-defect"}

    def run(size: int) -> None:
        assert check(dict(MANY[name](size)), POLICIES["everything"], only=rules).findings

    assert growth(run, 5_000) < SUPERLINEAR


def test_an_unclosed_heredoc_without_a_body() -> None:
    judged({"Dockerfile": "FROM a\nRUN b <<E \\\n"})
    judged({"Dockerfile": "FROM a\nRUN b <<E\nRUN c <<'E F' <<G\n"})


def test_a_broken_file_hides_no_other() -> None:
    """Whatever is wrong with one, the other's own findings are the same."""
    for content in (b"\0", b"\xff", b"FROM", b"RUN <<E", b"FROM a\nFOO\n", b"x" * 2_000_000):
        verdict = judged({"Dockerfile": content, "b/Dockerfile": "FROM python:latest\n"})
        assert {"latest-image", "root-user"} <= {f.rule for f in verdict.findings if f.path == "b/Dockerfile"}
        assert verdict.outcome.value != "passed"


@pytest.mark.parametrize(
    "line",
    [
        "RUN curl -o //srv/tool.tgz https://example.com/tool.tgz && rm //tmp/other",
        "WORKDIR //\nRUN wget https://example.com/tool.tgz && rm -rf ../x",
        "COPY //package.json //\nRUN npm ci",
        "COPY requirements.txt //app/\nRUN cd // && pip install -r //app/requirements.txt",
    ],
)
def test_paths_with_two_slashes_come_to_an_end(line: str) -> None:
    """The folder above `//` is `//` for POSIX: a way up that waits for `/` never gets there."""
    files = {"Dockerfile": f"FROM python:3.12.7-slim\n{line}\n", "package.json": "{}", "requirements.txt": "a==1\n"}
    assert not check(files, load_policy("everything")).incomplete
