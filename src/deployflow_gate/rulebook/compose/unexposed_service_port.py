r"""A service publishes the port on which its program listens.

The mapping `8080:80` sends what arrives at the host's port 8080 to port 80 in the container. Where nothing listens there, the
connection is refused, and nothing tells why.

The image's own command listens elsewhere:

```yaml compose.yaml fails
services:
  api:
    build: .
    ports:
      - "«80:8080»"
```
```dockerfile Dockerfile passes
FROM python:3.12.7-slim
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]
```

So does the command of the service:

```yaml compose.yaml fails
services:
  api:
    build: .
    command: uvicorn app:app --host 0.0.0.0 --port 9000
    ports:
      - «target: 8000
        published: 80»
```
```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["uvicorn", "app:app", "--port", "8000"]
```

A database that is told nothing else listens where it always does:

```yaml compose.yaml fails
services:
  db:
    image: postgres:16.4
    ports: ["«5433:5433»"]
    volumes: ["data:/var/lib/postgresql/data"]
volumes:
  data:
```

The file that publishes it is laid over the one that starts it:

```yaml compose.prod.yaml fails
services:
  api:
    ports: ["«80:80»"]
  db:
    ports: ["5432:5432"]
```
```yaml compose.yaml passes
services:
  api:
    build: .
  db:
    image: postgres:16.4
```
```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]
```

The right port is published by the other file:

```yaml compose.yaml passes
services:
  api:
    build: .
    ports: ["80:8000"]
```
```yaml compose.prod.yaml passes
services:
  api:
    ports: ["9229:9229"]
```
```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]
```

The right port, under any of the host's:

```yaml compose.yaml passes
services:
  api:
    build: .
    ports: ["80:8000", "127.0.0.1:9229:9229"]
  range:
    build: .
    ports: ["8000-8002:8000-8002"]
  udp:
    build: .
    ports: ["53:53/udp"]
  unknown:
    build: .
    ports: ["80:${PORT}"]
  db:
    image: postgres:16.4
    ports: ["5433:5432"]
```
```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]
```

The service gives the port by a variable:

```yaml compose.yaml passes
services:
  web:
    build: .
    environment:
      PORT: "8080"
    ports: ["80:8080"]
```
```dockerfile Dockerfile passes
FROM node:22.11.0-slim
EXPOSE 3000
CMD ["next", "start"]
```

Where it listens cannot be known, or it is told by a file or a variable:

```yaml compose.yaml passes
services:
  api:
    build: .
    ports: ["80:8080"]
  other:
    build: .
    command: sh -c "./setup && exec gunicorn app:app"
    ports: ["81:8081"]
  db:
    image: postgres:16.4
    command: -p 5433
    ports: ["5433:5433"]
  cache:
    image: redis:7.4.1
    volumes: ["./redis.conf:/usr/local/etc/redis/redis.conf"]
    ports: ["6380:6380"]
  more:
    image: mariadb:11.5.2
    environment:
      MYSQL_TCP_PORT: "3307"
    ports: ["3307:3307"]
```
```dockerfile Dockerfile passes
FROM python:3.12.7-slim
EXPOSE 8000
CMD ["python", "app.py"]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Port, Service

DATABASES = {
    "postgres": {5432}, "postgis/postgis": {5432}, "pgvector/pgvector": {5432}, "timescale/timescaledb": {5432},
    "mysql": {3306, 33060}, "mariadb": {3306}, "mongo": {27017}, "redis": {6379}, "valkey/valkey": {6379}, "memcached": {11211},
}  # fmt: skip
"""Images that listen on these ports and on no other, unless a command, a variable or a configuration file says so."""

_STARTS = ("image", "build", "command", "entrypoint")

_CONFIGURATION = (".conf", ".cnf", ".yaml", ".yml", ".ini")


@rule(Severity.WARNING)
def check(service: Service) -> Iterator[Problem]:
    together = (service, *service.counterparts)
    ports = _tcp(service)
    if not ports or any(one.entry("network_mode") is not None for one in together):
        return
    listening = _listening(service)
    targets = [port.target_range for one in together for port in _tcp(one)]
    if not listening or any(found is None or listening.intersection(found) for found in targets):
        return
    told = " and ".join(f"`{number}`" for number in sorted(listening))
    for port in ports:
        target = port.target.sketch if port.target is not None else ""
        yield Problem(port.span, f"Port `{target}` of the container is published, and its program listens on {told}.")


def _tcp(service: Service) -> list[Port]:
    return [port for port in service.ports if port.protocol is None or port.protocol.sketch.lower() == "tcp"]


def _listening(service: Service) -> set[int]:
    """The ports on which it listens, none where that cannot be known."""
    base = service.file.base.service(service.name) if service.file.base is not None else None
    if base is not None and not any(service.entry(key) is not None for key in _STARTS):
        service = base  # it only publishes what the file below starts
    image = service.image
    if service.build is None and image is not None and image.name in DATABASES:
        return set() if _told_otherwise(service) else DATABASES[image.name]
    server = next((server for server in service.servers if server.main), None)
    if server is None or not server.web or server.port is None or not server.fixed or _may_be_told(service):
        return set()
    return {server.port}


def _told_otherwise(service: Service) -> bool:
    together = (service, *service.counterparts)
    if any(one.entry(key) is not None for one in together for key in ("command", "entrypoint", "configs")):
        return True
    if any(one.env_files or not one.complete for one in together):
        return True
    targets = [mount.target.sketch for one in together for mount in one.mounts if mount.target is not None]
    names = [variable.name.sketch for one in together for variable in one.environment]
    return any("PORT" in name or "ARGS" in name or "CONF" in name for name in names) or any(
        target.endswith(_CONFIGURATION) or "/etc" in target for target in targets
    )


def _may_be_told(service: Service) -> bool:
    """Whether another file, or one that is not seen, may start it otherwise."""
    return not service.complete or any(
        one.entry(key) is not None for one in service.counterparts for key in ("command", "entrypoint", "build")
    )
