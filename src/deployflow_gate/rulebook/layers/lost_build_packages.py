r"""Packages that a build stage installs reach the stage that needs them.

What `pip install --user`, a virtual environment or `npm ci` leaves behind stands in folders of its own. Where only the code is copied
into the stage that ships, its command fails with the first import, and no build tells.

Silent where the shipped stage installs anything of that language itself, or stands on an image that may hold the packages. Of Node
only what surely loads packages at run time is judged: `next start` and the like, and code that the TypeScript compiler made.

The packages of the user stay behind, only the code is copied:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim AS build
WORKDIR /srv
COPY requirements.txt .
RUN «pip install --no-cache-dir --user -r requirements.txt»
COPY . .

FROM python:3.12.7-slim
WORKDIR /srv
COPY --from=build /srv /srv
CMD ["python", "app.py"]
```

A virtual environment, a prefix, and the system's own folder:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim AS build
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/
RUN «/opt/venv/bin/pip install -r /tmp/requirements.txt»
FROM python:3.12.7-slim
COPY . /app
COPY --from=build /app/static /app/static
CMD ["gunicorn", "app:app"]
```
```dockerfile b/Dockerfile fails
FROM python:3.12.7-slim AS build
COPY requirements.txt /tmp/
RUN «pip install --prefix=/install -r /tmp/requirements.txt»
FROM python:3.12.7-slim
COPY --from=build /usr/local/lib /usr/local/lib
CMD ["uvicorn", "app:app"]
```
```dockerfile c/Dockerfile fails
FROM python:3.12.7 AS build
WORKDIR /app
COPY . .
RUN «pip install -r requirements.txt»
FROM gcr.io/distroless/python3-debian12:nonroot
COPY --from=build /app /app
CMD ["/app/main.py"]
```

Wheels that are built and never copied:

```dockerfile Dockerfile fails
FROM python:3.12.7 AS wheels
COPY requirements.txt .
RUN «pip wheel --wheel-dir /wheels -r requirements.txt»
FROM python:3.12.7-slim
COPY --from=wheels /etc/ssl /etc/ssl
COPY . /app
CMD ["python", "/app/main.py"]
```

The server of a framework is one of the packages:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN «npm ci»
COPY . .
RUN npm run build
FROM node:22.11.0-slim
WORKDIR /app
COPY --from=build /app/.next ./.next
CMD ["npx", "next", "start"]
```

The compiler bundles nothing:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim AS build
WORKDIR /app
COPY . .
RUN «npm ci» && npm run build
FROM node:22.11.0-slim
COPY --from=build /app/dist /app
CMD ["node", "/app/main.js"]
```
```json package.json passes
{"scripts": {"build": "tsc -p ."}, "dependencies": {"express": "4.21.1"}}
```

They are copied, as a whole or from below:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim AS build
COPY requirements.txt .
RUN pip install --user -r requirements.txt
FROM python:3.12.7-slim
COPY --from=build /root/.local /usr/local
COPY . .
CMD ["python", "app.py"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim AS build
COPY requirements.txt .
RUN pip install -r requirements.txt
FROM python:3.12.7-slim
COPY --from=build /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages
CMD ["python", "app.py"]
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim AS build
WORKDIR /app
COPY . .
RUN uv sync --locked
FROM build AS tested
RUN pytest
FROM python:3.12.7-slim
COPY --from=tested /app /app
CMD ["/app/.venv/bin/python", "main.py"]
```

They are installed again, or nothing of the language runs:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build
FROM node:22.11.0-slim
WORKDIR /app
COPY package*.json ./
RUN npm ci --omit=dev
COPY --from=build /app/dist ./dist
CMD ["npx", "next", "start"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim AS docs
COPY . .
RUN pip install -r requirements.txt && mkdocs build
FROM nginx:1.27.2
COPY --from=docs /site /usr/share/nginx/html
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim AS tools
RUN pip install cython==3.0.11
COPY . /src
RUN python /src/setup.py build_ext --inplace
FROM python:3.12.7-slim
COPY --from=tools /src /src
CMD ["python", "/src/main.py"]
```

A bundle holds its packages:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build
FROM node:22.11.0-slim
COPY --from=build /app/dist /app
CMD ["node", "/app/main.js"]
```
```json package.json passes
{"scripts": {"build": "esbuild src/main.ts --bundle --outdir=dist"}, "dependencies": {"express": "4.21.1"}}
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename
from typing import TYPE_CHECKING

from deployflow_gate.lint import Note, Problem, Severity, rule
from deployflow_gate.model.brought import is_plain_base
from deployflow_gate.model.framework import manifests, package_scripts
from deployflow_gate.model.installed import packages_of, reaches
from deployflow_gate.model.starting import starts
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.instruction import Run
    from deployflow_gate.model.stage import Stage
    from deployflow_gate.text import Span

PYTHON_PROGRAMS = frozenset({
    "gunicorn", "uvicorn", "hypercorn", "daphne", "granian", "flask", "django-admin", "streamlit", "celery", "fastapi", "waitress-serve",
    "gradio", "chainlit", "alembic", "rq", "dramatiq", "uwsgi", "jupyter", "airflow", "dagster", "prefect", "mlflow", "litestar", "sanic",
})  # fmt: skip
"""Programs that come with packages of Python."""

NODE_PROGRAMS = frozenset(
    {"next", "nuxt", "nest", "vite", "astro", "remix-serve", "react-router-serve", "ts-node", "tsx", "pm2"}
)
"""Programs that come with packages of Node; `npx` fetches a missing one, of no known version."""

_COMPILER = regex(
    r"(?:rimraf \S+ && |rm -rf \S+ && )?(?:npx )?(?:tsc(?: (?:-p|--project|-b|--build|[\w./-]+\.json|\.))*|nest build)(?: && tsc-alias)?"
)
MAX_STAGES = 50
"""Stages that are looked at for one image; real files have ten."""

_PYTHON = regex(r"(?:python|pypy)[\d.]*")


@rule(Severity.ERROR, seeds=("003:6",))
def check(image: Image) -> Iterator[Problem]:
    if not is_plain_base(image.stage.base) or any(_unclear(command) for command in image.commands):
        return
    own = {install.ecosystem for install in image.installs if install.action != "remove"}
    needed = _needed(image)
    for stage in _taken_from(image):
        for command, run in _installs(stage):
            install = command.install
            if install is None or install.ecosystem not in needed.keys() - own or not _of_the_project(install):
                continue
            place = packages_of(install, run)
            if place is not None and not reaches(place, stage, image.stage):
                where = "the system's folder" if place == "/usr" else f"`{place}`"
                name = f"`{stage.name.raw}`" if stage.name is not None else f"stage {stage.index}"
                note = Note(needed[install.ecosystem], "It needs them.")
                message = f"The packages stay in {where} of {name}, and never reach the stage that ships."
                yield Problem(install.span, message, (note,))
                own.add(install.ecosystem)
                break


def _taken_from(image: Image) -> list[Stage]:
    """The stages, other than its own, that the image takes files from, be it through others."""
    found: dict[Stage, None] = {}
    ahead = [below for stage in image.stage.lineage for below in stage.copies_from]
    while ahead:
        stage = ahead.pop(0)
        for one in stage.lineage:
            if one not in found and one not in image.stage.lineage:
                found[one] = None
                ahead += one.copies_from
    return list(found)[:MAX_STAGES]


def _installs(stage: Stage) -> Iterator[tuple[Command, Run]]:
    from deployflow_gate.model.instruction import Run

    for run in stage.of(Run):
        for command in run.script.commands if run.script is not None else ():
            if command.install is not None and command.install.action in ("install", "download"):
                yield command, run


def _of_the_project(install: Install) -> bool:
    """Whether it installs what the project needs, not a tool for the build."""
    tools = any(re.search(r"build|dev|test|docs?\b|lint", word.sketch.lower()) for word in install.manifests)
    return bool(install.manifests or install.takes_project) and not tools


def _unclear(command: Command) -> bool:
    """Whether a command of the shipped stage may install by means that are not known."""
    return command.name in ("sh", "bash", "make", "curl", "wget", "tar", "git", "unzip", "conda", "nix") or bool(
        command.pipes_into
    )


def _needed(image: Image) -> dict[str, Span]:
    """Ecosystem → where it is started, for what surely loads packages."""
    found: dict[str, Span] = {}
    distroless = image.base is not None and (image.base.name or "").startswith("gcr.io/distroless/python")
    for start in starts(image):
        for command in start.script.commands:
            if start.service is not None or command.inner is not None or not command.words:
                continue
            name = basename(command.words[0].sketch)
            words = [word.value or "" for word in command.words]
            if _PYTHON.fullmatch(name) or name in PYTHON_PROGRAMS or (distroless and name.endswith(".py")):
                if command.module != "http.server" and "-c" not in words[1:2]:
                    found.setdefault("python", start.parts[0])
            elif _loads_node(image, name, words):
                found.setdefault("node", start.parts[0])
    return found


def _loads_node(image: Image, name: str, words: list[str]) -> bool:
    if name in NODE_PROGRAMS or (name in ("npx", "bunx") and len(words) > 1 and words[1] in NODE_PROGRAMS):
        return True
    if name in ("npm", "yarn", "pnpm"):
        script = package_scripts(image).get("start", "") if words[1:] in (["start"], ["run", "start"]) else ""
        return script.split()[:1] != [] and (
            script.split()[0] in NODE_PROGRAMS or (script.startswith("node ") and _compiled(image))
        )
    return name == "node" and _compiled(image)


def _compiled(image: Image) -> bool:
    """Whether the build is the compiler alone, which leaves packages where they are, and there are packages."""
    build = package_scripts(image).get("build", "")
    texts = [text for path, text in manifests(image) if basename(path) == "package.json"]
    return bool(_COMPILER.fullmatch(build.strip())) and any('"dependencies"' in text for text in texts)
