r"""Packages that apk installs have a version.

Without one, each build takes what is newest on that day, so that two images of the same commit differ.

The price is that Alpine keeps one version of a package: when a security fix takes its place, the build fails until the line is changed.
`curl~8.11` is the milder way: it takes any release of 8.11. So this is off by default.

Judged are the packages that a `RUN` names, in the stages that a shipped image is built from.

No version:

```dockerfile Dockerfile fails
FROM alpine:3.20.3
RUN apk add --no-cache «curl» git=2.45.2-r0 tini
RUN apk add --virtual .build «gcc» make && apk del .build
RUN ["apk", "add", «"jq"»]
```

In a build stage, and from a repository that only has a name:

```dockerfile Dockerfile fails
FROM alpine:3.20.3 AS build
RUN apk add --no-cache «build-base»
RUN apk add --no-cache --repository=https://dl-cdn.alpinelinux.org/alpine/edge/testing «flow@testing»
FROM alpine:3.20.3
COPY --from=build /app /app
```

Held, each in its own way:

```dockerfile Dockerfile passes
FROM alpine:3.20.3
ARG CURL_VERSION
RUN apk add --no-cache git=2.45.2-r0 curl=${CURL_VERSION} tini~0.19 'jq>1.7' vim~=9.1 nano=~8.0
RUN apk add --no-cache -X https://dl-cdn.alpinelinux.org/alpine/edge/testing flow=0.78.0-r0
RUN apk add --allow-untrusted ./tool.apk && apk add --no-cache '!vim'
```

What is not known, what is allowed, and a stage that nothing needs:

```dockerfile Dockerfile passes allowed=ca-certificates
FROM alpine:3.20.3 AS scan
RUN apk add lynis
FROM alpine:3.20.3
ARG PACKAGES
RUN apk add $PACKAGES && apk add "php${VERSION}" ca-certificates
```

## Options

- `allowed`: packages that may be what is newest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.packages._unpinned import from_index, unpinned

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.install import Package

VERBS = {"apk": frozenset({"add"})}


@rule(
    Severity.NOTICE,
    on=False,
    aliases=("hadolint:DL3018", "kics:unpinned_package_version_in_apk_add"),
)
def check(command: Command, *, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    yield from unpinned(command, VERBS, allowed, _loose)


def _loose(package: Package) -> bool:
    return from_index(package) and not (package.name or "").startswith("!")
