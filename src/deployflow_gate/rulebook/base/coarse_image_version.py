r"""An image is named by its exact version.

`python:3.12` becomes another Python with every patch release, and `ubuntu:22.04` another system with every rebuild. The
exact tag tells what ships, and an update becomes a change that is reviewed.

One part of three, or two of three:

```dockerfile Dockerfile fails
FROM «golang:1» AS build
FROM «python:3.12-slim»
```

Ubuntu's releases, by number or by name; exact tags of Ubuntu have a date:

```dockerfile Dockerfile fails
FROM «ubuntu:22.04» AS build
FROM «ubuntu:jammy»
```

In compose and in a job's container, through a mirror as well:

```yaml compose.yaml fails
services:
  db:
    image: «postgres:16»
  cache:
    image: «public.ecr.aws/docker/library/redis:7-alpine»
```
```yaml .github/workflows/ci.yml fails
on: push
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    container: «node:22»
    steps: [{run: "true"}]
```

Two parts may be asked for:

```dockerfile Dockerfile fails parts=2
FROM python:3.12-slim AS build
FROM «python:3-slim»
```

Exact tags, digests, dates and things whose versions have only two parts pass:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim-bookworm AS a
FROM ubuntu:jammy-20240911.1 AS b
FROM ubuntu:22.04.5 AS h
FROM node:22@sha256:0a4eaa0eecf5f8c050e5bba433f58c052be7587ee8af3e8b3910ef9ab5fbe9f5 AS c
FROM postgres:16.4 AS d
FROM debian:bookworm-20240904-slim AS e
FROM alpine:3.20.3 AS f
FROM acme/tool:2 AS g
FROM fedora:41
```

What is not known, and what is built here:

```yaml compose.yaml passes
services:
  api:
    image: python:${PYTHON_VERSION}
  web:
    build: .
    image: node:1
```

## Options

- `parts`: how many parts of the version must be there, where the image has so many; with fewer than 3, Ubuntu's release will do.
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
    "alpine": 3, "postgres": 2, "debian": 2, "rockylinux": 2, "almalinux": 2, "tomcat": 3, "wordpress": 3,
    "eclipse-temurin": 2, "amazoncorretto": 2, "gradle": 2, "oven/bun": 3, "denoland/deno": 3,
}  # fmt: skip
"""How many parts the full version of an image has, where tags with so many exist."""

UBUNTU_RELEASES = frozenset({"bionic", "focal", "jammy", "noble", "oracular", "plucky", "questing"})
LAST_OF_TWO = 10
"""PostgreSQL's versions have had two parts since 10, and three before."""


@rule(Severity.NOTICE, seeds=("000:2", "002:12", "003:2", "004:4"))
def check(ref: ImageRef, *, parts: int = 3) -> Iterator[Problem]:
    name = ref.known.name if ref.known is not None else ref.name
    if name is None or ref.pinned is not False or ref.tag is None or ref.built_here:
        return
    if name == "ubuntu":
        if parts > 2 and (ref.tag in UBUNTU_RELEASES or (0 < len(ref.version) < 3 and not ref.suffixes)):
            yield Problem(ref.span, f"The tag `{ref.tag}` names a release of Ubuntu, and none of its dated images.")
        return
    wanted = min(parts, 3 if name == "postgres" and ref.version < (LAST_OF_TWO,) else EXACT_PARTS.get(name, 0))
    if 0 < len(ref.version) < wanted:
        count = f"{len(ref.version)} of the {wanted} parts"
        yield Problem(ref.span, f"The tag `{ref.tag}` names {count} of a version of `{name}`.")
