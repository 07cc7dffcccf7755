r"""A COPY does not take files from its own stage.

The stage is not done yet, so that there is nothing to copy from; files of the same stage are copied by `RUN cp`.

By its name, in any case:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
COPY --from=«build» /src/app /app
COPY --link --from=«BUILD» /src/app /app
```

From an earlier stage of the same name, from other stages and images, and from what the build puts in the place of the name:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
FROM debian:12.8-slim AS final
COPY --from=build /app /app
COPY --from=nginx:1.27.2 /etc/nginx /etc/nginx
```
```dockerfile b/Dockerfile passes
FROM golang:1.23.3 AS build
FROM debian:12.8-slim AS build
COPY --from=build /app /app
```
```dockerfile c/Dockerfile passes
FROM debian:12.8-slim AS assets
COPY --from=assets /dist /dist
```
```yaml c/compose.yaml passes
services:
  app:
    build:
      context: .
      additional_contexts:
        assets: ./assets
```

Behind ONBUILD the stages are those of another file:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS build
ONBUILD COPY --from=build /app /app
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Copy


@rule(
    Severity.ERROR,
    aliases=(
        "hadolint:DL3023", "kics:copy_from_references_current_from_alias", "semgrep:copy-from-own-alias", "tally:hadolint/DL3023",
        "trivy:DS-0006",
    ),
)  # fmt: skip
def check(copy: Copy) -> Iterator[Problem]:
    name = copy.from_
    if name is None or not name.value or name.value.lower() in copy.dockerfile.context_names or name.value.isdigit():
        return
    if copy.stage is not None and copy.dockerfile.ahead(copy, name) is copy.stage:
        yield Problem(name.span, f"`{name.value}` is the stage that this COPY stands in.")
