r"""apt installs what is asked for, not what it recommends.

apt-get adds all packages that the wanted ones recommend: documentation, mail servers, X libraries. They double the size of an image,
and their vulnerabilities are in it, too. What is really needed can be named.

Judged is what ships; what a build stage installs is gone with it.

Recommended packages come along:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN apt-get update && \
    «apt-get install -y curl» && \
    rm -rf /var/lib/apt/lists/*
RUN «apt -y install git»
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN apt-get update && \
    apt-get install --no-install-recommends -y curl && \
    rm -rf /var/lib/apt/lists/*
RUN apt -y install --no-install-recommends git
```

Packages that another command names, or that the installed ones lack:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «xargs apt-get install -y» < packages.txt
RUN dpkg -i tool.deb || «apt-get install -fy»
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN xargs apt-get install --no-install-recommends -y < packages.txt
RUN dpkg -i tool.deb || apt-get install --no-install-recommends -fy
```

In exec form, and with aptitude:

```dockerfile Dockerfile fails
FROM ubuntu:24.04
RUN [«"apt-get", "install", "-y", "curl"»]
RUN «aptitude install -y vim»
```
```dockerfile Dockerfile fixed
FROM ubuntu:24.04
RUN ["apt-get", "install", "--no-install-recommends", "-y", "curl"]
RUN aptitude install --without-recommends -y vim
```

Told by a flag or by an option:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl
RUN apt-get -o APT::Install-Recommends=false install -y git
```

Told once, by apt's configuration:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN echo 'APT::Install-Recommends "false";' > /etc/apt/apt.conf.d/99lean
RUN apt-get update && apt-get install -y curl
```
```dockerfile b/Dockerfile passes
FROM debian:12.8-slim
COPY lean.conf /etc/apt/apt.conf.d/
RUN apt-get update && apt-get install -y curl
```

The variable may hold the flag, and nothing is installed here that ships:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS build
RUN apt-get update && apt-get install -y build-essential
FROM debian:12.8-slim
ARG APT_FLAGS
RUN apt-get update && apt-get install $APT_FLAGS -y curl
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.shipping import run_of, ships
from deployflow_gate.rulebook.packages._configured import configured
from deployflow_gate.rulebook.packages._flag import with_flag

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command

FLAGS = {
    "apt-get": "--no-install-recommends",
    "apt": "--no-install-recommends",
    "aptitude": "--without-recommends",
}


@rule(
    Severity.NOTICE,
    seeds=("002:7",),
    aliases=(
        "hadolint:DL3015", "kics:apt_get_not_avoiding_additional_packages", "semgrep:missing-no-install-recommends",
        "sonar-iac:S6500", "trivy:DS-0029",
    ),
)  # fmt: skip
def check(command: Command) -> Iterator[Problem]:
    install = command.install
    if install is None or install.manager not in FLAGS or install.verb != "install":
        return
    run = run_of(command)
    if run is None or not ships(run):
        return
    if install.without_recommended or install.uncertain or install.has_flag("--help", "-h"):
        return
    if configured(run, "install-recommends", "apt.conf", "apt-config"):
        return
    flag = FLAGS[install.manager]
    yield Problem(
        install.span,
        f"`{command.name} install` adds recommended packages; `{flag}` is missing.",
        fix=with_flag(install, flag, "Leave recommended packages out"),
    )
