r"""A FROM names an image with the defaults of its arguments.

Whoever builds without passing the argument gets an error about an invalid name, and tools that read the file cannot tell what
it stands on. A default makes the file say what it is built on.

The argument has no default, so that the name or the tag is missing:

```dockerfile Dockerfile fails
ARG BASE
FROM «${BASE}»
```
```dockerfile b/Dockerfile fails
ARG VERSION
FROM «debian:${VERSION}» AS build
FROM build
```

The default makes no valid name:

```dockerfile Dockerfile fails
ARG TAG=
ARG BASE=debian:${TAG}
FROM «${BASE}»
```
```dockerfile b/Dockerfile fails
ARG SUFFIX="ian:"
FROM «deb${SUFFIX}»
```

The argument is not even declared, and nothing else names the image:

```dockerfile Dockerfile fails
FROM «$BASE»
```

A default, in the argument or in place, and an empty piece that is not missed:

```dockerfile Dockerfile passes
ARG BASE=debian:12.8-slim
ARG VERSION
ARG VARIANT
FROM ${BASE} AS a
FROM debian:${VERSION:-12.8-slim} AS b
FROM debian:12.8${VARIANT} AS c
FROM base-${TARGETARCH} AS d
```

The build passes it:

```yaml compose.yaml passes
services:
  app:
    build:
      context: .
      args:
        VERSION: 12.8-slim
```
```dockerfile Dockerfile passes
ARG VERSION
FROM debian:${VERSION}
```

The default names a stage, in whatever case:

```dockerfile Dockerfile passes
ARG VARIANT=Full
FROM debian:12.8-slim AS full
FROM ${VARIANT}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.syntax.imageref import parse_image
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import From


@rule(
    Severity.ERROR,
    aliases=(
        "buildkit:InvalidDefaultArgInFrom", "dockerfile-utils:BASE_NAME_EMPTY", "tally:buildkit/InvalidDefaultArgInFrom",
    ),
)  # fmt: skip
def check(from_: From) -> Iterator[Problem]:
    image, made = from_.image, from_.default_image
    if "$" not in image.raw or from_.stage is None:
        return
    if not made:
        yield Problem(image.span, f"With the defaults of its arguments, `{image.raw}` is empty.")
    elif not _names_something(from_, made) and not from_.undeclared(image):
        shown = made.replace(UNKNOWN, "…")
        yield Problem(image.span, f"With the defaults of its arguments, `{image.raw}` is `{shown}`, which is no image.")


def _names_something(from_: From, made: str) -> bool:
    """Whether a base is an image, an earlier stage or scratch, as far as it is known."""
    named = from_.dockerfile.named_before(made, from_.stage) if from_.stage is not None else None
    return made == "scratch" or named is not None or not parse_image(made).flaws
