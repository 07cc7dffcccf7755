r"""Python packages are installed by uv.

uv resolves and downloads many times faster than pip, takes the same commands behind `uv pip`, and installs from a lock file as well. In an
image it needs `--system`, or a virtual environment.

Off unless a policy asks for it: pip does the job, too. Judged are the stages that a shipped image is built from. An install
with a flag that uv has no equivalent of (`--user`, `--src`, …) is left alone, as is one that only brings pip or uv itself.

However pip is called:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
COPY requirements.txt .
RUN «pip install --no-cache-dir -r requirements.txt»
RUN «python3 -m pip install flask==3.1.0» && ln -s /app /srv
RUN [«"pip3", "install", "gunicorn==23.0.0"»]
```

uv is there, and not used for everything:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim AS build
COPY --from=ghcr.io/astral-sh/uv:0.5.4 /uv /bin/uv
RUN uv pip install --system flask==3.1.0
RUN «pip install --target /site gunicorn==23.0.0»
FROM python:3.12.7-slim
COPY --from=build /site /site
```

uv is used, and pip only brings it, or itself:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-cache-dir uv==0.5.4
RUN pip install --upgrade pip && python -m pip install pip==24.3.1 uv
RUN uv pip install --system -r requirements.txt
RUN uv sync --frozen && uv run pip install nothing
```

uv cannot do this, and what is not known:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --user flask==3.1.0
RUN pip install --src /src -e git+https://github.com/example/tool.git@v1#egg=tool
ARG OPTIONS
RUN pip install $OPTIONS flask
RUN pip download -d /wheels flask && pip uninstall -y flask
```

In an image for development, and in a workflow:

```dockerfile Dockerfile.dev passes
FROM python:3.12.7-slim
RUN pip install ipython
```
```yaml .github/workflows/ci.yml passes
on: push
jobs:
  lint:
    runs-on: ubuntu-24.04
    steps:
      - run: pip install ruff
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.shipping import run_of

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command

NOT_IN_UV = (
    "--user", "--src", "--ignore-installed", "-I", "--root", "--install-option", "--global-option", "--build", "-b",
    "--ignore-requires-python", "--no-clean", "--use-pep517", "--no-use-pep517", "--process-dependency-links", "--egg",
    "--help", "-h",
)  # fmt: skip
"""Flags of `pip install` that `uv pip install` refuses (as of uv 0.5)."""

BEGINNINGS = frozenset({"pip", "uv", "setuptools", "wheel"})
"""What an image may install by pip to have uv, or what came with pip, up to date."""


@rule(Severity.NOTICE, on=False, seeds=("004:14",))
def check(command: Command) -> Iterator[Problem]:
    install = command.install
    if install is None or install.manager != "pip" or install.verb != "install" or command.wrappers[-1:] == ("uv run",):
        return
    run = run_of(command)
    if run is None or run.stage is None or run.stage not in run.dockerfile.project.needed_by:
        return
    if install.uncertain or install.has_flag(*NOT_IN_UV):
        return
    if not install.manifests and all(package.name in BEGINNINGS for package in install.packages):
        return
    yield Problem(install.span, "`pip install` does what `uv pip install` does in a fraction of the time.")
