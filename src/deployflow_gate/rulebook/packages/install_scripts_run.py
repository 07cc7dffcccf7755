r"""An install runs no scripts of the packages it installs.

Each package, and each package that one needs, may bring a script that npm, yarn or pnpm runs while they install it. This is how most hijacked
packages do their harm. `--ignore-scripts` runs none of them; the few packages that must be compiled can be named behind it
(`npm rebuild sharp`).

This is off by default, since some packages need their script. Judged is a `RUN` in a stage that a shipped image is built from.

Scripts run, however the command is spelled:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
RUN «npm ci --omit=dev» && «npm install -g pm2@5.4.3»
RUN [«"npm", "install"»]
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-slim
RUN npm ci --ignore-scripts --omit=dev && npm install --ignore-scripts -g pm2@5.4.3
RUN ["npm", "install", "--ignore-scripts"]
```
```dockerfile b/Dockerfile fails
FROM node:22.11.0-slim
RUN «yarn» && «yarn --force» && «yarn add vite@5.4.11» && «pnpm install --frozen-lockfile»
```
```dockerfile b/Dockerfile fixed
FROM node:22.11.0-slim
RUN yarn --ignore-scripts && yarn --ignore-scripts --force && yarn add --ignore-scripts vite@5.4.11 && pnpm install --ignore-scripts --frozen-lockfile
```

Switched on again:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
ENV YARN_ENABLE_SCRIPTS=false
RUN «YARN_ENABLE_SCRIPTS=true yarn install»
RUN «npm ci --ignore-scripts=false»
```

Switched off, in each way:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
RUN npm ci --ignore-scripts && npm rebuild sharp && pnpm add --allow-build=sharp sharp@0.33.5 && pnpm i --ignore-scripts && yarn --ignore-scripts
RUN export YARN_ENABLE_SCRIPTS=false && yarn install
RUN yarn install --mode=skip-build
ENV npm_config_ignore_scripts=true
RUN npm ci
```
```dockerfile b/Dockerfile passes
FROM node:22.11.0-slim
RUN npm config set ignore-scripts true
RUN npm ci
```
```dockerfile c/Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
COPY . .
RUN npm ci
```
```text c/.npmrc passes
ignore-scripts = true
```

Managers that run none by default, and what installs nothing:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
RUN bun install && npm run build && yarn build && yarn --version && apk add yarn
COPY package.json .
RUN pnpm install
```
```json package.json passes
{"packageManager": "pnpm@10.2.0"}
```

The variable may hold the flag, and what is only for development:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
ARG NPM_FLAGS
RUN npm ci $NPM_FLAGS
```
```dockerfile Dockerfile.dev passes
FROM node:22.11.0-slim
RUN npm install
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.packages._configured import configured
from deployflow_gate.rulebook.packages._flag import with_flag
from deployflow_gate.rulebook.packages._locks import texts_beside
from deployflow_gate.rulebook.packages._unpinned import run_needed

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.instruction import Run

MANAGERS = frozenset({"npm", "yarn", "pnpm"})
SETTINGS = {
    ".npmrc": regex(r"^\s*ignore-scripts\s*=\s*true", re.MULTILINE),
    ".yarnrc": regex(r"^\s*ignore-scripts\s+true", re.MULTILINE),
    ".yarnrc.yml": regex(r"^enableScripts:\s*false", re.MULTILINE),
    "package.json": regex(r'"packageManager"\s*:\s*"pnpm@[1-9]\d'),
}
"""Files beside a package.json, and what in them says that no scripts are run; pnpm runs none by itself since version 10."""

NONE_RUN = (
    "--ignore-scripts", "--skip-builds", "--allow-build", "--help", "-h", "--package-lock-only", "--lockfile-only", "--dry-run",
)  # fmt: skip
"""Flags by which no scripts are run, or only those of packages that are named, or nothing is installed."""

_TRUE = frozenset({"true", "1", "yes", "on"})


@rule(Severity.NOTICE, on=False, aliases=("sonar-iac:S6505",))
def check(command: Command) -> Iterator[Problem]:
    install = command.install
    if install is None or install.manager not in MANAGERS or install.action != "install" or install.uncertain:
        return
    if install.has_flag(*NONE_RUN):
        return
    run = run_needed(command)
    if run is None or _off(install) or _told(install, run):
        return
    spelled = f"{install.manager} {install.verb}".strip()
    told = any(flag.sketch.startswith("--ignore-scripts") for flag in install.flags)
    behind = install.verb_word or command.words[0]
    yield Problem(
        install.span,
        f"`{spelled}` runs the scripts of the packages that it installs.",
        fix=with_flag(install, "--ignore-scripts", "Run no scripts", behind) if not told else None,
    )


def _off(install: Install) -> bool:
    """Whether the command's environment or another flag says so."""
    if any("skip-build" in mode.sketch for mode in install.command.options("--mode")):
        return True
    value = install.command.variable
    if install.manager == "yarn" and (value("YARN_ENABLE_SCRIPTS") or "").lower() in ("false", "0"):
        return True
    names = ("npm_config_ignore_scripts", "NPM_CONFIG_IGNORE_SCRIPTS", "YARN_IGNORE_SCRIPTS")
    return any((value(name) or "").lower() in _TRUE for name in names)


def _told(install: Install, run: Run) -> bool:
    """Whether a file beside the package.json says so, or a command up to here."""
    if configured(run, "ignore-scripts", "npm config", "npmrc") or configured(run, "enablescripts", "yarn config"):
        return True
    return any(
        SETTINGS[name].search(text) and (name != "package.json" or install.manager == "pnpm")
        for name, text in texts_beside(install, run, SETTINGS).items()
    )
