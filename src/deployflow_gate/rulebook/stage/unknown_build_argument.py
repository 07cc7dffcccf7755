r"""A build passes only arguments that the Dockerfile takes.

An argument for which there is no `ARG` changes nothing: Docker says so in a line of the log, and builds with the default. A version that
was meant to be set is not, and a spelling mistake stays unseen.

Compose passes one that is spelled differently:

```yaml compose.yaml fails
services:
  api:
    build:
      context: .
      args:
        APP_VERSION: "1.4"
        «PYHTON_VERSION»: "3.12.7"
```
```dockerfile Dockerfile passes
ARG PYTHON_VERSION=3.11
FROM python:${PYTHON_VERSION}-slim
ARG APP_VERSION
```

A workflow and a command do:

```yaml .github/workflows/build.yml fails
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: .
          build-args: |
            VERSION=1.4
            «COMMIT»=${{ github.sha }}
      - run: docker build --build-arg «REVISION»=1 .
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG VERSION
```

All are taken, be it in another stage, or by Docker itself:

```yaml compose.yaml passes
services:
  api:
    build:
      context: .
      args:
        - VERSION=1.4
        - HTTP_PROXY
        - BUILDKIT_INLINE_CACHE=1
        - SOURCE_DATE_EPOCH=0
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim AS build
ARG VERSION=1
FROM debian:12.8-slim
```

Arguments that several services share, or a Dockerfile that is not known:

```yaml compose.yaml passes
x-args: &args
  VERSION: "1.4"
  FEATURES: all
services:
  api:
    build:
      context: .
      args: *args
  other:
    build:
      context: https://example.com/other.git
      args:
        FEATURES: all
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG VERSION
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.build import Build
    from deployflow_gate.model.dockerfile import Dockerfile

BUILT_IN = regex(
    r"(?i:https?_proxy|ftp_proxy|no_proxy|all_proxy)|BUILDKIT_\w+|SOURCE_DATE_EPOCH|(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)"
    r"|TARGETSTAGE"
)
"""Arguments that Docker takes without an ARG."""

_FRONTEND = regex(r"(?im)^#\s*syntax\s*=\s*(?!docker(?:\.io)?/|docker-image)")
"""A builder of another kind, which may take any argument."""


@rule(Severity.WARNING)
def check(build: Build) -> Iterator[Problem]:
    request = build.request
    if request is None or build.dockerfile is None or not request.arguments:
        return
    siblings = _of_the_same_step(build)
    files = [other.dockerfile for other in siblings]
    if any(file is None or _open(file) for file in files):
        return
    taken = {name for file in files if file is not None for name in _taken(file)}
    for argument in request.arguments:
        name = argument.name.value
        if name is None or name in taken or BUILT_IN.fullmatch(name) or not name.isidentifier():
            continue
        if request.span.source.path != argument.span.source.path:
            continue
        first = next(
            b for b in siblings if b.request is not None and any(a.span == argument.span for a in b.request.arguments)
        )
        if first is build and not _shared(build, argument.span.start):
            yield Problem(
                argument.name.span, f"`{build.dockerfile.path}` has no `ARG {name}`, so the argument does nothing."
            )


def _of_the_same_step(build: Build) -> list[Build]:
    """The builds that one step of a workflow asks for, by a matrix or by several commands; else the build alone."""
    from deployflow_gate.model.workflow import Step

    if not isinstance(build.owner, Step):
        return [build]
    return [other for other in build.project.builds if other.owner is build.owner]


def _shared(build: Build, at: int) -> bool:
    """Whether an argument stands in an anchor outside of the service that passes it."""
    from deployflow_gate.model.compose import Service

    owner = build.owner
    return isinstance(owner, Service) and not owner.span.start <= at < _end(owner)


def _end(service: object) -> int:
    entry = getattr(service, "entry", lambda _: None)("build")
    return entry.value.span.end if entry is not None else 0


def _open(file: Dockerfile) -> bool:
    from deployflow_gate.model.instruction import Onbuild

    return bool(_FRONTEND.search(file.source.text[:2000])) or any(
        isinstance(i, Onbuild) and i.inner is None for i in file.instructions
    )


def _taken(file: Dockerfile) -> Iterator[str]:
    from deployflow_gate.model.instruction import Arg, Onbuild

    for instruction in file.instructions:
        inner = instruction.inner if isinstance(instruction, Onbuild) else instruction
        if isinstance(inner, Arg):
            yield from (variable.name.value for variable in inner.variables if variable.name.value is not None)
