r"""A build step takes its secrets from a mount, not from a build argument.

Every step that sees a build argument puts its value into the image's history and into the cache of the build. A secret mount
gives it to one step alone, and leaves nothing behind.

A token that a command writes down, and one in an address:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
ARG NPM_TOKEN
ARG INDEX_PASSWORD
RUN echo "//npm.acme.dev/:_authToken=«${NPM_TOKEN}»" > .npmrc && npm ci && echo $NPM_TOKEN
RUN pip install --index-url https://robot:«$INDEX_PASSWORD»@pypi.acme.dev/simple acme
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-slim
ARG NPM_TOKEN
ARG INDEX_PASSWORD
RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN echo "//npm.acme.dev/:_authToken=${NPM_TOKEN}" > .npmrc && npm ci && echo $NPM_TOKEN
RUN --mount=type=secret,id=INDEX_PASSWORD,env=INDEX_PASSWORD pip install --index-url https://robot:$INDEX_PASSWORD@pypi.acme.dev/simple acme
```

The layers of a build stage are kept by the cache, and by whom it is shared with; an `ENV` hides nothing:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
ARG GIT_TOKEN
ENV GIT_TOKEN=$GIT_TOKEN
RUN git config --global url."https://«${GIT_TOKEN}»@git.acme.dev/".insteadOf https://git.acme.dev/
FROM scratch
COPY --from=build /app /app
```

A step that a policy says to need a secret:

```dockerfile Dockerfile fails commands=aws
FROM debian:12.8-slim
RUN --mount=type=secret,id=aws,target=/root/.aws/credentials aws s3 cp s3://acme/a /a
RUN «aws» s3 cp s3://acme/b /b
```

Secret mounts, a variable that the script fills itself, and what is no secret:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
ARG NPM_TOKEN
ARG VERSION
ARG TOKEN_URL
RUN --mount=type=secret,id=npm,env=NPM_TOKEN echo "//npm.acme.dev/:_authToken=${NPM_TOKEN}" > .npmrc
RUN --mount=type=secret,id=npm NPM_TOKEN=$(cat /run/secrets/npm) && echo "_authToken=$NPM_TOKEN" > .npmrc
RUN curl -o app.tar.gz "$TOKEN_URL/$VERSION" # not with $NPM_TOKEN
```

A filler for a step that wants one, a key that everybody gets to see, and a test whether there is any value:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
ARG SECRET_KEY=dummy
ARG NEXT_PUBLIC_API_KEY
ARG API_TOKEN
RUN SECRET_KEY=$SECRET_KEY python manage.py collectstatic
RUN npm run build -- --key=$NEXT_PUBLIC_API_KEY
RUN [ -z "$API_TOKEN" ] || echo "API_TOKEN must not be a build argument"
```

A password by its place on a command line is told by other rules:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG DB_PASSWORD
RUN mysqladmin --user=root -p"$DB_PASSWORD" flush-hosts
```

What is for development alone, and a variable that is set anew:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim AS dev
ARG NPM_TOKEN
RUN echo "_authToken=$NPM_TOKEN" > .npmrc
FROM node:22.11.0-slim
ARG API_TOKEN
ENV API_TOKEN=none
RUN ./configure --token=$API_TOKEN
```

## Options

- `allowed`: names (globs) of build arguments that are left alone.
- `names`: more names (globs) of build arguments that hold secrets.
- `commands`: programs that need credentials, so that a step that runs one has a secret mount.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Note, Problem, Severity, edits, rule
from deployflow_gate.model.instruction import Arg, Env
from deployflow_gate.rulebook.secrets._credential_flags import credentials
from deployflow_gate.rulebook.secrets._secret_names import is_secret_name, is_shown
from deployflow_gate.rulebook.secrets._secret_values import is_written_out
from deployflow_gate.text import UNKNOWN, Span

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Run
    from deployflow_gate.model.variable import Variable

_TESTS = frozenset({"[", "[[", "test", ":"})
"""Commands that only look whether a variable has a value."""


@rule(Severity.ERROR, seeds=("004:11",), aliases=("tally:tally/require-secret-mounts",))
def check(
    run: Run, *, allowed: tuple[str, ...] = (), names: tuple[str, ...] = (), commands: tuple[str, ...] = ()
) -> Iterator[Problem]:
    if run.script is None or run.onbuild or run.stage not in run.dockerfile.project.needed_by:
        return
    mounted = any(mount.type == "secret" for mount in run.mounts)
    if commands and not mounted:
        for command in run.script.commands:
            if command.name in commands:
                said = f"`{command.name}` needs credentials, and the step has no secret mount to take them from."
                yield Problem(command.name_span, said)
    text = run.span.text
    for name, argument in _arguments(run).items() if "$" in text else ():
        if (
            name not in text
            or _fits(name, allowed)
            or not (_fits(name, names) or (is_secret_name(name) and not is_shown(name)))
        ):
            continue
        at = None if _own(run, name) else _use(run, name, mounted)
        if at is not None:
            said = f"The step takes the secret `{name}` from a build argument, which the image's history keeps."
            mount = f" --mount=type=secret,id={name},env={name}"
            fix = Fix(f"Mount `{name}` as a secret", (edits.insert_after(run.keyword_span, mount),))
            yield Problem(at, said, notes=(Note(argument.span, "The build argument is declared here."),), fix=fix)


def _arguments(run: Run) -> dict[str, Variable]:
    """The build arguments that the step sees, but for those with a value that is no secret."""
    found: dict[str, Variable] = {}
    for stage in reversed(run.stage.lineage if run.stage is not None else ()):
        for instruction in stage.of(Arg, Env):
            if stage is run.stage and instruction.index > run.index:
                break
            for variable in instruction.variables if isinstance(instruction, Arg | Env) else ():
                name = variable.name.value
                if name is not None and isinstance(instruction, Arg):
                    found[name] = variable
                elif name is not None and variable.value is not None and "$" not in variable.value.raw:
                    found.pop(name, None)
    values = {name: run.scope.get(name, UNKNOWN) for name in found}
    return {
        name: variable
        for name, variable in found.items()
        if not values[name] or UNKNOWN in values[name] or is_written_out(values[name])
    }


def _own(run: Run, name: str) -> bool:
    """Whether a mount or the script itself gives the variable its value."""
    for mount in run.mounts:
        if mount.type == "secret" and name in (t.value for t in (mount.env, mount.id) if t is not None):
            return True
    commands = run.script.commands if run.script is not None else ()
    given = [word.raw for command in commands for assigned, word in command.assignments if assigned == name]
    return any(f"${name}" not in raw and f"${{{name}" not in raw for raw in given)


def _use(run: Run, name: str, mounted: bool) -> Span | None:
    """The first place where the step reads the variable, but for a test, and for what other rules report."""
    assert run.script is not None
    source, at = run.span.source, run.span.start
    taken = list(run.dockerfile.comments)
    read = [] if run.script.commands else [run.span]
    for command in run.script.commands:
        read += [command.simple.span, command.span]
        read += [redirect.body.span(0, len(redirect.body.text)) for redirect in command.redirects if redirect.body]
        if command.name in _TESTS:
            taken.append(command.span)
        elif not mounted:
            taken += [word.span for word in credentials(command)]
    word = re.escape(name)
    wanted = re.compile(rf"(?<!\\)\$(?:env:)?(?:\{{{word}(?!\w)[^}}\n]{{0,200}}\}}|{word}(?!\w))")
    for match in wanted.finditer(source.text, at, run.span.end):
        span = Span(source, match.start(), match.end())
        if any(part.contains(span) for part in read) and not any(other.contains(span) for other in taken):
            return span
    return None


def _fits(name: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name.lower(), glob.lower()) for glob in globs)
