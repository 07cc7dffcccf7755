r"""An image declares no volume that does harm or no good.

For each `VOLUME`, every container gets a volume, asked for or not. What the image holds at that path is copied into it once; from then
on the volume's old content hides what newer images bring, and nobody removes volumes that have no name. Name volumes where the
container is run: there they can be kept, shared, or left out.

The application's own code, which the next image cannot replace:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
WORKDIR /app
COPY . .
«VOLUME /app»
CMD ["node", "server.js"]
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-slim
WORKDIR /app
COPY . .
CMD ["node", "server.js"]
```

A folder that holds it, among others:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
VOLUME ["/data", «"/srv"»]
COPY shop /srv/shop
RUN pip install --no-cache-dir /srv/shop
CMD ["python", "/srv/shop/main.py"]
```

It starts where the volume is:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
WORKDIR /srv/app
COPY package.json .
COPY src ./src
«VOLUME ["/srv/app"]»
CMD ["node", "src/main.js"]
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-slim
WORKDIR /srv/app
COPY package.json .
COPY src ./src
CMD ["node", "src/main.js"]
```

Folders for what lasts no longer than the container:

```dockerfile Dockerfile fails
FROM eclipse-temurin:21.0.5_11-jre
«VOLUME /tmp»
COPY app.jar /app.jar
ENTRYPOINT ["java", "-jar", "/app.jar"]
```
```dockerfile Dockerfile fixed
FROM eclipse-temurin:21.0.5_11-jre
COPY app.jar /app.jar
ENTRYPOINT ["java", "-jar", "/app.jar"]
```

The base image has declared it:

```dockerfile Dockerfile fails
FROM postgres:17.2
«VOLUME /var/lib/postgresql/data»
```
```dockerfile Dockerfile fixed
FROM postgres:17.2
```

What is put into it later is lost, by builders other than BuildKit:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
«VOLUME /data»
RUN mkdir -p /data/cache && chown -R 10001 /data
USER 10001
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN mkdir -p /data/cache && chown -R 10001 /data
VOLUME /data
USER 10001
```

Data that the application writes:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
WORKDIR /app
COPY . .
RUN mkdir -p /app/uploads && chown node /app/uploads
VOLUME /app/uploads
USER node
CMD ["node", "server.js"]
```
```dockerfile b/Dockerfile passes
FROM debian:12.8-slim
COPY defaults.conf /etc/acme/
VOLUME ["/etc/acme", "/var/lib/acme"]
```

A working folder that is empty, for files that are brought from outside:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
COPY lint /usr/local/bin/lint
VOLUME /work
WORKDIR /work
ENTRYPOINT ["lint"]
```

All else is read-only, so that there must be a place for such files:

```dockerfile Dockerfile passes
FROM eclipse-temurin:21.0.5_11-jre
VOLUME /tmp
COPY app.jar /app.jar
```
```yaml compose.yaml passes
services:
  app:
    build: .
    read_only: true
```

Another version of the base image declares it elsewhere, or it cannot be known:

```dockerfile Dockerfile passes
FROM postgres:18.0
VOLUME /var/lib/postgresql/data
```
```dockerfile b/Dockerfile passes
ARG VERSION
FROM postgres:$VERSION
VOLUME /var/lib/postgresql/data
```

What is not known:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG HOME
COPY . $HOME
VOLUME $HOME
```

A stage that does not ship:

```dockerfile Dockerfile passes
FROM node:22.11.0 AS build
VOLUME /tmp
FROM node:22.11.0-slim
```

## Options

- `temporary`: folders whose content lasts no longer than the container.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import join, normpath
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Note, Problem, Severity, edits, rule
from deployflow_gate.model.instruction import Instruction, Run, Transfer, Workdir
from deployflow_gate.model.shipping import ships

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Volume

TEMPORARY = ("/tmp", "/var/tmp", "/run", "/var/run", "/var/cache/apt", "/dev/shm")  # noqa: S108 - where such files belong

WRITERS = frozenset({"mkdir", "touch", "chown", "chmod", "chgrp", "cp", "mv", "ln", "install", "tar", "unzip", "rsync"})
"""Commands that change what their operands name."""


_POSTGRES = ("/var/lib/postgresql/data",)
DECLARED: dict[str, tuple[str, ...]] = {
    "postgres": _POSTGRES, "postgis/postgis": _POSTGRES, "pgvector/pgvector": _POSTGRES, "mysql": ("/var/lib/mysql",),
    "mariadb": ("/var/lib/mysql",), "mongo": ("/data/db", "/data/configdb"), "redis": ("/data",), "valkey/valkey": ("/data",),
    "cassandra": ("/var/lib/cassandra",), "couchdb": ("/opt/couchdb/data",), "clickhouse/clickhouse-server": ("/var/lib/clickhouse",),
    "solr": ("/var/solr",), "zookeeper": ("/data", "/datalog", "/logs"), "rabbitmq": ("/var/lib/rabbitmq",),
    "wordpress": ("/var/www/html",), "jenkins/jenkins": ("/var/jenkins_home",), "registry": ("/var/lib/registry",),
    "docker": ("/var/lib/docker",),
}  # fmt: skip
"""The volumes that widespread images declare, from their Dockerfiles."""


@rule(Severity.NOTICE, seeds=("003:11",))
def check(volume: Volume, *, temporary: tuple[str, ...] = TEMPORARY) -> Iterator[Problem]:
    if volume.onbuild or not ships(volume):
        return
    for text in volume.paths:
        path = _absolute(volume, text.value)
        if path is None:
            continue
        at = volume.span if len(volume.paths) == 1 else text.span
        brought = _code(volume, path)
        if path in temporary and not _read_only(volume):
            yield Problem(
                at, f"`{path}` needs no volume: its files last no longer than the container.", fix=_without(volume)
            )
        elif _declared(volume, path):
            yield Problem(at, f"The base image has declared the volume `{path}`.", fix=_without(volume))
        elif brought is not None:
            notes = (Note(brought.span, "This brings what the volume hides."),)
            message = f"The volume `{path}` hides the application that newer images bring."
            yield Problem(at, message, notes=notes, fix=_without(volume))
        elif (later := _changed_later(volume, path)) is not None:
            notes = (Note(later.span, "This changes what is in it."),)
            message = f"What is put into the volume `{path}` after this line is lost, unless BuildKit builds the image."
            yield Problem(at, message, notes=notes, fix=_behind(volume, later))


def _read_only(volume: Volume) -> bool:
    """Whether a service runs the image with a file system that is otherwise read-only."""
    images = (image for image in volume.dockerfile.project.images if volume.stage in image.stage.lineage)
    return any(service.read_only is not False for image in images for service in image.services)


def _absolute(instruction: Instruction, path: str | None) -> str | None:
    """A path as the instruction sees it; None where it is not known."""
    if not path or path[:1] in {"[", '"'}:
        return None
    folder = _workdir(instruction)
    if path.startswith("/"):
        return normpath("/" + path.lstrip("/"))
    return normpath(join(folder, path)) if folder is not None else None


def _workdir(instruction: Instruction) -> str | None:
    """The working directory at a line."""
    stage = instruction.stage
    if stage is None:
        return None
    base = stage.base_stage
    path = base.workdir if base is not None else "/"
    for workdir in stage.of(Workdir):
        if workdir.index < instruction.index:
            value = workdir.path.value
            path = (
                None
                if value is None or (path is None and not value.startswith("/"))
                else normpath(join(path or "/", value))
            )
    return path


def _within(inner: str | None, outer: str) -> bool:
    return inner is not None and (inner + "/").startswith(outer.rstrip("/") + "/")


def _declared(volume: Volume, path: str) -> bool:
    base = volume.stage.base if volume.stage is not None else None
    known = base.known if base is not None else None
    if base is None or known is None or path not in DECLARED.get(known.name, ()):
        return False
    # from version 18 on, that of postgres is the folder above
    return not path.endswith("postgresql/data") or (bool(base.version) and base.version[0] < 18)


def _code(volume: Volume, path: str) -> Transfer | None:
    """What copies the application into the volume: all of the context, or what the container starts in or with."""
    stage = volume.stage
    if stage is None or path == "/":
        return None
    started = [word.sketch for i in (stage.entrypoint, stage.command) if i is not None and i.script is not None
               for command in i.script.commands for word in command.words]  # fmt: skip
    starts_there = _within(stage.workdir, path) or any(_within(word, path) for word in started)
    for transfer in stage.of(Transfer):
        brings = _within(_target(transfer), path)
        if brings and (transfer.whole_context or (starts_there and not _is_data(transfer))):
            return transfer
    return None


def _is_data(transfer: Transfer) -> bool:
    names = [source.sketch.rsplit("/", 1)[-1] for source in transfer.sources]
    return all("." in name and not name.endswith((".py", ".js", ".mjs", ".jar", ".sh", ".ts", ".rb")) for name in names)


def _target(transfer: Transfer) -> str | None:
    return _absolute(transfer, transfer.destination.value if transfer.destination is not None else None)


def _changed_later(volume: Volume, path: str) -> Instruction | None:
    """The last instruction behind it in the stage that changes what is in the volume."""
    stage = volume.stage
    found: Instruction | None = None
    for instruction in stage.instructions if stage is not None else ():
        if instruction.index <= volume.index:
            continue
        if isinstance(instruction, Transfer):
            if _within(_target(instruction), path):
                found = instruction
        elif isinstance(instruction, Run) and instruction.script is not None:
            for command in instruction.script.commands:
                if command.name in WRITERS and any(_within(normpath(w.sketch), path) for w in command.operands):
                    found = instruction
    return found


def _without(volume: Volume) -> Fix | None:
    """The instruction taken away, if this is its only path."""
    return Fix("Declare no volume", (edits.delete_lines(volume.span),)) if len(volume.paths) == 1 else None


def _behind(volume: Volume, later: Instruction) -> Fix:
    """The instruction moved behind the last that changes what is in the volume."""
    text = volume.span.text
    return Fix("Declare it behind them", (edits.delete_lines(volume.span), edits.insert_line_after(later.span, text)))
