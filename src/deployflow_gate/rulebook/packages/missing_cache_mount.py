r"""Package managers keep their downloads in a cache mount.

When one dependency changes, the layer that installs them is made anew, and everything is downloaded again. With
`RUN --mount=type=cache` the downloads stay on the machine that builds, outside of the image, and only the change is fetched.

Off unless a policy asks for it: it needs BuildKit, and does nothing on machines that are thrown away after each build. Judged are
the stages that a shipped image is built from. A `RUN` that mounts any cache whose purpose is not known is left alone.

Nothing is mounted:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim AS api
COPY requirements.txt .
RUN «pip install --no-cache-dir -r requirements.txt»
FROM node:22.11.0 AS web
COPY package.json package-lock.json ./
RUN «npm ci» && npm run build
FROM api
COPY --from=web dist dist
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim AS api
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
FROM node:22.11.0 AS web
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci && npm run build
FROM api
COPY --from=web dist dist
```

System packages, where the image's own clean-up has to go as well, so that there is no fix:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN apt-get update && «apt-get install -y curl» && rm -rf /var/lib/apt/lists/*
```
```dockerfile b/Dockerfile fails
FROM fedora:41
RUN «dnf install -y nginx» && dnf clean all
```

Compilers that download:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
RUN «go build -o /app .»
FROM scratch
COPY --from=build /app /app
```
```dockerfile Dockerfile fixed
FROM golang:1.23.3 AS build
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build go build -o /app .
FROM scratch
COPY --from=build /app /app
```
```dockerfile b/Dockerfile fails
FROM rust:1.82.0 AS build
RUN «cargo build --release»
FROM debian:12.8-slim
COPY --from=build target/release/app /app
```
```dockerfile b/Dockerfile fixed
FROM rust:1.82.0 AS build
RUN --mount=type=cache,target=/usr/local/cargo/registry cargo build --release
FROM debian:12.8-slim
COPY --from=build target/release/app /app
```

The mount is that of another tool:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
USER app
RUN --mount=type=cache,target=/root/.npm «pip install flask==3.1.0»
```

Mounted, for whatever home:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
RUN --mount=type=cache,target=/home/app/.cache,uid=1000 pip install -r more.txt
RUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked --mount=type=cache,target=/var/lib/apt,sharing=locked \
    apt-get update && apt-get install -y curl
```
```dockerfile b/Dockerfile passes
FROM golang:1.23.3 AS build
RUN --mount=type=cache,target=/go/pkg/mod go build -o /app .
FROM scratch
COPY --from=build /app /app
```

A cache in a place of its own, or one that is not known:

```dockerfile Dockerfile passes
FROM node:22.11.0
ENV npm_config_cache=/cache/npm
ARG CACHE
RUN --mount=type=cache,target=/cache npm ci
RUN --mount=type=cache,target=$CACHE npm ci
```

Nothing is downloaded:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-index --find-links /wheels app
RUN --network=none pip install /wheels/app.whl
RUN apt-get update && apt-get upgrade -y
```

On Windows there are no such mounts, and in development nobody waits for them:

```dockerfile Dockerfile passes
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN npm ci
```
```dockerfile Dockerfile.dev passes
FROM node:22.11.0
RUN npm ci
```

## Options

- `ignored`: tools that need no cache mount (`apt-get`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.record import dataclass

if TYPE_CHECKING:
    from deployflow_gate.lint.problem import Edit
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Run


@dataclass(frozen=True, slots=True)
class Cache:
    """`folders` are where a tool run by root keeps its downloads, `marks` parts of paths by which a mount is told to be its
    own. `fixable`: mounting the folders is all that it takes."""

    folders: tuple[str, ...]
    marks: tuple[str, ...]
    fixable: bool = True


_RPM = Cache(("/var/cache/dnf",), ("/var/cache",), fixable=False)
_APT = Cache(("/var/cache/apt", "/var/lib/apt"), ("/var/cache", "/var/lib/apt"), fixable=False)
_GO = Cache(("/go/pkg/mod", "/root/.cache/go-build"), ("/go", "pkg/mod", "go-build", "gocache"))
_CARGO = Cache(("/usr/local/cargo/registry",), ("cargo", "target"))
_MAVEN = Cache(("/root/.m2",), (".m2",))
_GRADLE = Cache(("/root/.gradle",), ("gradle",))

CACHES = {
    "apt-get": _APT, "apt": _APT, "aptitude": _APT,
    "dnf": _RPM, "microdnf": _RPM, "yum": _RPM, "tdnf": _RPM,
    "zypper": Cache(("/var/cache/zypp",), ("/var/cache",), fixable=False),
    "pip": Cache(("/root/.cache/pip",), ("pip",)),
    "uv": Cache(("/root/.cache/uv",), ("uv",)),
    "poetry": Cache(("/root/.cache/pypoetry",), ("poetry",)),
    "pipenv": Cache(("/root/.cache/pipenv", "/root/.cache/pip"), ("pip",)),
    "pdm": Cache(("/root/.cache/pdm",), ("pdm",)),
    "npm": Cache(("/root/.npm",), ("npm",)),
    "yarn": Cache(("/usr/local/share/.cache/yarn",), ("yarn",), fixable=False),
    "pnpm": Cache(("/root/.local/share/pnpm/store",), ("pnpm",)),
    "bun": Cache(("/root/.bun/install/cache",), ("bun",)),
    "bundle": Cache(("/usr/local/bundle/cache",), ("bundle", "gem"), fixable=False),
    "composer": Cache(("/root/.composer/cache",), ("composer",), fixable=False),
    "go": _GO, "cargo": _CARGO,
    "dotnet": Cache(("/root/.nuget/packages",), ("nuget",)),
    "mvn": _MAVEN, "mvnw": _MAVEN, "gradle": _GRADLE, "gradlew": _GRADLE,
}  # fmt: skip
"""Tools, by the manager's name or the command's."""

BUILDS = {
    "go": frozenset({"build", "test", "generate", "vet"}),
    "cargo": frozenset({"build", "test", "check", "chef", "run"}),
    "mvn": frozenset[str](), "mvnw": frozenset[str](), "gradle": frozenset[str](), "gradlew": frozenset[str](),
    "dotnet": frozenset({"build", "publish"}),
    "uv": frozenset({"python"}),
}  # fmt: skip
"""Subcommands that download although they are no installs; every one where none is named."""

_OFF = ("--no-cache-dir", "--no-cache")
_OFFLINE = ("--no-index", "--offline", "--frozen-store", "--help", "-h", "--version", "-v")
_HOMES = ("/root/.cache", ".cache")
_PROJECT_VERBS = frozenset({"install", "download"})


@rule(
    Severity.NOTICE,
    on=False,
    seeds=("004:2", "004:18"),
    aliases=(
        "tally:tally/js/node-gyp-cache-mounts", "tally:tally/prefer-package-cache-mounts",
        "tally:tally/ruby/prefer-bundler-cache-mount",
    ),
)  # fmt: skip
def check(run: Run, *, ignored: tuple[str, ...] = ()) -> Iterator[Problem]:
    stage = run.stage
    if run.script is None or stage is None or run.onbuild or stage.windows or run.flag("network") is not None:
        return
    if stage not in run.dockerfile.project.needed_by:
        return
    seen = set(ignored)
    for command in run.script.commands:
        tool = _tool(command)
        cache = CACHES.get(tool or "")
        if tool is None or cache is None or tool in seen:
            continue
        seen.add(tool)
        if not _mounted(run, cache):
            yield Problem(
                command.span,
                f"`{command.name}` downloads into no cache mount (`{cache.folders[0]}`).",
                fix=_mount(run, command, cache),
            )


def _tool(command: Command) -> str | None:
    """The tool that a command downloads with; None if it does not, or that is not known."""
    install = command.install
    if install is not None:
        remote = not install.packages or any(package.kind != "path" for package in install.packages)
        downloads = install.action in _PROJECT_VERBS and remote and not install.has_flag(*_OFFLINE)
        return (
            install.manager if downloads and (install.packages or install.manifests or install.takes_project) else None
        )
    name = command.name or ""
    if name in BUILDS and not command.has_flag(*_OFFLINE):
        return name if not BUILDS[name] or command.subcommand in BUILDS[name] else None
    return None


def _mounted(run: Run, cache: Cache) -> bool:
    """Whether a cache is mounted for the tool, for every tool (`~/.cache`), or in a place that is no other tool's."""
    for mount in run.mounts:
        if mount.type not in ("cache", None):
            continue
        target = mount.target.value if mount.target is not None else None
        if target is None:
            return True
        path = target.lower().rstrip("/")
        if any(mark in path for mark in cache.marks) or path.endswith(_HOMES):
            return True
        if not any(mark in path for other in CACHES.values() for mark in other.marks):
            return True
    return False


def _mount(run: Run, command: Command, cache: Cache) -> Fix | None:
    """The mounts in front, and no flag that would leave them empty; for root, who has the folders."""
    from deployflow_gate.model.instruction import User
    from deployflow_gate.model.placement import before

    off = [word for word in command.flags if word.sketch in _OFF]
    if not cache.fixable or run.script is None or run.script.is_exec or command.within is not None:
        return None
    if any(isinstance(earlier, User) for earlier in before(run)) or (
        command.install and command.install.without_cache and not off
    ):
        return None
    mounts = "".join(f" --mount=type=cache,target={folder}" for folder in cache.folders)
    changes: list[Edit] = [
        edits.insert_after(run.keyword_span, mounts),
        *(edits.delete_word(word.span) for word in off),
    ]
    return Fix("Mount a cache", tuple(changes))
