r"""pip leaves no cache in an image that ships.

pip keeps everything that it downloads and builds in `~/.cache/pip`, in case of another install. In an image there is none: the
cache only makes the layer larger, often to twice its size. Either tell pip so (`--no-cache-dir`, `PIP_NO_CACHE_DIR`), or keep the
cache outside of the layer with `RUN --mount=type=cache,target=/root/.cache/pip`, which makes builds faster, too.

Judged is what ships. The cache of a build stage stays behind with the stage.

Each install keeps what it downloads, however pip is called:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
COPY requirements.txt .
RUN «pip install -r requirements.txt» && \
    «python -m pip install gunicorn==23.0.0»
RUN [«"pip3", "install", "uvicorn==0.32.0"»]
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt && \
    python -m pip install --no-cache-dir gunicorn==23.0.0
RUN ["pip3", "install", "--no-cache-dir", "uvicorn==0.32.0"]
```

The variable is not set where pip runs, and the cache is removed in another layer:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim AS build
ENV PIP_NO_CACHE_DIR=1
FROM python:3.12.7-slim
RUN «pip install gunicorn==23.0.0»
RUN rm -rf /root/.cache
```

Told by flag or variable. (pip switches its cache off whichever truth value the variable has: `off` and `0` do it, too.)

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN pip --no-cache-dir install flask==3.1.0
RUN PIP_NO_CACHE_DIR=1 pip install flask==3.1.0
RUN export PIP_NO_CACHE_DIR=on && pip install flask==3.1.0
ENV PIP_NO_CACHE_DIR=off
RUN pip install -r requirements.txt
```

The cache is mounted, or removed in the same layer:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
RUN --mount=type=tmpfs,target=/root/.cache pip install -r requirements.txt
RUN pip install -r requirements.txt && rm -rf ~/.cache/pip
RUN pip install -r requirements.txt && rm -fr "$HOME/.cache"
RUN pip install -r requirements.txt && pip cache purge
```

Told once, by pip's configuration:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN pip config set global.no-cache-dir true
RUN pip install -r requirements.txt
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
COPY pip.conf /etc/pip.conf
RUN pip install -r requirements.txt
```

A build stage ships nothing but what is copied, and without an index nothing is downloaded:

```dockerfile Dockerfile passes
FROM python:3.12.7 AS build
RUN pip wheel -w /wheels -r requirements.txt && pip install build==1.2.2
FROM python:3.12.7-slim
COPY --from=build /wheels /wheels
RUN pip install --no-index --find-links=/wheels app
RUN pipx install poetry==1.8.4
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.shipping import run_of, ships
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.packages._flag import with_flag

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Instruction, Run

_CACHE = regex(r"(?:^|/)\.cache(?:/pip)?(?:/\*{0,2}|/\.)?$|^/root/?$|(?:^|/)pip[-_]?cache/?$")
"""Paths whose removal takes pip's cache with them, for any home."""


@rule(
    Severity.WARNING,
    seeds=("000:6", "003:4"),
    aliases=("hadolint:DL3042", "kics:pip_install_keeping_cached_packages", "semgrep:missing-pip-no-cache-dir"),
)
def check(command: Command) -> Iterator[Problem]:
    install = command.install
    if install is None or install.manager != "pip" or install.verb != "install":
        return
    run = run_of(command)
    if run is None or not ships(run):
        return
    if install.without_cache or install.uncertain or install.has_flag("--no-index", "--dry-run", "--help", "-h"):
        return
    if _mounted(run) or _removed(command) or _configured(run):
        return
    yield Problem(
        install.span,
        "`pip install` keeps its cache in the layer.",
        fix=with_flag(install, "--no-cache-dir", "Keep no cache"),
    )


def _mounted(run: Run) -> bool:
    """Whether a cache or a temporary file system is mounted where pip may keep its cache, for any home and any PIP_CACHE_DIR."""
    targets = [m.target for m in run.mounts if m.type in ("cache", "tmpfs", None)]
    return any(t is not None and (t.value is None or "pip" in t.value or ".cache" in t.value) for t in targets)


def _removed(command: Command) -> bool:
    """Whether the same script removes the cache later on."""
    return command.script.any_after(command, _removes)


def _removes(command: Command) -> bool:
    """Whether it removes the cache."""
    if command.name == "rm" and any(_CACHE.search(word.sketch) for word in command.operands):
        return True
    if command.removes("/root/.cache/pip"):
        return True
    return command.install is not None and command.install.manager == "pip" and command.install.action == "clean"


def _configured(run: Run) -> bool:
    """Whether something up to here may have told pip once and for all."""
    return run.stage is not None and run.stage.first(_configures) <= run.index


def _configures(instruction: Instruction) -> bool:
    from deployflow_gate.model.instruction import Run, Transfer

    if isinstance(instruction, Run):
        text = instruction.argument_text.text
        return ("no-cache-dir" in text or "no_cache_dir" in text) and ("pip config" in text or "pip.conf" in text)
    if isinstance(instruction, Transfer):
        places = [*instruction.sources, *([instruction.destination] if instruction.destination else [])]
        return any(place.sketch.endswith("pip.conf") for place in places)
    return False
