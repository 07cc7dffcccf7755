r"""A base image is an official one, of a verified publisher, or on the policy's list.

Anybody can publish an image under any other name, and whoever controls it decides what your image is made of. Off unless a policy turns it
on, since only the owner of a repository knows whom it trusts.

An image of a person, and one of an unknown registry:

```dockerfile Dockerfile fails
FROM «someone/python-toolbox:3.12»
```
```dockerfile b/Dockerfile fails
FROM «registry.example.com/team/base:4.2» AS base
FROM base
```

Official ones, through mirrors too, those of verified publishers, and stages:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim AS build
FROM public.ecr.aws/docker/library/node:22.11.0-slim AS web
FROM mcr.microsoft.com/dotnet/aspnet:9.0 AS api
FROM gcr.io/distroless/static-debian12:nonroot AS small
FROM build
```
```dockerfile b/Dockerfile passes
ARG BASE
FROM ${BASE}
FROM scratch
```

The repository makes it itself:

```yaml compose.yaml passes
services:
  base:
    image: example/base
    build: ./base
```
```dockerfile base/Dockerfile passes
FROM debian:12.8-slim
```
```dockerfile app/Dockerfile passes
FROM example/base
```

The policy trusts a registry:

```dockerfile Dockerfile passes allowed=registry.example.com/team/*
FROM registry.example.com/team/base:4.2
```

## Options

- `allowed`: names of images that are trusted; `*` stands for any text.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.syntax.imageref import parse_image

if TYPE_CHECKING:
    from deployflow_gate.model.imageref import ImageRef
    from deployflow_gate.model.project import Project

VERIFIED = (
    "public.ecr.aws/docker/library/*", "mirror.gcr.io/library/*", "mcr.microsoft.com/*", "gcr.io/distroless/*",
    "registry.access.redhat.com/*", "registry.redhat.io/*", "cgr.dev/chainguard/*", "nvcr.io/nvidia/*", "docker.elastic.co/*",
    "public.ecr.aws/amazonlinux/*", "public.ecr.aws/lambda/*", "amazon/*", "nvidia/*", "grafana/*", "hashicorp/*", "confluentinc/*",
    "cimg/*", "datadog/*", "nginx/*", "nginxinc/*", "docker/*", "ubuntu/*", "redhat/*",
)  # fmt: skip
"""Publishers that Docker Hub marks as verified, and registries on which only their owner publishes."""


@rule(Severity.WARNING, on=False, seeds=("000:1", "003:1"))
def check(ref: ImageRef, *, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    from deployflow_gate.model.instruction import From

    name, owner = ref.name, ref.owner
    if not isinstance(owner, From) or name is None or ref.official or ref.is_stage:
        return
    if any(fnmatchcase(name, pattern) for pattern in (*VERIFIED, *allowed)) or name in _own_names(
        owner.dockerfile.project
    ):
        return
    yield Problem(ref.span, f"`{name}` is neither an official image nor of a publisher that is trusted.")


def _own_names(project: Project) -> set[str]:
    """The names that builds of the repository give to their images."""
    found = set()
    for request in project.requests:
        for tag in request.tags:
            image = parse_image(tag.sketch)
            if image.registry is not None and image.repository is not None:
                found.add(
                    image.repository.removeprefix("library/")
                    if image.registry == "docker.io"
                    else f"{image.registry}/{image.repository}"
                )
    return found
