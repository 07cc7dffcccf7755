r"""Packages that apt installs have a version.

Without one, each build takes what is newest on that day, so that two images of the same commit differ.

The price is that Debian and Ubuntu keep one version of a package: when a security fix takes its place, the build fails until the line is
changed. So this is off by default; it is for those whose mirror keeps old versions, or who want to see every change.

Judged are the packages that a `RUN` names, in the stages that a shipped image is built from.

No version:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y «curl» git=1:2.39.5-0+deb12u1 vim && rm -rf /var/lib/apt/lists/*
RUN ["apt-get", "install", "-y", «"tini"»]
```

In a build stage, of another release, by relatives of apt-get:

```dockerfile Dockerfile fails
FROM debian:12.8 AS build
RUN apt-get install -y -t bookworm-backports «cmake»
RUN apt install -y «libpq-dev:amd64»
FROM debian:12.8-slim
COPY --from=build /app /app
```

Held, each in its own way:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG CURL_VERSION
RUN apt-get install -y git=1:2.39.* vim=2:9.0.1378-2 curl=$CURL_VERSION libc6/bookworm
RUN apt-get install -y ./tool.deb /tmp/other_1.2_amd64.deb
RUN apt-get install -y vim- && apt-get remove -y nano && apt-get download jq
```

By a policy for the versions of all packages, or by sources that never change:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
COPY pins /etc/apt/preferences.d/
RUN apt-get update && apt-get install -y curl
```
```dockerfile b/Dockerfile passes
FROM debian:12.8-slim
RUN echo 'deb https://snapshot.debian.org/archive/debian/20241110T000000Z bookworm main' > /etc/apt/sources.list
RUN apt-get update && apt-get install -y curl
```

What is not known, what is allowed, and a stage that nothing needs:

```dockerfile Dockerfile passes allowed=ca-certificates
FROM debian:12.8 AS scan
RUN apt-get install -y lynis
FROM debian:12.8-slim
ARG PACKAGES
RUN apt-get install -y $PACKAGES && apt-get install -y "php${VERSION}-fpm" ca-certificates
```

## Options

- `allowed`: packages that may be what is newest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.packages._configured import configured
from deployflow_gate.rulebook.packages._unpinned import from_index, run_needed, unpinned

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.install import Package
    from deployflow_gate.model.instruction import Run

_INSTALLS = frozenset({"install", "reinstall"})
VERBS = {"apt-get": _INSTALLS, "apt": _INSTALLS, "aptitude": _INSTALLS}
SNAPSHOTS = ("snapshot.debian.org", "snapshot.ubuntu.com")
SOURCES = ("sources.list", "apt.conf")
TAKEN_AWAY_OR_TASK = ("-", "^", "_")
"""How a word ends that names a package to be removed, a task, or (of aptitude) one to be purged."""


@rule(
    Severity.NOTICE,
    on=False,
    aliases=("hadolint:DL3008", "kics:apt_get_install_pin_version_not_defined"),
)
def check(command: Command, *, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    for problem in unpinned(command, VERBS, allowed, _loose):
        run = run_needed(command)
        if run is not None and not _held(run):
            yield problem


def _held(run: Run) -> bool:
    """Whether apt's own configuration says which versions are meant."""
    told = configured(run, "pin", "apt/preferences")
    return told or any(configured(run, snapshot, *SOURCES) for snapshot in SNAPSHOTS)


def _loose(package: Package) -> bool:
    return from_index(package) and not (package.name or "").endswith(TAKEN_AWAY_OR_TASK)
