r"""An image is named by a tag that does not move.

`latest`, or no tag at all, is another image tomorrow: a build that passed today ships something else, and nobody can tell
which version runs. A digest needs no tag.

No tag means `latest`:

```dockerfile Dockerfile fails
FROM «python» AS build
FROM debian:12.8-slim
COPY --from=«ghcr.io/acme/tools:latest» /tool /usr/local/bin/
```

A tag that names a variant and no version, or a channel, moves as `latest` does:

```dockerfile Dockerfile fails
FROM «python:slim» AS build
FROM «node:lts-alpine» AS web
FROM «nginx:stable-alpine3.20» AS proxy
FROM «timescale/timescaledb:latest-pg16»
```

A variable that is `latest` by default is no better:

```dockerfile Dockerfile fails
ARG TAG=latest
FROM «node:${TAG}»
```

In compose, in a job's container and in a step, too:

```yaml compose.yaml fails
services:
  cache:
    image: «redis»
  web:
    image: «nginx:latest»
```
```yaml .github/workflows/ci.yml fails
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    container: «node:latest»
    steps:
      - uses: docker://«ghcr.io/acme/lint»
```

Stages, `scratch`, digests and what cannot be known are left alone:

```dockerfile Dockerfile passes
ARG BASE
FROM ${BASE} AS chosen
FROM python:3.12.7-slim AS build
FROM build AS test
FROM alpine@sha256:0a4eaa0eecf5f8c050e5bba433f58c052be7587ee8af3e8b3910ef9ab5fbe9f5
FROM scratch
COPY --from=build /app /app
```

An argument that is not declared before the first `FROM` is empty, and a `--from` may name a stage that is not there, which are other
rules' matter; a branch's name with a commit or a date behind it does not move:

```dockerfile Dockerfile passes
FROM ${NOWHERE} AS none
FROM debian:${NOWHERE} AS nothing
COPY --from=biuld /app /app
FROM ghcr.io/acme/base:main-3f2a91c
FROM ghcr.io/acme/base:nightly-20250114
FROM debian:bookworm-slim
```

The name that a service gives to what it builds itself is no base, in other services of the file, too:

```yaml compose.yaml passes
services:
  api:
    build: .
    image: acme/api:latest
  worker:
    image: acme/api:latest
    command: ["worker"]
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim
```

## Options

- `moving`: the tags that move, alone or with the name of a variant behind them (`lts`, `lts-alpine`); `latest` moves with whatever is beside it (`latest-pg16`, `2022-latest`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.stage._official import OFFICIAL

if TYPE_CHECKING:
    from deployflow_gate.model.imageref import ImageRef

MOVING = (
    "latest", "stable", "unstable", "mainline", "lts", "current", "edge", "rolling", "nightly", "canary", "alpha", "beta", "preview",
    "next", "dev", "devel", "develop", "test", "testing", "staging", "main", "master", "trunk", "head", "snapshot",
)  # fmt: skip

VARIANTS = ("slim", "alpine", "fpm", "cli", "apache", "dind", "rootless", "management", "bookworm", "bullseye", "trixie", "jammy",
            "noble", "focal", "debian", "ubuntu", "perl", "otel", "zts", "jre", "jdk", "windowsservercore", "nanoserver")  # fmt: skip
"""What a tag may say beside a version; a number may follow (`alpine3.20`)."""


@rule(
    Severity.ERROR,
    seeds=("000:2", "002:12", "003:2", "003:7"),
    aliases=(
        "checkov:CKV_DOCKER_7", "compose-lint:CL-0004", "dclint:service-image-require-explicit-tag",
        "ghalint:deny_job_container_latest_image", "hadolint:DL3006", "hadolint:DL3007",
        "kics:image_version_not_explicit", "kics:image_version_using_latest", "semgrep:avoid-latest-version",
        "semgrep:missing-image-version", "sisakulint:unpinned-images", "sonar-iac:S6596", "tally:hadolint/DL3006",
        "tally:hadolint/DL3007", "trivy:DS-0001", "zizmor:unpinned-images",
    ),
)  # fmt: skip
def check(ref: ImageRef, *, moving: tuple[str, ...] = MOVING) -> Iterator[Problem]:
    if not ref.text.sketch or ref.pinned is not False or ref.built_here or _said_elsewhere(ref):
        return
    if ref.untagged:
        yield Problem(ref.span, f"`{ref.text.sketch}` has no tag, so it is whatever `latest` is at the time.")
    elif ref.tag is not None and (_moves(ref.tag, moving) or _is_variant_alone(ref)):
        yield Problem(ref.span, f"The tag `{ref.tag}` moves: another image may be behind it at the next build.")


def _said_elsewhere(ref: ImageRef) -> bool:
    """Whether its text is no image at all: of an argument that nobody declares, or a `--from` that misses its stage."""
    from deployflow_gate.model.instruction import Copy, From

    owner = ref.owner
    if isinstance(owner, From):
        return bool(owner.undeclared(owner.image))
    return isinstance(owner, Copy) and not set(ref.text.sketch) & set("/:@") and ref.text.sketch not in OFFICIAL


def _moves(tag: str, moving: tuple[str, ...]) -> bool:
    channel, *rest = tag.split("-")
    if "latest" in (channel, tag.rpartition("-")[2]):
        return True
    return tag in moving or (channel in moving and all(map(_is_variant, rest)))


def _is_variant_alone(ref: ImageRef) -> bool:
    """Whether the tag of a program's or language's image says only what it stands on (`python:slim`)."""
    return (
        ref.known is not None and ref.known.sort != "distro" and not ref.version and all(map(_is_variant, ref.suffixes))
    )


def _is_variant(word: str) -> bool:
    return word.rstrip("0123456789.") in VARIANTS
