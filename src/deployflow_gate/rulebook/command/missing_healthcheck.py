r"""A web service has a health check.

Without one, Docker takes a container for healthy as long as its process runs: one that hangs or answers every request with an error
keeps its traffic, and `depends_on: condition: service_healthy` cannot wait for it. The check may stand in the image or in the
compose service that runs it.

A server is started, or a port of HTTP is exposed:

```dockerfile Dockerfile fails
«FROM python:3.12.7-slim»
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:app"]
```
```dockerfile api/Dockerfile fails
FROM golang:1.23.3 AS build
RUN go build -o /api .
«FROM gcr.io/distroless/static-debian12:nonroot»
COPY --from=build /api /api
EXPOSE 8080
ENTRYPOINT ["/api"]
```

The base image serves by itself:

```dockerfile Dockerfile fails
«FROM nginx:1.27.2-alpine»
COPY dist /usr/share/nginx/html
```

The check is in a stage that does not ship:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim AS test
HEALTHCHECK CMD ["python", "check.py"]
«FROM python:3.12.7-slim»
CMD ["uvicorn", "app:app"]
```

Only the service for development has one:

```dockerfile Dockerfile fails
«FROM python:3.12.7-slim»
CMD ["uvicorn", "app:app"]
```
```yaml compose.yaml fails
services:
  app:
    build: .
```
```yaml compose.dev.yaml fails
services:
  app:
    healthcheck:
      test: ["CMD", "python", "check.py"]
```

A service publishes the port of an image that is known to have no check:

```yaml compose.yaml fails
services:
  «proxy»:
    image: nginx:1.27.2
    ports: ["80:80"]
```

The image has one, maybe from the stage that it stands on, or says that it wants none:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim AS base
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["python", "check.py"]
FROM base
CMD ["uvicorn", "app:app"]
```
```dockerfile job/Dockerfile passes
FROM python:3.12.7-slim
HEALTHCHECK NONE
CMD ["uvicorn", "app:app"]
```

The service that runs it has one:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["uvicorn", "app:app"]
```
```yaml compose.yaml passes
services:
  app:
    build: .
    healthcheck:
      test: ["CMD", "python", "check.py"]
```

Only the worker beside it has one:

```dockerfile Dockerfile fails
«FROM python:3.12.7-slim»
CMD ["uvicorn", "app:app"]
```
```yaml compose.yaml fails
services:
  web:
    build: .
    image: shop
  worker:
    image: shop
    command: celery -A app worker
    healthcheck:
      test: ["CMD", "celery", "-A", "app", "inspect", "ping"]
```

No web service, or not known to be one:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["celery", "-A", "app", "worker"]
```
```dockerfile tool/Dockerfile passes
FROM debian:12.8-slim
ENTRYPOINT ["convert"]
```
```dockerfile database/Dockerfile passes
FROM debian:12.8-slim
EXPOSE 5432
CMD ["postgres"]
```

A base image that may bring a check along, and a platform that does the checking:

```dockerfile Dockerfile passes
FROM registry.acme.dev/web-base:4.2
EXPOSE 8080
```
```dockerfile lambda/Dockerfile passes
FROM public.ecr.aws/lambda/python:3.12
EXPOSE 8080
CMD ["app.handler"]
```

Services whose image may have a check, that publish nothing, or that have a check:

```yaml compose.yaml passes
services:
  app:
    image: registry.acme.dev/app:4.2
    ports: ["8080:8080"]
  cache:
    image: nginx:1.27.2
  proxy:
    image: nginx:1.27.2
    ports: ["80:80"]
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost/"]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Note, Problem, Severity, rule
from deployflow_gate.model.image import Image
from deployflow_gate.model.images_known import has_healthcheck
from deployflow_gate.model.server_kinds import WEB_BASES

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Service


NO_HTTP = frozenset({22, 50000})
"""Ports of well-known web applications on which they speak something else (SSH, Jenkins' agents)."""


@rule(
    Severity.ERROR,
    seeds=("000:10", "001:10", "002:8", "004:6"),
    aliases=(
        "checkov:CKV_DOCKER_2", "hadolint:DL3057", "kics:healthcheck_instruction_missing", "kics:healthcheck_not_set",
        "tally:hadolint/DL3057", "trivy:DS-0026",
    ),
)  # fmt: skip
def check(owner: Image | Service) -> Iterator[Problem]:
    if not isinstance(owner, Image):
        yield from _service(owner)
        return
    if owner.web is not True or owner.healthcheck is not None or owner.serverless or not _bare(owner):
        return
    running = [service for service in owner.services if not service.development]
    if any(_checked(service) for service in running if not _works_only(service)):
        return
    yield Problem(owner.span, "The image is a web service and has no health check.", notes=tuple(_reason(owner)))


def _bare(image: Image) -> bool:
    """Whether the base image surely has no check."""
    base = image.base
    return image.stage.from_scratch or (base is not None and has_healthcheck(base) is False)


def _reason(image: Image) -> Iterator[Note]:
    for server in image.servers:
        if server.web:
            yield Note(server.at, "It serves HTTP.")
            return
    for expose in image.exposes[:1]:
        yield Note(expose.span, "It exposes a port here.")


def _checked(service: Service) -> bool:
    """Whether a service has a check (or says that it wants none), in its own file or one that is laid over it."""
    return (
        not service.complete
        or service.merged_entry("healthcheck") is not None
        or any(other.entry("healthcheck") is not None for other in service.counterparts if not other.development)
    )


def _works_only(service: Service) -> bool:
    """Whether it runs something else of the image, which is known to serve no HTTP: its check says nothing of the web service."""
    told = service.command is not None or service.entrypoint is not None
    return told and bool(service.servers) and not any(server.web for server in service.servers)


def _service(service: Service) -> Iterator[Problem]:
    """A service that runs an image from elsewhere, which is known to serve HTTP on a port that the service publishes."""
    ref = service.image
    if service.development or service.build is not None or ref is None or service in service.file.project.images_run_by:
        return
    known = ref.known
    if known is None or not (known.name in WEB_BASES or known.sort in {"application", "monitoring"}):
        return
    published = {number for port in service.ports for number in port.target_range or ()}
    if not published.intersection(known.ports) - NO_HTTP or has_healthcheck(ref) is not False or _checked(service):
        return
    yield Problem(service.name_span, f"The service `{service.name}` serves HTTP and has no health check.")
