r"""A production server has more than one worker.

Python runs one thread of a process at a time. An ASGI server that is started alone has one process: one core serves every request, a
slow one holds up the rest, and when it dies nobody answers. Start it with `--workers`, or let gunicorn manage uvicorn's workers.

Uvicorn, Hypercorn or FastAPI's command alone:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD «["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"]»
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000", "--workers", "2"]
```

In shell form, through a wrapper:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD «exec python -m hypercorn app:app --bind 0.0.0.0:8000»
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
CMD exec python -m hypercorn app:app --bind 0.0.0.0:8000 --workers 2
```

The command of FastAPI, in two parts:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ENTRYPOINT «["fastapi", "run"]»
CMD ["app.py"]
```

A service starts it so:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD ["gunicorn", "app:app", "-k", "uvicorn.workers.UvicornWorker", "-w", "2"]
```
```yaml compose.prod.yaml fails
services:
  api:
    build: .
    command: «uvicorn app:app --host 0.0.0.0»
```

A script of the repository does:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
COPY start.sh /
CMD «["/start.sh"]»
```
```bash start.sh fails
#!/bin/sh
alembic upgrade head
exec uvicorn app:app --host 0.0.0.0
```

Folders of charts are not a cluster:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
COPY . .
CMD «["python", "-m", "uvicorn", "board:app"]»
```
```text templates/charts/sales.html fails
<canvas></canvas>
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
COPY . .
CMD ["python", "-m", "uvicorn", "board:app", "--workers", "2"]
```

Workers are asked for, by a flag or a variable, even if their number is not known:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["uvicorn", "app:app", "--workers=4"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
ENV WEB_CONCURRENCY=3
CMD ["uvicorn", "app:app"]
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim
CMD uvicorn app:app --workers $WORKERS
```
```dockerfile d/Dockerfile passes
FROM python:3.12.7-slim
CMD uvicorn app:app $UVICORN_OPTIONS
```
```dockerfile e/Dockerfile passes
FROM python:3.12.7-slim
CMD ["gunicorn", "app:app", "-k", "uvicorn.workers.UvicornWorker"]
```

The service that runs it says so:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["uvicorn", "app:app"]
```
```yaml compose.yaml passes
services:
  api:
    build: .
    environment:
      WEB_CONCURRENCY: ${WORKERS}
```

One process a container, and several containers:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["uvicorn", "app:app"]
```
```yaml compose.yaml passes
services:
  api:
    build: .
    deploy:
      replicas: 3
```

Kubernetes starts as many as it takes:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["uvicorn", "app:app"]
```
```yaml deploy/k8s/api.yaml passes
kind: Deployment
```

Only if it is asked for, for development, or replaced by what the services run:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD if [ "$MODE" = api ]; then uvicorn app:app; else gunicorn app:app; fi
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
CMD ["uvicorn", "app:app", "--reload"]
```

What runs is what the service says:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["uvicorn", "app:app"]
```
```yaml compose.yaml passes
services:
  api:
    build: .
    command: uvicorn app:app --workers 4
```

## Options

- `count`: how many the fix asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.instruction import Cmd, Entrypoint
from deployflow_gate.rulebook.command._workers import FLAGS, scaled_out, shipped_servers, workers

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.server import Server


@rule(Severity.WARNING, seeds=("000:16",))
def check(image: Image, *, count: int = 2) -> Iterator[Problem]:
    for server in shipped_servers(image):
        if server.framework not in FLAGS or server.framework == "gunicorn" or workers(image, server).given:
            continue
        if not scaled_out(image):
            yield Problem(
                server.at,
                f"`{server.framework}` is started alone, so that one process answers all requests.",
                fix=_fix(server, count),
            )


def _fix(server: Server, count: int) -> Fix | None:
    """The flag behind the last word, where the command stands in the Dockerfile in one piece."""
    owner, last = server.command.script.owner, server.command.words[-1]
    if (
        server.runs is not server.command
        or not isinstance(owner, Cmd | Entrypoint)
        or server.command.within is not None
    ):
        return None
    if not server.at.contains(server.command.words[0].span) or not server.at.contains(last.span):
        return None
    text = f', "--workers", "{count}"' if owner.json else f" --workers {count}"
    return Fix(f"Start {count} workers", (edits.insert_after(last.span, text),))
