r"""Settings with secrets and key files are not copied into an image.

Whoever can pull the image can read them, in every later layer, too. Settings come from the environment, secrets from secret mounts.

An environment file, a private key, credentials of a cloud or a registry:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
COPY «.env» /app/
COPY package.json «.npmrc» /app/
COPY --chown=node «certs/server.key» /etc/ssl/
ADD «id_rsa» /root/.ssh/
```

In a build stage it stays in the layers of the build and in its cache:

```dockerfile Dockerfile fails
FROM node:22.11.0 AS build
COPY «deploy/.npmrc» /root/
RUN npm ci
FROM node:22.11.0-slim
COPY --from=build /app /app
```

Names that the policy adds, and that it allows:

```dockerfile Dockerfile fails names=vault-*.json allowed=dev.key
FROM node:22.11.0-slim
COPY «vault-prod.json» dev.key /app/
```

Examples, public keys, and what stays in a build stage's secret mount:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
COPY .env.example /app/.env
COPY id_rsa.pub certs/server.crt /etc/ssl/
COPY src/env.js /app/
COPY nodesource.gpg.key /etc/apt/keyrings/
ADD acme.rsa.key /etc/apk/keys/
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
```

Settings of a package manager without credentials:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
COPY .npmrc package.json ./
```
```text .npmrc passes
registry=https://npm.acme.dev/
```

An image for development alone ships to nobody:

```dockerfile Dockerfile.dev passes
FROM node:22.11.0-slim
COPY .env /app/
```

A file of another stage is judged where it came from:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim AS build
FROM node:22.11.0-slim
COPY --from=build /app/.env /app/
```

## Options

- `names`: more file names (globs) that must not be copied.
- `allowed`: file names (globs) that may be copied although they look like secrets.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Transfer

SECRET_FILES = (
    ".env", ".env.*", "*.env", ".npmrc", ".pypirc", ".netrc", ".git-credentials", ".dockercfg", ".docker/config.json",
    "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx",
    ".htpasswd", ".pgpass", ".aws/credentials", "kubeconfig", ".kube/config", "*service-account*.json", "*.tfvars",
)  # fmt: skip

HARMLESS = (
    "*.example",
    "*.sample",
    "*.template",
    "*.dist",
    "*.defaults",
    ".env.example*",
    ".env.sample*",
    "*.pub*",
    "*public*",
    "*pubkey*",
    "*.gpg.key",
)

PUBLIC_FOLDERS = ("keyrings", "trusted.gpg.d", "apk/keys", "rpm-gpg")
"""Where package managers look for public keys."""


@rule(Severity.ERROR, seeds=("003:17",))
def check(transfer: Transfer, *, names: tuple[str, ...] = (), allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    project, stage = transfer.dockerfile.project, transfer.stage
    destination = transfer.destination.sketch if transfer.destination is not None else ""
    if stage not in project.needed_by or any(folder in destination for folder in PUBLIC_FOLDERS):
        return
    where = "into the image, where everybody who pulls it can read it"
    if stage not in project.shipped_stages:
        where = "into a build stage, whose layers and cache keep it"
    for source in transfer.context_sources:
        path = (source.value or "").rstrip("/")
        if _fits(path, SECRET_FILES + names) and not _fits(path, HARMLESS + allowed) and not _plain(transfer, path):
            yield Problem(source.span, f"`{path}` is copied {where}.")


def _plain(transfer: Transfer, path: str) -> bool:
    """Whether it is a package manager's settings file of the repository that has no credentials in it."""
    if path.rpartition("/")[2] not in {".npmrc", ".pypirc"}:
        return False
    for build in transfer.dockerfile.builds:
        if build.context is not None:
            source = build.project.read_text(build.context.inside(path.removeprefix("./")))
            return source is not None and not any(
                word in source.text.lower() for word in ("_auth", "token", "password")
            )
    return False


def _fits(path: str, globs: tuple[str, ...]) -> bool:
    """Whether the path's last part, or its last two for a glob with a slash, match."""
    name = path.rpartition("/")[2]
    return any(fnmatchcase("/" + path, "*/" + glob) if "/" in glob else fnmatchcase(name, glob) for glob in globs)
