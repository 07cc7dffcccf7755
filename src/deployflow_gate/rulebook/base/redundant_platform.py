r"""A FROM does not ask for the platform that it has anyway.

`--platform=$TARGETPLATFORM` is what BuildKit does without the flag.

With and without braces:

```dockerfile Dockerfile fails
FROM «--platform=$TARGETPLATFORM» golang:1.23.3 AS build
FROM «--platform="${TARGETPLATFORM}"» debian:12.8-slim
```
```dockerfile Dockerfile fixed
FROM golang:1.23.3 AS build
FROM debian:12.8-slim
```

Another platform, one with a fallback, and one that the file sets itself:

```dockerfile Dockerfile passes
FROM --platform=$BUILDPLATFORM golang:1.23.3 AS build
FROM --platform=${TARGETPLATFORM:-linux/amd64} golang:1.23.3 AS tools
FROM --platform=linux/${TARGETARCH} debian:12.8-slim
```
```dockerfile b/Dockerfile passes
ARG TARGETPLATFORM=linux/amd64
FROM --platform=$TARGETPLATFORM debian:12.8-slim
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import From


@rule(Severity.NOTICE, aliases=("buildkit:RedundantTargetPlatform", "hadolint:DL3065"))
def check(from_: From) -> Iterator[Problem]:
    flag = from_.flag("platform")
    if (
        flag is None
        or flag.value is None
        or flag.value.raw.strip("\"'") not in {"$TARGETPLATFORM", "${TARGETPLATFORM}"}
    ):
        return
    if from_.dockerfile.argument_defaults.get("TARGETPLATFORM"):
        return
    fix = Fix("Remove the platform", (edits.delete_word(flag.span),), safe=True)
    yield Problem(flag.span, f"`{flag.span.text}` is the default.", fix=fix)
