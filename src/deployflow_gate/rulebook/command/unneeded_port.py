r"""Only the port of the application is exposed.

`docker run -P` publishes every port that an image exposes, and whoever reads the Dockerfile opens it in a firewall. A port on which
nothing listens misleads; one on which something else listens should not be open.

Not the port on which the server listens:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
EXPOSE 8000 «9229»
EXPOSE «80»
CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"]
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
EXPOSE 8000
CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"]
```

The port of a database that the application only talks to:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
EXPOSE 3000
EXPOSE «27017»
CMD ["node", "server.js"]
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-slim
EXPOSE 3000
CMD ["node", "server.js"]
```

The port of the server, whoever says it:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
ENV PORT=8080
EXPOSE $PORT
CMD uvicorn app:app --port $PORT
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
EXPOSE 5000
ENTRYPOINT ["flask"]
CMD ["run", "--port=5000"]
```

A service starts it on another port:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
EXPOSE 8000 8001
CMD ["uvicorn", "app:app", "--port", "8000"]
```
```yaml compose.yaml passes
services:
  admin:
    build: .
    command: uvicorn admin:app --port 8001
```

Where it listens cannot be known:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
EXPOSE 8080
CMD ["python", "app.py"]
```
```dockerfile b/Dockerfile passes
FROM node:22.11.0-slim
EXPOSE 8080
CMD ["next", "start"]
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim
EXPOSE 8000 9000
CMD gunicorn --bind :8000 app:app & python metrics.py
```
```dockerfile d/Dockerfile passes
FROM python:3.12.7-slim
EXPOSE 8000/udp
CMD uvicorn app:app
```

An image that holds the database, too:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN apt-get update && apt-get install -y --no-install-recommends redis-server && rm -rf /var/lib/apt/lists/*
EXPOSE 6379
CMD ["./start"]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.instruction import Expose
    from deployflow_gate.model.instructions.settings import ExposedPort

DATABASES = {
    3306: ("mysql", "mariadb", "percona"), 5432: ("postgres",), 6379: ("redis", "valkey"), 11211: ("memcached",),
    27017: ("mongo",), 5672: ("rabbitmq",), 1433: ("mssql", "sqlserver"),
}  # fmt: skip
"""The ports of databases and queues, and how whatever brings one of these is called."""


@rule(Severity.WARNING, seeds=("000:11", "000:15", "003:11"))
def check(image: Image) -> Iterator[Problem]:
    for expose in image.exposes:
        if expose.stage is not image.stage:
            continue
        unneeded = [(port, why) for port in expose.ports if (why := _why(image, port)) is not None]
        whole = len(unneeded) == len(expose.ports)
        for number, (port, why) in enumerate(unneeded):
            yield Problem(port.text.span, why, fix=_fix(expose, port, whole=whole, first=number == 0))


def _why(image: Image, port: ExposedPort) -> str | None:
    number = port.number
    if number is None or port.protocol != "tcp" or not port.text.literal:
        return None
    listening = image.ports
    if listening is not None:
        told = " and ".join(f"`{n}`" for n in sorted(listening))
        return None if number in listening else f"Port `{number}` is exposed, but the server listens on {told}."
    names = DATABASES.get(number)
    if names is None or not image.web or _holds(image, names):
        return None
    return f"Port `{number}` is exposed, which is a database's and not this application's."


def _holds(image: Image, names: tuple[str, ...]) -> bool:
    """Whether the image may have the database in it: by its base, what is installed and copied, and what it starts."""
    known = image.base.known if image.base is not None else None
    if known is None or known.sort != "language":
        return True
    seen = " ".join(i.span.text for i in image.history if i.keyword not in {"EXPOSE", "ENV", "LABEL"}).lower()
    return any(name in seen for name in (*names, "supervisor"))


def _fix(expose: Expose, port: ExposedPort, *, whole: bool, first: bool) -> Fix | None:
    """The port taken away; the instruction with its last one."""
    title = f"Do not expose {port.number}"
    if not whole:
        return Fix(title, (edits.delete_word(port.text.span),))
    if not first:
        return None
    return Fix(title if len(expose.ports) == 1 else "Expose nothing here", (edits.delete_lines(expose.span),))
