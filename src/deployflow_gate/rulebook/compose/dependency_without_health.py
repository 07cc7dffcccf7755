r"""A service that needs a database waits until it answers.

`depends_on` alone waits for the container to be started, and a database takes seconds more until it takes connections: on the first
start, or after a restart of the host, the application fails. `condition: service_healthy` waits for the database's health check.

The short form says nothing of health:

```yaml compose.yaml fails
services:
  api:
    image: acme/api:1.2.0
    depends_on:
      - «db»
      - worker
  worker:
    image: acme/worker:1.2.0
  db:
    image: postgres:16.4
    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U postgres"]
```
```yaml compose.yaml fixed
services:
  api:
    image: acme/api:1.2.0
    depends_on:
      db:
        condition: service_healthy
      worker:
        condition: service_started
  worker:
    image: acme/worker:1.2.0
  db:
    image: postgres:16.4
    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U postgres"]
```

The long form waits for the start, too, if it says so or nothing:

```yaml compose.prod.yaml fails
services:
  api:
    image: acme/api:1.2.0
    depends_on:
      db:
        condition: «service_started»
      «queue»:
        restart: true
  db:
    image: mysql:8.4.3
    healthcheck:
      test: ["CMD", "mysqladmin", "ping"]
  queue:
    image: rabbitmq:3.13.7
    healthcheck:
      test: rabbitmq-diagnostics -q ping
```
```yaml compose.prod.yaml fixed
services:
  api:
    image: acme/api:1.2.0
    depends_on:
      db:
        condition: service_healthy
      queue:
        condition: service_healthy
        restart: true
  db:
    image: mysql:8.4.3
    healthcheck:
      test: ["CMD", "mysqladmin", "ping"]
  queue:
    image: rabbitmq:3.13.7
    healthcheck:
      test: rabbitmq-diagnostics -q ping
```

A list may stand as deep as its key:

```yaml compose.yaml fails
services:
  api:
    image: acme/api:1.2.0
    depends_on:
    - «db» # the shop's own
    restart: always
  db:
    image: postgres:16.4
    healthcheck:
      test: pg_isready
```
```yaml compose.yaml fixed
services:
  api:
    image: acme/api:1.2.0
    depends_on:
      db:
        condition: service_healthy # the shop's own
    restart: always
  db:
    image: postgres:16.4
    healthcheck:
      test: pg_isready
```

Without a health check of the database compose refuses to wait for its health:

```yaml compose.yaml fails
services:
  api:
    image: acme/api:1.2.0
    depends_on:
      «db»:
        condition: service_healthy
  db:
    image: postgres:16.4
```

It waits, here or in the file that is laid over this one:

```yaml compose.yaml passes
services:
  api:
    image: acme/api:1.2.0
    depends_on:
      db:
        condition: service_healthy
  worker:
    image: acme/worker:1.2.0
    depends_on: [db]
  db:
    image: postgres:16.4
    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U postgres"]
```
```yaml compose.prod.yaml passes
services:
  worker:
    depends_on:
      db:
        condition: service_healthy
```

The command waits by itself, also in a script that the image brings:

```yaml compose.yaml passes
services:
  api:
    image: acme/api:1.2.0
    command: sh -c "./wait-for-it.sh db:5432 && ./api"
    depends_on: [db]
  web:
    build: .
    depends_on: [db]
  db:
    image: postgres:16.4
```
```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY start.sh /start.sh
CMD ["/start.sh"]
```
```sh start.sh passes
#!/bin/sh
until pg_isready -h db; do sleep 1; done
exec gunicorn shop.wsgi
```

It waits for another service, which waits for the database:

```yaml compose.yaml passes
services:
  api:
    image: acme/api:1.2.0
    depends_on:
      db:
        condition: service_started
      migrate:
        condition: service_completed_successfully
  migrate:
    image: acme/api:1.2.0
    command: ./migrate
    depends_on:
      db:
        condition: service_healthy
  db:
    image: bitnami/postgresql:16.4.0
    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U postgres"]
```

A proxy, a program for people and the members of a cluster need no help:

```yaml compose.yaml passes
services:
  proxy:
    image: nginx:1.27.2
    depends_on: [api, db]
  admin:
    image: adminer:4.8.1
    depends_on: [db]
  second:
    image: mongo:7.0.14
    depends_on: [first]
  first:
    image: mongo:7.0.14
  api:
    image: acme/api:1.2.0
  db:
    image: postgres:16.4
```

What a script of the image does is not known where it cannot be read, and who brings a tool to wait with will use it:

```yaml compose.yaml passes
services:
  api:
    build: .
    depends_on: [db]
  web:
    image: acme/web:1.2.0
    command: ["/start.sh"]
    depends_on: [db]
  db:
    image: postgres:16.4
```
```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN curl -fsSLo /entrypoint.sh https://example.com/entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
```
```yaml b/compose.yaml passes
services:
  api:
    build: .
    depends_on: [db]
  db:
    image: postgres:16.4
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
COPY wait-for /usr/local/bin/
CMD ["python", "serve.py"]
```

A cache answers at once, other services have their own ways, and what the image of a dependency brings is not known:

```yaml compose.yaml passes
services:
  api:
    image: acme/api:1.2.0
    depends_on:
      - cache
      - auth
      - files
  cache:
    image: redis:7.4.1
  auth:
    image: acme/auth:1.2.0
  files:
    build: ./files
  waits:
    image: acme/api:1.2.0
    depends_on:
      auth:
        condition: service_healthy
```

Files for development and tests, and those of a swarm, which knows no order:

```yaml compose.yaml passes
services:
  api:
    build: .
    command: npm run dev
    depends_on: [db]
  db:
    image: postgres:16.4
```
```yaml b/compose.dev.yaml passes
services:
  api:
    image: acme/api:1.2.0
    depends_on: [db]
  db:
    image: postgres:16.4
```
```yaml c/stack.yml passes
services:
  api:
    image: acme/api:1.2.0
    depends_on: [db]
    deploy:
      mode: global
  db:
    image: postgres:16.4
    deploy:
      placement:
        constraints: [node.role == manager]
```

## Options

- `quick`: ask for it for what is quick to start, too, such as Redis and NATS.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, rule
from deployflow_gate.model.images_known import has_healthcheck
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.compose._conditions import wait_for_health

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Dependency, Service
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.script import Script

QUICK = frozenset(
    {
        *("redis", "valkey/valkey", "memcached", "redis/redis-stack-server"),
        *("nats", "eclipse-mosquitto", "minio/minio", "registry"),
    }
)
"""What takes connections as soon as it is started."""

NAMES = frozenset(
    {
        *("postgres", "postgresql", "postgis", "pgvector", "timescaledb", "mysql", "mysql-server", "mariadb", "percona-server"),
        *("mongo", "mongodb", "mongodb-community-server", "cassandra", "rabbitmq", "kafka", "elasticsearch", "opensearch"),
    }
)  # fmt: skip
"""What databases and queues are called, whoever publishes them."""

PATIENT = frozenset(
    {
        *("adminer", "phpmyadmin", "pgadmin4", "mongo-express", "mc", "kafka-ui", "akhq", "redis-commander", "cloudbeaver"),
        "postgres-backup-local",
    }
)  # fmt: skip
"""Programs for people, who come later, and for the night, by the last part of their names. Servers and monitoring connect when they
are asked to, members of a cluster wait by themselves."""

_SORTS = frozenset({"database", "queue"})
_WAITS = regex(
    r"wait[-_]?for|dockerize|wait[-_]?(?:4|on|until|db|pg|mysql|mongo|postgres)|pg_isready|mysqladmin|nc\s+-\w*z|\bncat\b|until\s|"
    r"while\s+!|db[-_]?ready|check[-_]?db|/dev/tcp/|wait_port|--wait|[Ww]aiting for"
)
"""How commands and scripts say that they wait for something."""

_SCRIPT = regex(r"\.(?:ba)?sh\b|entrypoint|^(?:make|just|task)\b")
_TOOL = regex(r"wait[-_]?(?:for|4)|dockerize|docker-compose-wait")


@rule(Severity.NOTICE)
def check(service: Service, *, quick: bool = False) -> Iterator[Problem]:
    file = service.file
    if service.development or (file.role != "production" and file.for_work) or not service.complete or file.for_swarm:
        return
    if not service.depends_on or _patient(service):
        return
    waits, awaited = _waits(service), _awaited_by_others(service) | _told_elsewhere(service)
    for dependency in service.depends_on:
        other = file.service(dependency.name.sketch)
        if other is None or other.development or not _needs_time(other, quick=quick):
            continue
        checked = _checked(other)
        condition = dependency.condition
        if condition is None or condition.value == "service_started":
            if not waits and other.name not in awaited:
                at = condition.span if condition is not None else dependency.name.span
                said = f"The service waits for the start of `{other.name}`, not until that takes connections."
                yield Problem(at, said, fix=_fix(service, dependency) if checked else None)
        elif condition.value == "service_healthy" and checked is False:
            said = f"The service waits for the health of `{other.name}`, which nothing checks."
            yield Problem(dependency.name.span, said)


def _needs_time(service: Service, *, quick: bool) -> bool:
    if service.image is None or service.build is not None:
        return False
    known = service.image.known
    if known is None:
        return service.image.base_name in NAMES
    return known.sort in _SORTS and (quick or known.name not in QUICK)


def _patient(service: Service) -> bool:
    """Whether it is a known program that does not mind if the database comes later."""
    image = service.image
    if image is None or service.build is not None:
        return False
    return image.base_name in PATIENT or (
        image.known is not None and image.known.sort in {"server", "monitoring", *_SORTS}
    )


def _checked(service: Service) -> bool | None:
    """Whether something checks its health, None where that cannot be known."""
    together = (service, *service.counterparts)
    if any(one.healthcheck is not None and not one.healthcheck.disabled for one in together):
        return True
    if not all(one.complete for one in together) or service.image is None:
        return None
    return None if has_healthcheck(service.image) is not False else False


def _told_elsewhere(service: Service) -> frozenset[str]:
    """The dependencies of which a file beside this one says what is waited for."""
    return frozenset(
        dependency.name.sketch
        for one in service.counterparts
        for dependency in one.depends_on
        if dependency.condition is not None
    )


def _waits(service: Service) -> bool:
    """Whether its command, or a script that the image runs, says that it waits; also where such a script cannot be seen."""
    words = (*(service.entrypoint_words or ()), *(service.command_words or ()))
    said = " ".join(word.sketch for word in words)
    images = service.file.project.images_run_by.get(service, ())
    if _WAITS.search(said) or (not images and _SCRIPT.search(said)):
        return True
    given = [script for script in (service.entrypoint, service.command) if script is not None]
    return any(_image_waits(image, given) for image in images)


def _image_waits(image: Image, given: list[Script]) -> bool:
    from deployflow_gate.model.starting import script_file, starts

    if any(i.keyword in {"COPY", "ADD", "RUN"} and _TOOL.search(i.span.text) for i in image.history):
        return True
    own = next(starts(image), None)
    scripts = [*given, *([own.script] if own is not None and own.service is None else [])]
    for script in scripts:
        if _WAITS.search(script.text.text):
            return True
        for command in script.commands:
            inner = script_file(image, command) if command.inner is None else None
            hidden = inner is None and any(_SCRIPT.search(word.sketch) for word in command.words[:3])
            if hidden or (inner is not None and _WAITS.search(inner.script.text.text)):
                return True
    return False


def _awaited_by_others(service: Service) -> frozenset[str]:
    """What the services wait for by themselves for whose end or health it waits."""
    found: set[str] = set()
    for dependency in service.depends_on:
        condition = dependency.condition.value if dependency.condition is not None else None
        between = service.file.service(dependency.name.sketch)
        if between is None or condition not in {"service_completed_successfully", "service_healthy"}:
            continue
        waits = _waits(between)
        for needed in between.depends_on:
            if waits or (needed.condition is not None and needed.condition.value == "service_healthy"):
                found.add(needed.name.sketch)
    return frozenset(found)


def _fix(service: Service, dependency: Dependency) -> Fix | None:
    made = wait_for_health(service, dependency, lambda other: _checked(other) is True)
    return Fix(f"Wait for the health of {dependency.name.sketch}", made) if made else None
