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

The front end's folder has dependencies of another platform:

```text web/.dockerignore fails
«dist»
```
```dockerfile web/Dockerfile passes
FROM node:22.11.0-slim
COPY . .
```
```json web/package.json passes
{"name": "web"}
```

The root holds the history, and git's own ignore file says that there are local settings:

```text .dockerignore fails
«*.md»
```
```text .gitignore passes
.env
```
```dockerfile Dockerfile passes
FROM golang:1.23.3
COPY . /src
```

A line without a slash is only about the top of the context; what is below needs `**/`:

```text .dockerignore fails
«.git»
node_modules
__pycache__
```
```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY . /app
```
```text requirements.txt passes
flask==3.1.0
```
```json web/package.json passes
{"name": "web", "dependencies": {"next": "15.1.0"}}
```
```json tests/package.json passes
{"name": "e2e", "dependencies": {"playwright": "1.49.0"}}
```
```python shop/views.py passes
x = 1
```

More paths that the policy names:

```text .dockerignore fails paths=terraform.tfstate
«.git»
```
```dockerfile Dockerfile passes
FROM golang:1.23.3
COPY . /src
```

Everything that the context can have is left out:

```text .dockerignore passes
.git
.env*
**/__pycache__
**/node_modules
.venv
```
```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY . /app
```
```python shop/views.py passes
x = 1
```
```json web/package.json passes
{"name": "web"}
```

An image for development alone:

```text .dockerignore passes
*.log
```
```dockerfile Dockerfile.dev passes
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
from posixpath import dirname
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.build import Context

PYTHON_MANIFESTS = frozenset({"requirements.txt", "pyproject.toml", "manage.py", "setup.py", "Pipfile"})
OTHER_FOLDERS = frozenset(
    {
        "test",
        "tests",
        "spec",
        "testdata",
        "fixtures",
        "examples",
        "example",
        "vendor",
        "third_party",
        "docs",
        "templates",
        "template",
    }
)
"""Folders in which a package.json is more often material than a project with its dependencies beside it."""


@rule(Severity.WARNING, seeds=("000:8", "000:21", "001:19", "003:14", "004:12", "004:22"))
def check(context: Context, *, paths: tuple[str, ...] = ()) -> Iterator[Problem]:
    ignore = context.ignore_file
    if ignore is None or ignore.broken or context.development or not context.whole_copies:
        return
    wanted = dict(_expected(context)) | {path: path for path in paths}
    left = [name for name, probe in wanted.items() if not ignore.ignores(probe)]
    if left:
        at = ignore.patterns[0].span if ignore.patterns else Span(ignore.source, 0, 0)
        yield Problem(at, f"{', '.join(f'`{name}`' for name in left)} would be sent and copied.")


def _expected(context: Context) -> Iterator[tuple[str, str]]:
    """What the folder holds or comes to hold, and a path that shows whether it is left out."""
    if not context.path:
        yield ".git", ".git/config"
    if any(name.startswith(".env") for name in context.all_files) or _git_ignores_env(context):
        yield ".env", ".env"
    ignore = context.ignore_file
    assert ignore is not None
    python = not PYTHON_MANIFESTS.isdisjoint(context.all_files)
    caches = (f"{dirname(file)}/__pycache__".lstrip("/") for file in context.files if python and file.endswith(".py"))
    modules = (f"{dirname(file)}/node_modules".lstrip("/") for file in context.files if _has_modules(context, file))
    for folders in (caches, modules):
        # one of a kind tells enough
        folder = next((f for f in folders if not (ignore.ignores(f + "/x.pyc") or ignore.ignores(f + "/x/x.js"))), None)
        if folder is not None:
            yield folder, folder + "/x.pyc"


def _has_modules(context: Context, file: str) -> bool:
    """Whether it is a package.json with dependencies, of a part of the project."""
    folder, _, name = file.rpartition("/")
    if name != "package.json" or not OTHER_FOLDERS.isdisjoint(folder.split("/")):
        return False
    source = context.project.read_text(context.inside(file))
    return not folder or (source is not None and 'ependencies"' in source.text)


def _git_ignores_env(context: Context) -> bool:
    """Whether a .gitignore of the folder, or of the root, says that there are such files on people's machines."""
    for path in (context.inside(".gitignore"), ".gitignore"):
        source = context.project.read_text(path)
        if source is not None and any(
            line.strip().lstrip("/") in {".env", ".env*", "*.env"} for line in source.text.splitlines()
        ):
            return True
    return False
