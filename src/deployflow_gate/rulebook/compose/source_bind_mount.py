r"""In production the code comes out of the image, not out of a folder of the host.

A folder that is mounted over the code of an image hides it: what runs is what lies on the server, whatever was built, tested and
scanned. Code belongs in the image, data in volumes; for the reload while developing there is the override file.

The sources are mounted over what was built from them:

```yaml compose.prod.yaml fails
services:
  api:
    build: .
    volumes:
      - «.:/app»
      - uploads:/app/uploads
volumes:
  uploads:
```
```dockerfile Dockerfile passes
FROM python:3.12.7-slim
WORKDIR /app
COPY . .
```

A folder with code, over a pulled image:

```yaml deploy/production/compose.yaml fails
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    volumes:
      - «type: bind
        source: ../../src
        target: /app/src»
```
```python src/main.py passes
print("hello")
```

The plain file is still there when one for production is laid over it, and so are its mounts; compose joins lists, so that an
empty one takes nothing away:

```yaml compose.yaml fails
services:
  api:
    build: .
    volumes: ["«./src:/app/src»"]
```
```yaml compose.prod.yaml passes
services:
  api:
    restart: unless-stopped
    volumes: []
```
```python src/main.py passes
print("hello")
```

The override is for developers, and is the place for it:

```yaml compose.yaml passes
services:
  api:
    image: ghcr.io/acme/api:1.4.2
```
```yaml compose.override.yaml passes
services:
  api:
    build: .
    volumes:
      - .:/app
```

Data, single files, configuration and scripts for a database are no code:

```yaml compose.prod.yaml passes
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    volumes:
      - ./data:/app/data
      - ./settings.py:/app/settings.py:ro
      - ./conf:/etc/api
      - /srv/uploads:/app/uploads
  db:
    image: mongo:7.0.14
    volumes:
      - ./mongo:/docker-entrypoint-initdb.d:ro
```
```python settings.py passes
DEBUG = False
```
```python conf/logging.py passes
LEVEL = "info"
```
```text data/README passes
Uploads are kept here.
```
```javascript mongo/init.js passes
db.createCollection("users");
```

The file for production takes the mounts of the plain file away:

```yaml compose.yaml passes
services:
  api:
    build: .
    volumes: ["./src:/app/src"]
```
```yaml compose.prod.yaml passes
services:
  api:
    volumes: !reset []
```
```python src/main.py passes
print("hello")
```
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from posixpath import dirname, join, normpath, splitext
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Mount, Service

CODE = frozenset(
    {
        ".py", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx", ".go", ".rb", ".php", ".java", ".kt", ".rs", ".cs", ".ex",
        ".exs", ".pl", ".lua", ".scala", ".clj", ".vue", ".svelte",
    }
)  # fmt: skip
_NO_CODE = ("/etc", "/docker-entrypoint", "/var/lib", "/var/log", "/run", "/mnt", "/backup", "/data", "/config")
"""Where configuration, data and scripts of a database go: a program in there is not the one that the image is for."""


@rule(Severity.WARNING, seeds=("001:1", "001:12", "001:22"))
def check(service: Service) -> Iterator[Problem]:
    if not _in_production(service):
        return
    for mount in service.mounts:
        folder = _folder(mount)
        if folder is not None and _is_code(service, folder):
            said = f"`{folder or '.'}` of the host is mounted over the image's own `{mount.target.sketch}`."  # type: ignore[union-attr]
            yield Problem(mount.span, said)


def _in_production(service: Service) -> bool:
    if service.development:
        return False
    if service.file.role == "production":
        return True
    over = [file.service(service.name) for file in service.file.overrides if file.role == "production"]
    return any(
        found is None or (entry := found.mapping.merged.get("volumes")) is None or not entry.value.tag for found in over
    )


def _folder(mount: Mount) -> str | None:
    """The folder of the repository that is mounted to where code may be."""
    source, target = mount.source, mount.target
    if mount.type != "bind" or source is None or target is None or source.value is None:
        return None
    if source.value.startswith(("/", "~")) or "\\" in source.value or not target.sketch.startswith("/"):
        return None
    if any(target.sketch == start or target.sketch.startswith(f"{start}{end}") for start in _NO_CODE for end in "/-"):
        return None
    path = normpath(join(dirname(mount.span.path), source.value))
    path = "" if path == "." else path
    return path if mount.service.file.project.is_dir(path) and not path.startswith("../") else None


def _is_code(service: Service, folder: str) -> bool:
    """Whether a folder holds what the service is built from, or program files."""
    from deployflow_gate.model.link import context_folder

    context = context_folder(service.build) if service.build is not None else None
    below = f"{folder}/" if folder else ""
    if context is not None and f"{context}/".startswith(below):
        return True
    return folder in _code_folders(service.file.project.paths)


@lru_cache(maxsize=2)
def _code_folders(paths: frozenset[str]) -> frozenset[str]:
    """Every folder that holds a program file, at any depth."""
    found: set[str] = set()
    for path in paths:
        folder = dirname(path) if splitext(path)[1] in CODE else None
        while folder is not None and folder not in found:
            found.add(folder)
            folder = dirname(folder) if folder else None
    return frozenset(found)
