r"""A requirements file that an image installs pins every package.

Without `==` each build takes the newest version that fits, so the same commit gives another image tomorrow, and a bad release gets in
unseen. Files that are named by `-r` count, too; what a constraints file (`-c`) pins is pinned.

Judged are the stages from which something that ships is built. Paths, URLs and repositories are not versions of an index.

No version, a range, a wildcard:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
COPY requirements.txt .
RUN pip install --no-cache-dir -r «requirements.txt»
```
```text requirements.txt passes
flask
gunicorn>=22,<24
redis~=5.0
celery==5.*
psycopg2-binary==2.9.10
```

In a file that is named by another, and in a build stage:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim AS build
WORKDIR /src
COPY requirements requirements
RUN pip wheel --wheel-dir /wheels -r «requirements/production.txt»
FROM python:3.12.7-slim
COPY --from=build /wheels /wheels
RUN pip install --no-index /wheels/*.whl
```
```text requirements/production.txt passes
-r base.txt
gunicorn==23.0.0
```
```text requirements/base.txt passes
django
```

A mounted one, by uv:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
RUN --mount=type=bind,source=api/requirements.txt,target=/tmp/r.txt uv pip install --system -r «/tmp/r.txt»
```
```text api/requirements.txt passes
fastapi>=0.115
```

All are pinned, some with hashes, markers or extras:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
```
```text requirements.txt passes
# locked
--index-url https://pypi.org/simple
uvicorn[standard]==0.32.0  # the server
tomli == 2.0.2 ; python_version < "3.11"
uvicorn
idna==3.10 \
    --hash=sha256:946d195a0d259cbba61165e88e65941f16e9b36ea6ddb97f00452bae8b1287d3
-e ./lib
./vendor/tool.whl
app @ https://example.com/app-1.0.tar.gz
```

Pinned by constraints, of the file or of the command:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY requirements.txt constraints.txt ./
RUN pip install --no-cache-dir -r requirements.txt
```
```text requirements.txt passes
-c constraints.txt
flask
```
```text constraints.txt passes
Flask==3.1.0
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
COPY *.txt ./
RUN pip install --no-cache-dir -c pins.txt -r requirements.txt
```
```text b/requirements.txt passes
typing_extensions
```
```text b/pins.txt passes
typing-extensions==4.12.2
```

Only tests are built from it:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim AS test
COPY requirements.txt .
RUN pip install -r requirements.txt
FROM python:3.12.7-slim
COPY . .
```
```text requirements.txt passes
pytest
```

The policy lets a package float:

```dockerfile Dockerfile passes floating=certifi
FROM python:3.12.7-slim
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
```
```text requirements.txt passes
certifi
```

## Options

- `floating`: packages that need no version.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Note, Problem, Severity, rule
from deployflow_gate.model.requirements import installed_files, normal, read
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.build import Build, Context
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.instruction import Run

SHOWN = 4
"""Packages that a message names."""


@rule(Severity.WARNING, seeds=("002:3", "003:15"))
def check(build: Build, *, floating: tuple[str, ...] = ()) -> Iterator[Problem]:
    from deployflow_gate.model.instruction import Run

    context = build.context
    if build.development or context is None:
        return
    for stage in build.stages:
        if next(iter(build.project.needed_by.get(stage, ())), None) is not build:
            continue
        for run in stage.of(Run):
            for command in run.script.commands if run.script is not None else ():
                install = command.install
                if install is not None and install.action in ("install", "download") and _may_float(install):
                    yield from _unpinned(install, run, context, {normal(name) for name in floating})


def _may_float(install: Install) -> bool:
    """Whether an index is asked, and no constraint comes from the environment."""
    constraint = install.command.variable("PIP_CONSTRAINT") or install.command.variable("UV_CONSTRAINT")
    return not constraint and not install.uncertain and not install.has_flag("--no-index", "--require-hashes")


def _unpinned(install: Install, run: Run, context: Context, floating: set[str]) -> Iterator[Problem]:
    pinned = set(floating)
    if install.constraints:
        files = [word.value or UNKNOWN for word in install.constraints]
        for name in files:
            inside = [path for path in context.all_files if path.rpartition("/")[2] == name.rpartition("/")[2]]
            constraints = [read(context.project, context.inside(path)) for path in inside]
            if not constraints or None in constraints:
                return
            pinned |= {line.name for c in constraints if c is not None for line in c.lines if line.pinned}
    for word, path in installed_files(install, run, context):
        found = read(context.project, path)
        if found is None:
            continue
        known = pinned | found.constrained | {line.name for line in found.lines if line.pinned}
        loose = [line for line in found.lines if line.kind == "index" and line.name not in known]
        if not loose or (not found.complete and found.constrained):
            continue
        all_of = [line for line in found.lines if line.kind == "index"]
        names = ", ".join(f"`{x.name}`" for x in loose[:SHOWN]) + (", …" if len(loose) > SHOWN else "")
        count = f"{len(loose)} of {len(all_of)} packages" if len(all_of) > 1 else "its one package"
        notes = tuple(Note(x.span, "This fits more than one version.") for x in loose[:SHOWN])
        yield Problem(word.span, f"`{path}` does not pin {count} to one version: {names}.", notes)
