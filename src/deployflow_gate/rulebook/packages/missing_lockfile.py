r"""What an image installs from a manifest is locked.

A manifest allows ranges. Only a lock file beside it says which versions, of the dependencies' dependencies too, so that a build gives the
same image twice. It has to be of the manager that installs: pnpm reads no `package-lock.json`.

Judged are the stages from which something that ships is built, where the manifest is in the repository and lists dependencies. A lock
file in a folder above counts (workspaces).

No lock file at all:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
WORKDIR /app
COPY package.json ./
RUN «npm install --omit=dev»
COPY . .
```
```json package.json passes
{"dependencies": {"express": "^4.21.1"}}
```
```dockerfile b/Dockerfile fails
FROM ruby:3.3.6-slim
WORKDIR /app
COPY . .
RUN «bundle install»
```
```ruby b/Gemfile passes
gem "rack"
```
```dockerfile c/Dockerfile fails
FROM python:3.12.7-slim
WORKDIR /app
COPY pyproject.toml ./
RUN pip install --no-cache-dir poetry==1.8.4 && «poetry install --no-root»
```
```toml c/pyproject.toml passes
[tool.poetry.dependencies]
flask = "^3.1"
```

One of another manager:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim AS build
WORKDIR /app
COPY . .
RUN corepack enable && «pnpm install»
FROM nginx:1.27.2
COPY --from=build /app/dist /usr/share/nginx/html
```
```json package.json passes
{"dependencies": {"vue": "^3.5.12"}}
```
```json package-lock.json passes
{"lockfileVersion": 3}
```

It is in the repository, and is not copied:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
WORKDIR /app
COPY package.json ./
RUN «yarn install»
COPY . .
```
```json package.json passes
{"dependencies": {"express": "^4.21.1"}}
```
```text yarn.lock passes
# yarn lockfile v1
```

pip takes what a pyproject.toml allows, and reads no lock file; what was exported from one is a file of requirements or constraints:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
WORKDIR /app
COPY pyproject.toml ./
COPY app app
RUN «pip install --no-cache-dir .»
```
```toml pyproject.toml passes
[project]
name = "app"
version = "1"
dependencies = ["flask>=3"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -c constraints.txt .
```
```text b/constraints.txt passes
flask==3.1.0
```
```toml b/pyproject.toml passes
[project]
name = "app"
version = "1"
dependencies = ["flask>=3"]
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -r requirements.txt
RUN pip install --no-cache-dir --no-deps .
```
```text c/requirements.txt passes
flask==3.1.0
```
```toml c/pyproject.toml passes
[project]
name = "app"
version = "1"
dependencies = ["flask>=3"]
```

There is one, if only in a folder above, or where nothing is needed:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
COPY package*.json ./
RUN npm install
```
```json package.json passes
{"dependencies": {"express": "^4.21.1"}}
```
```json package-lock.json passes
{"lockfileVersion": 3}
```
```dockerfile web/Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
COPY package.json ./
RUN npm install
```
```json web/package.json passes
{"dependencies": {"react": "^18.3.1"}}
```
```dockerfile b/Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
COPY package.json ./
RUN npm install
```
```json b/package.json passes
{"scripts": {"start": "node ."}}
```

Named packages, a branch that asks for the lock file, and what is only for tests:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
RUN npm install express@4.21.1
COPY . .
RUN if [ -f pnpm-lock.yaml ]; then pnpm install; fi
```
```json package.json passes
{"dependencies": {"express": "^4.21.1"}}
```
```dockerfile Dockerfile.test passes
FROM node:22.11.0-slim
WORKDIR /app
COPY package.json ./
RUN npm install
```
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, dirname, join
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.placement import folder_of, placed
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.packages._locks import LOCKS, place_of

if TYPE_CHECKING:
    from deployflow_gate.model.build import Build, Context
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.instruction import Run
    from deployflow_gate.model.project import Project

_LISTS = {
    "pyproject.toml": regex(
        r"(?m)^\s*(?:dependencies\s*=\s*\[\s*[^\]\s#]|\[tool\.poetry\.(?:group\.\w+\.)?dependencies\]|\[tool\.pdm|\[dependency-groups)"
    ),
    "Pipfile": regex(r"(?m)^\[packages\]\s*[^\s\[]"),
    "Gemfile": regex(r"(?m)^\s*(?:gem|gemspec)\b"),
    "composer.json": regex(r"\"require\"\s*:\s*\{\s*\"(?!php\"\s*:\s*\"[^\"]*\"\s*\})"),
    "go.mod": regex(r"(?m)^require\b"),
}
"""How a manifest shows that it lists dependencies."""

_LOCKS_OF_PYTHON = regex(
    r"(?:uv|poetry|pdm)\.lock|pylock.*\.toml|Pipfile\.lock|.*(?:requirements|constraints).*|.*\.lock\.txt"
)
"""What locks a project of Python, or is exported from what does; also a folder of such files."""


@rule(Severity.WARNING, seeds=("003:15",))
def check(build: Build) -> Iterator[Problem]:
    from deployflow_gate.model.instruction import Run

    context = build.context
    if build.development or context is None:
        return
    for stage in build.stages:
        if next(iter(build.project.needed_by.get(stage, ())), None) is not build:
            continue
        reported = set()
        for run in stage.of(Run):
            for command in run.script.commands if run.script is not None else ():
                install = command.install
                manifest = _manifest(install, run, context) if install is not None else None
                if install is None or manifest is None or manifest in reported:
                    continue
                message = _fault(install, run, context, manifest)
                if message:
                    reported.add(manifest)
                    yield Problem(install.span, message)


def _manifest(install: Install, run: Run, context: Context) -> str | None:
    """The manifest of the context that is installed, if it lists anything."""
    if (
        install.action not in ("install", "download")
        or not (install.takes_project or _is_project_of_pip(install))
        or install.uncertain
        or install.is_global
    ):
        return None
    if not install.command.unconditional or "if" in install.command.nesting:
        return None
    if _is_project_of_pip(install):
        return _listing("pyproject.toml", folder_of(install.command, run), run, context)
    if install.manager not in LOCKS or (install.manager == "go" and install.verb != "mod download"):
        return None
    folder, name = place_of(install, run), LOCKS[install.manager][0]
    return _listing(name, folder, run, context)


def _listing(name: str, folder: str | None, run: Run, context: Context) -> str | None:
    found = placed(run, context, (name,)).get(join(folder, name)) if folder is not None else None
    source = context.project.read_text(context.inside(found.path)) if found is not None else None
    return found.path if found is not None and source is not None and _lists_any(name, source.text) else None


def _is_project_of_pip(install: Install) -> bool:
    """Whether pip, or uv in its place, installs the folder that it stands in with all that it asks for."""
    paths = [(package.word.value or "").partition("[")[0] for package in install.packages if package.kind == "path"]
    if install.manager not in ("pip", "uv") or install.takes_project or not {".", "./"}.intersection(paths):
        return False
    told = install.has_flag(
        "-c", "--constraint", "--constraints", "--no-deps", "--no-index", "--require-hashes", "--root"
    )
    return (
        not told
        and not install.manifests
        and not any(map(install.command.variable, ("PIP_CONSTRAINT", "UV_CONSTRAINT")))
    )


def _lists_any(name: str, text: str) -> bool:
    if name != "package.json":
        return bool(_LISTS[name].search(text))
    import json

    try:
        package = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(package, dict) and any(
        isinstance(listed := package.get(key), dict)
        and any(not str(v).startswith(("file:", "link:", "workspace:")) for v in listed.values())
        for key in ("dependencies", "devDependencies", "optionalDependencies")
    )


def _fault(install: Install, run: Run, context: Context, manifest: str) -> str | None:
    paths = context.project.paths
    path = context.inside(manifest)
    if _is_project_of_pip(install):
        if any(_locks_python(context.project, folder) for folder in (dirname(path), *_above(dirname(path)))):
            return None
        return f"`{install.manager} install` installs what `{path}` lists, with nothing that locks it."
    locks = LOCKS[install.manager][1]
    own = next((join(dirname(path), lock) for lock in locks if join(dirname(path), lock) in paths), None)
    what = f"`{install.manager} {install.verb}`".replace(" `", "`")
    if own is None:
        if any(join(above, lock) in paths for above in _above(dirname(path)) for lock in locks):
            return None
        return f"{what} installs what `{path}` lists, with no `{locks[0]}` beside it."
    place = place_of(install, run)
    there = placed(run, context, locks)
    if place is None or install.manager == "npm" or any(join(place, lock) in there for lock in locks):
        return None
    lock = own.rpartition("/")[2]
    if _may_come_otherwise(run, lock):
        return None
    return f"{what} installs without `{own}`, which is not copied."


def _locks_python(project: Project, folder: str) -> bool:
    names = project.names_at(folder.count("/") + 2 if folder else 1)
    return any(dirname(name) == folder and _LOCKS_OF_PYTHON.fullmatch(basename(name)) for name in names)


def _above(folder: str) -> Iterator[str]:
    while folder.strip("/"):
        folder = dirname(folder)
        yield folder


def _may_come_otherwise(run: Run, lock: str) -> bool:
    """Whether the lock file may be there by a copy out of another stage, or a command."""
    from deployflow_gate.model.brought import transfers_before
    from deployflow_gate.model.instruction import Run as RunInstruction
    from deployflow_gate.model.placement import before

    if any(transfer.from_ is not None or transfer.heredocs for transfer in transfers_before(run)):
        return True
    if any(source.value is None for transfer in transfers_before(run) for source in transfer.sources):
        return True
    runs = [run, *(earlier for earlier in before(run) if isinstance(earlier, RunInstruction))]
    return any(lock in one.argument_text.text or one.mounts for one in runs)
