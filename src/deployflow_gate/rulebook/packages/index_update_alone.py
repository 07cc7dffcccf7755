r"""The package index is fetched in the layer that installs from it.

Docker reuses a layer whose text has not changed. An `apt-get update` in a `RUN` of its own is therefore never run again, and the
install below it works for months from an index that names packages which the mirrors no longer have: it fails, or brings old ones.

Judged are the stages that a shipped image is built from. A script or program that is not known may install something, and is given
the benefit of the doubt. dnf, yum and zypper fetch a stale index by themselves, and their `update` upgrades packages.

The index has a layer of its own:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «apt-get update»
RUN apt-get install -y --no-install-recommends curl
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl
```

With other things beside it or between, and behind the install:

```dockerfile Dockerfile fails
FROM ubuntu:24.04
RUN useradd app && «apt update»
RUN apt-get update && apt-get install -y gnupg && add-apt-repository -y ppa:example/stable && «apt-get update»
WORKDIR /app
RUN apt-get install -y example
```
```dockerfile b/Dockerfile fails
FROM alpine:3.20.3 AS build
RUN [«"apk", "update"»]
COPY . .
RUN apk add make && make
FROM alpine:3.20.3
COPY --from=build /app /app
```
```dockerfile c/Dockerfile fails
FROM archlinux:base-20241110.0.278197
RUN «pacman -Sy»
```
```dockerfile d/Dockerfile fails
FROM archlinux:base-20241110.0.278197
RUN «pacman -Syu --noconfirm»
RUN pacman -S --noconfirm nginx
```

Something of another manager is installed:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
RUN «apt-get update» && pip install flask==3.1.0
```

It is used where it is fetched:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y curl
RUN apt-get update; apt-get upgrade -y
RUN apt-get update && apt-get build-dep -y nginx
RUN set -eux; apt-get update; if [ -n "$EXTRA" ]; then apt-get install -y $EXTRA; fi
RUN ["sh", "-c", "apt-get update && apt-get install -y git"]
RUN aptitude update && apt install -y vim
```
```dockerfile b/Dockerfile passes
FROM archlinux:base-20241110.0.278197
RUN pacman -Syu --noconfirm
RUN pacman -Sy --noconfirm git
```
```dockerfile c/Dockerfile passes
FROM alpine:3.20.3
RUN apk update && apk upgrade && apk add --no-cache curl
RUN apk add --update git
```

Something unknown may use it, and it may be removed again:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN apt-get update && ./install-dependencies.sh
RUN apt-get update && npx playwright install --with-deps
RUN apt-get update && curl -fsSL https://example.com/setup | bash
RUN apt-get update && $INSTALL curl
RUN apt-get update && rm -rf /var/lib/apt/lists/*
```

The `update` of others is something else:

```dockerfile Dockerfile passes
FROM fedora:41
RUN dnf update -y && dnf clean all
RUN dnf install -y nginx && dnf clean all
RUN composer update
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Note, Problem, Severity, rule
from deployflow_gate.rulebook._join import joined, next_run

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.instruction import Run

FAMILIES = {"apt-get": "apt", "apt": "apt", "aptitude": "apt", "apk": "apk", "pacman": "pacman", "opkg": "opkg"}
"""The managers that install from the index that is there, however old it is; those of one family share it."""

INDEXES = {
    "apt": "/var/lib/apt/lists",
    "apk": "/var/cache/apk",
    "pacman": "/var/lib/pacman/sync",
    "opkg": "/var/opkg-lists",
}
USES = frozenset({"install", "upgrade", "download"})
NO_USE = frozenset(
    {
        ":", "[", "addgroup", "adduser", "add-apt-repository", "apt-add-repository", "apt-cache", "apt-config", "apt-key",
        "apt-mark", "awk", "cat", "cd", "chmod", "chown", "cp", "curl", "cut", "date", "dpkg-reconfigure", "echo", "env", "export",
        "false", "gpg", "grep", "groupadd", "head", "id", "ln", "locale-gen", "ls", "mkdir", "mv", "printf", "pwd", "rm", "sed", "set",
        "sleep", "sort", "tail", "tee", "test", "touch", "tr", "true", "uname", "update-ca-certificates", "update-locale",
        "useradd", "usermod", "wget",
    }
)  # fmt: skip
"""Commands that surely install nothing by a system's package manager."""


@rule(
    Severity.WARNING,
    aliases=("checkov:CKV_DOCKER_5", "kics:update_instruction_alone", "sonar-iac:S6595", "trivy:DS-0017"),
)
def check(run: Run) -> Iterator[Problem]:
    if run.script is None or run.stage is None or run.stage not in run.dockerfile.project.needed_by:
        return
    lone: Install | None = None
    for command in run.script.commands:
        install = command.install
        if install is not None and _fetches(install):
            lone = lone or install
        elif lone is not None and _may_use(command, lone):
            lone = None
    if lone is None:
        return
    used = _used_later(run, lone)
    if used is None and lone.action != "update":
        return
    yield Problem(
        lone.span,
        f"`{_spelled(lone)}` has a layer of its own, which the build cache keeps when the index is long out of date.",
        (Note(used.span, "This installs from the index as it was then."),) if used is not None else (),
        _fix(run, used),
    )


def _fetches(install: Install) -> bool:
    """Whether it fetches an index and installs nothing by name; an upgrade of pacman's does both jobs, but leaves its index."""
    if install.manager == "pacman":
        return install.action in ("update", "upgrade") and install.has_flag("-y", "--refresh")
    return install.manager in FAMILIES and install.action == "update"


def _may_use(command: Command, lone: Install) -> bool:
    """Whether a command uses the index, removes it, or is not known not to."""
    install = command.install
    if install is not None:
        return (install.system and install.action in USES) or install.action == "exec"
    if command.removes(INDEXES[FAMILIES[lone.manager]]):
        return True
    return bool(command.words) and command.name not in NO_USE and command.inner is None


def _used_later(run: Run, lone: Install) -> Install | None:
    """The first install in a layer above that fetches no index before."""
    from deployflow_gate.model.instruction import Run

    for later in run.stage.instructions if run.stage is not None else ():
        if isinstance(later, Run) and later.index > run.index and later.script is not None:
            for command in later.script.commands:
                install = command.install
                if install is not None and FAMILIES.get(install.manager) == FAMILIES[lone.manager]:
                    return install if install.action in USES and not _refreshes(install) else None
    return None


def _refreshes(install: Install) -> bool:
    """Whether an install fetches an index of its own."""
    if install.manager == "apk":
        return install.without_cache or install.has_flag("-U", "--update-cache", "--update")
    return install.manager == "pacman" and install.has_flag("-y", "--refresh")


def _fix(run: Run, used: Install | None) -> Fix | None:
    """One RUN of both, where the install begins the very next one."""
    after = next_run(run)
    if after is None or used is None or after.script is None or after.script.commands[:1] != (used.command,):
        return None
    edit = joined(run, after)
    return Fix("Fetch the index where it is used", (edit,)) if edit is not None else None


def _spelled(install: Install) -> str:
    if install.manager == "pacman":
        return "pacman -Sy" if install.action == "update" else "pacman -Syu"
    return f"{install.command.name} {install.verb}"
