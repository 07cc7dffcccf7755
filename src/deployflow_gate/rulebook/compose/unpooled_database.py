r"""Postgres is not asked for more connections than it takes.

Every worker of a web server opens connections of its own, and each is a process of Postgres. In a rush the hundred that it takes by
itself are gone, and requests fail though nothing is broken. A pooler such as PgBouncer lets many workers share few connections.

Four workers in two replicas, each with the fifteen connections of SQLAlchemy's pool:

```yaml compose.prod.yaml fails
services:
  «api»:
    build: .
    deploy:
      replicas: 2
    depends_on: [db]
  db:
    image: postgres:16.4
```
```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
CMD ["gunicorn", "-w", "4", "-k", "uvicorn.workers.UvicornWorker", "shop.main:app"]
```
```text requirements.txt passes
fastapi==0.115.5
gunicorn==23.0.0
SQLAlchemy[asyncio]==2.0.36
```

Threads have connections of their own, whatever opens them; Postgres may be told to take fewer:

```yaml compose.yaml fails
services:
  «web»:
    image: ghcr.io/acme/web:1.4.2
    command: gunicorn --workers 8 --threads 8 shop.wsgi
    environment:
      DATABASE_URL: postgres://shop@db/shop
  db:
    image: postgres:16.4
    command: -c max_connections=50
```

A pooler is in the stack, or outside of it:

```yaml compose.yaml passes
services:
  web:
    image: ghcr.io/acme/web:1.4.2
    command: gunicorn --workers 16 --threads 8 shop.wsgi
    depends_on: [pool, db]
  pool:
    image: edoburu/pgbouncer:v1.23.1-p2
  db:
    image: postgres:16.4
```
```yaml b/compose.yaml passes
services:
  web:
    image: ghcr.io/acme/web:1.4.2
    command: gunicorn --workers 16 --threads 8 shop.wsgi
    environment:
      DATABASE_URL: postgres://shop@pgbouncer.internal:6432/shop
    depends_on: [db]
  db:
    image: postgres:16.4
```

Few workers, a larger Postgres, one whose configuration is not seen, and workers that do not talk to it:

```yaml compose.yaml passes
services:
  web:
    image: ghcr.io/acme/web:1.4.2
    command: gunicorn --workers 4 shop.wsgi
    depends_on: [db]
  api:
    image: ghcr.io/acme/api:1.4.2
    command: gunicorn --workers 16 --threads 8 api.wsgi
    depends_on: [large, file]
  other:
    image: ghcr.io/acme/other:1.4.2
    command: gunicorn --workers 64 --threads 8 other.wsgi
  db:
    image: postgres:16.4
  large:
    image: postgres:16.4
    command: ["postgres", "-c", "max_connections=500"]
  file:
    image: postgres:16.4
    volumes: ["./postgresql.conf:/etc/postgresql/postgresql.conf:ro"]
```

Where people develop nobody rushes:

```yaml compose.dev.yaml passes
services:
  web:
    image: ghcr.io/acme/web:1.4.2
    command: gunicorn --workers 16 --threads 8 shop.wsgi
    depends_on: [db]
  db:
    image: postgres:16.4
```

## Options

- `connections`: how many connections Postgres takes if it is not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Note, Problem, Severity, rule
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.compose._load import POSTGRES, image_name, in_use, loads, stack, talks_to, words_of
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.compose import ComposeFile, Service

MAX_DATABASES = 20
"""Each is held against all web services; real stacks have one or two."""

_POOLER = regex(r"pgbouncer|pgpool|pgcat|odyssey|supavisor|pgdog|pooler|rds-proxy|:6432\b", re.IGNORECASE)
_MAXIMUM = regex(r"max_connections\s*=\s*['\"]?(\d{1,6})\b")


@rule(Severity.NOTICE, seeds=("000:19",))
def check(file: ComposeFile, *, connections: int = 100) -> Iterator[Problem]:
    if not in_use(file):
        return
    services = stack(file)
    databases = [service for service in services if image_name(service) in POSTGRES]
    if not databases or any(_POOLER.search(word) for service in services for word in _said(service)):
        return
    found = loads(file)
    for database in databases[:MAX_DATABASES]:
        limit = _limit(database, connections)
        users = [load for load in found if load.service is not database and talks_to(load.service, database)]
        wanted = sum(load.connections for load in users)
        if limit is None or wanted <= limit:
            continue
        largest = max(users, key=lambda load: load.connections)
        said = f"{sum(load.processes for load in users)} processes may open {wanted} connections to `{database.name}`, which takes {limit}."
        yield Problem(largest.service.name_span, said, notes=(Note(database.name_span, "No pooler stands before it."),))


def _said(service: Service) -> Iterator[str]:
    yield service.name
    yield service.image.text.sketch if service.image is not None else ""
    yield from words_of(service)


def _limit(database: Service, default: int) -> int | None:
    """How many connections it takes; None where a file or a variable may say it."""
    said = " ".join(word.sketch for word in (*(database.entrypoint_words or ()), *(database.command_words or ())))
    told = _MAXIMUM.search(said)
    if told is not None:
        return int(told[1])
    targets = [mount.target.sketch for mount in database.mounts if mount.target is not None]
    if UNKNOWN in said or "max_connections" in said or "config" in said or database.configs:
        return None
    if any(target.endswith(".conf") or "/etc/postgres" in target for target in targets):
        return None
    return None if any("MAX_CONNECTIONS" in v.name.sketch for v in database.environment) else default
