r"""The working directory is none of the folders that belong to the kernel or to the boot loader.

What is built there is hidden once the container runs, as `/proc`, `/sys` and `/dev` are mounted over it. And a working directory in
`/proc/self/fd` is how an image got out of its container (CVE-2024-21626): it was a handle on the host's own files.

One of these folders, or a folder inside of one:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
WORKDIR «/proc/self/fd/8»
WORKDIR «"/dev"»
WORKDIR «/boot/»
```

By way of a variable, or of the folder above:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ENV KERNEL=/sys
WORKDIR «$KERNEL/class»
WORKDIR /
WORKDIR «dev/shm»
```

Other folders, whatever they are called:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
WORKDIR /process
WORKDIR /srv/dev
WORKDIR /usr/src/app
WORKDIR /dev/../app
WORKDIR $HOME/dev
```

A policy with a list of its own:

```dockerfile Dockerfile fails folders=/etc,/usr/bin
FROM debian:12.8-slim
WORKDIR «/etc/shop»
WORKDIR /boot
```

## Options

- `folders`: where no working directory may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Workdir


@rule(Severity.WARNING, aliases=("trivy:DS-0030",))
def check(workdir: Workdir, *, folders: tuple[str, ...] = ("/boot", "/dev", "/proc", "/sys")) -> Iterator[Problem]:
    stage, value = workdir.stage, workdir.path.value
    if stage is not None and not workdir.onbuild:
        value = stage.folders[workdir][1]
    if value is None or not value.startswith("/"):
        return
    path = normpath("/" + value.lstrip("/"))
    inside = next((folder for folder in folders if f"{path}/".startswith(f"{folder.rstrip('/')}/")), None)
    if inside is not None:
        where = f"`{inside}`" if path == inside else f"`{path}`, inside of `{inside}`"
        yield Problem(workdir.path.span, f"The working directory is {where}, which is the system's own.")
