r"""What a health check calls is in the image.

Slim and distroless images have neither `curl` nor `wget`. A check that calls what is not there fails each time, so the container is
never healthy, and whatever waits for that never starts.

`curl` is not in the base image, and nothing installs it:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
RUN pip install --no-cache-dir gunicorn==23.0.0
HEALTHCHECK CMD «curl» -f http://localhost:8000/health || exit 1
CMD ["gunicorn", "app:app"]
```
```dockerfile api/Dockerfile fails
FROM node:22.11.0-alpine
HEALTHCHECK CMD [«"curl"», "-f", "http://localhost:3000/health"]
```

It is only in a stage that does not ship:

```dockerfile Dockerfile fails
FROM debian:12.8-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /app /app
HEALTHCHECK CMD [«"curl"», "-f", "http://localhost:8080/"]
ENTRYPOINT ["/app"]
```

Tools of a database, and of the process table:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
HEALTHCHECK CMD «pgrep» -x gunicorn
```
```dockerfile b/Dockerfile fails
FROM debian:12.8-slim
HEALTHCHECK CMD «nc» -z localhost 5432
```

The check of a service:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD ["uvicorn", "app:app"]
```
```yaml compose.yaml fails
services:
  app:
    build: .
    healthcheck:
      test: ["CMD", "«wget»", "-q", "--spider", "http://localhost:8000/health"]
  login:
    image: quay.io/keycloak/keycloak:26.0
    healthcheck:
      test: ["CMD-SHELL", "«curl» -f http://localhost:9000/health"]
```

The base image has it, or it is installed or copied:

```dockerfile Dockerfile passes
FROM python:3.12.7
HEALTHCHECK CMD curl -f http://localhost:8000/
```
```dockerfile b/Dockerfile passes
FROM node:22.11.0-alpine
HEALTHCHECK CMD wget -q --spider http://localhost:3000/
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim AS base
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
FROM base
HEALTHCHECK CMD curl -f http://localhost:8000/
```
```dockerfile d/Dockerfile passes
FROM gcr.io/distroless/static-debian12
COPY --from=busybox:1.37 /bin/wget /bin/wget
HEALTHCHECK CMD ["/bin/wget", "-q", "--spider", "http://localhost:8080/"]
```

The build itself calls it, so that it is there:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN ./install-tools.sh
RUN curl -fsSL https://acme.dev/model.bin -o /model.bin
HEALTHCHECK CMD curl -f http://localhost:8000/
```

Nothing is known of the base, of what is installed, or of what else was copied:

```dockerfile Dockerfile passes
FROM registry.acme.dev/python:3.12
HEALTHCHECK CMD curl -f http://localhost:8000/
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
ARG EXTRA
RUN apt-get update && apt-get install -y $EXTRA
HEALTHCHECK CMD curl -f http://localhost:8000/
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim
COPY install.sh /
RUN /install.sh
HEALTHCHECK CMD curl -f http://localhost:8000/
```
```dockerfile d/Dockerfile passes
FROM scratch
COPY --from=builder /rootfs /
HEALTHCHECK CMD ["/usr/bin/curl", "-f", "http://localhost:8000/"]
```

One tool or the other, and a check in the application's own language:

```dockerfile Dockerfile passes
FROM node:22.11.0-alpine
HEALTHCHECK CMD curl -f http://localhost/ || wget -q --spider http://localhost/
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
HEALTHCHECK CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://localhost:8000/')"]
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.image import Image
from deployflow_gate.model.images_known import distro_of, has_tool
from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from typing import Literal

    from deployflow_gate.model.command import Command
    from deployflow_gate.model.compose import Service
    from deployflow_gate.model.imageref import ImageRef
    from deployflow_gate.model.instruction import Transfer
    from deployflow_gate.model.script import Script

TOOLS: dict[str, str] = {
    "curl": r"curl",
    "wget": r"wget|chrome|devscripts|busybox",
    "nc": r"netcat|nmap|ncat|busybox",
    "pg_isready": r"postgres",
    "redis-cli": r"redis|valkey",
    "mysqladmin": r"mysql|mariadb",
    "pgrep": r"procps|htop|systemd|busybox|chrome",
}
"""What checks call, and how the packages that bring it are called."""
_SCRIPTED = regex(
    r"(?:.*/.*|.*\.(?:sh|bash|py|pl|rb|js)|playwright|dpkg|rpm|make|ansible.*|chroot|tar|nix.*|conda|mamba|micromamba)"
)
"""Commands that may bring along anything."""
_HARMLESS_MODULES = frozenset({"venv", "compileall", "ensurepip", "virtualenv"})
_INTERPRETERS = frozenset({"sh", "bash", "python", "python3", "perl", "node"})
_WHOLE_FOLDERS = frozenset({"", ".", "bin", "sbin", "usr", "local", "rootfs", "root", "opt", "lib", "*", "busybox"})


@rule(Severity.WARNING, seeds=("004:6",))
def check(owner: Image | Service) -> Iterator[Problem]:
    if isinstance(owner, Image):
        found = owner.healthcheck
        if found is not None and found.command is not None:
            yield from _missing(found.command, owner)
        return
    test = owner.healthcheck.test if owner.healthcheck is not None else None
    if test is None or owner.development:
        return
    images = owner.file.project.images_run_by.get(owner, ())
    if len(images) == 1:
        yield from _missing(test, images[0])
    elif not images and owner.build is None and owner.image is not None:
        yield from _missing(test, owner.image)


def _missing(script: Script, within: Image | ImageRef) -> Iterator[Problem]:
    """The command of a check that is not there; none where another may be tried in its place."""
    calls = [command for command in script.commands if command.inner is None]
    tries = [
        c for c in calls if c.name is None or (c.operator == "||" and c.name not in {"exit", "false", "kill", "echo"})
    ]
    if tries or any("command -v" in script.text.text or c.name in {"which", "type"} for c in calls):
        return
    for command in calls:
        if command.name in TOOLS and _lacks(within, command):
            yield Problem(command.name_span, f"The health check calls `{command.name}`, which is not in the image.")
            return


def _lacks(within: Image | ImageRef, command: Command) -> bool:
    tool = command.name or ""
    if not isinstance(within, Image):
        return _base_lacks(within, tool)
    base = within.base
    if not (within.stage.from_scratch or (base is not None and _base_lacks(base, tool))):
        return False
    return not (_brought(within, tool) or any(_may_hold(transfer, tool) for transfer in within.transfers))


def _base_lacks(base: ImageRef, tool: str) -> bool:
    if tool in {"curl", "wget"}:
        return has_tool(base, cast("Literal['curl', 'wget']", tool)) is False
    distro, known = distro_of(base), base.known
    if distro == "none":
        return has_tool(base, "curl") is False
    if known is None or known.sort not in {"distro", "language"}:
        return False
    slim = known.name == "debian" or ("slim" in base.suffixes and known.distro == "buildpack")
    if tool == "pgrep":
        return distro == "debian" and slim
    if tool == "nc":
        return distro == "debian" and (slim or known.distro == "buildpack")
    return distro in {"debian", "alpine"} and (slim or known.distro in {"buildpack", "alpine"})


def _brought(image: Image, tool: str) -> bool:
    """Whether something that the build runs may have installed it: by its name, as a script, or as what is not known."""
    names = re.compile(TOOLS[tool])
    for command in image.commands:
        install = command.install
        if install is not None and install.ecosystem in {"python", "node", "ruby", "rust", "go", "php"}:
            continue
        if install is not None:
            if install.action == "install" and any(p.name is None or names.search(p.name) for p in install.packages):
                return True
            if install.manifests or command.uncertain or "xargs" in command.wrappers:
                return True
        elif (
            command.module not in _HARMLESS_MODULES
            and command.inner is None
            and (command.name in {None, tool, *_INTERPRETERS} or _SCRIPTED.fullmatch(_first(command)))
        ):
            return True
    return False


def _first(command: Command) -> str:
    return command.words[0].sketch if command.words else ""


def _may_hold(transfer: Transfer, tool: str) -> bool:
    """Whether what is copied may hold the tool: by its name, as a whole folder of programs, or as what is not known."""
    if transfer.from_ is None and not any("://" in source.sketch for source in transfer.sources):
        return any(tool in source.sketch for source in transfer.sources)
    for source in transfer.sources:
        last = source.sketch.rstrip("/").rpartition("/")[2]
        if UNKNOWN in source.sketch or last in _WHOLE_FOLDERS or tool in source.sketch or "*" in last:
            return True
    return False
