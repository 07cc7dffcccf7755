r"""yarn leaves no cache in an image that ships.

yarn 1 keeps a copy of every package that it installs, mostly in `/usr/local/share/.cache/yarn` or `~/.cache/yarn`: as much again as
`node_modules`. A later `RUN` cannot take it out of a layer that is finished, so `yarn cache clean` belongs behind the install.

Judged is what ships: the stage that a build ships and the stages it stands on. What a build stage leaves behind is never pulled. The cache of
yarn 2 and later may be what the application runs from, so it is not judged.

Nothing is cleaned, or too early:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
WORKDIR /app
COPY package.json yarn.lock ./
RUN «yarn install --production --frozen-lockfile»
RUN yarn cache clean && «yarn global add serve@14.2.4»
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-slim
WORKDIR /app
COPY package.json yarn.lock ./
RUN yarn install --production --frozen-lockfile && yarn cache clean
RUN yarn cache clean && yarn global add serve@14.2.4 && yarn cache clean
```

Over several lines, in the style of the script:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
RUN set -eux; \
    «yarn»; \
    yarn build
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-slim
RUN set -eux; \
    yarn; \
    yarn build; \
    yarn cache clean
```

Cleaned in another layer, or mounted somewhere else:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
RUN --mount=type=cache,target=/root/.npm «yarn install»
RUN yarn cache clean
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-slim
RUN --mount=type=cache,target=/root/.npm yarn install && yarn cache clean
RUN yarn cache clean
```

All ways to empty it:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
RUN yarn install && yarn cache clean
RUN yarn install && yarn build && yarn cache clean --all && rm -rf src
RUN yarn install && rm -rf /usr/local/share/.cache
RUN yarn install && rm -rf ~/.cache/yarn /tmp/*
RUN yarn install && rm -rf "$(yarn cache dir)"
RUN yarn install --cache-folder /tmp/yarn && rm -rf /tmp/yarn
RUN yarn install && /usr/local/bin/cleanup
```

Kept outside of the layer:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
RUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn install
RUN --mount=type=tmpfs,target=/root/.cache yarn install
RUN --mount=type=cache,target=/yarn YARN_CACHE_FOLDER=/yarn yarn install
RUN yarn install --cache-folder=/dev/shm/yarn
```

yarn 2 and later, and what installs nothing:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
COPY package.json yarn.lock ./
RUN yarn install
RUN yarn --version && yarn build && yarn run install
```
```text yarn.lock passes
__metadata:
  version: 8
```
```dockerfile b/Dockerfile passes
FROM node:22.11.0-slim
RUN yarn install --immutable
```

A build stage does not ship:

```dockerfile Dockerfile passes
FROM node:22.11.0 AS build
COPY . .
RUN yarn install && yarn build
FROM nginx:1.27.2
COPY --from=build /app/dist /usr/share/nginx/html
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, rule
from deployflow_gate.model.shipping import ships
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.packages._layer import appended, mounted, sweeps
from deployflow_gate.rulebook.packages._locks import texts_beside

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.instruction import Run

FOLDERS = ("/usr/local/share/.cache/yarn", "/root/.cache/yarn")
TEMPORARY = ("/dev/shm/", "/run/")  # noqa: S108

_CACHE = regex(r"(?:^|/)\.cache(?:/yarn)?(?:/v\d+)?(?:/\*{0,2}|/\.)?$|(?:^|/)\.?yarn[-_]?cache(?:/\*)?$")
"""Paths whose removal takes yarn's cache with them, for any home."""

MODERN = {
    "yarn.lock": regex(r"^__metadata:", re.MULTILINE),
    ".yarnrc.yml": regex(r""),
    "package.json": regex(r'"packageManager"\s*:\s*"yarn@(?:[2-9]|[1-9]\d)'),
}
"""Files by which a project shows that it uses yarn 2 or later, and what is in them then."""


@rule(
    Severity.NOTICE,
    seeds=("003:4",),
    aliases=("datadog-iac:run_yarn_clean_after_yarn_install", "hadolint:DL3060"),
)
def check(run: Run) -> Iterator[Problem]:
    if run.script is None or not ships(run):
        return
    left: Command | None = None
    folder: str | None = None
    for command in run.script.commands:
        install = command.install
        if install is not None and install.manager == "yarn" and install.action in ("install", "upgrade"):
            if not _kept_elsewhere(install, run):
                left, folder = command, _folder(install)
        elif left is not None and _empties(command, folder):
            left = None
    if left is None or left.install is None or _modern(left.install, run):
        return
    edit = appended(run, left, "yarn cache clean") if folder is None else None
    spelled = f"yarn {left.install.verb}".strip()
    yield Problem(
        left.span,
        f"`{spelled}` leaves its cache in the layer.",
        fix=Fix("Empty the cache in the same layer", (edit,)) if edit is not None else None,
    )


def _folder(install: Install) -> str | None:
    """Where its cache is, if that is told."""
    told = install.command.option("--cache-folder")
    return told.sketch if told is not None else install.command.variable("YARN_CACHE_FOLDER")


def _kept_elsewhere(install: Install, run: Run) -> bool:
    folder = _folder(install)
    if folder is not None and folder.startswith(TEMPORARY):
        return True
    if mounted(run, folder or FOLDERS[0], *FOLDERS):
        return True
    targets = [m.target.sketch for m in run.mounts if m.type in ("cache", "tmpfs") and m.target is not None]
    return any("yarn" in target or target.rstrip("/").endswith(".cache") for target in targets)


def _empties(command: Command, folder: str | None) -> bool:
    install = command.install
    if install is not None:
        return install.manager == "yarn" and install.action == "clean"
    removed = command.operands if command.name == "rm" else ()
    if any(_CACHE.search(word.sketch) or "yarn cache" in word.raw for word in removed):
        return True
    return any(command.removes(path) for path in ((folder,) if folder else FOLDERS)) or sweeps(command)


def _modern(install: Install, run: Run) -> bool:
    """Whether it is yarn 2 or later."""
    if install.has_flag("--immutable", "--immutable-cache", "--mode") or install.verb.startswith("workspaces"):
        return True
    return any(MODERN[name].search(text) for name, text in texts_beside(install, run, MODERN).items())
