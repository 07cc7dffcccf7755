r"""Compilers and headers stay in the build stage.

Who breaks into a container finds in a compiler the tool to make others, and build tools are some 300 MB that every server pulls. A
build stage compiles; what ships copies the result, and installs the library (`libpq5`) instead of its headers (`libpq-dev`).

Judged are the packages that the stage that ships, or one it stands on, installs and does not remove again in the same `RUN`: a later
one cannot take them out of the layer. An image that starts nothing is a toolbox for other builds, and left alone, like
one that is called so (`builder`, `toolchain`, `ci`) or stands on `buildpack-deps`.

A compiler, and headers:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
RUN apt-get update && apt-get install -y --no-install-recommends «build-essential» libpq-dev curl
COPY requirements.txt .
RUN pip install -r requirements.txt
CMD ["gunicorn", "app:app"]
```

On Alpine and Fedora, and in the stage below the one that ships:

```dockerfile Dockerfile fails
FROM alpine:3.20.3 AS base
RUN apk add --no-cache «gcc» musl-dev
FROM base
COPY app /app
CMD ["/app"]
```
```dockerfile b/Dockerfile fails
FROM fedora:41
RUN dnf install -y python3 «openssl-devel»
COPY app /app
CMD ["/app"]
```

Removed too late:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
RUN apt-get update && apt-get install -y «gcc»
RUN pip install -r requirements.txt
RUN apt-get purge -y gcc
CMD ["gunicorn", "app:app"]
```

They compile in a stage that does not ship:

```dockerfile Dockerfile passes
FROM python:3.12.7 AS build
RUN apt-get update && apt-get install -y build-essential libpq-dev
RUN pip wheel -w /wheels -r requirements.txt
FROM python:3.12.7-slim
RUN apt-get update && apt-get install -y libpq5
COPY --from=build /wheels /wheels
CMD ["gunicorn", "app:app"]
```

Removed in the same `RUN`, by name, by group, or as what nothing needs any more:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN apt-get update && apt-get install -y gcc libpq-dev \
    && pip install -r requirements.txt && apt-get purge -y --auto-remove gcc libpq-dev
CMD ["gunicorn", "app:app"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-alpine
RUN apk add --no-cache --virtual .build-deps gcc musl-dev \
    && pip install -r requirements.txt && apk del .build-deps
CMD ["gunicorn", "app:app"]
```
```dockerfile c/Dockerfile passes
FROM debian:12.8-slim
RUN savedAptMark="$(apt-mark showmanual)" && apt-get update && apt-get install -y gcc && make install \
    && apt-mark auto '.*' > /dev/null && apt-mark manual $savedAptMark \
    && apt-get purge -y --auto-remove
COPY app /app
CMD ["/app"]
```

Toolboxes, and what may not be installed at all:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y gcc g++ cmake
```
```dockerfile b/Dockerfile passes
FROM debian:12.8-slim
ARG WITH_COMPILER=no
RUN if [ "$WITH_COMPILER" = yes ]; then apt-get update && apt-get install -y gcc; fi
COPY app /app
CMD ["/app"]
```

```dockerfile c/Dockerfile passes
FROM buildpack-deps:bookworm
RUN apt-get update && apt-get install -y tk-dev
CMD ["python3"]
```

## Options

- `packages`: more packages that must not ship.
- `allowed`: packages that may ship although they are build tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.shipping import judged_in, run_of
from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.install import Install

BUILD_TOOL = regex(
    r"build-essential|build-base|base-devel|alpine-sdk|@?development-tools|Development Tools|dpkg-dev|devscripts"
    r"|(?:gcc|g\+\+|gcc-c\+\+|clang|gfortran|gcc-gfortran|cpp|llvm)(?:-\d+(?:\.\d+)?)?"
    r"|cmake|automake|autoconf|libtool|ninja|ninja-build|meson|bison|flex|nasm|yasm|rustc?|cargo|golang(?:-go)?|go"
    r"|linux-headers(?:-.*)?|kernel-headers|.+-dev|.+-devel|.+-headers"
)
TOOLBOX_BASES = frozenset({"buildpack-deps", "gcc"})
"""Bases that are there to be compiled on; whoever ships one has compilers in it already."""

STARTING = frozenset({"php", "nginx", "httpd", "tomcat", "wordpress", "drupal", "caddy", "wildfly", "jetty", "unit"})
"""Bases that start a server by themselves, so that an image on them needs no command of its own."""

NO_TOOL = frozenset({"python-is-python3", "git-dev"})
TOOLBOX = frozenset(
    {"build", "builder", "builders", "building", "buildenv", "toolchain", "toolchains", "ci", "compile", "sdk", "cross"}
)
_SYSTEM = frozenset({"apt-get", "apt", "aptitude", "apk", "dnf", "microdnf", "yum", "tdnf", "zypper", "pacman"})
_UNSURE = frozenset({"if", "case", "function", "loop"})


@rule(Severity.WARNING, seeds=("000:4", "001:5", "002:2", "003:3", "004:1", "004:15"))
def check(image: Image, *, packages: tuple[str, ...] = (), allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    if _is_toolbox(image):
        return
    for install in image.installs:
        command = install.command
        if install.manager not in _SYSTEM or install.action != "install" or _UNSURE & set(command.nesting):
            continue
        run = run_of(command)
        if run is None or not judged_in(run.stage, image):
            continue
        tools = [
            package
            for package in install.packages
            if package.name is not None
            and package.name not in allowed
            and (package.name in packages or BUILD_TOOL.fullmatch(package.name))
            and package.name not in NO_TOOL
        ]
        kept = [package for package in tools if not _removed(install, package.name or "")]
        if kept:
            names = ", ".join(f"`{package.name}`" for package in kept[:4]) + (", …" if len(kept) > 4 else "")
            yield Problem(kept[0].span, f"Build tools are part of the image that ships: {names}.")


def _is_toolbox(image: Image) -> bool:
    names = f"{image.dockerfile.path} {image.stage.name.raw if image.stage.name else ''}".lower()
    if not TOOLBOX.isdisjoint(re.split(r"[^a-z0-9]+", names)):
        return True
    if image.base is not None and image.base.name in TOOLBOX_BASES:
        return True
    if image.command is not None or image.entrypoint is not None or image.servers:
        return False
    return image.base is None or image.base.name not in STARTING


def _removed(install: Install, name: str) -> bool:
    """Whether the same script removes a package (or something that cannot be known) later on."""
    virtual = install.virtual.sketch if install.virtual is not None else name
    auto = False
    for later in install.command.script.commands:
        if later.span.start <= install.span.start:
            continue
        sketches = [word.sketch for word in later.arguments]
        auto = auto or (later.name == "apt-mark" and "auto" in sketches)
        if "history" in sketches and "undo" in sketches:
            return True
        other = later.install
        if other is None or other.action != "remove":
            continue
        if auto or other.uncertain or any(UNKNOWN in sketch for sketch in sketches):
            return True
        operands = [word.sketch.partition(":")[0] for word in later.operands]
        if any(fnmatchcase(wanted, pattern) for pattern in operands for wanted in (name, virtual)):
            return True
    return False
