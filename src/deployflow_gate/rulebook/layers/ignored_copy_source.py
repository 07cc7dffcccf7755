r"""What is copied is not left out by the `.dockerignore`.

A source that the ignore file excludes is not in the context, so the build fails ("not found"), although the file is there.

The file is excluded:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
COPY «config/app.toml» /etc/
COPY bin /bin
```
```text .dockerignore passes
config
```
```text config/app.toml passes
port = 80
```

A file of one ending, and a folder of which nothing is let in:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ADD «./schema.sql» /db/
COPY «dist/» /app/
```
```text .dockerignore passes
*
!src
```

It is excluded and let in again, or comes from elsewhere:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS build
FROM debian:12.8-slim
COPY config/app.toml /etc/
COPY --from=build config/other.toml /etc/
COPY . /app
COPY *.md /doc/
```
```text .dockerignore passes
config
!config/app.toml
```

A folder of which something is let in is there:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
COPY dist /app
```
```text .dockerignore passes
*
!dist/app.js
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Note, Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.build import Build


@rule(Severity.ERROR, aliases=("buildkit:CopyIgnoredFile",))
def check(build: Build) -> Iterator[Problem]:
    ignore = build.context.ignore_file if build.context is not None else None
    if ignore is None or ignore.broken:
        return
    for transfer in build.transfers:
        for source in transfer.context_sources:
            path = (source.value or "").strip("/").removeprefix("./")
            deciding = ignore.rule_for(path) if path not in {"", "."} and not set(path) & set("*?[") else None
            if deciding is None or deciding.negated or any(p.negated and _below(p.text, path) for p in ignore.patterns):
                continue
            note = Note(deciding.span, "This line leaves it out.")
            yield Problem(source.span, f"`{path}` is left out by `{ignore.path}`.", notes=(note,))


def _below(pattern: str, path: str) -> bool:
    """Whether an exception may let in something below a folder; one with wildcards may."""
    plain = pattern.strip("/")
    return plain.startswith(path + "/") or bool(set(plain) & set("*?["))
