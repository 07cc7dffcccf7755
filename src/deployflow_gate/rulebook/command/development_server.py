r"""What ships is not started with a development server.

Development servers serve one request after the other, watch and reload files, show the source in their error pages, and are not made
to withstand an attack; their own manuals say so. Ship gunicorn, uvicorn without `--reload`, `next start`, or the built files behind
a web server.

The server that comes with a framework:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD «["python", "manage.py", "runserver", "0.0.0.0:8000"]»
```
```dockerfile b/Dockerfile fails
FROM python:3.12.7-slim
ENTRYPOINT ["flask", "--app", "shop"]
CMD «["run", "--host", "0.0.0.0"]»
```
```dockerfile c/Dockerfile fails
FROM node:22.11.0-slim
CMD «npx next dev»
```
```dockerfile d/Dockerfile fails
FROM php:8.3.13-cli
CMD «["php", "artisan", "serve", "--host=0.0.0.0"]»
```

A flag that makes one of a good server:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD «["uvicorn", "app:app", "--host", "0.0.0.0", "--reload"]»
```

A script of `package.json`, by what it runs, or by its name if that cannot be read:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
COPY . .
CMD «["npm", "start"]»
```
```json package.json fails
{"scripts": {"start": "vite --host"}}
```
```dockerfile web/Dockerfile fails
FROM node:22.11.0-slim
CMD «["npm", "run", "dev"]»
```

An entrypoint script that starts it:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
COPY start.sh /
CMD «["/start.sh"]»
```
```bash start.sh fails
#!/bin/sh
python manage.py migrate
exec python manage.py runserver 0.0.0.0:8000
```

A service of production does so:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD ["gunicorn", "shop.wsgi"]
```
```yaml compose.prod.yaml fails
services:
  shop:
    build: .
    command: «python manage.py runserver 0.0.0.0:8000»
```

Servers for production:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]
```
```dockerfile b/Dockerfile passes
FROM node:22.11.0-slim
CMD ["next", "start"]
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim
CMD ["fastapi", "run", "app.py"]
```

An image and a service for development:

```dockerfile Dockerfile.dev passes
FROM node:22.11.0-slim
CMD ["npm", "run", "dev"]
```
```dockerfile Dockerfile passes
FROM node:22.11.0-slim AS dev
CMD ["npm", "run", "dev"]
FROM node:22.11.0-slim
CMD ["next", "start"]
```
```yaml compose.override.yaml passes
services:
  web:
    build: .
    command: npm run dev
```

A service that runs the source beside it works with it, whatever its file is called:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["gunicorn", "shop.wsgi"]
```
```yaml compose.yaml passes
services:
  shop:
    build: .
    command: python manage.py runserver 0.0.0.0:8000
    volumes: [".:/app"]
```

Only where somebody asks for it, and a script of that name that does something else:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY start.sh /
CMD ["/start.sh"]
```
```bash start.sh passes
#!/bin/sh
if [ "$DEBUG" = 1 ]; then
  exec flask run
fi
exec gunicorn shop
```
```dockerfile web/Dockerfile passes
FROM node:22.11.0-slim
COPY package.json .
CMD ["npm", "run", "dev"]
```
```json web/package.json passes
{"scripts": {"dev": "serve -s dist"}}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Note, Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Service
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.server import Server


@rule(Severity.ERROR, seeds=("000:17", "000:18"))
def check(image: Image) -> Iterator[Problem]:
    running = [service for service in image.services if not service.development]
    replaced = bool(running) and all(s.command_words or s.entrypoint_words for s in running)
    for server in image.servers:
        if not server.development or not server.certain:
            continue
        if replaced if server.service is None else _works_with(server.service):
            continue
        yield Problem(
            server.at, f"{_program(server)} is a development server, and it is what ships.", notes=_notes(server)
        )


def _works_with(service: Service) -> bool:
    """Whether a service is for working with the source: that is mounted, and its file is not one for production."""
    sources = [m.source.value for m in service.mounts if m.type == "bind" and m.source is not None]
    return service.file.role != "production" and any((s or "").startswith((".", "$PWD")) for s in sources)


def _program(server: Server) -> str:
    words = [word.sketch for word in server.runs.words[:4]]
    return f"`{' '.join(words)}`" if "\0" not in "".join(words) else f"The command for {server.framework}"


def _notes(server: Server) -> tuple[Note, ...]:
    source = server.runs.span.source
    if source is server.at.source or source.path == "package.json":
        return ()
    return (Note(server.runs.span, "It is started here."),)
