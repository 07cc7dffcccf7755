r"""Packages are built for the Python or Node of the image that ships them.

A distroless image has the one Python of its Debian (3.11 in debian12), or the one Node that its name tells. What pip installed for
another version lies in a folder that this Python never looks into, and compiled modules only load in the version that they were
built for.

Packages of another Python:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim AS build
COPY requirements.txt .
RUN pip install --no-cache-dir --user -r requirements.txt
FROM «gcr.io/distroless/python3-debian12»
COPY --from=build /root/.local /root/.local
CMD ["main.py"]
```

A virtual environment:

```dockerfile Dockerfile fails
FROM ghcr.io/astral-sh/uv:0.5.4-python3.13-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN uv sync --locked
FROM «gcr.io/distroless/python3-debian11:nonroot»
COPY --from=build /app /app
CMD ["main.py"]
```

Modules of another Node, through a stage between them:

```dockerfile Dockerfile fails
FROM node:20.18.0 AS base
WORKDIR /app
FROM base AS build
COPY package*.json ./
RUN npm ci --omit=dev
FROM «gcr.io/distroless/nodejs22-debian12»
COPY --from=build /app /app
CMD ["main.js"]
```

The same version:

```dockerfile Dockerfile passes
FROM python:3.11.10-slim-bookworm AS build
RUN pip install --no-cache-dir --target /packages gunicorn==23.0.0
FROM gcr.io/distroless/python3-debian12
COPY --from=build /packages /packages
CMD ["main.py"]
```
```dockerfile b/Dockerfile passes
FROM node:22.11.0 AS build
RUN npm ci --omit=dev
FROM gcr.io/distroless/nodejs22-debian12
COPY --from=build /node_modules /node_modules
CMD ["main.js"]
```

Which version it is does not stand there:

```dockerfile Dockerfile passes
FROM python:3 AS build
RUN pip install --no-cache-dir --user gunicorn==23.0.0
FROM gcr.io/distroless/python3-debian12
COPY --from=build /root/.local /root/.local
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7 AS build
RUN pip install --no-cache-dir --user gunicorn==23.0.0
FROM gcr.io/distroless/python3
COPY --from=build /root/.local /root/.local
```

What is copied holds no packages: pages that were built, or the Python itself comes along:

```dockerfile Dockerfile passes
FROM node:20.18.0 AS build
WORKDIR /app
RUN npm ci && npm run build
FROM gcr.io/distroless/nodejs22-debian12
COPY --from=build /app/dist /app
CMD ["main.js"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim AS build
RUN pip install --no-cache-dir gunicorn==23.0.0
FROM gcr.io/distroless/python3-debian12
COPY --from=build /usr/local /usr/local
CMD ["main.py"]
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim AS build
RUN pip install --no-cache-dir gunicorn==23.0.0
FROM gcr.io/distroless/base-debian12
COPY --from=build /app /app
CMD ["/app/main"]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath
from typing import TYPE_CHECKING

from deployflow_gate.lint import Note, Problem, Severity, rule
from deployflow_gate.model.instruction import Run
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.command._distroless import node_of, python_of

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.imageref import ImageRef
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.stage import Stage

_PACKAGES = regex(
    r"site-packages|dist-packages|/\.local\b|venv\b|\bvirtualenv|/(?:python-)?(?:packages|deps|dependencies|libs)\b"
)
_UV = regex(r"python(\d+)\.(\d+)")
_INTERPRETER = frozenset(
    {"/", "/usr", "/usr/local", "/usr/local/bin", "/usr/local/bin/python", "/usr/local/bin/python3"}
)
_TARGETS = ("--target", "-t", "--prefix", "--root")


@rule(Severity.WARNING, seeds=("004:16",))
def check(image: Image) -> Iterator[Problem]:
    base = image.base
    if base is None:
        return
    python, node = python_of(base), node_of(base)
    if python is None and node is None:
        return
    if any(normpath(s.value or "/") in _INTERPRETER for t in image.transfers for s in t.sources if t.from_ is not None):
        return
    for transfer in image.transfers:
        stage = transfer.from_stage
        built = stage.base if stage is not None else None
        if stage is None or built is None:
            continue
        theirs, ours = (_python(built), python) if python is not None else (_node(built), node)
        paths = [source.value for source in transfer.sources if source.value is not None]
        if (
            theirs is None
            or ours is None
            or theirs == ours
            or not any(_holds(stage, p, python is not None) for p in paths)
        ):
            continue
        name = "Python" if python is not None else "Node"
        told = f"{name} {_dotted(theirs)}"
        yield Problem(
            base.span,
            f"The packages are built for {told}, and the image has {name} {_dotted(ours)}.",
            notes=(Note(transfer.span, "They are copied here."), Note(built.span, f"This is {told}.")),
        )
        return


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _python(base: ImageRef) -> tuple[int, ...] | None:
    if base.name == "python":
        return base.version[:2] if len(base.version) > 1 else None
    found = _UV.search(base.tag or "") if base.name in {"ghcr.io/astral-sh/uv", "astral/uv"} else None
    return (int(found[1]), int(found[2])) if found is not None else None


def _node(base: ImageRef) -> tuple[int, ...] | None:
    return base.version[:1] or None if base.name == "node" else None


def _holds(stage: Stage, path: str, python: bool) -> bool:
    """Whether a path of a stage holds packages that it installed."""
    ecosystem = "python" if python else "node"
    runs = [i for i in stage.history if isinstance(i, Run) and i.script is not None]
    installs = [
        c.install for run in runs if run.script is not None for c in run.script.commands
        if c.install is not None and c.install.ecosystem == ecosystem and c.install.action in {"install", "sync"}
    ]  # fmt: skip
    if not installs:
        return False
    if not python:
        return "node_modules" in path or normpath(path) == stage.workdir
    return _PACKAGES.search(path) is not None or any(_goes_to(install, path, stage) for install in installs)


def _goes_to(install: Install, path: str, stage: Stage) -> bool:
    """Whether pip was told to install below a path, or uv makes its environment there."""
    target = install.command.option(*_TARGETS)
    if target is not None and target.value is not None:
        return (normpath(target.value) + "/").startswith(normpath(path).rstrip("/") + "/")
    return install.takes_project and install.manager == "uv" and normpath(path) == stage.workdir
