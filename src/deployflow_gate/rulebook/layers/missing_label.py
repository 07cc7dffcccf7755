r"""An image that ships says in labels who keeps it, which version it is, and what it is.

Whoever finds a container running sees its image's labels first. The plain names (`maintainer`, `version`, `description`) count, and so do
the names of OCI (`org.opencontainers.image.version`) and of label-schema.org. Labels that the build itself is given (compose, a
workflow's `labels:`, `--label`) are not in the Dockerfile, and an image that gets some is left alone.

No label at all:

```dockerfile Dockerfile fails
«FROM debian:12.8-slim»
CMD ["app"]
```

Labels about other things, and in a stage that does not ship:

```dockerfile Dockerfile fails
FROM debian:12.8-slim AS build
LABEL maintainer="team@example.com" version="1.4" description="Builds it"
«FROM debian:12.8-slim»
LABEL stage="production"
CMD ["app"]
```

Some are there, others are not:

```dockerfile Dockerfile fails
«FROM debian:12.8-slim»
MAINTAINER team@example.com
LABEL com.example.version="1"
CMD ["app"]
```

Plain names, those of OCI, or in the stage below:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
LABEL maintainer="team@example.com" \
      version="1.4" \
      description="The shop's API"
```
```dockerfile b/Dockerfile passes
ARG VERSION
FROM debian:12.8-slim AS base
LABEL org.opencontainers.image.authors="team@example.com"
FROM base
ARG VERSION
LABEL org.opencontainers.image.version="${VERSION}" org.opencontainers.image.description="The shop's API"
```

The build gives the labels, or their names are not known:

```yaml compose.yaml passes
services:
  api:
    build:
      context: .
      labels:
        org.opencontainers.image.version: "1.4"
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim
```
```dockerfile b/Dockerfile passes
ARG NAME
FROM debian:12.8-slim
ARG NAME
LABEL ${NAME}="1"
```

Only some are wanted:

```dockerfile Dockerfile passes labels=maintainer
FROM debian:12.8-slim
LABEL maintainer="team@example.com"
```

## Options

- `labels`: which must be there; a name stands for those of OCI that mean the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.build import Build
    from deployflow_gate.model.image import Image

SAME = {
    "maintainer": ("maintainer", "maintainers", "author", "authors", "vendor"),
    "version": ("version", "revision", "ref.name", "vcs-ref"),
    "description": ("description", "title", "summary", "io.k8s.description"),
}
"""What else says the same, as a plain name or behind a prefix below.."""

PREFIXES = ("", "org.opencontainers.image.", "org.label-schema.", "io.k8s.", "io.openshift.")


@rule(Severity.NOTICE, seeds=("003:5",), aliases=("hadolint:DL3049", "sonar-iac:S7028"))
def check(image: Image, *, labels: tuple[str, ...] = ("maintainer", "version", "description")) -> Iterator[Problem]:
    from deployflow_gate.model.instruction import Label, Maintainer, Onbuild

    if any(_is_given_labels(build) for build in image.builds):
        return
    found = set()
    for instruction in image.history:
        inner = instruction.inner if isinstance(instruction, Onbuild) else instruction
        if isinstance(inner, Maintainer):
            found.add("maintainer")
        elif isinstance(inner, Label):
            if any(name.value is None for name, _ in inner.pairs):
                return
            found |= {(name.value or "").lower() for name, _ in inner.pairs}
    missing = [
        label
        for label in labels
        if not any(p + same in found for p in PREFIXES for same in SAME.get(label, (label.lower(),)))
    ]
    if missing:
        names = ", ".join(f"`{label}`" for label in missing)
        yield Problem(image.span, f"The image has no label for {names}.")


def _is_given_labels(build: Build) -> bool:
    """Whether who asks for the build gives it labels, or may do so."""
    owner = build.owner
    if owner is None:
        return build.request is not None
    from deployflow_gate.model.compose import Service
    from deployflow_gate.model.workflow import Step

    if isinstance(owner, Service):
        return owner.node("build", "labels") is not None
    if isinstance(owner, Step):
        run = owner.run
        return owner.input("labels") is not None or (
            run is not None and ("--label" in run.sketch or "bake" in run.sketch)
        )
    return False
