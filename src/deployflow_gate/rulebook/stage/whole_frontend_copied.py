r"""Of a front end that a stage builds, only the result is copied.

The whole project folder brings the sources and all of `node_modules` with it, hundreds of megabytes that a bundle does not need. Next.js
runs from `.next/standalone` (or `.next`), what Vite, Create React App or Angular make is a folder of static files.

The project's folder is copied as it is:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build
FROM node:22.11.0-slim
WORKDIR /app
COPY --from=build «/app» ./
CMD ["npx", "next", "start"]
```
```json package.json passes
{"scripts": {"build": "next build"}, "dependencies": {"next": "15.0.3"}}
```

A folder above, for a web server that serves files:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim AS build
WORKDIR /srv/web
COPY . .
RUN yarn install --frozen-lockfile && yarn build
FROM nginx:1.27.2
COPY --from=build «/srv» /srv
```
```json package.json passes
{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "5.4.10"}}
```

Only the result is copied:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build
FROM node:22.11.0-slim
WORKDIR /app
COPY --from=build /app/public ./public
COPY --from=build /app/.next/standalone ./
COPY --from=build /app/.next/static ./.next/static
CMD ["node", "server.js"]
```
```json package.json passes
{"scripts": {"build": "next build"}, "dependencies": {"next": "15.0.3"}}
```

The packages are away before, or it is a server's code:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build && rm -rf node_modules
FROM nginx:1.27.2
COPY --from=build /app /usr/share/nginx/html
```
```json package.json passes
{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "5.4.10"}}
```
```dockerfile b/Dockerfile passes
FROM node:22.11.0-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build
FROM node:22.11.0-slim
COPY --from=build /app /app
CMD ["node", "/app/dist/main.js"]
```
```json b/package.json passes
{"scripts": {"build": "tsc"}, "dependencies": {"express": "4.21.1"}}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Note, Problem, Severity, rule
from deployflow_gate.model.installed import packages_of
from deployflow_gate.model.placement import joined
from deployflow_gate.model.shipping import judged_in
from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.stage import Stage
    from deployflow_gate.text import Span

FRONT_ENDS = frozenset({"next", "nuxt", "react", "vite", "angular", "vue", "svelte", "gatsby", "astro"})
SERVERS = frozenset({"express", "fastify", "koa", "nest", "hono"})
"""Frameworks whose code runs from where it stands, packages and all."""

_SCRIPT = regex(r"build(?:[:-].*)?")
_TOOLS = frozenset({"next", "nuxt", "vite", "ng", "react-scripts", "vue-cli-service", "gatsby", "astro"})


@rule(Severity.NOTICE, seeds=("000:4", "000:18"))
def check(image: Image) -> Iterator[Problem]:
    if not image.frameworks & FRONT_ENDS or image.frameworks & SERVERS:
        return
    for transfer in image.transfers:
        stage = transfer.from_stage
        if stage is None or stage in image.stage.lineage or not judged_in(transfer.stage, image):
            continue
        built = _built(stage)
        for source in transfer.sources if built is not None else ():
            path = joined("/", source.value) if source.value is not None else None
            if path is None or path == "/" or built is None:
                continue
            if any(f"{folder}/".startswith(path.rstrip("/") + "/") for folder, _ in built):
                note = Note(built[0][1], "Its packages are installed here.")
                yield Problem(
                    source.span, f"`{source.value}` brings sources and `node_modules` of the front end along.", (note,)
                )


def _built(stage: Stage) -> list[tuple[str, Span]] | None:
    """The folders in which packages stand, where a front end is built and they are not removed again; None where none is."""
    from deployflow_gate.model.instruction import Run

    folders: list[tuple[str, Span]] = []
    builds = False
    for run in (i for i in stage.history if isinstance(i, Run)):
        for command in run.script.commands if run.script is not None else ():
            install = command.install
            if command.name == "rm" and any("node_modules" in word.sketch for word in command.operands):
                folders = []
            elif (
                install is not None
                and install.ecosystem == "node"
                and install.takes_project
                and install.action == "install"
            ):
                place = packages_of(install, run)
                if place is not None and UNKNOWN not in place:
                    folders.append((place.removesuffix("/node_modules"), install.span))
            builds = builds or _is_build(command)
    return folders if builds and folders else None


def _is_build(command: Command) -> bool:
    words = [word.sketch for word in command.own if not word.sketch.startswith("-")]
    if words[:1] and words[0] in ("npm", "yarn", "pnpm", "bun"):
        return any(_SCRIPT.fullmatch(word) for word in words[1:3])
    if words[:1] and words[0] in ("npx", "bunx", "pnpx"):
        words = words[1:]
    return len(words) > 1 and words[0] in _TOOLS and words[1] == "build"
