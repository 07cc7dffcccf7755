r"""A production compose file pulls what it runs.

The server needs the compose file, its secrets and its data, and nothing else. Where it builds, it also needs the sources and the
time, what runs was never tested, and there is no image to go back to. Build in CI, push, and name the image here; build in the
override file, which only developers load.

A file for production builds:

```yaml compose.prod.yaml fails
services:
  api:
    «build»: .
    restart: unless-stopped
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim
```

The plain file is what production uses where an override for developers stands beside it:

```yaml compose.yaml fails
services:
  api:
    «build»:
      context: ./api
```
```yaml compose.override.yaml passes
services:
  api:
    build: ./api
```
```dockerfile api/Dockerfile passes
FROM debian:12.8-slim
```

A name that no registry has, or the order to build, does not help:

```yaml compose.prod.yaml fails
services:
  api:
    image: api:1.0.0
    «build»: .
  worker:
    image: ghcr.io/acme/worker:1.0.0
    pull_policy: build
    «build»: .
```

The image is pulled, and the override builds:

```yaml compose.yaml passes
services:
  api:
    image: ghcr.io/acme/api:1.4.2
```
```yaml compose.override.yaml passes
services:
  api:
    build: .
```

With the name of an image in a registry compose pulls first; `build:` then only says in CI how it is made:

```yaml compose.prod.yaml passes
services:
  api:
    image: ghcr.io/acme/api:${TAG}
    build: .
```

A plain file that stands alone may be anybody's, and services of a development profile run nowhere else:

```yaml compose.yaml passes
services:
  api:
    build: .
```
```yaml deploy/compose.prod.yaml passes
services:
  seed:
    build: ../seed
    profiles: [dev]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Service


@rule(Severity.WARNING, seeds=("001:12", "001:21"))
def check(service: Service) -> Iterator[Problem]:
    entry = service.entry("build")
    if service.file.role != "production" or service.development or entry is None or service.build is None:
        return
    if service.complete and not _pulled(service):
        yield Problem(entry.key.span, "The service is built where it runs, since no image in a registry is named.")


def _pulled(service: Service) -> bool:
    """Whether compose finds an image to pull: one with a registry or an account in its name."""
    policy = service.text("pull_policy")
    if policy is not None and policy.value in {"build", "never"}:
        return False
    base = service.file.base.service(service.name) if service.file.base is not None else None
    image = service.image or (base.image if base is not None else None)
    return image is not None and ("/" in image.text.sketch or "repository" in image.unknown)
