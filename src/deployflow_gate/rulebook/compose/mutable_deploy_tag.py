r"""What is deployed is named by a tag that stays what it was.

A tag that every build moves says neither what runs nor what ran before: a restart may bring another version, and there is nothing to go
back to. Deploy the tag of a version or of a commit; the moving one is for people who look around.

The tag of a stage or of a major version:

```yaml compose.prod.yaml fails
services:
  api:
    image: ghcr.io/acme/api:«production»
  worker:
    image: ghcr.io/acme/worker:«v2»
```
```yaml .github/workflows/release.yml passes
on: push
jobs:
  images:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/acme/api:${{ github.sha }}
      - uses: docker/build-push-action@v6
        with:
          context: worker
          push: true
          tags: ghcr.io/acme/worker:${{ github.sha }}
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim
```
```dockerfile worker/Dockerfile passes
FROM debian:12.8-slim
```

A workflow pushes every build under this very tag:

```yaml deploy/compose.yaml fails
services:
  api:
    image: ghcr.io/acme/api:«eu-west»
```
```yaml .github/workflows/release.yml passes
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: |
            ghcr.io/acme/api:eu-west
            ghcr.io/acme/api:${{ github.sha }}
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim
```

What is built beside, too, where it is pulled in production:

```yaml compose.prod.yaml fails
services:
  api:
    build: .
    image: ghcr.io/acme/api:«latest»
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim
```

A version, a commit, a digest, and what the deployment fills in:

```yaml compose.prod.yaml passes
services:
  a:
    image: ghcr.io/acme/api:1.4.2
  b:
    image: ghcr.io/acme/api:sha-3f2a91c
  c:
    image: ghcr.io/acme/api:${TAG:-production}
  d:
    image: ghcr.io/acme/api:production@sha256:0a4eaa0eecf5f8c050e5bba433f58c052be7587ee8af3e8b3910ef9ab5fbe9f5
```
```yaml .github/workflows/release.yml passes
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/acme/api:${{ github.sha }}
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim
```

What others make has its own rules, and a name that only developers give to what they build is none:

```yaml compose.prod.yaml passes
services:
  cache:
    image: ghcr.io/others/cache:production
```
```yaml compose.dev.yaml passes
services:
  api:
    build: .
    image: acme/api:dev
```
```yaml b/compose.yaml passes
services:
  api:
    build: .
    image: acme/api:latest
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim
```
```dockerfile b/Dockerfile passes
FROM debian:12.8-slim
```

## Options

- `moving`: tags that move, beside those that a workflow pushes as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.workflow import Step
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Service
    from deployflow_gate.model.imageref import ImageRef

MOVING = (
    "prod", "production", "live", "release", "released", "deploy", "deployed", "stage", "stg", "preprod", "pre-prod", "uat", "qa",
    "demo", "sandbox", "hotfix", "default", "ci", "build",
)  # fmt: skip
"""Tags of stages. Those that move everywhere (`latest`, `main`, `edge`) are another rule's, where the image is pulled."""

_LATEST = frozenset({"latest", "main", "master", "edge", "nightly", "stable", "staging", "dev", "develop", "test"})
_MAJOR = regex(r"v\d{1,2}")


@rule(Severity.NOTICE, seeds=("001:17",))
def check(service: Service, *, moving: tuple[str, ...] = MOVING) -> Iterator[Problem]:
    ref, file = service.image, service.file
    if (
        ref is None
        or service.development
        or (file.role != "production" and (file.for_work or service.build is not None))
    ):
        return
    if not ref.tag or not ref.text.literal or ref.pinned is not False or not _own(service, ref):
        return
    place = ref.tag_span or ref.span
    if ref.tag in moving or _MAJOR.fullmatch(ref.tag) or (ref.tag in _LATEST and service.build is not None):
        yield Problem(place, f"The service is deployed by the tag `{ref.tag}`, which the next release moves.")
    elif _pushed(service, ref) and ref.tag not in _LATEST:
        yield Problem(
            place, f"The service is deployed by the tag `{ref.tag}`, under which a workflow pushes every build."
        )


def _own(service: Service, ref: ImageRef) -> bool:
    """Whether the image is built here and comes from a registry."""
    return "/" in ref.text.sketch and service in service.file.project.images_run_by


def _pushed(service: Service, ref: ImageRef) -> bool:
    """Whether a workflow gives the very tag to what it builds."""
    return any(
        tag.sketch == ref.text.sketch
        for image in service.file.project.images_run_by.get(service, ())
        for build in image.builds
        if build.request is not None and isinstance(build.owner, Step)
        for tag in build.request.tags
    )
