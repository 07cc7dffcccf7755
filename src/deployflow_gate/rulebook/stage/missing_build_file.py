r"""A build names a Dockerfile and a context that are in the repository.

The Dockerfile of a service was moved or misspelled:

```yaml compose.yaml fails
services:
  api:
    build:
      context: ./api
      dockerfile: «Dockerfile.prod»
```
```dockerfile api/Dockerfile passes
FROM debian:12.8-slim
```

There is no such folder:

```yaml compose.yaml fails
services:
  api:
    build: «./backend»
```

A workflow builds a file that is not there:

```yaml .github/workflows/build.yml fails
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: .
          file: «docker/Dockerfile»
```

Remote contexts, variables and folders outside the repository cannot be judged:

```yaml compose.yaml passes
services:
  a:
    build: https://github.com/acme/tool.git
  b:
    build: ${CONTEXT}
  c:
    build: ../other
  d:
    build: .
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim
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
    request, folder, path = build.request, build.wanted_context, build.wanted_dockerfile
    if request is None or request.inline is not None:
        return
    if folder is not None and not build.project.is_dir(folder):
        yield Problem(request.context_span, f"The build context `{folder}` is not in the repository.")
    elif path is not None and path not in build.project.paths and not build.project.skips(path):
        at = request.dockerfile_span if request.dockerfile is not None else request.context_span
        yield Problem(at, f"The Dockerfile `{path}` is not in the repository.")
