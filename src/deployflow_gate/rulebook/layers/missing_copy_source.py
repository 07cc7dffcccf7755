r"""What is copied is in the build context.

A source that is not there fails the build ("not found"), often only where the production image is built, since nobody builds it before.

A file that the build itself is given first is no fault, so that much is left alone: what `.gitignore` names, results of a build (`dist`,
`target`, `*.jar`), submodules, what steps of a workflow or the Makefile name, and a Dockerfile whose context is not said anywhere.

The file has another name, or stands elsewhere:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
COPY «config/aap.toml» /etc/app/
COPY config/app.toml /etc/
```
```yaml compose.yaml passes
services:
  app:
    build: .
```
```text config/app.toml passes
port = 80
```
```dockerfile api/Dockerfile fails
FROM python:3.12.7-slim
COPY «requirement.txt» ./
COPY app.py ./
```
```yaml api/compose.yaml passes
services:
  api:
    build: .
```
```text api/requirements.txt passes
flask==3.1.0
```
```text api/app.py passes
import flask
```

The context is another folder than the Dockerfile was written for:

```yaml .github/workflows/build.yml passes
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: docker/build-push-action@v6
        with:
          context: .
          file: web/Dockerfile
```
```dockerfile web/Dockerfile fails
FROM node:22.11.0-slim
COPY «index.js» ./
```
```text web/index.js passes
console.log(1)
```

It is there, is a pattern, or comes from elsewhere:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS build
FROM debian:12.8-slim
COPY src ./src
COPY ./app.toml /etc/
COPY *.conf optional[.]txt /etc/
COPY --from=build /etc/hosts /tmp/
ADD https://example.com/a.tar.gz /tmp/
```
```yaml compose.yaml passes
services:
  app:
    build: .
```
```text src/main.c passes
int main() {}
```
```text app.toml passes
port = 80
```

It is made before the build:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
COPY dist/app /usr/bin/
COPY build/libs/app.jar /srv/
COPY secrets.env version.txt /srv/
```
```yaml compose.yaml passes
services:
  app:
    build: .
```
```text .gitignore passes
*.env
```
```text Makefile passes
version.txt:
        git describe > version.txt
```

Another folder is meant, and which is not known:

```dockerfile deploy/Dockerfile passes
FROM debian:12.8-slim
COPY server.py client.py /srv/
```
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from posixpath import basename, dirname, join
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.placement import clean
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.build import Build
    from deployflow_gate.model.project import Project

MADE = regex(
    r"(?:^|/)(?:dist|build|target|out|output|bin|obj|lib|libs|publish|release|releases|artifacts?|node_modules|vendor|public|static|assets"
    r"|pkg|tmp|temp|cache|generated|gen|wheels?|certs?|ssl|keys?|secrets?|models?|data|site|www|_site|\.next|\.output|coverage|stage|staging)(?:/|$)"
    r"|\.(?:jar|war|ear|zip|tgz|gz|xz|bz2|whl|deb|rpm|apk|exe|dll|so|a|o|bin|pem|crt|cer|key|p12|jks|env|sql|dump|onnx|pt|pth|bin|wasm|msi)$"
)
"""Paths that a build, a download or an operator brings, by their names."""

_COMMITTED = regex(
    r"(?:^|/)(?:requirements[\w.-]*\.txt|package(?:-lock)?\.json|pyproject\.toml|Gemfile|go\.(?:mod|sum)|Cargo\.(?:toml|lock)|pom\.xml"
    r"|composer\.(?:json|lock)|yarn\.lock|[\w.-]+\.(?:py|js|ts|mjs|cjs|go|rb|php|sh|rs|c|cpp|java|conf|cfg|ini|toml|ya?ml|txt|html|css))$"
)
"""Kinds of files that are written by people; only these are missed."""

_SCRIPT = regex(
    r"(?:^|/)(?:[Mm]akefile|GNUmakefile|[Jj]ustfile|Taskfile\.ya?ml)$|\.(?:mk|sh|bash|ps1)$|^\.github/workflows/[^/]+\.ya?ml$|^[^/]*ci\.ya?ml$"
)
_WRITES = regex(
    r">|\b(?:cp|mv|tee|curl|wget|touch|export|freeze|compile|install|generate|sed|ln|rsync|render|envsubst)\b|\s-o\b|--out|:\s*$|:="
)
MAX_MISSING = 20
"""Sources of one build for which scripts are read; a build that misses so many is of another repository."""

MAX_SCRIPTS = 60
"""Scripts that are read for one file that is missing, those nearest to the root first."""


@rule(Severity.WARNING)
def check(build: Build) -> Iterator[Problem]:
    context, request = build.context, build.request
    if context is None or request is None or request.context is None or request.remote_context or build.development:
        return
    looked = 0
    for transfer in build.transfers:
        for source in transfer.context_sources:
            path = clean(source.value) if source.value is not None else ""
            if not path or set(path) & set("*?[") or not _COMMITTED.search(path) or MADE.search(path):
                continue
            full = context.inside(path)
            if context.project.exists(full) or looked == MAX_MISSING:
                continue
            looked += 1
            if not _made(context.project, full):
                yield Problem(source.span, f"`{path}` is not in the build context `{context.path or '.'}`.")


def _made(project: Project, path: str) -> bool:
    """Whether something in the repository may bring a file before the build."""
    return ".gitmodules" in project.paths or _git_ignores(project, path) or _is_written(project, basename(path))


def _git_ignores(project: Project, path: str) -> bool:
    """Whether a `.gitignore` above seems to leave it out of the repository; exceptions are not looked at."""
    folder = path
    while folder.strip("/"):
        folder = dirname(folder)
        source = project.read_text(join(folder, ".gitignore"))
        inside = path[len(folder) :].lstrip("/")
        for line in source.text.splitlines() if source is not None else ():
            pattern = line.strip().strip("/").removeprefix("**/")
            if pattern and not pattern.startswith(("#", "!")) and _matches(inside, pattern):
                return True
    return False


def _matches(path: str, pattern: str) -> bool:
    parts = path.split("/")
    return any(fnmatchcase("/".join(parts[: n + 1]), pattern) for n in range(len(parts))) or any(
        fnmatchcase(part, pattern) for part in parts
    )


def _is_written(project: Project, name: str) -> bool:
    """Whether a Makefile, a script or a workflow has a line that may write a file of this name."""
    scripts = sorted((path for path in project.paths if _SCRIPT.search(path)), key=lambda path: (path.count("/"), path))
    for path in scripts[:MAX_SCRIPTS]:
        source = project.read_text(path)
        lines = source.text.splitlines() if source is not None and name in source.text else ()
        if any(name in line and _WRITES.search(line) for line in lines):
            return True
    return False
