r"""Modules that go installs by name have a version.

Without one, or with `@latest`, each build takes what is newest on that day: two images of the same commit differ, and a bad release is
in the next image without anybody having changed anything.

Judged are the modules that a `RUN` names for `go install`, `go get` and `go run`, in the stages that a shipped image is built from. A
go.mod holds what `go install` and `go run` name without a version, so they are not reported where source code has been brought into the stage.

No version:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
RUN go install «github.com/example/tool/cmd/tool» && go run «github.com/example/gen» -o /out
RUN go get «github.com/example/lib» && go get -tool «github.com/example/gen@latest»
RUN ["go", "install", «"github.com/example/tool@latest"»]
FROM debian:12.8-slim
COPY --from=build /go/bin/tool /usr/local/bin/
```

A branch is no version, either:

```dockerfile Dockerfile fails
FROM golang:1.23.3
COPY . .
RUN go install «github.com/example/tool@main» && go get «github.com/example/lib»
```

Held, each in its own way:

```dockerfile Dockerfile passes
FROM golang:1.23.3
ARG TOOL_VERSION
RUN go install github.com/example/tool@v1.2.3 && go install github.com/example/tool@${TOOL_VERSION}
RUN go get github.com/example/lib@4f2a1c9d && go run github.com/example/gen@v0.4.0 --verbose output
```

Own code and the standard library:

```dockerfile Dockerfile passes
FROM golang:1.23.3
RUN go install . ./cmd/... /go/app/tool std && go run main.go && go get -d ./...
WORKDIR /go/src/github.com/example/app
RUN go get github.com/example/app/...
```

A go.mod holds it:

```dockerfile Dockerfile passes
FROM golang:1.23.3
WORKDIR /src
COPY go.mod go.sum ./
RUN go install github.com/example/gen/cmd/gen && go run github.com/example/gen
```
```dockerfile b/Dockerfile passes
FROM golang:1.23.3
RUN git clone --branch v1.2.3 https://github.com/example/tool /src && cd /src && go install github.com/example/tool/cmd/tool
```

What is not known, what is allowed, and what is only for development:

```dockerfile Dockerfile passes allowed=github.com/example/tool
FROM golang:1.23.3
ARG MODULE
RUN go install $MODULE && go install github.com/example/tool@latest
```
```dockerfile Dockerfile.dev passes
FROM golang:1.23.3
RUN go install github.com/air-verse/air@latest
```

## Options

- `allowed`: modules that may be what is newest.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.placement import before, folder_of
from deployflow_gate.rulebook.packages._unpinned import unpinned

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.install import Package
    from deployflow_gate.model.instruction import Run

VERBS = {"go": frozenset({"install", "get", "run"})}
MOVING = frozenset({"latest", "upgrade", "patch", "main", "master", "HEAD"})
BRINGS_SOURCE = frozenset({"git", "tar", "unzip", "curl", "wget"})


@rule(Severity.WARNING, aliases=("hadolint:DL3062",))
def check(run: Run, *, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    commands = run.script.commands if run.script is not None else ()
    if not any(command.name == "go" for command in commands):
        return
    in_module = _brought_before(run)
    for command in commands:
        yield from unpinned(command, VERBS, allowed, partial(_loose, command, run, in_module))
        in_module = in_module or _brings_source(command)


def _loose(command: Command, run: Run, in_module: bool, package: Package) -> bool:
    if package.name is None or package.kind == "path":
        return False
    if package.versioned:
        return package.version in MOVING
    root = package.name.removesuffix("/...")
    if command.subcommand != "get" and (in_module or "." not in root.partition("/")[0]):
        return False  # a go.mod says which version is meant, or it is of the standard library
    return not _own(root, folder_of(command, run))


def _own(path: str, folder: str | None) -> bool:
    """Whether an import path is that of the folder in a GOPATH, or one above or below: `/go/src/github.com/example/app`."""
    here = (folder or "").partition("/src/")[2]
    return bool(here) and (f"{here}/".startswith(f"{path}/") or f"{path}/".startswith(f"{here}/"))


def _brought_before(run: Run) -> bool:
    """Whether source code, and with it a go.mod, may be there when a RUN begins."""
    from deployflow_gate.model.instruction import Run, Transfer

    if any(mount.type == "bind" for mount in run.mounts):
        return True
    return any(
        isinstance(earlier, Transfer)
        or (
            isinstance(earlier, Run)
            and earlier.script is not None
            and any(_brings_source(command) for command in earlier.script.commands)
        )
        for earlier in before(run)
    )


def _brings_source(command: Command) -> bool:
    return command.name in BRINGS_SOURCE or (command.name == "go" and command.subcommand == "mod")
