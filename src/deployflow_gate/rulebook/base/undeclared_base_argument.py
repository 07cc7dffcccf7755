r"""A FROM uses arguments that are declared before the first FROM.

Others are empty there, whatever is passed: what a stage declares is not seen by any FROM.

Never declared, misspelled, or declared in a stage:

```dockerfile Dockerfile fails
ARG VERSION=12.8
FROM «debian:${VERSION}${VARIANT}» AS a
FROM «debian:${VERSIN}-slim» AS b
ARG FLAVOUR=slim
FROM «debian:12.8-$FLAVOUR»
```
```dockerfile Dockerfile fixed
ARG VERSION=12.8
FROM debian:${VERSION}${VARIANT} AS a
FROM debian:${VERSION}-slim AS b
ARG FLAVOUR=slim
FROM debian:12.8-$FLAVOUR
```

In the platform:

```dockerfile Dockerfile fails
FROM «--platform=$BULIDPLATFORM» golang:1.23.3 AS build
FROM «--platform=linux/${MY_ARCH}» debian:12.8-slim
```
```dockerfile Dockerfile fixed
FROM --platform=$BUILDPLATFORM golang:1.23.3 AS build
FROM --platform=linux/${MY_ARCH} debian:12.8-slim
```

Declared ones, those that BuildKit knows itself, and those with a fallback:

```dockerfile Dockerfile passes
ARG VERSION
ARG BASE=debian
FROM --platform=$BUILDPLATFORM ${BASE}:12${VERSION} AS a
FROM --platform=linux/${TARGETARCH} debian:${OTHER:-12.8-slim} AS b
FROM debian:12${EXACT:+.8}${SUFFIX-}
```

Without it there is no name left at all, which is another rule's matter:

```dockerfile Dockerfile passes
FROM $BASE
```
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Note, Problem, Severity, edits, rule
from deployflow_gate.model.scope import PREDEFINED

if TYPE_CHECKING:
    from deployflow_gate.model.dockerfile import Dockerfile
    from deployflow_gate.model.instruction import From
    from deployflow_gate.text import Span

MAX_NAMES = 50
"""Arguments of one file that a misspelled one is compared with."""


@rule(Severity.ERROR, aliases=("buildkit:UndefinedArgInFrom", "tally:buildkit/UndefinedArgInFrom"))
def check(from_: From) -> Iterator[Problem]:
    platform = from_.flag("platform")
    if platform is not None and platform.value is not None:
        for name in from_.undeclared(platform.value):
            yield _problem(from_, platform.span, name)
    if from_.default_image:  # else nothing is left, which is invalid-base-default
        for name in from_.undeclared(from_.image):
            yield _problem(from_, from_.image.span, name)


def _problem(from_: From, at: Span, name: str) -> Problem:
    meant = _close(name, from_.dockerfile)
    message = f"`{name}` is not declared before the first FROM, so that it is empty here"
    fix = None
    if meant is not None:
        message += f"; `{meant}` is close"
        if at.text.count(name) == 1:
            fix = Fix(f"Write {meant}", (edits.replace(at, at.text.replace(name, meant)),))
    other = from_.dockerfile.stage_arguments.get(name)
    notes = (Note(other.span, "This ARG belongs to its stage alone."),) if other is not None else ()
    return Problem(at, message + ".", notes=notes, fix=fix)


def _close(name: str, dockerfile: Dockerfile) -> str | None:
    from difflib import get_close_matches

    known = [*islice(dockerfile.argument_defaults, MAX_NAMES), *sorted(PREDEFINED)]
    found = get_close_matches(name[:60], known, n=1, cutoff=0.85)
    return found[0] if found else None
