r"""dnf leaves no cache in an image that ships.

dnf keeps the metadata of every repository in `/var/cache` (libdnf5, dnf or tdnf), often more than 100 MB. A later `RUN` cannot take
it out of a layer that is finished, so `dnf clean all` belongs behind the install. `dnf clean packages` and `dnf clean metadata` only
do half of it.

Judged is what ships: the stage that a build ships and the stages it stands on. What a build stage leaves behind is never pulled.

Nothing is cleaned, or too early, or only half:

```dockerfile Dockerfile fails
FROM fedora:41
RUN «dnf install -y nginx»
RUN dnf clean all && «dnf -y upgrade --refresh»
RUN dnf -y install httpd && «dnf -y install mod_ssl» && dnf clean packages
```
```dockerfile Dockerfile fixed
FROM fedora:41
RUN dnf install -y nginx && dnf clean all
RUN dnf clean all && dnf -y upgrade --refresh && dnf clean all
RUN dnf -y install httpd && dnf -y install mod_ssl && dnf clean packages && dnf clean all
```

Its smaller relatives, over several lines, in the style of the script:

```dockerfile Dockerfile fails
FROM registry.access.redhat.com/ubi9/ubi-minimal:9.5
RUN «microdnf install -y \
      java-21-openjdk-headless \
      tzdata»
```
```dockerfile Dockerfile fixed
FROM registry.access.redhat.com/ubi9/ubi-minimal:9.5
RUN microdnf install -y \
      java-21-openjdk-headless \
      tzdata \
      && microdnf clean all
```
```dockerfile b/Dockerfile fails
FROM photon:5.0
RUN set -eux; «tdnf install -y curl»
```
```dockerfile b/Dockerfile fixed
FROM photon:5.0
RUN set -eux; tdnf install -y curl; tdnf clean all
```

Cleaned in another layer:

```dockerfile Dockerfile fails
FROM fedora:41
RUN «dnf install -y nginx»
RUN dnf clean all
```
```dockerfile Dockerfile fixed
FROM fedora:41
RUN dnf install -y nginx && dnf clean all
RUN dnf clean all
```

All ways to empty it, under any of the names:

```dockerfile Dockerfile passes
FROM rockylinux:9.3
RUN dnf install -y nginx && dnf clean all
RUN dnf install -y nginx && dnf -y clean all && rm -rf /tmp/*
RUN dnf install -y nginx && yum clean all
RUN dnf install -y nginx && rm -rf /var/cache/dnf /var/log/*
RUN dnf install -y nginx && rm -rf /var/cache/*
RUN dnf install -y nginx && find /var/cache/dnf -mindepth 1 -delete
RUN dnf install -y nginx && /usr/libexec/cleanup
RUN microdnf -y install nginx && microdnf clean all
```

Kept outside of the layer, or in another root:

```dockerfile Dockerfile passes
FROM fedora:41
RUN --mount=type=cache,target=/var/cache/libdnf5 dnf install -y nginx
RUN --mount=type=tmpfs,target=/var/cache dnf install -y nginx
RUN dnf install -y --installroot /rootfs --releasever 41 glibc
```

A build stage does not ship:

```dockerfile Dockerfile passes
FROM fedora:41 AS build
RUN dnf install -y gcc make
RUN make
FROM registry.access.redhat.com/ubi9/ubi-micro:9.5
COPY --from=build /app /app
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.packages._rpm_cache import DNF, kept

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Run


@rule(
    Severity.WARNING,
    seeds=("003:4",),
    aliases=(
        "hadolint:DL3040",
        "kics:missing_dnf_clean_all",
        "semgrep:missing-dnf-clean-all",
        "trivy:DS-0019",
        "trivy:DS-0027",
    ),
)
def check(run: Run) -> Iterator[Problem]:
    yield from kept(run, DNF)
