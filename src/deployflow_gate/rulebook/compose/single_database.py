r"""A stack that is made for a rush reads from a replica of its database.

One database answers every question of every worker, and when it is busy or down all of them wait. A replica takes the reading, which is
most of it, and is there when the first one fails.

Many processes, and one database:

```yaml compose.prod.yaml fails
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    command: gunicorn --workers 4 shop.wsgi
    depends_on: [db]
    deploy:
      replicas: 3
  «db»:
    image: postgres:16.4
```

The file for production says how many there are of what the plain one describes:

```yaml compose.yaml fails
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    command: gunicorn --workers 4 shop.wsgi
    depends_on: [db]
  «db»:
    image: postgres:16.4
```
```yaml compose.prod.yaml passes
services:
  api:
    deploy:
      replicas: 3
```

A replica is there, or one that is somewhere else is named:

```yaml compose.prod.yaml passes
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    command: gunicorn --workers 12 shop.wsgi
    depends_on: [db]
  db:
    image: postgres:16.4
  db-replica:
    image: postgres:16.4
```
```yaml b/compose.prod.yaml passes
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    command: gunicorn --workers 12 shop.wsgi
    depends_on: [db]
    environment:
      DATABASE_REPLICA_URL: postgres://reader@replica.internal/shop
  db:
    image: postgres:16.4
```

A small stack, a database that they do not use, and a file for work:

```yaml compose.prod.yaml passes
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    command: gunicorn --workers 4 shop.wsgi
    depends_on: [db]
  db:
    image: postgres:16.4
```
```yaml b/compose.prod.yaml passes
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    command: gunicorn --workers 16 shop.wsgi
  metrics:
    image: postgres:16.4
```
```yaml c/compose.test.yaml passes
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    command: gunicorn --workers 16 shop.wsgi
    depends_on: [db]
  db:
    image: postgres:16.4
```

## Options

- `processes`: from how many processes of web servers on a stack is made for a rush.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.compose._load import RELATIONAL, image_name, in_use, loads, stack, talks_to, words_of

if TYPE_CHECKING:
    from deployflow_gate.model.compose import ComposeFile

_REPLICA = regex(
    r"replica|\bslave|_slave|standby|read[-_]?only|reader|\bread[-_]|[-_]read\b|_read_|repmgr|patroni|stolon|galera|secondary",
    re.IGNORECASE,
)


@rule(Severity.NOTICE, on=False, seeds=("000:19",))
def check(file: ComposeFile, *, processes: int = 8) -> Iterator[Problem]:
    databases = [service for service in stack(file) if image_name(service) in RELATIONAL]
    if len(databases) != 1 or not in_use(file) or databases[0].settled("deploy", "replicas"):
        return
    database = databases[0]
    users = [load for load in loads(file) if talks_to(load.service, database)]
    total = sum(load.processes for load in users)
    if total < processes:
        return
    said = (word for service in stack(file) for word in (service.name, *words_of(service)))
    if any(load.service.env_files for load in users) or any(_REPLICA.search(word) for word in said):
        return
    yield Problem(database.name_span, f"{total} processes read and write one database, which has no replica.")
