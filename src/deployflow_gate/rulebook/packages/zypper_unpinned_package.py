r"""Packages that zypper installs have a version.

Two builds of the same commit get what was newest on their day. A repository that drops old releases breaks the build with a version as
soon as there is a newer one, however, so this is off by default. `'httpd>=2.4'` is the milder way.

Judged are the packages that a `RUN` names, in the stages that a shipped image is built from.

No version:

```dockerfile Dockerfile fails
FROM opensuse/leap:15.6
RUN zypper install -y «httpd» git=2.43.0 rpm-sign && zypper clean --all
RUN ["zypper", "-n", "in", «"tini"»]
```

In a build stage:

```dockerfile Dockerfile fails
FROM opensuse/leap:15.6 AS build
RUN zypper -n install «gcc-c++» make
FROM opensuse/leap:15.6
COPY --from=build /app /app
```

Held, each in its own way:

```dockerfile Dockerfile passes
FROM opensuse/leap:15.6
ARG VERSION
RUN zypper -n install httpd=2.4.62 git\>=2.43 'vim<10' tini\<=0.19 nano-7.2-150600.1.2
RUN zypper -n install "git=${VERSION}" && zypper -n install -t pattern devel_basis && zypper -n in pattern:devel_C_C++
RUN zypper -n install ./tool.rpm https://example.com/other-1.2.rpm && zypper -n remove vim
```

Not known, allowed, or only for development:

```dockerfile Dockerfile passes allowed=ca-certificates
FROM opensuse/leap:15.6
ARG PACKAGES
RUN zypper -n in $PACKAGES && zypper -n in "php${VERSION}" ca-certificates
```
```dockerfile Dockerfile.dev passes
FROM opensuse/leap:15.6
RUN zypper -n in gdb
```

## Options

- `allowed`: packages that may be what is newest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.packages._unpinned import unpinned

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command

VERBS = {"zypper": frozenset({"install", "in"})}


@rule(
    Severity.NOTICE,
    on=False,
    aliases=("hadolint:DL3037", "kics:zypper_install_without_version"),
)
def check(command: Command, *, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    if not command.has_flag("-t", "--type"):  # a pattern, a patch or a product
        yield from unpinned(command, VERBS, allowed)
