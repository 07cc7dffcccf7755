r"""An image that runs Python sets PYTHONDONTWRITEBYTECODE and PYTHONUNBUFFERED.

With output buffered, the last lines of the log are lost when the container dies, which are those that say why. Files of byte code that are written
into a running container are lost with it; they only make its layer grow, and fail on a read-only file system.

Judged are images that ship and start Python on a base that is known not to set the variables: `python`, `pypy` and plain distributions. A
variable counts wherever it is set: in the image, by every compose service that runs it, or by the flags `-u` and `-B`. An
image that is compiled beforehand (`compileall`, `UV_COMPILE_BYTECODE`), or keeps byte code elsewhere (`PYTHONPYCACHEPREFIX`), writes none.

Neither is set:

```dockerfile Dockerfile fails
«FROM python:3.12.7-slim»
COPY . /app
CMD ["python", "/app/main.py"]
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
COPY . /app
CMD ["python", "/app/main.py"]
```

One of them, or an empty one, or only in the build stage:

```dockerfile Dockerfile fails
FROM python:3.12.7 AS build
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN pip wheel -w /wheels -r requirements.txt
«FROM python:3.12.7-slim»
ENV PYTHONDONTWRITEBYTECODE=1
ENV PYTHONUNBUFFERED=
COPY --from=build /wheels /wheels
CMD ["gunicorn", "app:app"]
```

In a distribution, and by the server that a service starts:

```dockerfile Dockerfile fails
«FROM debian:12.8-slim»
RUN apt-get update && apt-get install -y python3 && rm -rf /var/lib/apt/lists/*
ENTRYPOINT ["/usr/bin/python3", "-u", "/app/main.py"]
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
ENV PYTHONDONTWRITEBYTECODE=1
RUN apt-get update && apt-get install -y python3 && rm -rf /var/lib/apt/lists/*
ENTRYPOINT ["/usr/bin/python3", "-u", "/app/main.py"]
```
```dockerfile b/Dockerfile fails
«FROM python:3.12.7-slim»
RUN pip install uvicorn==0.32.0
```
```dockerfile b/Dockerfile fixed
FROM python:3.12.7-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN pip install uvicorn==0.32.0
```
```yaml b/compose.yaml passes
services:
  api:
    build: .
    command: uvicorn app:app --host 0.0.0.0
```

Both are set, in the image or a stage below:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim AS base
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=x
FROM base
CMD ["python", "main.py"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
ENV PYTHONDONTWRITEBYTECODE 1
ENV PYTHONUNBUFFERED 1
CMD ["python", "main.py"]
```

By flags, by what compiles beforehand, or by the services:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["python", "-uB", "main.py"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
ENV PYTHONUNBUFFERED=1 UV_COMPILE_BYTECODE=1
CMD ["python", "main.py"]
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim
ENV PYTHONUNBUFFERED=1
RUN python -m compileall /app
CMD ["python", "main.py"]
```
```dockerfile d/Dockerfile passes
FROM python:3.12.7-slim
CMD ["python", "main.py"]
```
```yaml d/compose.yaml passes
services:
  api:
    build: .
    environment:
      PYTHONUNBUFFERED: 1
      PYTHONDONTWRITEBYTECODE: 1
```

Compiled in the build stage:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim AS build
RUN uv sync --frozen --compile-bytecode
FROM python:3.12.7-slim
ENV PYTHONUNBUFFERED=1
COPY --from=build /app /app
CMD ["/app/bin/uvicorn", "app:app"]
```

A prompt, as of an image for others to build on:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN ./configure && make install
CMD ["python3"]
```

Not known to run Python, or what the base sets:

```dockerfile Dockerfile passes
FROM registry.example.com/team/python:1.4
CMD ["python", "main.py"]
```
```dockerfile b/Dockerfile passes
FROM nginx:1.27.2
RUN apt-get update && apt-get install -y python3
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim
RUN pip install tools
```
```dockerfile e/Dockerfile passes
FROM debian:12.8-slim
CMD ["uwsgi", "--plugin", "php"]
```
```dockerfile d/Dockerfile passes
FROM python:3.12.7-slim
CMD ["node", "server.js"]
```

Only for development:

```dockerfile Dockerfile.dev passes
FROM python:3.12.7-slim
CMD ["python", "main.py"]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.server import entry_commands
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.image import Image

FLAGS = {"PYTHONDONTWRITEBYTECODE": "-B", "PYTHONUNBUFFERED": "-u"}
"""The variables, and the flags of python that do the same."""

COMPILED = ("UV_COMPILE_BYTECODE", "--compile-bytecode", "compileall", "PYTHONPYCACHEPREFIX")
"""What makes byte code beforehand, or has it kept elsewhere."""

PROGRAMS = frozenset(
    {
        "celery", "daphne", "django-admin", "fastapi", "flask", "granian", "gradio", "gunicorn", "hypercorn", "jupyter", "manage.py",
        "mlflow", "prefect", "rq", "streamlit", "uvicorn", "waitress-serve",
    }
)  # fmt: skip
"""Programs written in Python that a container starts by their name."""

ANY_LANGUAGE = frozenset({"uwsgi"})
"""Programs that run Python where the base image is Python's."""

_PYTHON = regex(r"(?:python|pypy)[0-9.]*")


@rule(Severity.NOTICE, seeds=("002:6",))
def check(image: Image) -> Iterator[Problem]:
    base = image.base
    known = base.known if base is not None else None
    if image.development or known is None or not (known.sort == "distro" or known.language == "python"):
        return
    started = list(_started(image))
    if not started or image.serverless:
        return
    missing = [
        name for name, flag in FLAGS.items() if not _set(image, name) and not all(_given(c, flag) for c in started)
    ]
    if "PYTHONDONTWRITEBYTECODE" in missing and _compiled(image):
        missing.remove("PYTHONDONTWRITEBYTECODE")
    if missing:
        names = " and ".join(f"`{name}`" for name in missing)
        yield Problem(image.span, f"The image runs Python and does not set {names}.", fix=_fix(image, missing))


def _started(image: Image) -> Iterator[Command]:
    """What the image and its services start that is written in Python."""
    known = image.base.known if image.base is not None else None
    programs = PROGRAMS | ANY_LANGUAGE if known is not None and known.language == "python" else PROGRAMS
    for command in entry_commands(image):
        name = command.tool if command.module is None else "python"
        prompt = name is not None and command.module is None and _PYTHON.fullmatch(name) and not command.arguments
        if name is not None and not prompt and (_PYTHON.fullmatch(name) or name in programs or name.endswith(".py")):
            yield command
    yield from (server.runs for server in image.servers if server.runs.tool in programs)


def _given(command: Command, flag: str) -> bool:
    return command.name is not None and bool(_PYTHON.fullmatch(command.name)) and command.has_flag(flag)


def _set(image: Image, name: str) -> bool:
    """Whether image or services set a variable to something, or may. An empty value is none to Python."""
    text = image.environment.get(name)
    if text is not None and text.value != "":
        return True
    services = [service for service in image.services if not service.development]
    return bool(services) and all(
        not service.complete or any(variable.name.value == name for variable in service.environment)
        for service in services
    )


def _compiled(image: Image) -> bool:
    """Whether the byte code is made in the build, in whatever stage, or kept elsewhere."""
    from deployflow_gate.model.instruction import Env, Run

    for stage in {stage: None for build in image.builds for stage in build.stages}:
        for instruction in stage.instructions:
            text = instruction.argument_text.text if isinstance(instruction, Run | Env) else ""
            if any(word in text for word in COMPILED):
                return True
    return False


def _fix(image: Image, missing: list[str]) -> Fix | None:
    stage = image.stage
    if stage.from_ is None or any(name in stage.environment for name in missing):
        return None
    line = "ENV " + " ".join(f"{name}=1" for name in missing)
    return Fix("Set them", (edits.insert_line_after(stage.from_.span, line),))
