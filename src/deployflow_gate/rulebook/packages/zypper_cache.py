r"""zypper leaves no cache in an image that ships.

zypper keeps the metadata of every repository, and what it downloads where it is told so, in `/var/cache/zypp`. A later `RUN` cannot
take them out of a layer that is finished, so `zypper clean --all` belongs behind the install.

Judged is what ships: the stage that a build ships and the stages it stands on. What a build stage leaves behind is never pulled.

Nothing is cleaned, or too early:

```dockerfile Dockerfile fails
FROM opensuse/leap:15.6
RUN «zypper --non-interactive install nginx»
RUN zypper clean && «zypper -n in git»
RUN zypper ref && «zypper -n patch»
```
```dockerfile Dockerfile fixed
FROM opensuse/leap:15.6
RUN zypper --non-interactive install nginx && zypper clean --all
RUN zypper clean && zypper -n in git && zypper clean --all
RUN zypper ref && zypper -n patch && zypper clean --all
```

Cleaned in another layer:

```dockerfile Dockerfile fails
FROM opensuse/leap:15.6
RUN «zypper -n install nginx»
RUN zypper clean --all
```
```dockerfile Dockerfile fixed
FROM opensuse/leap:15.6
RUN zypper -n install nginx && zypper clean --all
RUN zypper clean --all
```

All ways to empty it:

```dockerfile Dockerfile passes
FROM opensuse/leap:15.6
RUN zypper -n install nginx && zypper clean --all
RUN zypper -n install nginx && zypper cc -a
RUN zypper -n install nginx && zypper clean
RUN zypper -n install nginx && rm -rf /var/cache/zypp/*
```

Kept outside of the layer:

```dockerfile Dockerfile passes
FROM opensuse/leap:15.6
RUN --mount=type=cache,target=/var/cache/zypp zypper -n install nginx
```

A build stage does not ship:

```dockerfile Dockerfile passes
FROM opensuse/leap:15.6 AS build
RUN zypper -n install gcc make
RUN make
FROM opensuse/leap:15.6
COPY --from=build /app /app
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.packages._rpm_cache import ZYPPER, kept

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Run


@rule(
    Severity.WARNING,
    seeds=("003:4",),
    aliases=("hadolint:DL3036", "kics:missing_zypper_clean", "semgrep:missing-zypper-clean", "trivy:DS-0020"),
)
def check(run: Run) -> Iterator[Problem]:
    yield from kept(run, ZYPPER)
