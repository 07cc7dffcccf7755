r"""An image is named by its exact version.

`python:3.12` becomes another Python with every patch release, and `ubuntu:22.04` another system with every point release. The
exact tag tells what ships, and an update becomes a change that is reviewed.

One part of three, or two of three:

```dockerfile Dockerfile fails
FROM «golang:1» AS build
FROM «python:3.12-slim»
```

The Ubuntu release without its point release:

```dockerfile Dockerfile fails
FROM «ubuntu:22.04»
```

Exact tags, digests, dates and things whose versions have only two parts pass:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim-bookworm AS a
FROM ubuntu:22.04.5 AS b
FROM node:22@sha256:0a4eaa0eecf5f8c050e5bba433f58c052be7587ee8af3e8b3910ef9ab5fbe9f5 AS c
FROM postgres:16.4 AS d
FROM debian:bookworm-20240904-slim AS e
FROM alpine:3.20.3 AS f
FROM acme/tool:2 AS g
FROM fedora:41
```

## Options

- `parts`: how many parts of the version must be there, where the image has so many.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.imageref import ImageRef

EXACT_PARTS = {
    "python": 3, "node": 3, "golang": 3, "ruby": 3, "php": 3, "rust": 3, "elixir": 3, "perl": 3, "julia": 3,
    "haproxy": 3, "traefik": 3, "nginx": 3, "httpd": 3, "caddy": 3, "redis": 3, "memcached": 3, "mysql": 3, "mariadb": 3,
    "mongo": 3, "rabbitmq": 3, "elasticsearch": 3, "kibana": 3, "logstash": 3, "cassandra": 3, "maven": 3, "docker": 3,
    "alpine": 3, "ubuntu": 3, "postgres": 2, "debian": 2, "rockylinux": 2, "almalinux": 2, "tomcat": 3, "wordpress": 3,
}  # fmt: skip
"""How many parts the full version of an official image has, where tags with so many exist."""

UBUNTU_WITHOUT_POINT_RELEASE = ((24, 10), (25, 4), (25, 10), (23, 10), (23, 4))


@rule(Severity.NOTICE, seeds=("000:2", "002:12", "003:2", "004:4"))
def check(ref: ImageRef, *, parts: int = 3) -> Iterator[Problem]:
    name = ref.name
    if name is None or ref.pinned or not ref.version or "tag" in ref.unknown:
        return
    wanted = min(parts, EXACT_PARTS.get(name, 0))
    if len(ref.version) >= wanted or (name == "ubuntu" and ref.version in UBUNTU_WITHOUT_POINT_RELEASE):
        return
    yield Problem(
        ref.span, f"The tag `{ref.tag}` names {len(ref.version)} of the {wanted} parts of a version of `{name}`."
    )
