r"""Packages that npm installs by name have a version.

Without one, each build takes what is newest on that day: two images of the same commit differ, and a bad or hijacked release is in the
next image without anybody having changed anything. `@latest` and `@next` are no versions, either: they are what npm takes anyway, or move
just as well.

Judged are the packages that a `RUN` names, in the stages that a shipped image is built from; also those of yarn, pnpm and bun. A range is
enough. What stands in a package.json is the matter of its lock file.

No version, however npm is called:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
RUN npm install -g «pm2» serve@14.2.4 @nestjs/cli
RUN npm i «@angular/cli»
RUN ["npm", "add", «"express"»]
RUN npm install --registry https://npm.example.com «express»
RUN npm install -g «npm@latest»
```

In a build stage, by relatives of npm, and repositories without a commit:

```dockerfile Dockerfile fails
FROM node:22.11.0 AS build
RUN yarn global add «typescript» && yarn add «vite»
RUN pnpm add -g «turbo@next» && bun add «elysia»
RUN npm install «git+https://github.com/example/tool.git» example/other
FROM nginx:1.27.2
COPY --from=build /app/dist /usr/share/nginx/html
```

Held, each in its own way:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
ARG PM2_VERSION
RUN npm install -g pm2@5.4.3 serve@^14 @nestjs/cli@">=10 <11" pnpm@latest-9 && npm install -g pm2@$PM2_VERSION
RUN npm install git+ssh://git@github.com/example/tool.git#v1.2.3 example/other#4f2a1c9
RUN npm install old@npm:new@1.2.3
```

Folders and archives hold themselves, and the project has its lock file:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
RUN npm install ./lib /srv/tool tool-1.2.3.tgz https://example.com/tool.tar.gz
RUN npm install && npm ci && yarn install && pnpm i --frozen-lockfile && npm run install
RUN npx vite build
```

What is not known, what is allowed, and what is only for development:

```dockerfile Dockerfile passes allowed=npm
FROM node:22.11.0-slim
ARG PACKAGES
RUN npm install -g $PACKAGES && npm install -g npm "tool-${NAME}"
```
```dockerfile Dockerfile.dev passes
FROM node:22.11.0-slim
RUN npm install -g nodemon
```

## Options

- `allowed`: packages that may be what is newest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.packages._unpinned import from_index, unpinned

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.install import Package

VERBS = {
    "npm": frozenset({"install", "i", "in", "ins", "inst", "insta", "instal", "isnt", "isnta", "isntal", "add"}),
    "yarn": frozenset({"add", "global add"}),
    "pnpm": frozenset({"add", "install", "i"}),
    "bun": frozenset({"add", "a", "install", "i"}),
}


@rule(
    Severity.WARNING,
    aliases=("hadolint:DL3016", "kics:npm_install_without_pinned_version"),
)
def check(command: Command, *, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    yield from unpinned(command, VERBS, allowed, _loose)


def _loose(package: Package) -> bool:
    if package.kind == "vcs":
        return package.word.value is not None and not package.versioned
    return from_index(package) or (package.kind == "index" and package.name is not None and _moving(package.version))


def _moving(version: str | None) -> bool:
    """Whether it is the name of a tag, and one that stays with no version (as `latest-9` does)."""
    return version is not None and version.replace("-", "").isalpha() and version not in ("x", "X", "v")
