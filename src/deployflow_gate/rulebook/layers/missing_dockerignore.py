r"""A build that copies its context has a `.dockerignore`.

Without one, all of the folder goes to Docker and, with `COPY . .`, into the image: the history in `.git`, local `.env` files,
`node_modules` of another platform. And each changed log file costs the cache.

The whole context is copied, and nothing narrows it:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
WORKDIR /app
«COPY . .»
```

The folder that a service sends has none:

```yaml compose.yaml passes
services:
  api:
    build: ./api
```
```dockerfile api/Dockerfile fails
FROM python:3.12.7-slim
«COPY . /app»
```

A Dockerfile that nobody here builds, in a folder that it is not meant for:

```dockerfile cmd/api/Dockerfile fails
FROM golang:1.23.3
COPY go.* ./
«COPY . .»
```
```text go.mod passes
module acme.dev/api
```
```dockerfile docker/Dockerfile passes
FROM golang:1.23.3
COPY . .
```

A file for this Dockerfile alone is enough, and so is one in the context:

```dockerfile docker/api.Dockerfile passes
FROM python:3.12.7-slim
COPY . /app
```
```text docker/api.Dockerfile.dockerignore passes
.git
```
```yaml compose.yaml passes
services:
  api:
    build:
      context: .
      dockerfile: docker/api.Dockerfile
```

A build for tests alone disturbs nobody:

```dockerfile tests/app/Dockerfile passes
FROM python:3.12.7-slim
COPY . /app
```

Single files and folders are named, so nothing else can come along:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY requirements.txt /app/
COPY src /app/src
COPY --from=build /x /x
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.build import Context


@rule(Severity.WARNING, seeds=("000:8", "001:19", "003:14", "004:12"))
def check(context: Context) -> Iterator[Problem]:
    if context.ignore_path or context.development:
        return
    where = f"`{context.path}`" if context.path else "the repository's root"
    for transfer in context.whole_copies:
        yield Problem(transfer.span, f"All of {where} is copied, and no .dockerignore narrows it.")
