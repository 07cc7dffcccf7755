r"""What ships has no development dependencies of Node in it.

Compilers, linters and test runners of `devDependencies` are often the larger part of `node_modules`. In production they only take up
space, and their vulnerabilities count as yours.

Judged is the stage that ships, with the stages that it stands on and the `node_modules` that it copies from others; only where the
package.json is there to be read and lists development dependencies.

They are installed in the stage that ships:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN «npm ci»
COPY server.js ./
CMD ["node", "server.js"]
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY server.js ./
CMD ["node", "server.js"]
```
```json package.json passes
{"dependencies": {"express": "4.21.1"}, "devDependencies": {"jest": "29.7.0"}}
```

They are copied with the folder that they were installed in, or by name:

```dockerfile Dockerfile fails
FROM node:22.11.0 AS build
WORKDIR /src
COPY . .
RUN npm ci && npm run build
FROM node:22.11.0-slim
WORKDIR /app
«COPY --from=build /src ./»
CMD ["node", "dist/server.js"]
```
```json package.json passes
{"devDependencies": {"typescript": "5.6.3"}}
```
```dockerfile b/Dockerfile fails
FROM node:22.11.0 AS build
WORKDIR /src
COPY . .
RUN yarn install --frozen-lockfile
FROM node:22.11.0-slim
WORKDIR /app
«COPY --from=build /src/node_modules ./node_modules»
CMD ["node", "server.js"]
```
```json b/package.json passes
{"devDependencies": {"typescript": "5.6.3"}}
```

The build needs them, so that leaving them out is no fix; pruning or a stage of its own is:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
WORKDIR /app
COPY . .
RUN «npm ci» && npm run build
CMD ["node", "dist/server.js"]
```
```json package.json passes
{"devDependencies": {"typescript": "5.6.3"}}
```

Left out by a flag or a variable:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
CMD ["node", "server.js"]
```
```json package.json passes
{"devDependencies": {"jest": "29.7.0"}}
```
```dockerfile b/Dockerfile passes
FROM node:22.11.0-slim
ENV NODE_ENV=production
WORKDIR /app
COPY . .
RUN npm ci
CMD ["node", "server.js"]
```
```json b/package.json passes
{"devDependencies": {"jest": "29.7.0"}}
```

Pruned after the build, here or in the build stage:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
COPY . .
RUN npm ci && npm run build && npm prune --omit=dev
CMD ["node", "dist/server.js"]
```
```json package.json passes
{"devDependencies": {"typescript": "5.6.3"}}
```
```dockerfile b/Dockerfile passes
FROM node:22.11.0 AS build
WORKDIR /src
COPY . .
RUN npm ci && npm run build
RUN rm -rf node_modules && npm ci --only=production
FROM node:22.11.0-slim
COPY --from=build /src /app
CMD ["node", "/app/dist/server.js"]
```
```json b/package.json passes
{"devDependencies": {"typescript": "5.6.3"}}
```

Images that run the tests, or nothing:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
COPY . .
RUN npm ci
ENTRYPOINT ["npx", "playwright", "test"]
```
```json package.json passes
{"devDependencies": {"@playwright/test": "1.48.2"}}
```
```dockerfile b/Dockerfile passes
FROM node:22.11.0-slim
COPY . .
RUN npm ci
```
```json b/package.json passes
{"devDependencies": {"protobufjs-cli": "1.1.3"}}
```

Only the result of the build ships, and there is nothing to leave out:

```dockerfile Dockerfile passes
FROM node:22.11.0 AS build
WORKDIR /src
COPY . .
RUN npm ci && npm run build
FROM nginx:1.27.2
COPY --from=build /src/dist /usr/share/nginx/html
```
```json package.json passes
{"devDependencies": {"vite": "5.4.10"}}
```
```dockerfile b/Dockerfile passes
FROM node:22.11.0-slim
COPY . .
RUN npm ci
CMD ["npm", "start"]
```
```json b/package.json passes
{"dependencies": {"express": "4.21.1"}}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Note, Problem, Severity, rule
from deployflow_gate.model.shipping import judged_in, run_of
from deployflow_gate.rulebook.packages._flag import with_flag
from deployflow_gate.rulebook.packages._node_modules import development_dependencies

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.install import Install

OMIT = {"npm": "--omit=dev", "pnpm": "--prod", "bun": "--production"}
NODE_TOOLS = frozenset(
    {"npm", "npx", "yarn", "pnpm", "pnpx", "bun", "bunx", "tsc", "next", "vite", "nest", "ng", "webpack"}
)

TEST_RUNNERS = frozenset({"cypress", "playwright", "jest", "vitest", "mocha", "newman"})


@rule(Severity.WARNING, seeds=("000:7", "004:19"))
def check(image: Image) -> Iterator[Problem]:
    if not _runs_the_application(image):
        return
    seen = set()
    for by in development_dependencies(image.stage).values():
        run = by.copy or run_of(by.install.command)
        if (by.install, by.copy) in seen or run is None or not judged_in(run.stage, image):
            continue
        seen.add((by.install, by.copy))
        what = f"`{by.install.manager} {by.install.verb}".rstrip() + "`"
        if by.copy is None:
            message = f"{what} puts development dependencies into the image that ships."
            yield Problem(by.install.span, message, fix=_omit(image, by.install))
        else:
            note = Note(by.install.span, "They are installed here.")
            yield Problem(by.copy.span, "Development dependencies are copied into the image that ships.", (note,))


def _runs_the_application(image: Image) -> bool:
    """Whether it starts something other than the tests: the dependencies of a test runner are development's by name only."""
    start = image.entrypoint or image.command
    script = start.script if start is not None else None
    return script is not None and not any(
        word.value in TEST_RUNNERS for command in script.commands for word in command.words[:3]
    )


def _omit(image: Image, install: Install) -> Fix | None:
    """The flag, unless a tool of Node runs behind the install that may need what it would leave out."""
    flag = OMIT.get(install.manager)
    behind = [c for c in image.commands if c.span.start > install.span.start or c.script is not install.command.script]
    if flag is None or any(c.install is None and c.name in NODE_TOOLS for c in behind):
        return None
    return with_flag(install, flag, "Leave development dependencies out")
