r"""Stages do not need each other in a circle.

None of them can be built before the others, so that BuildKit refuses the file.

Two stages, by name or by number; the place that looks ahead closes the circle:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
COPY --from=«assets» /dist /dist
FROM node:22.11.0-slim AS assets
COPY --from=build /schema.json /
```
```dockerfile b/Dockerfile fails
FROM golang:1.23.3
RUN --mount=type=bind,from=«1»,target=/assets go build -o /app .
FROM node:22.11.0-slim
COPY --from=0 /schema.json /
```

Over a base and a third stage:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS base
COPY --from=«test» /report /
FROM base AS build
FROM build AS test
```

A mount from the stage itself:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
RUN --mount=type=bind,from=«build»,source=/src,target=/src go build -o /app .
```

Each needs earlier ones only, or what it names is later and needs nothing of it:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
FROM build AS test
FROM debian:12.8-slim
COPY --from=build /app /app
RUN --mount=type=bind,from=test,target=/test cat /test/report
```
```dockerfile b/Dockerfile passes
FROM golang:1.23.3 AS build
COPY --from=assets /dist /dist
FROM node:22.11.0-slim AS assets
```

A stage of the name of its own base:

```dockerfile Dockerfile passes
FROM debian AS debian
RUN echo hello
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.stage import Stage


@rule(Severity.ERROR, aliases=("tally:tally/circular-stage-deps",))
def check(stage: Stage) -> Iterator[Problem]:
    from deployflow_gate.model.instruction import Run

    for instruction, text in stage.sources:
        ahead = stage.sources_ahead.get(text)
        if ahead is stage:
            if isinstance(instruction, Run):  # a COPY is copy-from-own-stage
                yield Problem(text.span, f"The stage mounts from itself: `{text.value}` is its own name.")
        elif ahead is not None and stage.in_circle_with(ahead):
            yield Problem(text.span, f"The stage `{text.value}` cannot be built before this one, which it needs.")
