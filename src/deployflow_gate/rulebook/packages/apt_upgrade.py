r"""An image is not upgraded by apt; its base image is a newer one.

`apt-get upgrade` makes of every package what is newest on the day of the build: two images of the same commit differ, all upgraded files are
in the image twice, and the layer is kept from the cache for as long as nobody changes the line. A newer base image has the same
packages, in one layer less.

Judged is a `RUN` in a stage that a shipped image is built from.

All packages:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN apt-get update && «apt-get upgrade -y» && rm -rf /var/lib/apt/lists/*
RUN apt-get update && \
    «apt-get -y -o Dpkg::Options::=--force-confold dist-upgrade» && \
    apt-get install -y curl
RUN [«"apt", "full-upgrade", "-y"»]
RUN «aptitude -y safe-upgrade»
```

Named packages, and what only looks:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y --only-upgrade openssl
RUN apt upgrade -y openssl && apt-get upgrade --simulate
RUN pip install --upgrade pip && npm upgrade
```

Not for production:

```dockerfile Dockerfile.dev passes
FROM debian:12.8-slim
RUN apt-get update && apt-get upgrade -y
```
```yaml .github/workflows/ci.yml passes
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: sudo apt-get upgrade -y
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.packages._upgrade import upgraded

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command

APT = frozenset({"apt-get", "apt", "aptitude"})
VERBS = frozenset({"upgrade", "dist-upgrade", "full-upgrade", "safe-upgrade"})


@rule(Severity.NOTICE, aliases=("semgrep:avoid-apt-get-upgrade", "trivy:DS-0024"))
def check(command: Command) -> Iterator[Problem]:
    yield from upgraded(command, APT, VERBS)
