r"""A build asks for a stage that is there.

A target that the Dockerfile does not have fails the build, often only on the day of the deployment, since nobody builds the
production file before.

Compose asks for a stage that is spelled differently:

```yaml compose.yaml fails
services:
  api:
    build:
      context: .
      target: «prod»
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim AS base
FROM base AS production
```

A workflow does:

```yaml .github/workflows/build.yml fails
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: .
          target: «release»
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim AS base
```

A command does, and the Dockerfile names no stages at all:

```yaml .github/workflows/build.yml fails
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: docker build --target «prod» .
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim
```

Names are compared without case, and a number counts stages from 0:

```yaml compose.yaml passes
services:
  api:
    build:
      context: .
      target: Production
  job:
    build:
      context: .
      target: "0"
  worker:
    build:
      context: .
      target: ${TARGET}
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim AS base
FROM base AS production
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.build import Build


@rule(Severity.ERROR)
def check(build: Build) -> Iterator[Problem]:
    target, dockerfile = build.target, build.dockerfile
    if target is None or not target.value or dockerfile is None or build.stage is not None:
        return
    names = [stage.name.value for stage in dockerfile.stages if stage.name is not None]
    if None in names or any(not fault.kind for fault in dockerfile.faults):
        return
    has = f"it has {', '.join(f'`{name}`' for name in names)}" if names else "its stages have no names"
    yield Problem(target.span, f"`{dockerfile.path}` has no stage `{target.value}`; {has}.")
