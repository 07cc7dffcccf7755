r"""apk leaves no index in an image that ships.

Each `apk add` fetches the package index into `/var/cache/apk`, some 2 MB that are stale the next day. With `--no-cache` apk
fetches it, uses it and forgets it, so that `apk update` before and `rm` behind it are not needed, either.

Judged is what ships. The index of a build stage stays behind with the stage.

Without the flag, however the command is spelled:

```dockerfile Dockerfile fails
FROM alpine:3.20.3
RUN apk update && «apk add curl=8.11.0-r2»
RUN «apk -U upgrade»
RUN set -eux; \
    «apk add \
        git \
        tini»
RUN [«"apk", "add", "tzdata"»]
```
```dockerfile Dockerfile fixed
FROM alpine:3.20.3
RUN apk update && apk add --no-cache curl=8.11.0-r2
RUN apk -U upgrade --no-cache
RUN set -eux; \
    apk add --no-cache \
        git \
        tini
RUN ["apk", "add", "--no-cache", "tzdata"]
```

Removed in another layer, or too early:

```dockerfile Dockerfile fails
FROM alpine:3.20.3
RUN rm -rf /var/cache/apk/* && «apk add curl»
RUN rm -rf /var/cache/apk/*
```
```dockerfile Dockerfile fixed
FROM alpine:3.20.3
RUN rm -rf /var/cache/apk/* && apk add --no-cache curl
RUN rm -rf /var/cache/apk/*
```

Nobody answers what it asks:

```dockerfile Dockerfile fails
FROM alpine:3.20.3
RUN «apk add curl» && rm -ri /var/cache/apk
```
```dockerfile Dockerfile fixed
FROM alpine:3.20.3
RUN apk add --no-cache curl && rm -ri /var/cache/apk
```

A cache is mounted somewhere else:

```dockerfile Dockerfile fails
FROM alpine:3.20.3
RUN --mount=type=cache,target=/root/.npm «apk add nodejs npm»
```
```dockerfile Dockerfile fixed
FROM alpine:3.20.3
RUN --mount=type=cache,target=/root/.npm apk add --no-cache nodejs npm
```

With the flag, wherever it stands:

```dockerfile Dockerfile passes
FROM alpine:3.20.3
RUN apk add --no-cache curl
RUN apk --no-cache add git
RUN apk add --update tini --no-cache && apk upgrade --no-cache
RUN apk add --no-cache --virtual .build gcc && make && apk del .build
```

Removed in the same layer:

```dockerfile Dockerfile passes
FROM alpine:3.20.3
RUN apk add curl && rm -rf /var/cache/apk/*
RUN apk add git && rm -rf /tmp/* /var/cache/*
RUN apk add tini && rm -f /var/cache/apk/APKINDEX*
RUN apk add vim && find /var/cache/apk -type f -delete
RUN apk add jq && /usr/local/bin/cleanup.sh
```

Kept outside of the layer, or in another root:

```dockerfile Dockerfile passes
FROM alpine:3.20.3
RUN --mount=type=cache,target=/var/cache/apk apk add curl
RUN --mount=type=tmpfs,target=/var/cache apk add git
RUN --mount=type=cache,target=/etc/apk/cache apk add tini
RUN apk add --root /rootfs --initdb busybox
```

Only files of the image itself are installed:

```dockerfile Dockerfile passes
FROM alpine:3.20.3
COPY tool.apk /tmp/
RUN apk add --allow-untrusted /tmp/tool.apk
```

A build stage does not ship, and what is not known is not reported:

```dockerfile Dockerfile passes
FROM alpine:3.20.3 AS build
RUN apk add build-base
RUN make
FROM alpine:3.20.3
ARG OPTIONS
RUN apk add $OPTIONS curl
COPY --from=build /app /app
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.removal import asks_first
from deployflow_gate.model.shipping import run_of, ships
from deployflow_gate.rulebook.packages._flag import with_flag
from deployflow_gate.rulebook.packages._layer import mounted, sweeps

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command

CACHE = "/var/cache/apk"
OTHER_CACHE = "/etc/apk/cache"
"""Where apk keeps its cache instead, if this is there (mostly a link to the usual folder)."""

FILES = (f"{CACHE}/", f"{OTHER_CACHE}/")
"""What is in them: no folders, so that rm needs no `-r`."""

VERBS = frozenset({"add", "upgrade", "fix"})


@rule(
    Severity.WARNING,
    seeds=("003:4",),
    aliases=(
        "hadolint:DL3019", "kics:apk_add_using_local_cache_path", "semgrep:missing-apk-no-cache", "sonar-iac:S6587",
        "trivy:DS-0025",
    ),
)  # fmt: skip
def check(command: Command) -> Iterator[Problem]:
    install = command.install
    if install is None or install.manager != "apk" or install.verb not in VERBS:
        return
    if install.without_cache or install.uncertain:
        return
    if install.packages and all(package.kind != "index" for package in install.packages):
        return
    if install.verb == "add" and not install.packages and "xargs" not in command.wrappers:
        return
    if install.has_flag("--root", "-p", "--simulate", "-s", "--no-network", "--cache-dir", "--help", "-h"):
        return
    run = run_of(command)
    if run is None or not ships(run) or mounted(run, CACHE, OTHER_CACHE) or _removed(command):
        return
    yield Problem(
        install.span,
        f"`apk {install.verb}` leaves the package index in the layer; `--no-cache` is missing.",
        fix=with_flag(install, "--no-cache", "Keep no cache"),
    )


def _removed(command: Command) -> bool:
    """Whether the same script removes the cache later on."""
    if not any(hint in command.script.text.text for hint in ("rm", "cache", "find", "clean")):
        return False  # most scripts; looking through all commands for each install is quadratic
    for later in command.script.commands:
        if later.span.start <= command.span.start:
            continue
        if any(later.removes(cache) for cache in (CACHE, OTHER_CACHE)) or sweeps(later):
            return True
        taken = later.operands if later.name == "rm" and not asks_first(later) else ()
        if any(word.sketch.startswith(FILES) for word in taken):
            return True
        if later.install is not None and later.install.manager == "apk" and later.install.action == "clean":
            return True
    return False
