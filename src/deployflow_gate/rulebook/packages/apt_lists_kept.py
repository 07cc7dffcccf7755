r"""apt's package lists are removed in the layer that fetched them.

`apt-get update` leaves some 20 to 50 MB of lists in `/var/lib/apt/lists`. No running container needs them, they are stale the next
day, and a later `RUN rm` cannot take them out of a layer that is finished. `apt-get clean` does not remove them: it removes
downloaded packages.

Judged is what ships: the stage that a build ships and the stages it stands on. What a build stage leaves behind is never
pulled by anybody.

The lists stay, whatever is cleaned besides:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «apt-get update» && apt-get install -y --no-install-recommends curl && apt-get clean
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl && apt-get clean && rm -rf /var/lib/apt/lists/*
```

Over several lines, in the style of the script:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN set -eux; \
    «apt-get update»; \
    apt-get install -y curl
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN set -eux; \
    apt-get update; \
    apt-get install -y curl; \
    rm -rf /var/lib/apt/lists/*
```

Removed by a command that stops at the first folder, or that asks first:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «apt-get update» && apt-get install -y curl && rm -f /var/lib/apt/lists/*
```
```dockerfile b/Dockerfile fails
FROM debian:12.8-slim
RUN «apt-get update» && apt-get install -y curl && rm -ri /var/lib/apt/lists
```

Removed too early, or in another layer:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN rm -rf /var/lib/apt/lists/* && «apt-get update» && apt-get install -y curl
RUN rm -rf /var/lib/apt/lists/*
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN rm -rf /var/lib/apt/lists/* && apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
RUN rm -rf /var/lib/apt/lists/*
```

A later install lives on the lists, so that removing them alone would break it:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «apt-get update»
RUN apt-get install -y curl
```

The stage below ships as well, and so does one that is copied as a whole:

```dockerfile Dockerfile fails
FROM debian:12.8-slim AS base
RUN «apt-get update» && apt-get install -y curl
FROM base AS system
RUN «apt update» && apt install -y git
FROM scratch
COPY --from=system / /
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim AS base
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
FROM base AS system
RUN apt update && apt install -y git && rm -rf /var/lib/apt/lists/*
FROM scratch
COPY --from=system / /
```

Nothing fetched lists here, so they come from a script that is piped in, or from the base image:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN curl -fsSL https://deb.nodesource.com/setup_22.x | bash - && «apt-get install -y nodejs»
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN curl -fsSL https://deb.nodesource.com/setup_22.x | bash - && apt-get install -y nodejs && rm -rf /var/lib/apt/lists/*
```

All ways to remove them:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
RUN apt-get update && apt-get install -y git && rm -r /var/lib/apt/lists /var/cache/apt
RUN apt-get update && apt-get install -y less && rm /var/lib/apt/lists/*_*
RUN apt-get update && apt-get install -y vim && rm -rf /var/lib/{apt,dpkg,cache,log}/
RUN apt-get update && apt-get install -y jq && find /var/lib/apt/lists -type f -delete
RUN apt-get update && apt-get install -y tini && apt-get dist-clean
RUN ["sh", "-c", "apt-get update && apt-get install -y tini && rm -rf /var/lib/apt/lists/*"]
```

They are kept outside of the layer:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN --mount=type=cache,target=/var/lib/apt,sharing=locked --mount=type=cache,target=/var/cache/apt,sharing=locked \
    apt-get update && apt-get install -y curl
RUN --mount=type=tmpfs,target=/var/lib/apt/lists apt-get update && apt-get install -y git
```

A build stage does not ship:

```dockerfile Dockerfile passes
FROM debian:12.8 AS build
RUN apt-get update && apt-get install -y build-essential
RUN make
FROM debian:12.8-slim
COPY --from=build /app /app
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, rule
from deployflow_gate.model.removal import asks_first, recursive
from deployflow_gate.model.shipping import ships
from deployflow_gate.rulebook.packages._layer import appended, mounted, sweeps

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Run

LISTS = "/var/lib/apt/lists"
APT = frozenset({"apt-get", "apt", "aptitude"})
REMOVE = f"rm -rf {LISTS}/*"


@rule(
    Severity.WARNING,
    seeds=("002:7", "003:4", "004:22"),
    aliases=(
        "hadolint:DL3009", "kics:apt_get_install_lists_were_not_deleted", "semgrep:remove-package-cache",
        "semgrep:remove-package-lists", "sonar-iac:S6587",
    ),
)  # fmt: skip
def check(run: Run) -> Iterator[Problem]:
    if run.script is None or not ships(run) or mounted(run, LISTS):
        return
    left: Command | None = None
    lone: Command | None = None
    fetched = False
    for command in run.script.commands:
        install = command.install
        if install is not None and install.manager in APT and install.action in ("update", "install"):
            if install.action == "update":
                left, fetched = command, True
            elif install.packages and all(package.kind == "index" for package in install.packages):
                lone = command
        elif _removes(command):
            left = lone = None
        elif install is not None and install.manager in APT and install.action == "clean":
            lone = None
    if left is not None:
        message = f"The package lists of `{left.name} update` stay in the layer."
        yield Problem(left.span, message, fix=_remove(run, left))
    elif lone is not None and not fetched and not _used_before(run) and not mounted(run, "/var/cache/apt"):
        message = f"`{lone.name} {lone.subcommand}` leaves the package lists that it reads in the image."
        yield Problem(lone.span, message, fix=_remove(run, lone))


def _used_before(run: Run) -> bool:
    """Whether a layer below fetched or read lists, so that they are that layer's to remove."""
    from deployflow_gate.model.instruction import Run

    for earlier in run.stage.history if run.stage else ():
        if earlier.index == run.index and earlier.stage is run.stage:
            break
        if isinstance(earlier, Run) and earlier.script is not None:
            for command in earlier.script.commands:
                install = command.install
                if install is not None and install.manager in APT and install.action in ("update", "install"):
                    return True
    return False


def _removes(command: Command) -> bool:
    if command.removes(LISTS):
        return True
    if command.name == "rm":
        names = [word.sketch for word in command.operands if word.sketch.startswith(f"{LISTS}/") and "*" in word.sketch]
        files = recursive(command) or any(not name.endswith("/*") for name in names)  # without -r rm stops at a folder
        return bool(names) and files and not asks_first(command)
    if command.name in APT:
        return command.subcommand in ("distclean", "dist-clean")
    return sweeps(command)


def _remove(run: Run, left: Command) -> Fix | None:
    """The removal at the end of the script, if a command can stand there and no later layer lives on the lists."""
    added = None if _needed_later(run) else appended(run, left, REMOVE)
    return Fix("Remove the package lists in the same layer", (added,)) if added is not None else None


def _needed_later(run: Run) -> bool:
    """Whether an instruction below installs by apt before it fetches lists of its own."""
    from deployflow_gate.model.instruction import Run

    for later in run.dockerfile.instructions:
        if not isinstance(later, Run) or later.index <= run.index or later.script is None:
            continue
        for command in later.script.commands:
            install = command.install
            if install is not None and install.manager in APT and install.action in ("update", "install", "upgrade"):
                if install.action != "update":
                    return True
                break
    return False
