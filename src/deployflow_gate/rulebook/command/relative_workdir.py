r"""A WORKDIR is an absolute path.

A relative one is a folder in whatever the working directory is by then: a base image that changes its own, or a line that is moved, puts
the application elsewhere, without a word.

Where it ends up depends on the base image:

```dockerfile Dockerfile fails
FROM nginx:1.27.2
WORKDIR «app»
WORKDIR «"./static files"»
```
```dockerfile Dockerfile fixed
FROM nginx:1.27.2
WORKDIR /app
WORKDIR "/app/static files"
```

The shell's own words mean nothing to Docker:

```dockerfile Dockerfile fails
FROM nginx:1.27.2
WORKDIR «~/app»
```

In a folder of the same stage, or by a variable:

```dockerfile Dockerfile fails
FROM nginx:1.27.2
ENV FOLDER=public
WORKDIR /srv/shop
WORKDIR «${FOLDER}»
WORKDIR «../logs»
```
```dockerfile Dockerfile fixed
FROM nginx:1.27.2
ENV FOLDER=public
WORKDIR /srv/shop
WORKDIR /srv/shop/${FOLDER}
WORKDIR /srv/shop/logs
```

Absolute ones, on Windows, too:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ENV ROOT=/srv
WORKDIR /app
WORKDIR "/app/my files"
WORKDIR $ROOT/app
WORKDIR c:/app
WORKDIR 'C:\'
```
```dockerfile windows/Dockerfile passes
# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
WORKDIR \app
WORKDIR %ProgramFiles%\app
```

What the variable holds is not known:

```dockerfile Dockerfile passes
ARG FOLDER
FROM debian:12.8-slim
ARG FOLDER
WORKDIR ${FOLDER}/app
WORKDIR ${APP_HOME}
```

A stage goes on from where the stage below ended:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS source
WORKDIR /src
ONBUILD WORKDIR cmd
FROM source
WORKDIR cmd/server
```
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import join, normpath
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN, Span

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Workdir

_ABSOLUTE = regex(rf"/|[A-Za-z]:|{UNKNOWN}")
_WINDOWS = regex(r"\\|%")


@rule(
    Severity.WARNING,
    aliases=(
        "buildkit:WorkdirRelativePath", "checkov:CKV_DOCKER_10", "hadolint:DL3000", "kics:workdir_path_not_absolute",
        "semgrep:use-absolute-workdir", "sonar-iac:S7021", "tally:buildkit/WorkdirRelativePath", "trivy:DS-0009",
    ),
)  # fmt: skip
def check(workdir: Workdir) -> Iterator[Problem]:
    sketch, stage = workdir.path.sketch, workdir.stage
    if not sketch or _ABSOLUTE.match(sketch) or stage is None or (stage.windows and _WINDOWS.match(sketch)):
        return
    before = stage.workdir if workdir.onbuild else stage.folders[workdir][0]
    continues = workdir.onbuild or (stage.base_stage is not None and workdir is next(iter(stage.folders)))
    if continues and before is not None:
        return
    value = workdir.path.value
    shown = f"`{value}`" if value is not None else "The path"
    message = f"{shown} is relative to the working directory of the base image, which may change."
    if before is not None:
        message = f"{shown} is relative to the working directory above, `{before}`."
    elif sketch.startswith("~"):
        message = f"{shown} is a folder called `~`: only a shell knows home directories."
    yield Problem(workdir.path.span, message, fix=_fix(workdir, before))


def _fix(workdir: Workdir, before: str | None) -> Fix | None:
    """The folder that it comes to; where that of the base image counts, its usual one is the root."""
    path = workdir.path
    span, folder = path.span, before or "/"
    quote = span.text[:1] if span.text[:1] in {'"', "'"} else ""
    if workdir.onbuild or path.sketch.startswith("~") or span.line != span.end_line or not folder.isascii():
        return None
    if path.literal and path.value is not None:
        if any(c in path.value for c in "\"'\\`$"):
            return None
        new = edits.replace(span, f"{quote}{normpath(join(folder, path.value))}{quote}")
    else:
        at = Span(span.source, span.start + len(quote), span.start + len(quote))
        new = edits.insert_before(at, folder.rstrip("/") + "/")
    return Fix("Write the whole path", (new,), safe=before is not None)
