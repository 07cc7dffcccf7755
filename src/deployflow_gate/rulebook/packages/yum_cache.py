r"""yum leaves no cache in an image that ships.

yum keeps the metadata of every repository, and what it downloads where it is told so, below `/var/cache`: often more than 100 MB. A
later `RUN` cannot take them out of a layer that is finished, so `yum clean all` belongs behind the install. `yum clean metadata` only
does half of it.

Judged is what ships: the stage that a build ships and the stages it stands on. What a build stage leaves behind is never pulled.

Nothing is cleaned, or too early, or only half:

```dockerfile Dockerfile fails
FROM amazonlinux:2023.6.20241121.0
RUN «yum install -y httpd»
RUN yum clean all && «yum -y update»
RUN «yum -y install mod_ssl» && yum clean metadata
```
```dockerfile Dockerfile fixed
FROM amazonlinux:2023.6.20241121.0
RUN yum install -y httpd && yum clean all
RUN yum clean all && yum -y update && yum clean all
RUN yum -y install mod_ssl && yum clean metadata && yum clean all
```

Filled again behind the cleaning:

```dockerfile Dockerfile fails
FROM oraclelinux:9
RUN yum install -y epel-release && yum clean all && «sudo yum -y groupinstall 'Web Server'»
```
```dockerfile Dockerfile fixed
FROM oraclelinux:9
RUN yum install -y epel-release && yum clean all && sudo yum -y groupinstall 'Web Server' && sudo yum clean all
```

All ways to empty it:

```dockerfile Dockerfile passes
FROM oraclelinux:9
RUN yum install -y httpd && yum clean all
RUN yum install -y httpd && yum clean -y all && rm -rf /var/cache/yum
RUN yum install -y httpd && rm -rf /var/cache/yum/*
RUN yum install -y httpd && dnf clean all
RUN if [ "$EXTRA" = 1 ]; then yum -y install mod_ssl && yum clean all; fi
```

Kept outside of the layer:

```dockerfile Dockerfile passes
FROM oraclelinux:9
RUN --mount=type=cache,target=/var/cache/yum yum install -y httpd
RUN --mount=type=cache,target=/var/cache/dnf yum install -y httpd
```

A build stage does not ship:

```dockerfile Dockerfile passes
FROM oraclelinux:9 AS build
RUN yum install -y gcc make
RUN make
FROM oraclelinux:9-slim
COPY --from=build /app /app
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.packages._rpm_cache import YUM, kept

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Run


@rule(
    Severity.WARNING,
    seeds=("003:4",),
    aliases=("hadolint:DL3032", "kics:yum_clean_all_missing", "semgrep:missing-yum-clean-all", "trivy:DS-0015"),
)
def check(run: Run) -> Iterator[Problem]:
    yield from kept(run, YUM)
