r"""An image gets what it needs, by name.

`COPY . .` takes whatever lies in the folder on the day of the build: tests, notes, keys. Naming what the image needs keeps the
rest out, whatever is added later. A `.dockerignore` that begins with `*` and lets single things in does the same.

All is copied, and the `.dockerignore` only leaves some out:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
«COPY . /app»
```
```text .dockerignore passes
.git
```

The same in other words:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
«COPY --chown=app ./src/.. /app»
«ADD * /app/»
```

Only what is needed, or a `.dockerignore` that lets in what is needed:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY src /app/src
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
COPY . /app
```
```text b/.dockerignore passes
# nothing but the code
*
!src
```

In a build stage whose files do not ship:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
COPY . .
RUN go build -o /app .
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /app /app
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image


@rule(Severity.NOTICE, seeds=("000:8", "003:13"), aliases=("sonar-iac:S6470",))
def check(image: Image) -> Iterator[Problem]:
    context = image.context
    if context is not None and _lets_in(context.ignore_file):
        return
    for transfer in image.transfers:
        if transfer.whole_context:
            yield Problem(transfer.span, "The whole context is copied into the image that ships.")


def _lets_in(ignore_file: object) -> bool:
    """Whether an ignore file leaves everything out but what it names."""
    return any(p.text.strip("/") in {"*", "**", "**/*"} and not p.negated for p in getattr(ignore_file, "patterns", ()))
