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

A proxy and a program for people wait for nobody:

```yaml compose.yaml passes
services:
  proxy:
    image: nginx:1.27.2
    depends_on: [api, db]
  admin:
    image: adminer:4.8.1
    depends_on: [db]
  api:
    image: acme/api:1.2.0
  db:
    image: postgres:16.4
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

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.images_known import has_healthcheck
from deployflow_gate.regex import regex
from deployflow_gate.syntax.yaml import Mapping, Sequence
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.lint.problem import Edit
    from deployflow_gate.model.compose import Dependency, Service
    from deployflow_gate.syntax.yaml import Entry

QUICK = frozenset(
    {
        *("redis", "valkey/valkey", "memcached", "redis/redis-stack-server"),
        *("nats", "eclipse-mosquitto", "minio/minio", "registry"),
    }
)
"""What takes connections as soon as it is started."""

PATIENT = frozenset(
    {
        "adminer",
        "phpmyadmin",
        "dpage/pgadmin4",
        "mongo-express",
        "minio/mc",
        "provectuslabs/kafka-ui",
        "phpmyadmin/phpmyadmin",
    }
)
"""Programs for people, who come later. Servers and monitoring connect when they are asked to."""

_SORTS = frozenset({"database", "queue"})
_WAITS = regex(
    r"wait[-_]?for|dockerize|wait[-_]?(?:4|on|until|db|pg|mysql|mongo|postgres)|pg_isready|mysqladmin|nc\s+-\w*z|\bncat\b|until\s|"
    r"while\s+!|db[-_]?ready|check[-_]?db|/dev/tcp/|wait_port|--wait|[Ww]aiting for"
)
"""How commands and scripts say that they wait for something."""


@rule(Severity.NOTICE)
def check(service: Service, *, quick: bool = False) -> Iterator[Problem]:
    file = service.file
    if service.development or (file.role != "production" and file.for_work) or not service.complete or file.for_swarm:
        return
    if _patient(service):
        return
    for dependency in service.depends_on:
        other = service.file.service(dependency.name.sketch)
        if other is None or other.development or not _needs_time(other, quick=quick) or _laid_over(service, dependency):
            continue
        checked = _checked(other)
        condition = dependency.condition
        if condition is None or condition.value == "service_started":
            if not _waits(service):
                at = condition.span if condition is not None else dependency.name.span
                said = f"The service waits for the start of `{other.name}`, not until that takes connections."
                yield Problem(at, said, fix=_fix(service, dependency) if checked else None)
        elif condition.value == "service_healthy" and checked is False:
            said = f"The service waits for the health of `{other.name}`, which nothing checks."
            yield Problem(dependency.name.span, said)


def _needs_time(service: Service, *, quick: bool) -> bool:
    known = service.image.known if service.image is not None else None
    if known is None or known.sort not in _SORTS or service.build is not None:
        return False
    return quick or known.name not in QUICK


def _patient(service: Service) -> bool:
    """Whether it is a known program that does not mind if the database comes later."""
    image = service.image
    if image is None or service.build is not None:
        return False
    return image.name in PATIENT or (image.known is not None and image.known.sort in {"server", "monitoring"})


def _checked(service: Service) -> bool | None:
    """Whether something checks its health, None where that cannot be known."""
    together = (service, *service.counterparts)
    if any(one.healthcheck is not None and not one.healthcheck.disabled for one in together):
        return True
    if not all(one.complete for one in together) or service.image is None:
        return None
    return None if has_healthcheck(service.image) is not False else False


def _laid_over(service: Service, dependency: Dependency) -> bool:
    """Whether a file beside this one says what it waits for."""
    return any(
        other.name.sketch == dependency.name.sketch and other.condition is not None
        for one in service.counterparts
        for other in one.depends_on
    )


def _waits(service: Service) -> bool:
    """Whether its command, or a script that the image runs, says that it waits."""
    words = (*(service.entrypoint_words or ()), *(service.command_words or ()))
    if _WAITS.search(" ".join(word.sketch for word in words)):
        return True
    from deployflow_gate.model.server import entry_commands

    for image in service.file.project.images_run_by.get(service, ()):
        texts = {id(command.script): command.script.text.text for command in entry_commands(image)}
        if any(_WAITS.search(text) for text in texts.values()):
            return True
    return False


def _fix(service: Service, dependency: Dependency) -> Fix | None:
    entry = service.mapping.entry("depends_on")
    if entry is None or entry.alias is not None:
        return None
    made = _conditions(entry, service, dependency)
    return Fix(f"Wait for the health of {dependency.name.sketch}", tuple(made)) if made else None


def _conditions(entry: Entry, service: Service, dependency: Dependency) -> list[Edit]:
    if isinstance(entry.value, Sequence):
        # a list becomes a mapping as a whole, so its first database mends all of it
        return _as_mapping(entry.value, service)
    if not isinstance(entry.value, Mapping) or entry.value.flow:
        return []
    if dependency.condition is not None:
        return [edits.replace(dependency.condition.span, "service_healthy")]
    inner = entry.value.get(dependency.name.sketch)
    if not isinstance(inner, Mapping) or inner.flow or not inner.entries:
        return []
    return [edits.insert_line_before(inner.entries[0].key.span, "condition: service_healthy")]


def _as_mapping(items: Sequence, service: Service) -> list[Edit]:
    made = []
    for item in items.items:
        source = item.span.source
        start = source.line_starts[item.span.line - 1]
        head = source.text[start : item.span.start]
        name = service.file.text(item)
        if items.flow or items.aliases or name is None or not name.literal or head.strip() != "-":
            return []
        other = service.file.service(name.sketch)
        ready = other is not None and _checked(other) is True
        indent = edits.indent_of(item.span)
        text = f"{name.sketch}:\n{indent}  condition: service_{'healthy' if ready else 'started'}"
        made.append(edits.replace(Span(source, start + len(indent), item.span.end), text))
    return made
