r"""Packages that dnf installs have a version.

Without one, each build takes what is newest on that day, so that two images of the same commit differ.

The price is that many repositories keep the newest version only, so that the build fails until the line is changed. So this is off by
default.

Judged are the packages that a `RUN` names, in the stages that a shipped image is built from; also `microdnf` and `tdnf`.

No version:

```dockerfile Dockerfile fails
FROM fedora:41
RUN dnf install -y «nginx» git-core-2.47.1-1.fc41 rpm-sign && dnf clean all
RUN ["dnf", "in", "-y", «"java-21-openjdk"»]
RUN microdnf install -y «tzdata» && tdnf install -y «git»
RUN dnf module install -y «nodejs»
```

In a build stage:

```dockerfile Dockerfile fails
FROM fedora:41 AS build
RUN dnf install -y «gcc-c++» make
FROM fedora:41
COPY --from=build /app /app
```

Held, each in its own way:

```dockerfile Dockerfile passes
FROM fedora:41
ARG VERSION
RUN dnf install -y nginx-1.26.2 git-core-2.47.1-1.fc41 gcc-c++-14.2.1 openssl-1:3.2.2 python3-3.13.* php-8*
RUN dnf install -y "git-core-${VERSION}" 'nginx >= 1.26' 'tini = 0.19'
RUN dnf module install -y nodejs:22 && dnf install -y @php:8.3 && dnf group install -y 'Development Tools'
RUN dnf install -y ./tool.rpm https://example.com/other-1.2.rpm && dnf remove -y vim
```

What is not known, what is allowed, and a stage that nothing needs:

```dockerfile Dockerfile passes allowed=ca-certificates
FROM fedora:41 AS scan
RUN dnf install -y lynis
FROM fedora:41
ARG PACKAGES
RUN dnf install -y $PACKAGES && dnf install -y "php${VERSION}" ca-certificates
```

## Options

- `allowed`: packages that may be what is newest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.packages._unpinned import RPM_VERBS, unpinned

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command

VERBS = dict.fromkeys(("dnf", "microdnf", "tdnf"), RPM_VERBS)


@rule(
    Severity.NOTICE,
    on=False,
    aliases=("hadolint:DL3041", "kics:missing_version_specification_in_dnf_install"),
)
def check(command: Command, *, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    yield from unpinned(command, VERBS, allowed)
