r"""Dependencies are installed before the code is copied.

Docker reuses a layer until something that goes into it changes. Where the code is copied first, every change of it throws away the layer of the
installed dependencies, which rarely change; where only the manifest is copied first, they are installed once.

Judged are the stages that a shipped image is built from. An install counts if it needs no more than its manifest and lock file
(`pip install -r`, `npm ci`, `bundle install`, `go mod download`, …), or only names packages. One that needs the code is left alone:
`pip install .`, `poetry install` with the root package, workspaces, `file:` dependencies, a package.json with a `postinstall` or
`prepare` script.

Everything is copied, then the dependencies are installed:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
WORKDIR /app
«COPY . .»
RUN pip install --no-cache-dir -r requirements.txt
CMD ["gunicorn", "app:app"]
```
```dockerfile b/Dockerfile fails
FROM node:22.11.0 AS build
WORKDIR /app
«COPY . /app»
RUN npm ci && npm run build
FROM nginx:1.27.2
COPY --from=build /app/dist /usr/share/nginx/html
```
```json b/package.json passes
{"scripts": {"build": "vite build"}}
```

The manifest comes with the folder of the code, or after it:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
«COPY api /app»
RUN pip install --no-cache-dir -r /app/requirements.txt
```
```text api/requirements.txt passes
flask==3.1.0
```
```python api/app.py passes
import flask
```
```dockerfile b/Dockerfile fails
FROM node:22.11.0-slim
WORKDIR /app
«COPY src ./src»
COPY package.json package-lock.json ./
RUN npm ci
```
```json b/package.json passes
{"dependencies": {"express": "4.21.1"}}
```
```json b/package-lock.json passes
{"lockfileVersion": 3}
```
```javascript b/src/server.js passes
require("express")
```

Packages that have nothing to do with the code:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
«COPY . /srv»
RUN apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*
```

The manifest first, then the install, then the code:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
WORKDIR /app
COPY requirements requirements
RUN pip install --no-cache-dir -r requirements/production.txt
COPY . .
RUN pip install --no-cache-dir --no-deps -r requirements/local.txt
```
```text b/requirements/production.txt passes
flask==3.1.0
```

The install needs the code:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY . /app
RUN pip install --no-cache-dir /app
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
```
```text b/requirements.txt passes
-e .
flask==3.1.0
```
```dockerfile c/Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
COPY . .
RUN npm ci
```
```json c/package.json passes
{"workspaces": ["packages/*"]}
```
```dockerfile d/Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
COPY . .
RUN npm ci
```
```json d/package.json passes
{"scripts": {"postinstall": "prisma generate"}}
```
```dockerfile e/Dockerfile passes
FROM golang:1.23.3 AS build
WORKDIR /src
COPY . .
RUN go build -o /app .
FROM scratch
COPY --from=build /app /app
```

Only for development:

```dockerfile Dockerfile.dev passes
FROM python:3.12.7-slim
COPY . .
RUN pip install -r requirements.txt
```
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, join
from typing import TYPE_CHECKING

from deployflow_gate.lint import Note, Problem, Severity, rule
from deployflow_gate.model.placement import Placed, before, clean, placed
from deployflow_gate.model.shipping import context_of
from deployflow_gate.rulebook.layers._dependencies import CODE, holds_code, needs_manifest, needs_nothing

if TYPE_CHECKING:
    from deployflow_gate.model.build import Context
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.instruction import Run, Transfer
    from deployflow_gate.model.stage import Stage

CODE_FOLDERS = frozenset({"src", "app", "lib"})
_BESIDES = frozenset(
    {"rm", "set", "echo", "mkdir", "export", "apt-mark", "apt-cache", "true", "update-ca-certificates"}
)
"""Commands that may stand beside an install of system packages without needing the code."""


@rule(Severity.WARNING, seeds=("001:6", "002:4", "003:12", "004:5"))
def check(stage: Stage) -> Iterator[Problem]:
    from deployflow_gate.model.instruction import Run

    if stage not in stage.dockerfile.project.needed_by:
        return
    context = context_of(stage)
    reported = set()
    for run in stage.of(Run):
        only_packages = _only_packages(run)
        for command in run.script.commands if run.script is not None else ():
            install = command.install
            transfer = _code_before(install, run, context, only_packages) if install is not None else None
            if install is not None and transfer is not None and transfer not in reported:
                reported.add(transfer)
                what = f"{install.manager} {install.verb}".strip()
                yield Problem(
                    transfer.span,
                    f"The code is copied before `{what}`, so each change of it installs the dependencies again.",
                    (Note(install.span, "They are installed here."),),
                )


def _code_before(install: Install, run: Run, context: Context | None, only_packages: bool) -> Transfer | None:
    """The first instruction that brings code before an install which needs none. Of a RUN that does nothing else, that may
    also be an install of system packages."""
    from deployflow_gate.model.instruction import Run, Transfer

    if install.action not in ("install", "download"):
        return None
    alone = needs_nothing(install) and (not install.system or only_packages)
    manifests = () if alone else needs_manifest(install, run, context)
    if not alone and not manifests:
        return None
    names = {basename(path) for path in manifests}
    there = placed(run, context, names) if manifests and context is not None else {}
    read = [there[path] for path in manifests if path in there]
    for earlier in before(run):
        if isinstance(earlier, Transfer):
            if alone and earlier.stage is not run.stage:
                continue
            if earlier.from_stage is not None and any("node_modules" in source.sketch for source in earlier.sources):
                return None
            if _brings_code(earlier, read, context):
                return earlier
        elif isinstance(earlier, Run) and manifests and earlier.script is not None:
            for command in earlier.script.commands:
                other = command.install
                if (
                    other is not None
                    and other.ecosystem == install.ecosystem
                    and (other.takes_project or other.manifests)
                ):
                    return None
    return None


def _brings_code(transfer: Transfer, read: list[Placed], context: Context | None) -> bool:
    """Whether it brings code, or a folder of it along with one of the files that the install reads."""
    if transfer.whole_context:
        return True
    if context is None:
        return False
    held = [file.path for file in read if file.by is transfer]
    for source in transfer.context_sources:
        path = clean(source.value) if source.value is not None else ""
        if not path:
            continue
        folder = context.inside(path) in context.project.folders
        if "*" in path and path.endswith(CODE):
            return True
        named = basename(path) in CODE_FOLDERS or any(file.startswith(join(path, "")) for file in held)
        if folder and named and holds_code(context, path):
            return True
    return False


def _only_packages(run: Run) -> bool:
    """Whether a RUN does nothing but to install packages and to tidy up."""
    commands = run.script.commands if run.script is not None else ()
    return all(command.install is not None or command.name in _BESIDES for command in commands)
