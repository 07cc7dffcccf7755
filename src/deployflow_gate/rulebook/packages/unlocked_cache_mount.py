r"""A cache mount of apt's is used by one build at a time.

apt stops where another process works on its folders. A cache mount is shared by all builds on a machine unless it is told otherwise, so
two services, two stages or two platforms that are built at once get in each other's way: "Could not get lock". With
`sharing=locked` the second one waits, with `sharing=private` it gets a cache of its own.

Nothing is said of sharing, or the wrong thing:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «--mount=type=cache,target=/var/cache/apt» \
    «--mount=type=cache,target=/var/lib/apt,sharing=shared» \
    apt-get update && apt-get install -y curl
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt,sharing=locked \
    apt-get update && apt-get install -y curl
```

Spelled another way, with a name of its own, in a build stage:

```dockerfile Dockerfile fails
FROM debian:12.8 AS build
RUN «--mount=type=cache,id=lists-arm64,dst=/var/lib/apt/lists/» apt-get update && apt-get install -y gcc
FROM debian:12.8-slim
COPY --from=build /app /app
```
```dockerfile Dockerfile fixed
FROM debian:12.8 AS build
RUN --mount=type=cache,id=lists-arm64,dst=/var/lib/apt/lists/,sharing=locked apt-get update && apt-get install -y gcc
FROM debian:12.8-slim
COPY --from=build /app /app
```

Other caches that are told to be locked, by option:

```dockerfile Dockerfile fails folders=/var/cache/dnf
FROM fedora:41
RUN «--mount=type=cache,target=/var/cache/dnf» dnf install -y nginx
```
```dockerfile Dockerfile fixed
FROM fedora:41
RUN --mount=type=cache,target=/var/cache/dnf,sharing=locked dnf install -y nginx
```

Locked, or private:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,sharing=private,target=/var/lib/apt \
    apt-get update && apt-get install -y curl
```

The caches of others may be shared, and other mounts are no caches:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
RUN --mount=type=tmpfs,target=/var/lib/apt/lists apt-get update && apt-get install -y curl
RUN --mount=type=bind,source=debs,target=/var/cache/apt/archives apt-get install -y curl
RUN --mount=type=cache,target=/var/cache/apt-cacher npm ci
```

What is not known is not reported:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG SHARING
RUN --mount=type=cache,target=/var/cache/apt,sharing=$SHARING apt-get update && apt-get install -y curl
```

## Options

- `folders`: more folders whose cache mounts must be locked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Run, RunMount

FOLDERS = ("/var/cache/apt", "/var/lib/apt")
"""What apt locks. (BuildKit's own reference locks both, too.)"""


@rule(Severity.WARNING, seeds=("004:3",))
def check(run: Run, *, folders: tuple[str, ...] = ()) -> Iterator[Problem]:
    for mount in run.mounts:
        target = mount.target.value if mount.target is not None else None
        if mount.type != "cache" or target is None:
            continue
        path = target.rstrip("/") + "/"
        if not any(path.startswith(f"{folder.rstrip('/')}/") for folder in (*FOLDERS, *folders)):
            continue
        sharing = mount.options.get("sharing")
        if sharing is not None and sharing.value != "shared":
            continue
        yield Problem(
            mount.span,
            f"The cache mount of `{target}` is shared by builds that run at the same time.",
            fix=_locked(mount),
        )


def _locked(mount: RunMount) -> Fix | None:
    written = mount.span.text
    if '"' in written or "'" in written:
        return None
    at = written.find("sharing=shared")
    if at >= 0:
        start = mount.span.start + at
        edit = edits.replace(Span(mount.span.source, start, start + len("sharing=shared")), "sharing=locked")
    elif "sharing" in written:
        return None
    else:
        edit = edits.insert_after(mount.span, ",sharing=locked")
    return Fix("Lock the cache", (edit,))
