r"""A relative destination has a `WORKDIR` to be relative to.

Without one, it depends on the base image, which says nothing of it in this file and may change it.

No working directory is set, or only afterwards, or in another stage:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
COPY app.conf «etc/app.conf»
```

```dockerfile b/Dockerfile fails
FROM golang:1.23.3 AS build
WORKDIR /src
FROM scratch
COPY --from=build /src/app «.»
WORKDIR /app
```

It is set, maybe in the stage that this one stands on:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS base
WORKDIR /app
FROM base
COPY app.conf ./
```

The destination is absolute, or may be:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG TARGET
COPY app.conf /etc/app.conf
COPY app.conf "C:\app\app.conf"
COPY app.conf d:/app/app.conf
COPY app.conf ${TARGET}/app.conf
COPY app.conf "${TARGET}"
```

Nothing is known of the base image, or of where the instruction will run:

```dockerfile Dockerfile passes
FROM registry.acme.dev/base:4.2
COPY app.conf etc/
```
```dockerfile onbuild/Dockerfile passes
FROM debian:12.8-slim
ONBUILD COPY app.conf etc/
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.placement import before
from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Add, Copy
    from deployflow_gate.model.stage import Stage

_ABSOLUTE = regex(r"[/\\]|[A-Za-z]:")
_WINDOWS = regex(r"(?:^|/)(?:windows/)?(?:windowsservercore|servercore|nanoserver|server)(?::|@|$)")
"""Microsoft's bases, which begin in `C:\\`."""


@rule(Severity.WARNING, aliases=("hadolint:DL3045", "tally:hadolint/DL3045"))
def check(transfer: Copy | Add) -> Iterator[Problem]:
    to = transfer.destination
    if to is None or transfer.stage is None or transfer.onbuild or transfer.broken_array:
        return
    path = to.sketch.lstrip("\"'")
    if not path or path.startswith(UNKNOWN) or _ABSOLUTE.match(path):
        return
    if any(earlier.keyword == "WORKDIR" for earlier in before(transfer)) or not _known(transfer.stage):
        return
    yield Problem(to.span, f"`{to.raw}` is relative, and no `WORKDIR` is set.")


def _known(stage: Stage) -> bool:
    """Whether the base is one that brings no working directory for an application."""
    if stage.from_scratch or stage.lineage[-1].from_ is None:
        return True
    base = stage.base
    return base is not None and (base.known is not None or _WINDOWS.search(base.text.sketch) is not None)
