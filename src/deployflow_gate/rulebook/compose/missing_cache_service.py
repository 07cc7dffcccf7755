r"""A stack that is made for a rush has a cache and a limit of requests.

Many workers all ask the same database the same things. A cache answers most of that, and a limit of requests for each client keeps one
of them from taking all of the rest.

Many processes on a database, and nothing between:

```yaml compose.prod.yaml fails
services:
  «api»:
    image: ghcr.io/acme/api:1.4.2
    command: gunicorn --workers 4 shop.wsgi
    depends_on: [db]
    deploy:
      replicas: 3
  db:
    image: postgres:16.4
```

A cache is there, or one that is somewhere else is named:

```yaml compose.prod.yaml passes
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    command: gunicorn --workers 12 shop.wsgi
  cache:
    image: redis:7.4.1
  db:
    image: postgres:16.4
```
```yaml b/compose.prod.yaml passes
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    command: gunicorn --workers 12 shop.wsgi
    environment:
      REDIS_URL: redis://cache.internal:6379
  db:
    image: postgres:16.4
```

So is a limit, by the proxy or by the application:

```yaml compose.prod.yaml passes
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    command: gunicorn --workers 12 shop.wsgi
    labels:
      traefik.http.middlewares.calm.ratelimit.average: "100"
  db:
    image: postgres:16.4
```
```yaml b/compose.prod.yaml passes
services:
  proxy:
    image: nginx:1.27.2
    volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
  api:
    image: ghcr.io/acme/api:1.4.2
    command: gunicorn --workers 12 shop.wsgi
  db:
    image: postgres:16.4
```
```text b/nginx.conf passes
limit_req_zone $binary_remote_addr zone=calm:10m rate=10r/s;
```
```yaml c/compose.prod.yaml passes
services:
  api:
    build: .
  db:
    image: postgres:16.4
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
CMD ["gunicorn", "-w", "12", "shop.wsgi"]
```
```text c/requirements.txt passes
gunicorn==23.0.0
flask==3.1.0
Flask-Limiter==3.8.0
```

A small stack, one without a database, and one for work:

```yaml compose.prod.yaml passes
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    command: gunicorn --workers 4 shop.wsgi
  db:
    image: postgres:16.4
```
```yaml b/compose.prod.yaml passes
services:
  pages:
    image: ghcr.io/acme/pages:1.4.2
    command: gunicorn --workers 16 pages.wsgi
```
```yaml c/compose.dev.yaml passes
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    command: gunicorn --workers 16 shop.wsgi
  db:
    image: postgres:16.4
```

## Options

- `processes`: from how many processes of web servers on a stack is made for a rush.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from posixpath import basename, dirname, join, normpath
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.framework import node_packages, python_packages, ruby_gems
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.compose._load import CACHES, RELATIONAL, image_name, in_use, loads, stack, words_of

if TYPE_CHECKING:
    from deployflow_gate.model.compose import ComposeFile, Service

LIBRARIES = frozenset(
    {
        *("redis", "pymemcache", "python-memcached", "pylibmc", "django-redis", "aiocache", "fastapi-cache2", "flask-caching", "aioredis"),
        *("slowapi", "flask-limiter", "django-ratelimit", "fastapi-limiter", "limits", "django-axes", "throttled-py", "valkey"),
        *("ioredis", "memjs", "node-cache", "express-rate-limit", "rate-limiter-flexible", "@fastify/rate-limit", "@nestjs/throttler"),
        *("@upstash/redis", "@upstash/ratelimit", "@fastify/redis", "keyv", "cache-manager", "iovalkey"),
        *("rack-attack", "dalli", "redis-rails", "solid_cache"),
    }
)  # fmt: skip
"""Packages of Python, Node and Ruby that cache or limit."""

MAX_CONFIGURATIONS = 20
"""Configuration files of proxies that are read; real stacks mount a few."""

_CACHE = regex(r"redis|valkey|memcache|elasticache|upstash|dragonfly", re.IGNORECASE)
_LIMITS = regex(r"limit_req|limit_conn|proxy_cache|ratelimit|rate_limit|stick-table|fastcgi_cache", re.IGNORECASE)


@rule(Severity.NOTICE, on=False, seeds=("000:19",))
def check(file: ComposeFile, *, processes: int = 8) -> Iterator[Problem]:
    if not in_use(file) or not any(image_name(service) in RELATIONAL for service in stack(file)):
        return
    found = loads(file)
    total = sum(load.processes for load in found)
    if total < processes or any(_calms(service) for service in stack(file)):
        return
    said = f"{total} processes answer requests from a database, with no cache and no limit of requests."
    yield Problem(found[0].service.name_span, said)


def _calms(service: Service) -> bool:
    """Whether a service is a cache, names one, or limits requests, as far as can be seen."""
    if (
        image_name(service) in CACHES
        or _CACHE.search(service.name)
        or any(_CACHE.search(word) for word in words_of(service))
    ):
        return True
    labels = (text.sketch for pair in service.labels for text in pair if text is not None)
    if any(_LIMITS.search(text) for text in labels) or service.env_files:
        return True
    for image in service.file.project.images_run_by.get(service, ()):
        if not LIBRARIES.isdisjoint(python_packages(image) | node_packages(image) | ruby_gems(image)):
            return True
    return any(_LIMITS.search(text) for text in islice(_configurations(service), MAX_CONFIGURATIONS))


def _configurations(service: Service) -> Iterator[str]:
    """The texts of the files that are mounted into it or stand in its build's folder and have the name of a configuration."""
    project = service.file.project
    for mount in service.mounts:
        if mount.type == "bind" and mount.source is not None and mount.source.value is not None:
            path = normpath(join(dirname(mount.span.path), mount.source.value))
            for one in (path,) if path in project.paths else _below(service, path):
                source = project.read_text(one)
                yield source.text if source is not None else ""
    for image in project.images_run_by.get(service, ()):
        if (
            image.context is not None
            and image.base is not None
            and image.base.known is not None
            and image.base.known.sort == "server"
        ):
            for name in image.context.all_files:
                if name.endswith((".conf", ".conf.template", ".cfg", "Caddyfile")):
                    source = project.read_text(image.context.inside(name))
                    yield source.text if source is not None else ""


def _below(service: Service, folder: str) -> Iterator[str]:
    project = service.file.project
    if project.is_dir(folder) and folder != ".":
        yield from (
            p
            for p in project.paths
            if dirname(p) == folder and basename(p).endswith((".conf", ".template", ".cfg", ".yml", ".toml"))
        )
