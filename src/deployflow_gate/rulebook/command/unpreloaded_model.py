r"""Gunicorn loads a large model once.

Each worker of gunicorn imports the application for itself. With `--preload` it is imported once, before the workers are forked off,
so that they share the memory of the model and start at once; without it four workers hold four models.

Libraries of large models are installed:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
RUN pip install --no-cache-dir gunicorn==23.0.0 torch==2.5.1
CMD [«"gunicorn"», "-w", "4", "app:app"]
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
RUN pip install --no-cache-dir gunicorn==23.0.0 torch==2.5.1
CMD ["gunicorn", "--preload", "-w", "4", "app:app"]
```

A manifest names them:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
CMD exec «gunicorn» -w 2 -k uvicorn.workers.UvicornWorker app:app
```
```text requirements.txt fails
gunicorn==23.0.0
Sentence_Transformers==3.3.1
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
CMD exec gunicorn --preload -w 2 -k uvicorn.workers.UvicornWorker app:app
```

A library that only this policy names:

```dockerfile Dockerfile fails libraries=acme-models
FROM python:3.12.7-slim
RUN pip install --no-cache-dir gunicorn==23.0.0 acme-models==1.2.0
CMD ["python", "-m", «"gunicorn"», "-w", "4", "app:app"]
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
RUN pip install --no-cache-dir gunicorn==23.0.0 acme-models==1.2.0
CMD ["python", "-m", "gunicorn", "--preload", "-w", "4", "app:app"]
```

It is preloaded, by flag, variable or configuration:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-cache-dir gunicorn==23.0.0 torch==2.5.1
CMD ["gunicorn", "--preload", "-w", "4", "app:app"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-cache-dir gunicorn==23.0.0 torch==2.5.1
ENV GUNICORN_CMD_ARGS="--preload"
CMD ["gunicorn", "-w", "4", "app:app"]
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim
COPY gunicorn.conf.py .
RUN pip install --no-cache-dir gunicorn==23.0.0 torch==2.5.1
CMD ["gunicorn", "-w", "4", "app:app"]
```
```python c/gunicorn.conf.py passes
preload_app = True
```

One worker shares with nobody, and without a model there is nothing to share:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-cache-dir gunicorn==23.0.0 torch==2.5.1
CMD ["gunicorn", "-w", "1", "app:app"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-cache-dir gunicorn==23.0.0 flask==3.1.0
CMD ["gunicorn", "-w", "4", "app:app"]
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim
RUN pip install --no-cache-dir uvicorn==0.32.0 torch==2.5.1
CMD ["uvicorn", "app:app", "--workers", "4"]
```

What uses a graphics card cannot be forked after it was loaded:

```dockerfile Dockerfile passes
FROM nvidia/cuda:12.6.2-runtime-ubuntu22.04
RUN pip install --no-cache-dir gunicorn==23.0.0 torch==2.5.1
CMD ["gunicorn", "-w", "4", "app:app"]
```

## Options

- `libraries`: the packages that load large models.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.framework import python_packages
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.command._workers import gunicorn_configuration, shipped_servers, workers

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.server import Server

LIBRARIES = (
    *("torch", "tensorflow", "tensorflow-cpu", "keras", "jax", "transformers", "sentence-transformers", "diffusers"),
    *("openai-whisper", "faster-whisper", "llama-cpp-python", "ctransformers", "flagembedding", "fastembed"),
    *("onnxruntime", "paddlepaddle", "fastai", "ultralytics", "easyocr", "spacy", "flair", "gensim", "insightface"),
)
_PRELOADS = regex(r"(?m)^[ \t]*preload_app\b")
_GRAPHICS = regex(r"cuda|nvidia|rocm|gpu")


@rule(Severity.NOTICE, seeds=("000:16",))
def check(image: Image, *, libraries: tuple[str, ...] = LIBRARIES) -> Iterator[Problem]:
    for server in shipped_servers(image):
        if server.framework != "gunicorn" or _preloads(image, server) or workers(image, server).count == 1:
            continue
        models = sorted(python_packages(image).intersection(libraries))
        if not models or _on_graphics(image):
            return
        name = server.runs.own[0].span
        here = server.at.contains(name)
        yield Problem(
            name if here else server.at,
            f"Each worker of gunicorn loads what it needs of `{models[0]}` for itself, without `--preload`.",
            fix=_fix(server) if here else None,
        )


def _preloads(image: Image, server: Server) -> bool:
    """Whether it does, or may."""
    command = server.runs
    if command.has_flag("--preload") or command.uncertain or command.variable("GUNICORN_CMD_ARGS") is not None:
        return True
    if any(v.name.value == "GUNICORN_CMD_ARGS" for service in image.services for v in service.environment):
        return True
    text = gunicorn_configuration(image, server)
    return text is not None and (not text or _PRELOADS.search(text) is not None)


def _on_graphics(image: Image) -> bool:
    base = image.base
    if base is not None and _GRAPHICS.search(base.text.sketch.lower()):
        return True
    return any(service.node("deploy", "resources", "reservations", "devices") is not None for service in image.services)


def _fix(server: Server) -> Fix | None:
    name = server.runs.own[0].span
    quote = name.text[:1] if name.text[:1] in {'"', "'"} else ""
    between = (
        ", "
        if server.command.script.is_exec and name.path == server.at.path and server.at.text.startswith("[")
        else " "
    )
    quote = '"' if between == ", " else quote
    return Fix(
        "Load it before the workers are forked", (edits.insert_after(name, f"{between}{quote}--preload{quote}"),)
    )
