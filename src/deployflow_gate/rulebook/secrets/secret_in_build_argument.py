r"""A build is given no secret as an argument.

The history of the image keeps the value of every build argument, the build's cache and its attestation do, too, and whoever
pulls the image can read it there. A secret mount (`secrets:` of the build, `RUN --mount=type=secret`) leaves nothing behind.

A workflow that passes a secret of its store on:

```yaml .github/workflows/image.yml fails
on: push
env:
  REGISTRY_AUTH: ${{ secrets.REGISTRY_AUTH }}
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: docker/build-push-action@v6
        with:
          context: .
          build-args: |
            VERSION=${{ github.sha }}
            «NPM_TOKEN»=${{ secrets.NPM_TOKEN }}
            «INDEX»=https://robot:${{ secrets.INDEX }}@pypi.acme.dev
            «SETTINGS»=${{ env.REGISTRY_AUTH }}
```

A command of a step, with a value or with that of the environment:

```yaml .github/workflows/image.yml fails
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: docker build --build-arg «API_KEY»=$API_KEY --build-arg «GITHUB_TOKEN» .
        env:
          API_KEY: ${{ secrets.API_KEY }}
```

A compose file, by the name of the argument:

```yaml compose.yaml fails
services:
  api:
    build:
      context: .
      args:
        VERSION: "4.2"
        «NPM_TOKEN»: ${NPM_TOKEN}
  web:
    build:
      context: .
      args:
        - «GITHUB_TOKEN»
        - «SIGNING_KEY»=8d0b2f6c11
```

Arguments that are no secrets, what a page shows to everybody, fillers, and secret mounts:

```yaml .github/workflows/image.yml passes
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: docker/build-push-action@v6
        with:
          context: .
          build-args: |
            VERSION=${{ github.sha }}
            NEXT_PUBLIC_SITE_KEY=${{ secrets.NEXT_PUBLIC_SITE_KEY }}
          secrets: |
            npm_token=${{ secrets.NPM_TOKEN }}
```
```yaml compose.yaml passes
services:
  api:
    build:
      context: .
      args:
        TOKEN_URL: https://login.acme.dev
        SECRET_KEY: dummy
        API_KEY: ""
      secrets:
        - npm_token
secrets:
  npm_token:
    environment: NPM_TOKEN
```

A build for development ships nothing:

```yaml compose.dev.yaml passes
services:
  api:
    build:
      context: .
      args:
        NPM_TOKEN: ${NPM_TOKEN}
```

## Options

- `allowed`: names (globs) of arguments that are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from deployflow_gate.lint import Note, Problem, Severity, rule
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.secrets._secret_names import is_secret_name, is_shown
from deployflow_gate.rulebook.secrets._secret_values import is_place, is_written_out

if TYPE_CHECKING:
    from deployflow_gate.model.build import Build
    from deployflow_gate.model.variable import Variable

_STORE = regex(r"\$\{\{[^}]{0,300}?\bsecrets\s*[.\[]", re.IGNORECASE)
_ENVIRONMENT = regex(r"\$\{\{\s*env\.(\w+)\s*\}\}|\$\{?(\w+)")


@rule(Severity.ERROR, seeds=("001:8",))
def check(build: Build, *, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    if build.development:
        return
    for argument in build.arguments:
        name = argument.name.value
        if name is None or is_shown(name) or any(fnmatchcase(name.lower(), glob.lower()) for glob in allowed):
            continue
        if _from_store(argument):
            message = f"The build argument `{name}` is given a secret, which the image's history keeps."
        elif is_secret_name(name) and _given(argument):
            message = f"The build argument `{name}` is a secret by its name, and the image's history keeps its value."
        else:
            continue
        hide = (argument.value.span,) if argument.value is not None and argument.value.literal else ()
        yield Problem(argument.name.span, message, notes=tuple(_declared(build, name)), hide=hide)


def _from_store(argument: Variable) -> bool:
    """Whether the value is put together from the secrets of a workflow, be it by way of its environment."""
    raw = argument.value.raw if argument.value is not None else ""
    if _STORE.search(raw):
        return True
    names = {expression or shell for expression, shell in _ENVIRONMENT.findall(raw)}
    owner: Any = argument.owner
    job = getattr(owner, "job", None)
    if not names or job is None:
        return False
    given = {
        v.name.value: v.value.raw for place in (job.workflow, job, owner) for v in place.env if v.value is not None
    }
    return any(_STORE.search(given.get(name, "")) for name in names)


def _given(argument: Variable) -> bool:
    """Whether it has a value that may be a secret: one of the environment, or one that is written out."""
    value = argument.value
    if value is None or (value.value is None and "$" in value.raw) or value.raw.startswith("$"):
        return True
    return not is_place(value.sketch) and is_written_out(value.sketch)


def _declared(build: Build, name: str) -> Iterator[Note]:
    """The first ARG that takes it in."""
    if build.dockerfile is None:
        return
    for stage in build.dockerfile.stages:
        for instruction in stage.instructions:
            for variable in getattr(instruction, "variables", ()):
                if variable.kind == "arg" and variable.name.value == name:
                    yield Note(variable.span, "The Dockerfile takes it in here.")
                    return
