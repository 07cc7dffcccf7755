r"""Packages that yum installs have a version.

`yum install httpd` takes whatever release is the newest when the image is built, so that a build cannot be repeated. It is off by default,
since many repositories keep the newest release only: a line with a version then has to be changed with each of them.

Judged are the packages that a `RUN` names, in the stages that a shipped image is built from.

No version:

```dockerfile Dockerfile fails
FROM oraclelinux:9
RUN yum install -y «httpd» git-core-2.43.5-1.el9 rpm-sign && yum clean all
RUN ["yum", "-y", "install", «"java-21-openjdk"»]
RUN yum module install -y «nodejs»
```

In a build stage, and reinstalled:

```dockerfile Dockerfile fails
FROM oraclelinux:9 AS build
RUN yum -y reinstall «glibc» && yum install -y «gcc-c++» make
FROM oraclelinux:9-slim
COPY --from=build /opt/tool /opt/tool
```

Held, each in its own way:

```dockerfile Dockerfile passes
FROM oraclelinux:9
ARG VERSION
RUN yum install -y httpd-2.4.62 git-core-2.43.5-1.el9 gcc-c++-11.5.0 openssl-1:3.2.2 python3-3.9.* php-8*
RUN yum install -y "git-core-${VERSION}" 'nginx >= 1.26'
RUN yum module install -y nodejs:22 && yum groupinstall -y 'Development Tools' && yum install -y @web-server
RUN yum localinstall -y ./tool.rpm && yum install -y https://example.com/other-1.2.rpm && yum remove -y vim
```

The names are not known:

```dockerfile Dockerfile passes
FROM oraclelinux:9
ARG PACKAGES
RUN yum -y install $PACKAGES && yum -y install "php${VERSION}"
```

Some may be what is newest, by option:

```dockerfile Dockerfile passes allowed=ca-certificates,tzdata
FROM oraclelinux:9
RUN yum -y install ca-certificates tzdata
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

VERBS = {"yum": RPM_VERBS}


@rule(
    Severity.NOTICE,
    on=False,
    aliases=("hadolint:DL3033", "kics:yum_install_without_version"),
)
def check(command: Command, *, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    yield from unpinned(command, VERBS, allowed)
