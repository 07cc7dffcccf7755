r"""An image that keeps data does not run as root.

What root writes into a volume or a folder of state is root's, and stays so when the container is gone: no other user can go on with it,
and whoever breaks in can replace the data of all who share it. An image that keeps data needs a user that owns them.

It declares a volume, and has no user:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
VOLUME «/srv/content»
CMD ["/usr/bin/shop"]
```
```dockerfile b/Dockerfile fails
FROM alpine:3.20.3 AS base
VOLUME [«"/data"»]
FROM base
USER root
CMD ["/usr/bin/shop"]
```

It works in a folder of state, or brings files there:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
WORKDIR «/var/lib/shop»
CMD ["/usr/bin/shop"]
```
```dockerfile b/Dockerfile fails
FROM debian:12.8-slim
WORKDIR /var
COPY seed.db «lib/shop/»
CMD ["/usr/bin/shop"]
```

It has a user, from its own USER, from its base image, or from the service that runs it:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
VOLUME /data
USER 10001
CMD ["/usr/bin/shop"]
```
```dockerfile b/Dockerfile passes
FROM gcr.io/distroless/static-debian12:nonroot
VOLUME /data
CMD ["/shop"]
```
```dockerfile c/Dockerfile passes
FROM debian:12.8-slim
VOLUME /data
CMD ["/usr/bin/shop"]
```
```yaml compose.yaml passes
services:
  shop:
    build: c
    user: "10001"
```

It steps down by itself:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
VOLUME /data
COPY <<'EOF' /entrypoint.sh
#!/bin/sh
chown shop /data
exec gosu shop "$@"
EOF
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/usr/bin/shop"]
```
```dockerfile b/Dockerfile passes
FROM postgres:17.2
VOLUME /var/lib/postgresql/data
```

The folder is that of the application, of its temporary files or of a package manager, and holds no state:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /srv/shop
COPY . .
VOLUME /tmp
COPY sources.list /var/lib/apt/extended
CMD ["node", "server.js"]
```

A tool works on files that are lent to it:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
VOLUME /work
WORKDIR /work
ENTRYPOINT ["/usr/bin/lint"]
```

A build stage, an image of development, a folder that is not known:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS build
VOLUME /build
FROM debian:12.8-slim
ARG DATA
WORKDIR $DATA
CMD ["/usr/bin/shop"]
```
```dockerfile Dockerfile.dev passes
FROM debian:12.8-slim
VOLUME /data
CMD ["/usr/bin/shop"]
```

## Options

- `folders`: where state is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Note, Problem, Severity, rule
from deployflow_gate.model.instruction import Run, Transfer, Volume, Workdir
from deployflow_gate.model.placement import joined, located
from deployflow_gate.model.shipping import judged_in

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.instruction import Instruction
    from deployflow_gate.text import Text

FOLDERS = ("/data", "/srv", "/var/cache", "/var/data", "/var/lib", "/var/log", "/var/run", "/var/spool", "/run")
_TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/var/run")  # noqa: S108 - where files last no longer than the container
_PACKAGES = (
    "/var/lib/apt", "/var/lib/dpkg", "/var/lib/rpm", "/var/cache/apt", "/var/cache/apk", "/var/cache/dnf", "/var/cache/yum",
)  # fmt: skip
"""Package managers' own folders."""


@rule(Severity.WARNING, aliases=("tally:tally/stateful-root-runtime",))
def check(image: Image, *, folders: tuple[str, ...] = FOLDERS) -> Iterator[Problem]:
    if image.development or image.stage.windows or not image.runs_as_root or not judged_in(image.stage, image):
        return
    for text, path in _state(image, folders):
        user = image.user
        notes = (Note(user.span, "It is made root here."),) if user is not None else ()
        yield Problem(text.span, f"The image runs as root, and keeps data in `{path}`.", notes=notes)
        return


def _state(image: Image, folders: tuple[str, ...]) -> Iterator[tuple[Text, str]]:
    """The folders of state, and where they are named: volumes first, since these are surely such."""
    placed = list(located(image.history))
    for volume, folder in placed:
        if isinstance(volume, Volume):
            for text in volume.paths:
                path = joined(folder, text.value) if text.value else ""
                lent = path == image.stage.workdir and not _below(path, folders)
                if path.startswith("/") and not lent and not _below(path, _TEMPORARY):
                    yield text, path
    code = (*_PACKAGES, *_code(image, placed))
    for instruction, folder in placed:
        named = None
        if isinstance(instruction, Workdir):
            named = instruction.path
        elif isinstance(instruction, Transfer) and not instruction.whole_context:
            named = instruction.destination
        if named is not None and named.value:
            path = joined(folder, named.value)
            if _below(path, folders) and not _below(path, code):
                yield named, path


def _code(image: Image, placed: list[tuple[Instruction, str]]) -> Iterator[str]:
    """The folders of the application itself: into which all of the context is copied, and in which what it starts lies."""
    for instruction, folder in placed:
        if isinstance(instruction, Transfer):
            to = instruction.destination
            if to is not None and to.value and (instruction.whole_context or instruction.from_ is not None):
                yield joined(folder, to.value)
        elif isinstance(instruction, Run) and instruction.script is not None:
            installs = (command.install for command in instruction.script.commands)
            if any(install is not None and install.takes_project for install in installs):
                yield folder
    for start in (image.entrypoint, image.command):
        for command in start.script.commands if start is not None and start.script is not None else ():
            for word in command.words:
                if word.value is not None and word.value.startswith("/") and word.value.count("/") > 1:
                    yield word.value.rpartition("/")[0]


def _below(path: str, folders: tuple[str, ...]) -> bool:
    return any((path + "/").startswith(folder.rstrip("/") + "/") for folder in folders if folder != "/")
