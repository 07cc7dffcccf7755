r"""Each stage of a Dockerfile is needed.

What no image stands on or copies from is not built at all: a leftover that is read, updated and reported on all the same.

Nothing names the stage:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
RUN go build -o /app .
«FROM golang:1.23.3 AS manual»
RUN go run ./cmd/docs
FROM debian:12.8-slim
COPY --from=build /app /app
```

It is named only by another one that nothing needs, or is dropped for a second stage of its name:

```dockerfile Dockerfile fails
«FROM golang:1.23.3 AS deps»
RUN go mod download
«FROM deps AS manual»
RUN go run ./cmd/docs
FROM debian:12.8-slim
```

Each is built upon, copied from, or mounted from:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS base
FROM base AS build
RUN go build -o /app .
FROM node:22.11.0-slim AS assets
FROM debian:12.8-slim
COPY --from=build /app /app
RUN --mount=type=bind,from=assets,source=/dist,target=/dist cp -r /dist /srv
```

A build asks for it, or for one that is not known:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
RUN go build -o /app .
FROM build AS manual
RUN go run ./cmd/docs
FROM debian:12.8-slim
COPY --from=build /app /app
```
```yaml compose.yaml passes
services:
  manual:
    build:
      context: .
      target: manual
```
```dockerfile b/Dockerfile passes
FROM golang:1.23.3 AS manual
RUN go run ./cmd/docs
FROM debian:12.8-slim
```
```yaml .github/workflows/build.yml passes
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: docker build --target "$TARGET" b
```

An argument may name it:

```dockerfile Dockerfile passes
ARG VARIANT=full
FROM debian:12.8-slim AS base-full
RUN echo full
FROM debian:12.8-slim AS base-small
RUN echo small
FROM base-${VARIANT}
```

A script of the repository asks for it:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
RUN go build -o /app .
FROM build AS manual
RUN go run ./cmd/docs
FROM debian:12.8-slim
COPY --from=build /app /app
```
```text docker-bake.hcl passes
target "manual" {
  target = "manual"
}
```

Nothing of it ships, or it is no more than a list of images:

```dockerfile tests/Dockerfile passes
FROM debian:12.8-slim AS one
RUN echo one
FROM debian:12.8-slim AS two
RUN echo two
```
```dockerfile Dockerfile passes
FROM postgres:16.4
LABEL alias=database
FROM redis:7.4.1
LABEL alias=cache
```

It is there to be built by itself: for tests, to run, or to give its files out:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
RUN go build -o /app .
FROM build AS unit-tests
RUN go test ./...
FROM debian:12.8-slim AS worker
COPY --from=build /app /app
CMD ["/app", "work"]
FROM scratch AS binaries
COPY --from=build /app /
FROM debian:12.8-slim AS server
COPY --from=build /app /app
CMD ["/app", "serve"]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.stage import Stage


@rule(Severity.NOTICE, aliases=("tally:tally/no-unreachable-stages",))
def check(stage: Stage) -> Iterator[Problem]:
    dockerfile = stage.dockerfile
    needed = dockerfile.needed
    if needed is None or stage in needed or stage.from_ is None or stage in dockerfile.circles:
        return
    if all(build.development for build in dockerfile.builds) or not dockerfile.does_anything:
        return
    if stage.name is None or stage.name.raw.lower() not in dockerfile.build_words:
        yield Problem(stage.from_.span, f"No image needs this stage{_called(stage)}.")


def _called(stage: Stage) -> str:
    return f", `{stage.name.raw}`" if stage.name is not None else ""
