r"""An image is pinned by its digest.

Whoever may push to a registry can put another image behind a tag, an exact one too. A digest names the very bytes, so that a
build takes what was tested. Off unless a policy turns it on: digests need a bot that renews them.

A tag and no digest:

```dockerfile Dockerfile fails
FROM «golang:1.23.3» AS build
FROM «debian:12.8-slim»
COPY --from=«ghcr.io/astral-sh/uv:0.5.4» /uv /usr/local/bin/
```

What stands behind the `@` is no digest:

```dockerfile Dockerfile fails
FROM «python:3.12.7-slim@stable»
```

In compose, in a job's container and in a step, too:

```yaml compose.yaml fails
services:
  db:
    image: «postgres:16.4»
```
```yaml .github/workflows/ci.yml fails
on: push
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    container: «node:22.11.0»
    steps:
      - uses: docker://«ghcr.io/acme/lint:1.2.3»
```

A variable whose default is known:

```dockerfile Dockerfile fails
ARG BASE=python:3.12.7-slim
FROM «${BASE}»
```

Digests, stages, `scratch`, and what cannot be known:

```dockerfile Dockerfile passes
ARG BASE
ARG DIGEST=sha256:0a4eaa0eecf5f8c050e5bba433f58c052be7587ee8af3e8b3910ef9ab5fbe9f5
FROM ${BASE} AS chosen
FROM debian:12.8-slim@sha256:0a4eaa0eecf5f8c050e5bba433f58c052be7587ee8af3e8b3910ef9ab5fbe9f5 AS build
FROM debian@${DIGEST} AS other
FROM build AS test
FROM scratch
COPY --from=build /app /app
```

An image without a tag, or with `latest`, is the matter of another rule, and what is built here has no digest yet:

```yaml compose.yaml passes
services:
  cache:
    image: redis:latest
  queue:
    image: rabbitmq
  api:
    build: .
    image: acme/api:1.4.0
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.imageref import ImageRef


@rule(
    Severity.WARNING,
    on=False,
    seeds=("000:2",),
    aliases=("compose-lint:CL-0019", "semgrep:dockerfile-source-not-pinned", "sonar-iac:S7023"),
)
def check(ref: ImageRef) -> Iterator[Problem]:
    if ref.pinned is None or ref.is_stage or ref.is_scratch or ref.built_here or not ref.text.sketch:
        return
    if ref.digest is not None:
        # `sha256:` with a code that is too short is malformed-image-reference's matter
        if not all(ref.digest.partition(":")[::2]):
            yield Problem(ref.span, f"`{ref.digest}` behind the `@` is no digest.")
    elif ref.tag is not None and ref.tag != "latest":
        yield Problem(ref.span, f"The image is named by the tag `{ref.tag}` alone, without a digest.")
