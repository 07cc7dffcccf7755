r"""The data of a database or broker lives in a volume.

Without one the data lives in the container, or in a nameless volume that nobody finds again: a `docker compose down` and a
new image, and it is gone.

A database, and a broker, without a volume:

```yaml compose.yaml fails
services:
  «db»:
    image: postgres:16.4
    environment:
      POSTGRES_DB: shop
  «queue»:
    image: rabbitmq:3.13.7-management
```

The volume is mounted beside the data:

```yaml compose.yaml fails
services:
  «db»:
    image: mysql:8.4.3
    volumes:
      - data:/var/lib/mysqld
      - ./init.sql:/docker-entrypoint-initdb.d/init.sql:ro
volumes:
  data:
```

A named volume, a folder of the host, and anything around or below the data will do:

```yaml compose.yaml passes
services:
  db:
    image: postgres:16.4
    volumes:
      - data:/var/lib/postgresql/data
  other:
    image: docker.io/library/mysql:8.4.3
    volumes:
      - /srv/mysql:/var/lib/mysql
  search:
    image: elasticsearch:8.15.3
    volumes:
      - type: volume
        source: search
        target: /usr/share/elasticsearch/data
  temporary:
    image: mongo:7.0.14
    tmpfs: /data/db
volumes:
  data:
  search:
```

A volume that only developers get is none for production:

```yaml compose.yaml fails
services:
  «db»:
    image: postgres:16.4
```
```yaml compose.override.yaml passes
services:
  db:
    volumes: ["data:/var/lib/postgresql/data"]
volumes:
  data:
```

The data is where the service says that it is:

```yaml compose.yaml passes
services:
  db:
    image: postgres:16.4
    environment:
      PGDATA: /pg/16
    volumes:
      - data:/pg
  files:
    image: minio/minio:RELEASE.2024-10-13T13-34-11Z
    command: server /export --console-address :9001
    volumes:
      - files:/export
volumes:
  data:
  files:
```

A cache has nothing to lose, unless it is told to keep it:

```yaml compose.yaml passes
services:
  cache:
    image: redis:7.4.1
  sessions:
    image: memcached:1.6.32
```
```yaml compose.prod.yaml fails
services:
  «queue»:
    image: redis:7.4.1
    command: redis-server --appendonly yes
```

The image of a database is also used for its tools, and for jobs that end:

```yaml compose.yaml passes
services:
  migrate:
    image: postgres:16.4
    command: psql -h db -f /schema.sql
  wait:
    image: mysql:8.4.3
    entrypoint: ["sh", "-c", "until mysqladmin ping -h db; do sleep 1; done"]
  once:
    image: postgres:16.4
    restart: "no"
```

Files for development and tests, and services that another file completes:

```yaml compose.test.yaml passes
services:
  db:
    image: postgres:16.4
```
```yaml compose.yaml passes
services:
  db:
    image: mariadb:11.5.2
```
```yaml compose.prod.yaml passes
services:
  db:
    volumes: ["data:/var/lib/mysql"]
volumes:
  data:
```

## Options

- `caches`: ask for a volume for Redis and Valkey, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Mount, Service

CACHES = frozenset({"redis", "valkey/valkey"})
MAX_PATHS = 100
"""Paths of a command and an environment that may be where the data is; a real service names a few."""
_SORTS = frozenset({"database", "queue"})
_TOOLS = regex(
    r"(?:ba|da|a|z)?sh|pg_\w+|(?:psql|createdb|pgbench|vacuumdb)|(?:mysql|mariadb)(?:dump|admin|import|check|-\w+)?"
    r"|mongo(?:sh|dump|restore|import|export)?|(?:redis|valkey)-(?:cli|benchmark|sentinel)|cqlsh|nodetool|curl|sleep|mc"
    r"|clickhouse-client|influx|cypher-shell|kafka-(?!server-start)[\w.-]+|rabbitmq(?:ctl|admin|-plugins)|echo|true|tail|wait\S*"
)
"""Programs of these images that keep no data, and shells, in which anything may be started."""


@rule(Severity.WARNING, seeds=("001:1", "003:18"))
def check(service: Service, *, caches: bool = False) -> Iterator[Problem]:
    image = service.image
    known = image.known if image is not None else None
    if known is None or known.sort not in _SORTS or not known.data or service.build is not None:
        return
    together = (service, *(one for one in service.counterparts if not one.development))
    if service.development or not all(one.complete for one in together):
        return
    if known.name in CACHES and not caches and not any(_told_to_keep(one) for one in together):
        return
    if any(_no_server(one) for one in together):
        return
    if any(one.entry("volumes_from") is not None for one in together):
        return
    places = (*known.data, *islice((path for one in together for path in _named_paths(one)), MAX_PATHS))
    if not any(_covers(mount, places) for one in together for mount in one.mounts):
        said = f"`{known.data[0]}` of `{known.name}` is in no volume, so its data goes with the container."
        yield Problem(service.name_span, said)


def _no_server(service: Service) -> bool:
    """Whether it runs another program of the image than the server, or one of which that is not sure, or is a job that ends."""
    words = service.entrypoint_words or service.command_words or ()
    if service.restart is not None and service.restart.value == "no":
        return True
    return bool(words) and (words[0].value is None or _TOOLS.fullmatch(words[0].sketch.rpartition("/")[2]) is not None)


def _covers(mount: Mount, places: tuple[str, ...]) -> bool:
    target = mount.target
    if target is None or UNKNOWN in target.sketch:
        return True
    path = target.sketch.rstrip("/") + "/"
    return any(f"{place}/".startswith(path) or path.startswith(f"{place}/") for place in places)


def _named_paths(service: Service) -> Iterator[str]:
    """Every absolute path in the command and the environment: one of them may be where the data is put."""
    words = [*(service.command_words or ()), *(service.entrypoint_words or ())]
    values = [v.value for v in service.environment if v.value is not None and v.name.sketch != "PATH"]
    for text in (*words, *values):
        path = text.sketch.rpartition("=")[2].rstrip("/")
        if path.startswith("/") and ":" not in path:
            yield path


def _told_to_keep(service: Service) -> bool:
    """Whether Redis or Valkey is told to write a log or snapshots."""
    words = [text.sketch.lower() for text in service.command_words or ()]
    told = set(pairwise(words))
    return ("--appendonly", "yes") in told or any(one == "--save" and other.strip("'\"") for one, other in told)
