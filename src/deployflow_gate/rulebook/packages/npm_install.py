r"""npm installs what the lock file says: `npm ci`.

`npm install` takes the lock file for a proposal: where it does not fit the package.json, other versions are installed and the lock file is
rewritten, without a word. `npm ci` installs exactly what is locked, fails where the two differ, and is faster.

Judged is an `npm install` without packages, in a stage that a shipped image is built from, where the build context holds a
lock file next to the package.json.

The lock file was copied:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
WORKDIR /app
COPY package*.json ./
RUN «npm install --omit=dev»
COPY server.js ./
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-slim
WORKDIR /app
COPY package*.json ./
RUN npm ci --omit=dev
COPY server.js ./
```
```json package.json passes
{"name": "app"}
```
```json package-lock.json passes
{"lockfileVersion": 3}
```

It is there, but was not copied:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
WORKDIR /app
COPY package.json ./
RUN «npm i»
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
```
```json package.json passes
{"name": "app"}
```
```json package-lock.json passes
{"lockfileVersion": 3}
```

In a folder, and in a build stage whose result ships:

```dockerfile Dockerfile fails
FROM node:22.11.0 AS build
WORKDIR /src
COPY . .
RUN cd web && «npm install» && npm run build
FROM nginx:1.27.2
COPY --from=build /src/web/dist /usr/share/nginx/html
```
```dockerfile Dockerfile fixed
FROM node:22.11.0 AS build
WORKDIR /src
COPY . .
RUN cd web && npm ci && npm run build
FROM nginx:1.27.2
COPY --from=build /src/web/dist /usr/share/nginx/html
```
```json web/package.json passes
{"name": "web"}
```
```json web/package-lock.json passes
{"lockfileVersion": 3}
```

Named packages, global tools, and the right command:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
RUN npm install -g pm2@5.4.3
COPY package.json package-lock.json ./
RUN npm ci
RUN npm install sharp@0.33.5
```
```json package.json passes
{"name": "app"}
```
```json package-lock.json passes
{"lockfileVersion": 3}
```

No lock file, one that is ignored, or one that is left aside on purpose:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
COPY package.json ./
RUN npm install
```
```json package.json passes
{"name": "app"}
```
```dockerfile b/Dockerfile passes
FROM node:22.11.0-slim
COPY . .
RUN npm install
```
```text b/.dockerignore passes
package-lock.json
```
```json b/package.json passes
{"name": "b"}
```
```json b/package-lock.json passes
{"lockfileVersion": 3}
```
```dockerfile c/Dockerfile passes
FROM node:22.11.0-slim
COPY . .
RUN npm install --no-package-lock
```
```json c/package.json passes
{"name": "c"}
```
```json c/package-lock.json passes
{"lockfileVersion": 3}
```

Only for development:

```dockerfile Dockerfile.dev passes
FROM node:22.11.0-slim
COPY . .
RUN npm install
```
```json package.json passes
{"name": "app"}
```
```json package-lock.json passes
{"lockfileVersion": 3}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname, join
from typing import TYPE_CHECKING

from deployflow_gate.lint import Edit, Fix, Problem, Severity, edits, rule
from deployflow_gate.model.placement import Placed, folder_of, joined, placed
from deployflow_gate.model.shipping import context_of, run_of

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.install import Install

LOCKS = ("package-lock.json", "npm-shrinkwrap.json")


@rule(Severity.WARNING, seeds=("000:7", "004:17"))
def check(command: Command) -> Iterator[Problem]:
    install = command.install
    if install is None or install.manager != "npm" or install.action != "install" or install.locked:
        return
    run = run_of(command)
    if run is None or run.stage is None or install.packages or install.uncertain or _without_lock(install):
        return
    context, folder = context_of(run.stage), folder_of(command, run)
    if context is None or folder is None:
        return
    there = placed(run, context, ("package.json", *LOCKS))
    prefix = command.option("--prefix", "-C")
    folder = joined(folder, prefix.value or "") if prefix is not None else folder
    manifest = there.get(join(folder, "package.json"))
    if manifest is None:
        return
    own = [join(dirname(manifest.path), name) for name in LOCKS]
    kept = [path for path in own if context.inside(path) in context.project.paths]
    lock = next((path for path in kept if not (context.ignore_file and context.ignore_file.ignores(path))), None)
    if lock is None:
        return
    copied = any(there.get(join(folder, name)) is not None for name in LOCKS)
    yield Problem(
        install.span,
        f"`npm {install.verb}` may install other versions than `{context.inside(lock)}` says."
        if copied
        else f"`npm {install.verb}` installs without `{context.inside(lock)}`, which is not copied.",
        fix=_clean_install(install, None if copied else (manifest, lock)),
    )


def _without_lock(install: Install) -> bool:
    return install.is_global or any(
        word.sketch in ("--no-package-lock", "--package-lock=false", "--package-lock-only", "--no-shrinkwrap")
        for word in install.flags
    )


def _clean_install(install: Install, missing: tuple[Placed, str] | None) -> Fix | None:
    """`ci` for `install`, and with it the lock file behind a package.json that is copied by its name."""
    word = install.verb_word
    if word is None or word.span.text != word.sketch:
        return None
    changes: tuple[Edit, ...] = (edits.replace(word.span, "ci"),)
    if missing is not None:
        manifest, lock = missing
        source, to = manifest.source, getattr(manifest.by, "destination", None)
        if source is None or to is None or manifest.by.json or not source.raw.endswith("package.json"):
            return None
        if not (to.raw.endswith("/") or to.raw == "."):
            return None
        name = source.raw[: -len("package.json")] + lock.rpartition("/")[2]
        changes = (edits.insert_after(source.span, f" {name}"), *changes)
    return Fix("Install what is locked", changes)
