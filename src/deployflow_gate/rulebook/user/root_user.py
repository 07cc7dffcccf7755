r"""A shipped image must not run as root.

Whoever breaks out of a root process in a container is root on the host, and whoever breaks into it can rewrite the
application. Only the stage that ships counts.

No `USER`, and the base image sets none:

```dockerfile Dockerfile fails
«FROM debian:12.8-slim»
COPY app /app
CMD ["/app"]
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
COPY app /app
USER 10001
CMD ["/app"]
```

The last `USER` is root, by name or by number:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
USER app
«USER 0:0»
RUN pip install --no-cache-dir gunicorn
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
USER app
USER 0:0
RUN pip install --no-cache-dir gunicorn
USER 10001
```

The switch stands before the command, whatever else comes behind it:

```dockerfile Dockerfile fails
«FROM debian:12.8-slim»
RUN useradd --system app
CMD ["/app"]
EXPOSE 8080
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN useradd --system app
USER 10001
CMD ["/app"]
EXPOSE 8080
```

A program on `scratch` is root, too:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
USER nobody
«FROM scratch»
COPY --from=build /app /app
ENTRYPOINT ["/app"]
```

A service that asks for root:

```yaml compose.yaml fails
services:
  graphs:
    image: grafana/grafana:11.3.0
    user: «root»
```

A base whose own user is not root is made root again:

```dockerfile Dockerfile fails
FROM grafana/grafana:11.3.0
«USER root»
RUN grafana cli plugins install redis-datasource
```
```dockerfile Dockerfile fixed
FROM grafana/grafana:11.3.0
USER root
RUN grafana cli plugins install redis-datasource
USER 10001
```

A build stage may be root, and a base image may have a user of its own:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
USER root
RUN go build -o /app .
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /app /app
CMD ["/app"]
```

A service of development may be root, and so may one whose image steps down by itself:

```yaml compose.dev.yaml passes
services:
  graphs:
    image: grafana/grafana:11.3.0
    user: root
```
```yaml compose.yaml passes
services:
  cache:
    image: redis:7.4.1
    user: "0"
```

The services that run it all give it another user:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
CMD ["app"]
```
```yaml compose.yaml passes
services:
  app:
    build: .
    user: "10001:10001"
```

Its entrypoint steps down by itself:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["app"]
```
```bash entrypoint.sh passes
#!/bin/sh
set -e
chown -R app /data
exec gosu app "$@"
```
```dockerfile b/Dockerfile passes
FROM redis:7.4.1
COPY redis.conf /etc/redis.conf
CMD ["redis-server", "/etc/redis.conf"]
```
```dockerfile c/Dockerfile passes
FROM alpine:3.20.3
RUN apk add --no-cache su-exec
COPY docker-entrypoint.sh /
ENTRYPOINT ["/docker-entrypoint.sh"]
```
```dockerfile d/Dockerfile passes
FROM python:3.12.7-slim
RUN useradd --system app
CMD ["uwsgi", "--uid", "app", "--http-socket", ":8000", "--module", "shop.wsgi"]
```
```dockerfile e/Dockerfile passes
FROM python:3.12.7-slim
COPY uwsgi.ini /etc/
CMD ["uwsgi", "--ini", "/etc/uwsgi.ini"]
```
```ini e/uwsgi.ini passes
[uwsgi]
module = shop.wsgi
uid = www-data
```

A base of which nothing is known, a user that is not known, and files that are only exported:

```dockerfile Dockerfile passes
FROM registry.acme.dev/base:4.2
CMD ["app"]
```
```dockerfile b/Dockerfile passes
ARG APP_USER
FROM debian:12.8-slim
ARG APP_USER
USER ${APP_USER}
```
```dockerfile c/Dockerfile passes
FROM scratch
COPY dist /dist
```

## Options

- `user`: the user that the fix switches to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.image import Image
from deployflow_gate.model.user import is_root

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Service


@rule(
    Severity.ERROR,
    seeds=("000:3", "001:7", "002:9", "003:8"),
    aliases=(
        "checkov:CKV_DOCKER_3", "checkov:CKV_DOCKER_8", "compose-lint:CL-0018", "hadolint:DL3002",
        "kics:last_user_is_root", "kics:missing_user_instruction", "semgrep:last-user-is-root",
        "semgrep:missing-user", "semgrep:missing-user-entrypoint", "sonar-iac:S6471", "tally:hadolint/DL3002",
        "trivy:DS-0002",
    ),
)  # fmt: skip
def check(owner: Image | Service, *, user: str = "10001") -> Iterator[Problem]:
    if not isinstance(owner, Image):
        if owner.user is not None and is_root(owner.user) and not owner.development and not _steps_down(owner):
            yield Problem(owner.user.span, f"The service `{owner.name}` runs as root.")
        return
    if not owner.runs_as_root:
        return
    own = owner.user
    yield Problem(
        own.span if own is not None else owner.span,
        "The image that ships runs as root."
        if own is None
        else "The image that ships runs as root: this is its last USER.",
        fix=_switch(owner, user),
    )


def _steps_down(service: Service) -> bool:
    """Whether the image's own entrypoint goes on as another user, and is what runs."""
    known = service.image.known if service.image is not None else None
    return known is not None and known.steps_down and service.entrypoint is None and service.build is None


def _switch(image: Image, user: str) -> Fix | None:
    if image.stage.from_scratch or image.stage.from_ is None:
        return None
    own = image.stage.instructions
    last = next((i for i in reversed(own) if i.keyword in {"RUN", "USER"}), image.stage.from_)
    start = next((i for i in own if i.span.start > last.span.start and i.keyword in {"CMD", "ENTRYPOINT"}), None)
    if start is None and own:
        last = own[-1]
    line = f"USER {user}"
    edit = edits.insert_line_before(start.span, line) if start is not None else edits.insert_line_after(last.span, line)
    return Fix(f"Run as {user}", (edit,))
