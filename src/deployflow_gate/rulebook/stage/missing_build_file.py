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

A command in a step does:

```yaml .github/workflows/build.yml fails
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: docker build -f «ci/Dockerfile» .
```

An override names only what it changes; the rest is in the file that it is laid over:

```yaml compose.yaml passes
services:
  api:
    build:
      context: ./api
      dockerfile: api.Dockerfile
```
```yaml compose.override.yaml passes
services:
  api:
    build:
      target: dev
```
```yaml compose.ci.yaml passes
services:
  api:
    build:
      args: {CI: "1"}
  tool:
    build:
      target: test
```
```dockerfile api/api.Dockerfile passes
FROM debian:12.8-slim AS dev
```

An included file has the project directory that it is given:

```yaml compose.yaml passes
include:
  - path: proxy/compose.yaml
    project_directory: .
```
```yaml proxy/compose.yaml passes
services:
  proxy:
    build: ./proxy
```
```dockerfile proxy/Dockerfile passes
FROM debian:12.8-slim
```
```text proxy/proxy/settings.conf passes
port = 80
```

A file that is run with another project directory (`--project-directory`, `-f` behind the main one):

```yaml services/cache/compose.yaml passes
services:
  cache:
    build: ./cache-image
```
```dockerfile services/cache-image/Dockerfile passes
FROM redis:7.4.1
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
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.build import Build
    from deployflow_gate.model.project import Project
    from deployflow_gate.model.request import BuildRequest
    from deployflow_gate.text import Text


@rule(Severity.ERROR)
def check(build: Build) -> Iterator[Problem]:
    request, folder, path, project = build.request, build.wanted_context, build.wanted_dockerfile, build.project
    if request is None or request.inline is not None or folder is None:
        return
    if not project.is_dir(folder):
        if not _of_another_folder(project, request, request.context):
            yield Problem(request.context_span, f"The build context `{folder}` is not in the repository.")
    elif path is not None and path not in project.paths and not project.skips(path):
        at = request.dockerfile_span if request.dockerfile is not None else request.context_span
        yield Problem(at, f"The Dockerfile `{path}` is not in the repository.")


def _of_another_folder(project: Project, request: BuildRequest, written: Text | None) -> bool:
    """Whether the path is there as seen from a folder above: such a file is run with another project directory."""
    above = request.base_dir
    while above and written is not None and written.value is not None:
        above = dirname(above)
        if project.is_dir(normpath(join(above, written.value))):
            return True
    return False
