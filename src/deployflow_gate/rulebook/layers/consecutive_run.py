r"""Commands that follow each other share a layer.

Each `RUN` makes a layer of its own, with all that its command leaves behind, even where the next one deletes it. Two `RUN` in a row see
the same files and variables, so there is nothing to gain from two layers: they are made anew together.

Judged is what ships. Reported are neighbours of one command each; a `RUN` of several commands has been put together with some thought,
and stays as it is unless the option `composed` is set. Two `RUN` with different mounts, another shell or another user cannot be one.

Each command has a layer:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN groupadd app
«RUN» useradd --gid app app
RUN mkdir /srv/app
WORKDIR /srv/app
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN groupadd app \
    && useradd --gid app app \
    && mkdir /srv/app
WORKDIR /srv/app
```

Over several lines, and with a comment between, which keeps the fix away:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
RUN pip install --no-cache-dir \
    flask==3.1.0

# the server
«RUN» pip install --no-cache-dir gunicorn==23.0.0
```

The same mounts, and a `cd`, which would stay in force:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
RUN --mount=type=cache,target=/root/.npm npm ci
«RUN» --mount=type=cache,target=/root/.npm npm run build
USER node
RUN cd /srv
«RUN» touch started
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-slim
RUN --mount=type=cache,target=/root/.npm npm ci \
    && npm run build
USER node
RUN cd /srv
RUN touch started
```

A pipeline is one command, and the second half of `||` must not run where the first `RUN` fails:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN curl -fsSL https://example.com/key | gpg --dearmor > /etc/apt/keyrings/example.gpg
«RUN» chmod 644 /etc/apt/keyrings/example.gpg
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN curl -fsSL https://example.com/key | gpg --dearmor > /etc/apt/keyrings/example.gpg \
    && chmod 644 /etc/apt/keyrings/example.gpg
```

Composed ones, by option:

```dockerfile Dockerfile fails composed=true
FROM python:3.12.7-slim
RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
«RUN» pip install --no-cache-dir flask==3.1.0
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/* \
    && pip install --no-cache-dir flask==3.1.0
```

Composed with thought:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir flask==3.1.0
RUN set -eux; make; make install
RUN if [ -n "$EXTRA" ]; then make extra; fi
RUN <<EOF
adduser app
mkdir /srv/app
EOF
```

Something stands between, or they are run in different ways:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
COPY package.json .
RUN npm install
COPY . .
RUN npm run build
USER node
RUN mkdir cache
ENV NODE_ENV=production
RUN --mount=type=secret,id=token ./fetch
RUN ./check
SHELL ["/bin/bash", "-c"]
RUN ["/app/seal"]
RUN ./sign
```

A build stage does not ship:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
RUN go mod download
RUN go build -o /app .
FROM scratch
COPY --from=build /app /app
```

## Options

- `composed`: also report neighbours that run several commands.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Note, Problem, Severity, rule
from deployflow_gate.model.shipping import ships
from deployflow_gate.rulebook._join import joined, next_run

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Run


@rule(
    Severity.NOTICE,
    seeds=("000:5", "002:7"),
    aliases=("hadolint:DL3059", "kics:multiple_run_add_copy_instructions_listed", "sonar-iac:S7031"),
)
def check(run: Run, *, composed: bool = False) -> Iterator[Problem]:
    if run.onbuild or not ships(run) or not _joinable(run, composed) or _before(run, composed) is not None:
        return
    row = [run]
    while (after := next_run(row[-1])) is not None and _joinable(after, composed):
        row.append(after)
    if len(row) == 1:
        return
    found = [joined(first, second) for first, second in pairwise(row)]
    yield Problem(
        row[1].keyword_span,
        f"{len(row)} `RUN` in a row make {len(row)} layers where one would do.",
        (Note(run.span, "The first of them is here."),),
        Fix("Make them one", tuple(edit for edit in found if edit is not None)) if all(found) else None,
    )


def _before(run: Run, composed: bool) -> Run | None:
    """The RUN of the same row right before this one."""
    from deployflow_gate.model.instruction import Run

    before = run.dockerfile.instructions[run.index - 1] if run.index else None
    if not isinstance(before, Run) or before.onbuild or next_run(before) is not run or not _joinable(before, composed):
        return None
    return before


def _joinable(run: Run, composed: bool) -> bool:
    """Whether it is a shell script of one command (or pipeline), or, if composed ones count, of any."""
    script = run.script
    if script is None or script.is_exec or not script.posix or run.heredocs or not script.commands:
        return False
    own = [command for command in script.commands if "substitution" not in command.nesting and command.within is None]
    if composed:
        return True
    single = len({command.simple.pipe for command in own}) == 1 and not any(command.nesting for command in own)
    return single and all(command.inner is None for command in own)
