r"""Several files are copied into a folder, which ends with a slash.

With more than one source, the builder refuses a destination that does not end with `/`.

Without the slash:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
COPY package.json package-lock.json «/app»
ADD ["a.txt", "b.txt", «"/data"»]
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-slim
COPY package.json package-lock.json /app/
ADD ["a.txt", "b.txt", "/data/"]
```

A folder, the working directory, or one source, though it may match several files:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
COPY package.json package-lock.json /app/
COPY package.json package-lock.json .
COPY package*.json /app
COPY src /app
COPY --parents a/x.txt b/y.txt /app
```

```dockerfile Dockerfile passes
# escape=`
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
COPY a.txt b.txt C:\data\
```

Nothing is known of the destination's end:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
ARG TARGET
COPY package.json package-lock.json ${TARGET}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Add, Copy
    from deployflow_gate.text import Text


@rule(
    Severity.ERROR,
    aliases=(
        "dockerfile-utils:INVALID_DESTINATION", "hadolint:DL3021", "kics:copy_with_more_than_two_arguments_not_ending_with_slash",
        "tally:hadolint/DL3021", "trivy:DS-0011",
    ),
)  # fmt: skip
def check(transfer: Copy | Add) -> Iterator[Problem]:
    to = transfer.destination
    if to is None or to.value is None or transfer.recorded or transfer.broken_array:
        return
    if len(transfer.sources) + len(transfer.heredocs) < 2:
        return
    if to.value.endswith(("/", "\\")) or to.value in {"", "."} or transfer.flag("parents") is not None:
        return
    yield Problem(
        to.span, f"Several files are copied to `{to.value}`, which does not end with a slash.", fix=_slash(to)
    )


def _slash(to: Text) -> Fix | None:
    if not to.literal or "\\" in to.span.text:
        return None
    quoted = to.span.text[-1:] in {'"', "'"}
    text = f"{to.span.text[:-1]}/{to.span.text[-1]}" if quoted else f"{to.span.text}/"
    return Fix("Copy into a folder", (edits.replace(to.span, text),), safe=True)
