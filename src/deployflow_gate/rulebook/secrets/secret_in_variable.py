r"""A secret is not the value of a variable that is written in a file.

Whoever can read the repository has it, and what a Dockerfile sets can be read by everybody who pulls the image: `ENV` in its
configuration, `ARG` in its history, whatever value a build gives it. Give a container its secrets when it starts, and a build
by secret mounts.

A name that is that of a secret, with a value:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ENV LOG_LEVEL=info \
    «DJANGO_SECRET_KEY»="c0rrect-horse"
ENV «dbPassword» hunter2
```

A build argument keeps no secret, with a default or without, and an `ENV` makes it worse:

```dockerfile Dockerfile fails
ARG «NPM_TOKEN»
FROM node:22.11.0-slim
ARG «NPM_TOKEN»
ARG «AWS_ACCESS_KEY_ID»=""
ENV «GITHUB_TOKEN»=${NPM_TOKEN}
```

A password in the address of a service, whatever the variable is called:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ENV DATABASE_URL=postgresql://app:«hunter2»@db.acme.dev/app
```

A file with credentials that is copied into the image:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
WORKDIR /app
COPY . .
ENV «GOOGLE_APPLICATION_CREDENTIALS»=./keys/acme.json
```

What a service is given, also as a default for a variable that nobody sets:

```yaml compose.yaml fails
services:
  db:
    image: postgres:17.2
    environment:
      «POSTGRES_PASSWORD»: hunter2
  api:
    image: acme/api:4.2
    environment:
      - «JWT_SECRET»=${JWT_SECRET:-not-so-secret}
      - REDIS_URL=redis://:«hunter2»@cache:6379/0
      - DATABASE_URL=postgres://${DB_USER:-postgres}:${DB_PASSWORD:-«postgres»}@postgres:5432/app
```

The variables of a workflow, and the password that it pulls an image with:

```yaml .github/workflows/deploy.yml fails
on: push
env:
  «DEPLOY_TOKEN»: 4f9a1c7e2b
jobs:
  deploy:
    runs-on: ubuntu-24.04
    container:
      image: ghcr.io/acme/tools:4.2
      credentials:
        username: acme
        «password»: hunter2
    steps:
      - run: ./deploy
        env:
          «API_KEY»: 8d0b2f6c11
```

Names that only talk of secrets, and values that are references, places, switches or fillers:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
ENV POSTGRES_PASSWORD_FILE=/run/secrets/postgres TOKEN_URL=https://login.acme.dev/token
ENV PASSWORD_MIN_LENGTH=12 ACCESS_TOKEN_TTL=30m SECRET_NAME=acme/api GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D
ENV MAX_TOKENS=4096 STRIPE_PUBLISHABLE_KEY=pk_4f9a1c MYSQL_ALLOW_EMPTY_PASSWORD=yes
ENV GOOGLE_APPLICATION_CREDENTIALS=/run/secrets/acme.json DATABASE_URL=postgres://app:app@localhost/build
ENV API_KEY="" DB_PASSWORD=${DB_PASSWORD} API_TOKEN=<your-token> SECRET_KEY=dummy JWT_SECRET=/run/secrets/jwt
```
```yaml compose.yaml passes
services:
  api:
    image: acme/api:4.2
    environment:
      DB_PASSWORD: ${DB_PASSWORD:?}
      DATABASE_URL: postgres://app:${DB_PASSWORD}@db/app
      API_TOKEN:
```
```yaml .github/workflows/ci.yml passes
on: push
env:
  DEPLOY_TOKEN: ${{ secrets.DEPLOY_TOKEN }}
```

What is for development, and the servers that live as long as a job, may have a password that everybody knows. Most of what a
workflow sets is for those servers, so that there only values that look generated count.

Development and tests:

```yaml compose.dev.yaml passes
services:
  db:
    image: postgres:17.2
    environment:
      POSTGRES_PASSWORD: postgres
```
```dockerfile Dockerfile passes
FROM ruby:3.3.6-slim AS dev
ENV DB_PASSWORD=postgres
FROM ruby:3.3.6-slim
```
```yaml .github/workflows/ci.yml passes
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    services:
      db:
        image: postgres:17.2
        env:
          POSTGRES_PASSWORD: postgres
    env:
      PGPASSWORD: postgres
      DATABASE_URL: postgres://postgres:postgres@localhost:5432/app
      SECRET_KEY: only-for-tests
      ADMIN_PASSWORD: opensesame
    steps:
      - run: make test
        env:
          AWS_ACCESS_KEY_ID: minioadmin
          AWS_SECRET_ACCESS_KEY: minioadmin
```

There, too, the option asks for better:

```yaml compose.dev.yaml fails development=true
services:
  db:
    image: postgres:17.2
    environment:
      «POSTGRES_PASSWORD»: postgres
```

## Options

- `development`: whether what is for development or tests is judged, too.
- `allowed`: names (globs) of variables that are left alone.
- `names`: more names (globs) of variables that hold secrets.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.secrets._secret_names import is_secret_name, names_key_id
from deployflow_gate.rulebook.secrets._secret_places import copied_in, for_development, in_workflow, thrown_away, within
from deployflow_gate.rulebook.secrets._secret_values import is_place, is_written_out, url_passwords

if TYPE_CHECKING:
    from deployflow_gate.model.variable import Variable

_REFERENCE = regex(r"\$\{?(\w+)")


@rule(
    Severity.ERROR,
    seeds=("000:9", "001:8", "001:13", "002:13", "004:11"),
    aliases=(
        "actionlint:credentials", "buildkit:SecretsUsedInArgOrEnv", "compose-lint:CL-0020", "compose-lint:CL-0021",
        "hadolint:DL3064", "semgrep:secret-in-build-arg", "sonar-iac:S6472",
        "tally:tally/ruby/prefer-secret-mounts-for-build-credentials", "tally:tally/ruby/secrets-in-arg-or-env",
        "trivy:DS-0031",
    ),
)  # fmt: skip
def check(
    variable: Variable, *, development: bool = False, allowed: tuple[str, ...] = (), names: tuple[str, ...] = ()
) -> Iterator[Problem]:
    name = variable.name.value
    if name is None or variable.kind == "build-arg" or _fits(name, allowed):
        return
    secret = variable.kind == "credential" or is_secret_name(name) or _fits(name, names)
    message = _by_name(variable, name) if secret else None
    value = variable.value.sketch if variable.value is not None else ""
    passwords = () if message else url_passwords(value)
    if not (message or passwords) or (not development and for_development(variable)):
        return
    if message and not (not development and thrown_away(variable)):
        value_at = (variable.value.span,) if variable.value is not None and variable.value.literal else ()
        yield Problem(variable.name.span, message, hide=value_at)
    for password in passwords:
        if development or not thrown_away(variable, password.host):
            at = within(variable, value[password.start : password.end])
            yield Problem(at, f"The variable `{name}` has a password written out in an address.", hide=(at,))


def _by_name(variable: Variable, name: str) -> str | None:
    """What is wrong with a variable that has a secret's name."""
    value = variable.value
    if name == "GOOGLE_APPLICATION_CREDENTIALS" and copied_in(variable):
        return f"`{name}` names a file that a COPY brings into the image, where everybody who pulls it can read it."
    if variable.kind == "arg":
        if value is not None and value.sketch and not url_passwords(value.sketch) and is_place(value.sketch):
            return None
        return f"The build argument `{name}` is a secret by its name, and the image's history keeps what it is given."
    if value is None or (variable.kind == "environment" and names_key_id(name)):
        return None
    if variable.kind == "credential":
        # an expression that holds no secret is as good as written out
        return (
            f"The `{name}` is written out instead of taken from a secret." if _plain(value.sketch, value.raw) else None
        )
    if variable.kind == "env" and value.value is None:
        scope = getattr(variable.owner, "scope", {})
        if any(reference in scope for reference in _REFERENCE.findall(value.raw)):
            return f"`ENV {name}` keeps a build argument in the image, and is a secret by its name."
        return None
    if is_written_out(value.sketch, trial=in_workflow(variable)):
        return f"The variable `{name}` is a secret by its name, and its value is written out."
    return None


def _plain(sketch: str, raw: str) -> bool:
    return bool(sketch) and "\0" not in sketch and "secrets." not in raw


def _fits(name: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name.lower(), glob.lower()) for glob in globs)
