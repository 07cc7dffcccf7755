r"""A `.dockerignore` leaves out what never belongs into an image.

The repository's history, local settings with secrets, dependencies of the developer's machine and caches: they make
images large, caches useless, and secrets public.

Some of it is left in:

```text .dockerignore fails
«__pycache__»
*.log
```
```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY . /app
```
```text .env.example passes
KEY=
```

The front end's folder:

```text web/.dockerignore fails
«.git»
```
```dockerfile web/Dockerfile passes
FROM node:22.11.0-slim
COPY . .
```
```json web/package.json passes
{"name": "web"}
```

Everything that the context can have is left out:

```text .dockerignore passes
.git
.env*
__pycache__
*.pyc
.venv
```
```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY . /app
```

Nobody copies the whole folder:

```text .dockerignore passes
*.log
```
```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY src /app/src
```

## Options

- `paths`: more paths that must be left out of every context.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.build import Context

ALWAYS = {".git": ".git/config", ".env": ".env"}
"""What a folder may hold at any time, and a path that shows whether it is left out."""

BY_MANIFEST = {
    "package.json": {"node_modules": "node_modules/x/index.js"},
    "requirements.txt": {"__pycache__": "__pycache__/x.pyc"},
    "pyproject.toml": {"__pycache__": "__pycache__/x.pyc"},
    "manage.py": {"__pycache__": "__pycache__/x.pyc"},
}
"""What comes to be in a folder with such a file."""


@rule(Severity.WARNING, seeds=("000:8", "000:21", "001:19", "003:14", "004:12", "004:22"))
def check(context: Context, *, paths: tuple[str, ...] = ()) -> Iterator[Problem]:
    ignore = context.ignore_file
    if ignore is None or ignore.broken or not context.whole_copies:
        return
    names = set(context.all_files)
    wanted = {name: probe for name, probe in ALWAYS.items() if name != ".git" or not context.path or _own_git(context)}
    for manifest, more in BY_MANIFEST.items():
        if manifest in names:
            wanted |= more
    wanted |= {path: path for path in paths}
    left = [name for name, probe in wanted.items() if not ignore.ignores(probe)]
    if left:
        at = ignore.patterns[0].span if ignore.patterns else Span(ignore.source, 0, 0)
        yield Problem(at, f"{', '.join(f'`{name}`' for name in left)} would be sent and copied into the image.")


def _own_git(context: Context) -> bool:
    return f"{context.path}/.git" in context.project.paths
