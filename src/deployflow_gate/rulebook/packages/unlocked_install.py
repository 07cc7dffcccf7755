r"""What is locked is installed as it is locked.

A lock file only helps if the install keeps to it. `yarn install` and its like take it for a proposal: where it does not fit the manifest,
other versions are installed without a word. `npm update` is there to pass it by. With `--frozen-lockfile`, `--immutable`, `--locked` or
`--deploy`, whichever it is called, the build fails instead.

Judged is an install of a project whose lock file has been copied, in a stage that a shipped image is built from (`npm install` is the
matter of `npm-install`); `cargo install`, which does not even look at the lock file that a crate is published with; and in a workflow a
package of npm or a gem that is installed by its name, without a version, past every lock file.

The flag is missing:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
WORKDIR /app
COPY package.json yarn.lock ./
RUN «yarn --production»
RUN «yarn install --network-timeout 100000»
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-slim
WORKDIR /app
COPY package.json yarn.lock ./
RUN yarn --frozen-lockfile --production
RUN yarn install --frozen-lockfile --network-timeout 100000
```
```json package.json passes
{"dependencies": {"express": "^4.21.1"}}
```
```text yarn.lock passes
# yarn lockfile v1
```
```dockerfile b/Dockerfile fails
FROM node:22.11.0-slim AS build
COPY . .
RUN «yarn install»
FROM nginx:1.27.2
COPY --from=build /dist /usr/share/nginx/html
```
```dockerfile b/Dockerfile fixed
FROM node:22.11.0-slim AS build
COPY . .
RUN yarn install --immutable
FROM nginx:1.27.2
COPY --from=build /dist /usr/share/nginx/html
```
```text b/yarn.lock passes
__metadata:
  version: 8
```

Other managers:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
WORKDIR /app
COPY . .
RUN «uv sync --no-dev»
RUN «pipenv install --system»
RUN cd web && «pnpm i» && cd ../admin && «bun install»
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
WORKDIR /app
COPY . .
RUN uv sync --locked --no-dev
RUN pipenv install --deploy --system
RUN cd web && pnpm i --frozen-lockfile && cd ../admin && bun install --frozen-lockfile
```
```text uv.lock passes
version = 1
```
```json Pipfile.lock passes
{}
```
```yaml web/pnpm-lock.yaml passes
lockfileVersion: '9.0'
```
```text admin/bun.lock passes
{}
```

It is passed by on purpose:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
WORKDIR /app
COPY package*.json ./
RUN «npm update» && «npm install --no-package-lock»
```
```json package.json passes
{"dependencies": {"express": "^4.21.1"}}
```
```json package-lock.json passes
{"lockfileVersion": 3}
```

The lock file of a crate:

```dockerfile Dockerfile fails
FROM rust:1.82 AS build
RUN «cargo install sccache --version 0.8.2»
FROM debian:12.8-slim
COPY --from=build /usr/local/cargo/bin/sccache /usr/local/bin/
```
```dockerfile Dockerfile fixed
FROM rust:1.82 AS build
RUN cargo install --locked sccache --version 0.8.2
FROM debian:12.8-slim
COPY --from=build /usr/local/cargo/bin/sccache /usr/local/bin/
```

By name, in a workflow:

```yaml .github/workflows/ci.yml fails
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: «npm install -g markdownlint-cli»
      - run: |
          «gem i --no-document brakeman»
          «yarn add lodash»
```

Kept to, each in its own way:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
COPY . .
RUN yarn install --frozen-lockfile && yarn install --immutable && pnpm install --frozen-lockfile && npm ci
RUN uv sync --frozen && UV_LOCKED=1 uv sync && pipenv sync && pipenv install --deploy && poetry install && bundle install
RUN CI=true pnpm install && pnpm install --offline && cargo install --locked sccache
RUN composer install && pip install -r requirements.txt && yarn --version
```
```text yarn.lock passes
# yarn lockfile v1
```
```text uv.lock passes
version = 1
```
```yaml pnpm-lock.yaml passes
lockfileVersion: '9.0'
```
```text Pipfile.lock passes
{}
```

The project's settings say so:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
COPY . .
RUN yarn install
```
```text yarn.lock passes
__metadata:
  version: 8
```
```yaml .yarnrc.yml passes
enableImmutableInstalls: true
```

No lock file, a branch that asks for one, and what is only for development:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
COPY . .
RUN yarn install
WORKDIR /app/web
RUN if [ -f yarn.lock ]; then yarn install; else pnpm install; fi
```
```text web/yarn.lock passes
# yarn lockfile v1
```
```dockerfile web/Dockerfile.dev passes
FROM node:22.11.0-slim
COPY . .
RUN yarn install
```

In a workflow, what has a version, what is locked, and what is the project's own:

```yaml .github/workflows/ci.yml passes
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: npm ci && npm install && bundle install && pnpm install
      - run: npm install -g markdownlint-cli@0.42.0 && gem install rake:13.2.1 && gem install brakeman -v 6.2.2
      - run: npm install ./tool && gem install --help && npm install -g "$TOOL" && gem install pkg/*.gem
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.shipping import run_of
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.packages._flag import with_flag
from deployflow_gate.rulebook.packages._locks import LOCKS, texts_beside
from deployflow_gate.rulebook.packages._unpinned import from_index, run_needed, told

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.instruction import Run

FLAGS = {
    "yarn": "--frozen-lockfile", "pnpm": "--frozen-lockfile", "bun": "--frozen-lockfile", "pdm": "--frozen-lockfile",
    "uv": "--locked", "pipenv": "--deploy",
}  # fmt: skip
"""For each manager whose install takes a lock file for a proposal, the flag by which it keeps to it."""

ALL_LOCKS = {**{manager: locks for manager, (_, locks) in LOCKS.items()}, "cargo": ("Cargo.lock",)}

PASSING_BY = (
    "--no-package-lock", "--package-lock=false", "--no-frozen-lockfile", "--frozen-lockfile=false", "--no-lockfile", "--no-immutable",
    "--skip-lock", "--no-lock", "--no-shrinkwrap",
)  # fmt: skip
"""Flags by which an install passes the lock file by."""

ELSEWHERE = ("--offline", "--dry-run", "--help", "-h", "--lockfile-only", "--package-lock-only")
"""Flags by which nothing but what is there already is installed, or nothing at all."""

SWITCHES = {
    "yarn": ("CI", "YARN_ENABLE_IMMUTABLE_INSTALLS"),
    "pnpm": ("CI", "npm_config_frozen_lockfile", "NPM_CONFIG_FROZEN_LOCKFILE"),
    "uv": ("UV_LOCKED", "UV_FROZEN"),
    "pipenv": ("PIPENV_DEPLOY", "PIPENV_IGNORE_PIPFILE"),
    "pdm": ("PDM_FROZEN_LOCKFILE",),
}
"""Variables that have the flag's effect if they are set at all."""

SETTINGS = {
    ".yarnrc.yml": regex(r"^enableImmutableInstalls:\s*true", re.MULTILINE),
    ".yarnrc": regex(r"^--(?:install\.)?frozen-lockfile\s+true", re.MULTILINE),
    ".npmrc": regex(r"^\s*(?:prefer-)?frozen-lockfile\s*=\s*true", re.MULTILINE),
    "bunfig.toml": regex(r"^\s*frozenLockfile\s*=\s*true", re.MULTILINE),
}
"""Files beside the manifest, and what in them has the flag's effect."""

NAMED = {
    "npm": frozenset({"install", "i", "add"}), "yarn": frozenset({"add", "global add"}), "pnpm": frozenset({"add", "install", "i"}),
    "bun": frozenset({"add", "install", "i"}), "gem": frozenset({"install", "i"}),
}  # fmt: skip


@rule(Severity.NOTICE, seeds=("003:15",), aliases=("scorecard:unpinned-package", "zizmor:adhoc-packages"))
def check(command: Command) -> Iterator[Problem]:
    install = command.install
    if install is None or install.uncertain or install.has_flag(*ELSEWHERE):
        return
    if run_of(command) is None:
        yield from _in_workflow(install)
        return
    run = run_needed(command)
    if run is None or not command.unconditional:
        return
    if install.manager == "cargo" and install.verb == "install":
        if not install.locked and any(package.kind == "index" for package in install.packages):
            message = "`cargo install` ignores the lock file that the crate is published with; `--locked` is missing."
            yield Problem(install.span, message, fix=with_flag(install, "--locked", "Keep to the lock file"))
    elif install.takes_project and not install.is_global:
        yield from _in_image(install, run)


def _in_workflow(install: Install) -> Iterator[Problem]:
    from deployflow_gate.model.workflow import Step

    owner = install.command.script.owner
    if not isinstance(owner, Step) or install.verb not in NAMED.get(install.manager, ()):
        return
    found = [package for package in install.packages if from_index(package)]
    if found and not install.has_flag("-v", "--version", "--local"):
        yield Problem(install.span, told(install, found).message)


def _in_image(install: Install, run: Run) -> Iterator[Problem]:
    passed_by = any(flag.sketch in PASSING_BY for flag in install.flags)
    upgrade = install.action == "upgrade"
    flag = FLAGS.get(install.manager) if install.action == "install" and not install.locked else None
    if (flag is None and not passed_by and not upgrade) or (flag is not None and _switched(install)):
        return
    locks = ALL_LOCKS.get(install.manager, ())
    beside = texts_beside(install, run, (*locks, *SETTINGS))
    lock = next((lock for lock in locks if lock in beside), None)
    if lock is None:
        return
    spelled = f"{install.manager} {install.verb}".strip()
    if upgrade or passed_by:
        yield Problem(install.span, f"`{spelled}` installs other versions than `{lock}` says.")
    elif flag is not None and not any(name in beside and said.search(beside[name]) for name, said in SETTINGS.items()):
        modern = install.manager == "yarn" and "__metadata:" in beside[lock]
        flag = "--immutable" if modern else flag
        yield Problem(
            install.span,
            f"`{spelled}` may install other versions than `{lock}` says; `{flag}` is missing.",
            fix=with_flag(install, flag, "Keep to the lock file", install.verb_word or install.command.words[0]),
        )


def _switched(install: Install) -> bool:
    """Whether a variable of the command's environment has the flag's effect."""
    values = [install.command.variable(name) for name in SWITCHES.get(install.manager, ())]
    return any(value is not None and value.lower() not in ("", "0", "false") for value in values)
