r"""A variable that an instruction uses is declared in its stage.

One that is not is empty: a path or an address lacks a piece, and the build goes on. What is declared before the first FROM, and the
platform that is built for, are known to a stage only after an ARG of its own.

Misspelled, or never declared:

```dockerfile Dockerfile fails
FROM debian:12.8-slim AS build
ARG APP_VERSION=1.4
COPY app-«$APP_VERSON».tar.gz /srv/
ENV PATH=«$PAHT»:/srv/bin
FROM scratch
COPY --from=build --chown="«${OWNER}»" /srv /srv
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim AS build
ARG APP_VERSION=1.4
COPY app-$APP_VERSION.tar.gz /srv/
ENV PATH=$PATH:/srv/bin
FROM scratch
COPY --from=build --chown="${OWNER}" /srv /srv
```

Declared before the first FROM alone:

```dockerfile Dockerfile fails
ARG APP_VERSION=1.4
ARG APP_USER=app
FROM debian:12.8-slim
RUN curl -fsSLO "https://example.com/«$APP_VERSION».tar.gz" && tar -xf $APP_VERSION.tar.gz
USER «$APP_USER»
```
```dockerfile Dockerfile fixed
ARG APP_VERSION=1.4
ARG APP_USER=app
FROM debian:12.8-slim
ARG APP_VERSION
RUN curl -fsSLO "https://example.com/$APP_VERSION.tar.gz" && tar -xf $APP_VERSION.tar.gz
ARG APP_USER
USER $APP_USER
```

The platform, whatever the base image is:

```dockerfile Dockerfile fails
FROM registry.acme.dev/base:4.2
RUN curl -fsSLO https://example.com/app-«${TARGETARCH}»
COPY bin/«$TARGETOS»/app /usr/bin/app
```
```dockerfile Dockerfile fixed
FROM registry.acme.dev/base:4.2
ARG TARGETARCH
RUN curl -fsSLO https://example.com/app-${TARGETARCH}
ARG TARGETOS
COPY bin/$TARGETOS/app /usr/bin/app
```

It is declared only below:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
COPY app-«$APP_VERSION» /srv/
ARG APP_VERSION=1.4
```

Its own older value, which there is none of:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ENV PYTHONPATH=/app:«$PYTHONPATH»
```

Declared here or in the stage below:

```dockerfile Dockerfile passes
ARG VERSION=1.4
FROM debian:12.8-slim AS base
ARG VERSION
ARG TARGETARCH OWNER
ENV APP_HOME=/srv/app
FROM base
COPY --chown=$OWNER app-$VERSION-$TARGETARCH $APP_HOME
ENV PATH=$PATH:$APP_HOME/bin
```

Set by the base image, or by one of which nothing is known:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim AS a
LABEL python="$PYTHON_VERSION"
FROM registry.acme.dev/base:4.2
COPY app $APP_HOME
```
```dockerfile b/Dockerfile passes
ARG NODE_VERSION=22.11.0
FROM node:${NODE_VERSION}
RUN echo $NODE_VERSION
```
```dockerfile c/Dockerfile passes
ARG BASE_VERSION=4.2
FROM registry.acme.dev/base:${BASE_VERSION}
RUN echo $BASE_VERSION
```

With a fallback, as plain text, or in the hands of a shell:

```dockerfile Dockerfile passes
ARG VERSION=1.4
FROM debian:12.8-slim
COPY app-${APP_VERSION:-1.4} /srv/
ENV A='$NAME' B=\$NAME C=${NAME+set}
RUN VERSION=$(cat VERSION) && echo "$VERSION"
RUN echo '$VERSION' $HOME $1
RUN for VERSION in 1 2; do echo $VERSION; done
RUN . ./versions.env && echo $VERSION
CMD echo $VERSION
```

The same instruction sets it, which another rule tells:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ENV APP_HOME=/srv/app APP_LOGS=$APP_HOME/logs
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Note, Problem, Severity, edits, rule
from deployflow_gate.rulebook.syntax._uses import PLATFORM, Use, uses

if TYPE_CHECKING:
    from deployflow_gate.model.stage import Stage

MAX_NAMES = 50
"""Variables of a stage that a misspelled one is compared with."""

MAX_COMPARED = 20
"""Variables of one stage that may be misspelled; comparing is slow."""


@rule(Severity.WARNING, aliases=("buildkit:UndefinedVar", "sonar-iac:S6579", "tally:buildkit/UndefinedVar"))
def check(stage: Stage) -> Iterator[Problem]:
    from deployflow_gate.model.base_environment import base_sets

    if stage.windows or "$" not in stage.span.text:
        return
    outer = {variable.name.value: variable for arg in stage.dockerfile.global_args for variable in arg.variables}
    told: set[str] = set()
    for use in uses(stage, frozenset(name for name in outer if name)):
        name = use.name
        if name in told or name in use.instruction.scope:
            continue
        elsewhere = outer.get(name)
        sets = base_sets(stage, name)
        if sets or (sets is None and name not in PLATFORM and (elsewhere is None or _in_from(stage, name))):
            continue
        told.add(name)
        if elsewhere is not None:
            message = f"`{name}` is declared before the first FROM, and not in this stage, so that it is empty."
            notes: tuple[Note, ...] = (Note(elsewhere.span, "This ARG is seen by FROM lines alone."),)
        elif name in PLATFORM:
            message, notes = f"`{name}` is empty without an ARG of that name in the stage.", ()
        else:
            message, notes = f"Nothing defines `{name}`, so that it is empty.", ()
        needs_arg = elsewhere is not None or name in PLATFORM
        fix = _declared(use) if needs_arg else _spelled(use) if len(told) <= MAX_COMPARED else None
        yield Problem(use.span, message, notes=notes, fix=fix)


def _in_from(stage: Stage, name: str) -> bool:
    """Whether the base is chosen by the variable, and so may well set one of its name."""
    return any(s.from_ is not None and name in s.from_.references(s.from_.image) for s in stage.lineage)


def _declared(use: Use) -> Fix:
    return Fix(f"Declare {use.name} in the stage", (edits.insert_line_before(use.instruction.span, f"ARG {use.name}"),))


def _spelled(use: Use) -> Fix | None:
    from difflib import get_close_matches

    known = ["PATH", *islice((name for name in use.instruction.scope if len(name) > 2), MAX_NAMES)]
    close = get_close_matches(use.name[:60], known, n=1, cutoff=0.75)
    if not close or close[0] in use.name:
        return None
    text = re.sub(rf"\b{re.escape(use.name)}\b", close[0], use.span.text, count=1)
    return Fix(f"Write {close[0]}", (edits.replace(use.span, text),)) if text != use.span.text else None
