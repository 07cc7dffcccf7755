r"""A server has as many workers as the policy allows.

One worker stands still with its slowest request. Each further one costs the memory of the whole application, and more than a container
has cores only wait for each other; scale with more containers from there on.

Gunicorn has one worker unless it is told otherwise:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD [«"gunicorn"», "--bind", "0.0.0.0:8000", "app:app"]
```

Too many, or too few, wherever that is written:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD ["gunicorn", "-k", "uvicorn.workers.UvicornWorker", "--workers", «"9"», "app:app"]
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
CMD ["gunicorn", "-k", "uvicorn.workers.UvicornWorker", "--workers", "4", "app:app"]
```

As a flag in one word:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD uvicorn app:app --workers=«1»
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
CMD uvicorn app:app --workers=2
```

By a variable, or by gunicorn's configuration:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ENV WEB_CONCURRENCY=12
CMD [«"uvicorn"», "app:app"]
```
```dockerfile b/Dockerfile fails
FROM python:3.12.7-slim
COPY . .
CMD [«"gunicorn"», "-c", "conf/gunicorn.py", "app:app"]
```
```python b/conf/gunicorn.py fails
bind = ":8000"
workers = 16  # many
```

A policy with another range:

```dockerfile Dockerfile fails minimum=1 maximum=1
FROM python:3.12.7-slim
CMD ["gunicorn", "-w", «"3"», "app:app"]
```

Within the range:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["gunicorn", "-w", "3", "app:app"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
CMD ["uvicorn", "app:app", "--workers", "4"]
```

Their number is not known here:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD gunicorn --workers $WORKERS app:app
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
COPY . .
CMD ["gunicorn", "app:app"]
```
```python b/gunicorn.conf.py passes
import multiprocessing
workers = multiprocessing.cpu_count() * 2 + 1
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim
CMD ["gunicorn", "-c", "/etc/gunicorn.py", "app:app"]
```
```dockerfile d/Dockerfile passes
FROM python:3.12.7-slim
ENV GUNICORN_CMD_ARGS="--bind=0.0.0.0 --workers=3"
CMD ["gunicorn", "app:app"]
```
```dockerfile e/Dockerfile passes
FROM python:3.12.7-slim
CMD ["gunicorn", "app:app"]
```
```yaml e/compose.yaml passes
services:
  api:
    build: .
    environment: [WEB_CONCURRENCY]
```

One worker with threads, or one that must be the only one to hold open connections:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["gunicorn", "--workers", "1", "--threads", "8", "app:app"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
CMD ["gunicorn", "-k", "eventlet", "-w", "1", "app:app"]
```

One a container, of which there are several:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["gunicorn", "-w", "1", "app:app"]
```
```yaml charts/api/Chart.yaml passes
name: api
```

Servers that start alone are the matter of `single-worker-server`:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["uvicorn", "app:app"]
```

## Options

- `minimum`: the fewest workers that are right.
- `maximum`: the most.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.rulebook.command._workers import FLAGS, Workers, scaled_out, shipped_servers, workers

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.image import Image

MANY_AT_ONCE = ("gevent", "eventlet", "tornado")
"""Workers of gunicorn each of which answers many requests at once; programs with WebSockets need a single one."""


@rule(Severity.NOTICE, seeds=("000:16",))
def check(image: Image, *, minimum: int = 2, maximum: int = 4) -> Iterator[Problem]:
    for server in shipped_servers(image):
        if server.framework not in FLAGS:
            continue
        found = workers(image, server)
        count = found.count
        if count is None or minimum <= count <= maximum or (server.framework != "gunicorn" and not found.given):
            continue
        if count < minimum and (_concurrent(server.runs) or scaled_out(image)):
            continue
        at = found.word.span if found.word is not None else server.runs.own[0].span
        noun = "worker" if count == 1 else "workers"
        yield Problem(
            at if server.at.contains(at) else server.at,
            f"`{server.framework}` has {count} {noun}, and not {_range(minimum, maximum)}.",
            fix=_fix(found, minimum if count < minimum else maximum) if server.at.contains(at) else None,
        )


def _range(minimum: int, maximum: int) -> str:
    return str(minimum) if minimum == maximum else f"{minimum} to {maximum}"


def _concurrent(command: Command) -> bool:
    """Whether one worker is told to answer several requests at once."""
    threads, kind = command.option("--threads"), command.option("-k", "--worker-class")
    return (threads is not None and threads.value != "1") or (
        kind is not None and any(n in kind.sketch for n in MANY_AT_ONCE)
    )


def _fix(found: Workers, count: int) -> Fix | None:
    """The number as it is written, quoted or not."""
    word = found.word
    if word is None or word.span.text.strip("\"'") != word.sketch:
        return None
    return Fix(f"Start {count} workers", (edits.replace(word.span, word.span.text.replace(word.sketch, str(count))),))
