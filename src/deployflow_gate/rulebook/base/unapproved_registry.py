r"""An image comes from a registry that the policy approves.

A registry decides what an image is made of. A team that mirrors its images, scans them and keeps them wants no others. Says
nothing until a policy names its registries.

From another registry than those on the list, wherever an image is named:

```dockerfile Dockerfile fails allowed=registry.example.com
FROM «python:3.12.7-slim» AS build
RUN --mount=type=bind,from=«quay.io/acme/tools:1.2»,target=/tools /tools/build
FROM registry.example.com/base/python:3.12.7
COPY --from=«ghcr.io/astral-sh/uv:0.5.4» /uv /usr/local/bin/
```
```yaml compose.yaml fails allowed=registry.example.com
services:
  db:
    image: «postgres:16.4»
```

From another folder of an approved registry:

```dockerfile Dockerfile fails allowed=ghcr.io/acme/*,docker.io/library/*
FROM «ghcr.io/other/base:1.2.0» AS a
FROM «bitnami/redis:7.4.1» AS b
FROM ghcr.io/acme/tools/base:1.2.0 AS c
FROM debian:12.8-slim
```

On the list, with a wildcard too; stages and `scratch` come from none, and what is not known is not judged:

```dockerfile Dockerfile passes allowed=docker.io,*.example.com
ARG REGISTRY
FROM golang:1.23.3 AS build
FROM docker.io/acme/tools:2.1.0 AS tools
FROM eu.example.com/base:1.0.0 AS base
FROM ${REGISTRY}/base:1.0.0 AS other
FROM build AS test
FROM scratch
COPY --from=build /app /app
```

Nothing is on the list:

```dockerfile Dockerfile passes
FROM quay.io/acme/tools:1.2
```

What the repository builds itself comes from nowhere yet:

```yaml compose.yaml passes allowed=registry.example.com
services:
  api:
    build: .
    image: acme/api:1.4.0
```

## Options

- `allowed`: registries (`ghcr.io`, `docker.io`), or images of them by their full names (`ghcr.io/acme/*`, `docker.io/library/*`); `*` stands for any text.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.imageref import ImageRef


@rule(
    Severity.ERROR,
    on=False,
    aliases=(
        "datadog-iac:use_only_an_allowed_registry_in_the_from_image",
        "hadolint:DL3026",
        "tally:hadolint/DL3026",
    ),
)
def check(ref: ImageRef, *, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    registry, repository = ref.registry, ref.repository
    if not allowed or registry is None or ref.built_here or not ref.text.sketch:
        return
    for pattern in allowed:
        host, slash, _ = pattern.partition("/")
        if not fnmatchcase(registry, host):
            continue
        if not slash or repository is None or fnmatchcase(f"{registry}/{repository}", pattern):
            return
    named = f"{registry}/{repository}" if repository is not None else registry
    yield Problem(ref.span, f"`{named}` is not on the policy's list of registries.")
