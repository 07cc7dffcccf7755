r"""A base image is not tied to one platform.

With `--platform=linux/amd64` in the file, every build makes an image for that platform, whatever is asked for: on other
machines it runs emulated and slow, or not at all. The platform belongs to the command that builds.

A platform that is written out:

```dockerfile Dockerfile fails
FROM «--platform=linux/amd64» node:22.11.0-slim AS build
FROM «--platform="linux/arm64"» node:22.11.0-slim
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-slim AS build
FROM node:22.11.0-slim
```

A variable lets the one who builds choose:

```dockerfile Dockerfile passes
ARG PLATFORM=linux/amd64
FROM --platform=$BUILDPLATFORM golang:1.23.3 AS build
FROM --platform=${BUILDPLATFORM:-linux/amd64} golang:1.23.3 AS tools
FROM --platform=$PLATFORM debian:12.8-slim
```

One stage for each platform, from which the build takes the right one:

```dockerfile Dockerfile passes
FROM --platform=linux/amd64 debian:12.8-slim AS base-amd64
FROM --platform=linux/arm64 debian:12.8-slim AS base-arm64
FROM base-${TARGETARCH}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import From

OTHER_NAMES = {"amd64": ("x86_64", "x64"), "arm64": ("aarch64",), "386": ("i386", "x86")}


@rule(
    Severity.WARNING,
    aliases=(
        "buildkit:FromPlatformFlagConstDisallowed", "hadolint:DL3029", "kics:using_platform_with_from",
        "semgrep:avoid-platform-with-from",
    ),
)  # fmt: skip
def check(from_: From) -> Iterator[Problem]:
    flag = from_.flag("platform")
    platform = flag.value.value if flag is not None and flag.value is not None and "$" not in flag.value.raw else None
    if flag is None or not platform or _is_named_after(from_, platform):
        return
    fix = Fix("Leave the platform to the build", (edits.delete_word(flag.span),))
    yield Problem(flag.span, f"The base is tied to the platform `{platform}`, whatever the build is for.", fix=fix)


def _is_named_after(from_: From, platform: str) -> bool:
    """Whether the stage's name says which platform it is for, as where there is one stage for each."""
    name = from_.alias.raw.lower() if from_.alias is not None else ""
    parts = [part for part in platform.lower().split("/") if len(part) > 1]
    return any(word in name for part in parts for word in (part, *OTHER_NAMES.get(part, ())))
