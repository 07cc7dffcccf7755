r"""An image names the port on which it listens.

`EXPOSE` is how an image tells on which port to reach it: Docker Desktop, proxies like Traefik, `docker run -P` and hosting platforms read
it from there, and people read it in the Dockerfile.

A server whose port is known:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD «["gunicorn", "--bind", "0.0.0.0:8000", "app:app"]»
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:app"]
```

The server's own port:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ENTRYPOINT ["streamlit"]
CMD «["run", "app.py"]»
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
EXPOSE 8501
ENTRYPOINT ["streamlit"]
CMD ["run", "app.py"]
```

The platform may change it:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
CMD «["next", "start"]»
```

It is exposed only where it does not ship:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim AS test
EXPOSE 8000
FROM python:3.12.7-slim
CMD «uvicorn app:app --host 0.0.0.0»
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim AS test
EXPOSE 8000
FROM python:3.12.7-slim
EXPOSE 8000
CMD uvicorn app:app --host 0.0.0.0
```

A service publishes a port of it:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
RUN go build -o /app .
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /app /app
ENTRYPOINT «["/app"]»
```
```yaml compose.yaml fails
services:
  api:
    build: .
    ports: ["80:8080"]
```
```dockerfile Dockerfile fixed
FROM golang:1.23.3 AS build
RUN go build -o /app .
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /app /app
EXPOSE 8080
ENTRYPOINT ["/app"]
```

A port is exposed, be it by the stage below or by the base image:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim AS base
EXPOSE 8000
FROM base
CMD ["uvicorn", "app:app"]
```
```dockerfile b/Dockerfile passes
FROM nginx:1.27.2
CMD ["nginx", "-g", "daemon off;"]
```
```dockerfile c/Dockerfile passes
FROM registry.acme.dev/web-base:4.2
CMD ["uvicorn", "app:app"]
```

Nothing listens, or nobody knows where:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["celery", "-A", "shop", "worker"]
```
```dockerfile b/Dockerfile passes
FROM node:22.11.0-slim
CMD ["node", "server.js"]
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim
CMD uvicorn app:app --port $PORT
```
```dockerfile d/Dockerfile passes
FROM python:3.12.7-slim
CMD ["gunicorn", "--bind", "unix:/run/app.sock", "app:app"]
```

A service starts something else of it, or is for development:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["python", "report.py"]
```
```yaml compose.yaml passes
services:
  view:
    build: .
    command: python view.py
    ports: ["8000:8000"]
```
```yaml compose.dev.yaml passes
services:
  report:
    build: .
    ports: ["5678:5678"]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.starting import starts

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.text import Span

_BARE = (
    "gcr.io/distroless/",
    "cgr.dev/chainguard/",
    "mcr.microsoft.com/dotnet/runtime",
    "registry.access.redhat.com/ubi",
)
"""Families of images that expose nothing; those of ASP.NET do."""


@rule(Severity.NOTICE, seeds=("000:15", "003:19"))
def check(image: Image) -> Iterator[Problem]:
    if image.exposes or image.serverless or not _exposes_nothing(image):
        return
    own = next((start for start in starts(image) if start.service is None), None)
    if own is None:
        return
    for server in image.servers:
        if server.service is None and server.web and server.certain and server.port is not None:
            ports = {server.port} if server.fixed else set[int]()
            yield _problem(image, server.at, ports, f"The image listens on port `{server.port}` and exposes none.")
            return
    if image.servers:
        return
    ports = _published(image)
    if ports:
        told = " and ".join(f"`{port}`" for port in sorted(ports))
        noun = "port" if len(ports) == 1 else "ports"
        yield _problem(
            image, own.parts[-1], ports, f"A service publishes {noun} {told} of the image, which exposes none."
        )


def _exposes_nothing(image: Image) -> bool:
    """Whether the base image surely exposes no port."""
    base = image.base
    if image.stage.from_scratch or base is None:
        return image.stage.from_scratch
    if base.known is not None:
        return base.known.sort in {"language", "distro"} and base.name != "php"
    return base.name is not None and base.name.startswith(_BARE)


def _published(image: Image) -> set[int]:
    """The ports that services publish which run the image as it is."""
    services = [s for s in image.services if not s.development and not (s.command_words or s.entrypoint_words)]
    ranges = [port.target_range for service in services for port in service.ports]
    return {found[0] for found in ranges if found is not None and len(found) == 1}


def _problem(image: Image, at: Span, ports: set[int], message: str) -> Problem:
    """With the instruction above the command, where the port is known and the command stands in this stage."""
    written = [i for i in (image.entrypoint, image.command) if i is not None and i.stage is image.stage]
    fix = None
    if ports and written and not written[0].onbuild:
        first = min(written, key=lambda i: i.index)
        told = " ".join(map(str, sorted(ports)))
        fix = Fix(f"Expose {told}", (edits.insert_line_before(first.span, f"EXPOSE {told}"),))
    return Problem(at, message, fix=fix)
