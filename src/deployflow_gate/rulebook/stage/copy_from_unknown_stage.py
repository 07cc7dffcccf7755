r"""A COPY takes files from a stage, context or image that is there.

What is no earlier stage is looked for on Docker Hub, where nobody, or anybody, may have put an image of that name.

A name that no stage has, also a misspelled one:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
FROM debian:12.8-slim
COPY --from=«biuld» /app /app
COPY --from=«assets» /dist /dist
```
```dockerfile Dockerfile fixed
FROM golang:1.23.3 AS build
FROM debian:12.8-slim
COPY --from=build /app /app
COPY --from=assets /dist /dist
```

A stage that comes later, and numbers that count no earlier stage:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
COPY --from=«assets» /dist /dist
COPY --from=«0» /app /app
COPY --from=«7» /app /app
FROM node:22.11.0-slim AS assets
```

No name at all, and one that neither a stage nor an image may have:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
COPY «--from=» /app /app
COPY --from=«^» /app /app
```

Stages by name in any case and by number, images, and a variable:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
FROM debian:12.8-slim
COPY --from=Build /app /app
COPY --from=0 /app /app
COPY --from=ghcr.io/astral-sh/uv:0.5.4 /uv /usr/local/bin/
COPY --from=acme/tools /tool /usr/local/bin/
COPY --from=tools:1.2 /tool /usr/local/bin/
COPY --from=composer /usr/bin/composer /usr/bin/
COPY --from=${TOOLS} /tool /usr/local/bin/
```

A context that a build gives beside the main one:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
COPY --from=assets /dist /dist
```
```yaml compose.yaml passes
services:
  app:
    build:
      context: .
      additional_contexts:
        - assets=./assets
```
```dockerfile b/Dockerfile passes
FROM debian:12.8-slim
COPY --from=shared /lib /lib
```
```yaml .github/workflows/build.yml passes
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: b
          build-contexts: |
            shared=./shared
```

A script of the repository gives it to the build:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
COPY --from=templates /app.yml /etc/app.yml
```
```text Makefile passes
image:
        docker build --build-context templates=../templates .
```

The stage itself, a circle, and what stands behind ONBUILD, are other matters:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
COPY --from=build /src/app /app
COPY --from=assets /dist /dist
FROM node:22.11.0-slim AS assets
COPY --from=build /schema.json /
ONBUILD COPY --from=elsewhere /app /app
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.rulebook.stage._official import OFFICIAL

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Copy

MAX_NAMES = 50
"""Stages that a misspelled name is compared with, the nearest ones."""


@rule(
    Severity.ERROR,
    aliases=("dockerfile-utils:FLAG_INVALID_FROM_VALUE", "hadolint:DL3022", "tally:hadolint/DL3022"),
)
def check(copy: Copy) -> Iterator[Problem]:
    text, flag = copy.from_, copy.flag("from")
    if (
        text is None
        or flag is None
        or copy.onbuild
        or copy.stage is None
        or copy.from_stage is not None
        or "$" in text.raw
    ):
        return
    name = text.value or ""
    if not name:
        yield Problem(flag.span, "The --from names nothing.")
    elif not (set(name) & set("/:@") or name in OFFICIAL or name.lower() in copy.dockerfile.context_names):
        ahead = copy.dockerfile.ahead(copy, text)
        number = name.isdigit()
        if ahead is None:
            if number or name.lower() not in copy.dockerfile.build_words:
                yield _unknown(copy, name)
        elif ahead is copy.stage and number:
            yield Problem(text.span, f"`{name}` is the stage that this COPY stands in.")
        elif ahead is not copy.stage and not copy.stage.in_circle_with(ahead):
            yield Problem(text.span, f"The stage `{name}` comes later than this COPY.")


def _unknown(copy: Copy, name: str) -> Problem:
    from difflib import get_close_matches

    at = copy.from_.span if copy.from_ is not None else copy.span
    stages = copy.dockerfile.stages[: copy.stage.index][-MAX_NAMES:] if copy.stage is not None else ()
    if name.isdigit():
        return Problem(at, f"There is no stage of the number `{name}` before this one: they are counted from 0.")
    names = [stage.name.raw for stage in stages if stage.name is not None]
    close = get_close_matches(name[:60], names, n=1, cutoff=0.75)
    if not close or at.text != name:
        return Problem(at, f"`{name}` is no stage above this one, and no image that is known.")
    fix = Fix(f"Write {close[0]}", (edits.replace(at, close[0]),))
    return Problem(
        at, f"`{name}` is no stage above this one, and no image that is known; `{close[0]}` is close.", fix=fix
    )
