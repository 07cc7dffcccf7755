r"""A COPY names the stage that it takes files from.

A number means another stage as soon as somebody puts one in between, and the build may pass all the same.

The stage has a name, which can be used:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
FROM debian:12.8-slim
COPY --from=«0» /app /app
```
```dockerfile Dockerfile fixed
FROM golang:1.23.3 AS build
FROM debian:12.8-slim
COPY --from=build /app /app
```

It has none yet:

```dockerfile Dockerfile fails
FROM golang:1.23.3
RUN go build -o /app .
FROM debian:12.8-slim
COPY --from=«0» /app /app
COPY --from=«0» /data /data
```
```dockerfile Dockerfile fixed
FROM golang:1.23.3 AS stage-0
RUN go build -o /app .
FROM debian:12.8-slim
COPY --from=stage-0 /app /app
COPY --from=stage-0 /data /data
```

By name, from an image, and a number that counts no stage:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
FROM debian:12.8-slim
COPY --from=build /app /app
COPY --from=acme/tools:0 /tool /usr/local/bin/
COPY --from=7 /app /app
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule

if TYPE_CHECKING:
    from deployflow_gate.lint import Edit
    from deployflow_gate.model.instruction import Copy
    from deployflow_gate.model.stage import Stage


@rule(Severity.WARNING, aliases=("kics:using_unnamed_build_stages",))
def check(copy: Copy) -> Iterator[Problem]:
    number, stage = copy.from_, copy.from_stage
    if number is None or stage is None or number.value is None or not number.value.isdigit():
        return
    fix = None
    if number.span.text == number.value:
        name, naming = _named(stage)
        if name:
            fix = Fix(f"Copy from {name}", (*naming, edits.replace(number.span, name)), safe=True)
    yield Problem(number.span, f"The stage is named by its number `{number.value}`.", fix=fix)


def _named(stage: Stage) -> tuple[str, tuple[Edit, ...]]:
    """A name by which a COPY further down finds the stage, and what gives it that name; "" where there is none."""
    if stage.name is not None:
        unique = stage.dockerfile.stage(stage.name.raw) is stage
        return (stage.name.raw, ()) if unique else ("", ())
    name = f"stage-{stage.index}"
    if stage.from_ is None or len(stage.from_.syntax.values) != 1 or stage.dockerfile.stage(name) is not None:
        return "", ()
    return name, (edits.insert_after(stage.from_.image.span, f" AS {name}"),)
