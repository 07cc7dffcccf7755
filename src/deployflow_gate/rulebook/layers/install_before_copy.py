r"""An install reads no file that is not there yet.

`pip install -r requirements.txt` or `npm ci` needs its manifest in the image. Where no COPY, ADD, mount or command before it has brought
the file, the build fails, or installs nothing.

Silent where the file may have come from elsewhere: out of an image that is not known, by an earlier command that may have written
it, or by a COPY whose sources are not known.

The requirements come after the install, or never:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
WORKDIR /app
RUN pip install --no-cache-dir -r «requirements.txt»
COPY . .
```
```dockerfile b/Dockerfile fails
FROM python:3.12.7-slim AS build
RUN pip install --user -r «requirements.txt»
FROM gcr.io/distroless/python3-debian12:nonroot
COPY --from=build /root/.local /home/nonroot/.local
```

A manifest of the project:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim AS build
WORKDIR /app
RUN «npm ci» && npm run build
```
```dockerfile b/Dockerfile fails
FROM ruby:3.3.6-slim
WORKDIR /app
COPY config.ru ./
RUN «bundle install --jobs 4»
COPY . .
```

It is brought to another folder:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
WORKDIR /src
COPY go.mod go.sum ./
WORKDIR /build
RUN «go mod download»
```

Only the manifest is there, and `npm ci` needs the lock file:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
WORKDIR /app
COPY package.json ./
RUN «npm ci»
```

The project itself, and there is none:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
WORKDIR /app
RUN pip install --no-cache-dir «.»
COPY . .
```

Its manifest is there, and the code that it is built from is not:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
WORKDIR /app
COPY pyproject.toml README.md ./
RUN «pip install --no-cache-dir .»
COPY . .
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
WORKDIR /app
COPY pyproject.toml ./
COPY src src
RUN pip install --no-cache-dir .
```
```toml pyproject.toml passes
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "acme-api"
version = "1"
```
```python src/acme_api/__init__.py passes
```
```toml b/pyproject.toml passes
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "acme-api"
version = "1"
```
```python b/src/acme_api/__init__.py passes
```

So does uv, unless it is told to leave the project out; setuptools makes a package of nothing:

```dockerfile Dockerfile fails
FROM ghcr.io/astral-sh/uv:0.9.12-python3.12-bookworm-slim
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN «uv sync --locked»
COPY . .
```
```toml pyproject.toml passes
[build-system]
requires = ["uv_build"]
build-backend = "uv_build"
[project]
name = "acme"
version = "1"
```
```python src/acme/__init__.py passes
```
```dockerfile b/Dockerfile passes
FROM ghcr.io/astral-sh/uv:0.9.12-python3.12-bookworm-slim
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-install-project
COPY . .
RUN uv sync --locked
```
```toml b/pyproject.toml passes
[build-system]
requires = ["uv_build"]
build-backend = "uv_build"
[project]
name = "acme"
version = "1"
```
```python b/src/acme/__init__.py passes
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim
WORKDIR /app
COPY pyproject.toml ./
RUN pip install --no-cache-dir .
COPY . .
```
```toml c/pyproject.toml passes
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "acme"
version = "1"
```
```python c/acme/__init__.py passes
```

Copied, added, mounted, or in a stage below:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim AS base
WORKDIR /app
COPY requirements.txt .
FROM base
RUN pip install --no-cache-dir -r requirements.txt
RUN --mount=type=bind,source=requirements-api.txt,target=/tmp/r.txt pip install -r /tmp/r.txt
```
```dockerfile b/Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
COPY package*.json ./
RUN npm ci
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim
COPY api /srv
RUN cd /srv && pip install --no-cache-dir -r requirements.txt && pip install /srv
```
```dockerfile d/Dockerfile passes
FROM node:22.11.0-slim
COPY --from=manifests /out /app
WORKDIR /app
RUN npm ci
```

Written by a command, or in an image that may hold it:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN git clone https://example.com/app.git /app
WORKDIR /app
RUN pip install -r requirements.txt
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
RUN echo "flask==3.1.0" > requirements.txt && pip install -r requirements.txt
```
```dockerfile c/Dockerfile passes
FROM registry.example.com/team/base:4.2
RUN pip install -r requirements.txt
```

Asked for first, or named packages only:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
RUN if [ -f package.json ]; then npm install; fi
RUN npm install --global pm2@5.4.2 && pip install flask==3.1.0
```
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname, join
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.brought import can_be_there
from deployflow_gate.model.placement import folder_of, joined
from deployflow_gate.model.shipping import context_of
from deployflow_gate.rulebook.layers._dependencies import MANIFESTS
from deployflow_gate.rulebook.layers._python_module import code_of

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.instruction import Run
    from deployflow_gate.text import Span

NEEDED = {**MANIFESTS, "composer": "composer.json", "pdm": "pyproject.toml"}
"""The file without which an install of the project fails."""

LOCKS = ("package-lock.json", "npm-shrinkwrap.json")
"""`npm ci` needs one of these."""

PROJECTS = ("pyproject.toml", "setup.py", "setup.cfg")
"""`pip install .` needs one of these."""

_ELSEWHERE = ("BUNDLE_GEMFILE", "COMPOSER", "PIPENV_PIPFILE")
"""Variables that move a manifest."""


@rule(Severity.ERROR, seeds=("004:5",))
def check(run: Run) -> Iterator[Problem]:
    if run.stage is None or run.onbuild:
        return
    context = context_of(run.stage)
    for command in run.script.commands if run.script is not None else ():
        install = command.install
        if install is None or install.action not in ("install", "download") or not _certain(command, install):
            continue
        folder = folder_of(command, run)
        for at, paths in _needs(install, folder) if folder is not None else ():
            if not any(can_be_there(path, command, run, context) for path in paths):
                name = paths[0].rpartition("/")[2] if at is install.span else at.text.strip("\"'")
                yield Problem(at, f"Nothing before this brings `{name}`, from which it installs.")
                break
        else:
            code = code_of(install, run, context)
            if code and not any(can_be_there(path, command, run, context) for path in code):
                yield Problem(install.span, "It installs the project, whose code nothing before this brings.")


def _certain(command: Command, install: Install) -> bool:
    """Whether it surely runs, and nobody cares for its failure."""
    if install.uncertain or not command.unconditional or install.is_global or "if" in command.nesting:
        return False
    behind = command.script.order.after(command)
    return not (behind is not None and behind.operator == "||") and not any(
        command.variable(name) for name in _ELSEWHERE
    )


def _needs(install: Install, folder: str) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """What it needs: the place that says so, and the paths of which one must be there."""
    for word in install.manifests:
        if word.value is not None and "://" not in word.value and not word.value.startswith(("/dev/", "~", "<")):
            yield word.span, (joined(folder, word.value),)
    for package in install.packages:
        value = package.word.value
        if install.manager in ("pip", "uv") and package.kind == "path" and value is not None:
            path = joined(folder, value.partition("[")[0].removeprefix("file:"))
            if "*" in path or path.endswith((".whl", ".gz", ".zip")):
                yield package.word.span, (join(dirname(path), "*"),) if "*" in path else (path,)
            else:
                yield package.word.span, tuple(join(path, name) for name in PROJECTS)
    name = NEEDED.get(install.manager)
    if name is None or not install.takes_project or (install.manager == "go" and install.verb != "mod download"):
        return
    moved = install.command.option(
        "--prefix", "-C", "--cwd", "--dir", "--directory", "--project", "--gemfile", "-P", "--working-dir", "-d"
    )
    if moved is not None and moved.value is None:
        return
    place = joined(folder, moved.value or "") if moved is not None else folder
    if install.manager == "bundle" and install.command.option("--gemfile") is not None:
        return
    yield install.span, (join(place, name),)
    if install.manager == "npm" and install.locked:
        yield install.span, tuple(join(place, lock) for lock in LOCKS)
