r"""A web service is asked whether it is healthy.

A process that runs need not answer, and a start page that is served from a file answers while the database is gone. An endpoint of its
own, such as `/health` or `/healthz`, says what the service itself knows, costs little, and stays out of the statistics.

The process is looked for:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
HEALTHCHECK CMD «pgrep -x gunicorn || exit 1»
CMD ["gunicorn", "app:app"]
```
```dockerfile c/Dockerfile fails
FROM python:3.12.7-slim
HEALTHCHECK CMD «["kill", "-0", "1"]»
CMD ["gunicorn", "app:app"]
```
```dockerfile b/Dockerfile fails
FROM node:22.11.0-slim
EXPOSE 3000
HEALTHCHECK --interval=30s CMD «ps aux | grep -q "[n]ode server.js"»
CMD ["node", "server.js"]
```

Nothing is asked at all:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
HEALTHCHECK CMD «["python", "-c", "import sys; sys.exit(0)"]»
CMD ["uvicorn", "app:app"]
```
```dockerfile b/Dockerfile fails
FROM python:3.12.7-slim
HEALTHCHECK CMD «exit 0»
CMD ["uvicorn", "app:app"]
```

The start page is asked for:

```dockerfile Dockerfile fails
FROM python:3.12.7
HEALTHCHECK CMD «curl -f http://localhost:8000/ || exit 1»
CMD ["uvicorn", "app:app"]
```
```dockerfile b/Dockerfile fails
FROM node:22.11.0-slim
EXPOSE 3000
HEALTHCHECK CMD «["node", "-e", "require('http').get('http://localhost:3000', r => process.exit(r.statusCode === 200 ? 0 : 1))"]»
CMD ["node", "server.js"]
```

A service's check:

```dockerfile Dockerfile fails
FROM python:3.12.7
CMD ["uvicorn", "app:app"]
```
```yaml compose.yaml fails
services:
  api:
    build: .
    healthcheck:
      test: «["CMD", "curl", "-f", "http://127.0.0.1:8000"]»
```

An endpoint is asked, whatever it is called:

```dockerfile Dockerfile passes
FROM python:3.12.7
HEALTHCHECK CMD curl -f http://localhost:8000/health || exit 1
CMD ["uvicorn", "app:app"]
```
```dockerfile b/Dockerfile passes
FROM node:22.11.0-slim
EXPOSE 3000
HEALTHCHECK CMD ["node", "-e", "fetch('http://localhost:3000/api/status').then(r => process.exit(r.ok ? 0 : 1))"]
CMD ["node", "server.js"]
```
```dockerfile c/Dockerfile passes
FROM python:3.12.7-slim
HEALTHCHECK CMD ["python", "healthcheck.py"]
CMD ["uvicorn", "app:app"]
```
```dockerfile d/Dockerfile passes
FROM python:3.12.7
HEALTHCHECK CMD pgrep gunicorn && curl -f http://localhost:8000/healthz
CMD ["gunicorn", "app:app"]
```

Which page it asks is not known:

```dockerfile Dockerfile passes
FROM python:3.12.7
ARG CHECK_PATH
ENV CHECK_PATH=$CHECK_PATH
HEALTHCHECK CMD curl -f "http://localhost:8000$CHECK_PATH"
CMD ["uvicorn", "app:app"]
```

What serves no HTTP has its process only, and a web server of files has no endpoint:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
HEALTHCHECK CMD pgrep -f celery
CMD ["celery", "-A", "shop", "worker"]
```
```dockerfile b/Dockerfile passes
FROM nginx:1.27.2
HEALTHCHECK CMD curl -f http://localhost/
COPY dist /usr/share/nginx/html
```
```dockerfile c/Dockerfile passes
FROM node:22.11.0
HEALTHCHECK CMD curl -f http://localhost:3000/
CMD ["npx", "serve", "dist"]
```

Images from elsewhere, of which it is not known what they offer:

```yaml compose.yaml passes
services:
  wiki:
    image: registry.acme.dev/wiki:4.2
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8080/"]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.image import Image
from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.compose import Service
    from deployflow_gate.model.script import Script
    from deployflow_gate.text import Span

PROCESS_TOOLS = frozenset({"pgrep", "pidof", "ps", "killall", "pkill", "supervisorctl", "pm2"})
"""What looks for a process by its name, or asks its supervisor."""

FILE_SERVERS = frozenset({"nginx", "httpd", "serve", "http-server", "http.server", "caddy", "vite", "php-fpm"})
"""Servers of files, which have no endpoint but their pages."""

_BESIDE = frozenset(
    {"grep", "egrep", "exit", "test", "[", "[[", "true", "false", "awk", "wc", "echo", "head", "kill", "cat", "xargs"}
)
"""What stands beside these, and asks nothing itself."""

_URL = regex(rf"https?://(?:\[[^\]]*\]|{UNKNOWN}|[^\s/:'\"`?#){UNKNOWN}]+)(?::(?:\d+|{UNKNOWN}))?(?P<path>[^\s'\"`)]*)")
_NO_QUESTION = regex(
    r"\s*(?:import sys[;,]\s*)?(?:sys\.|process\.)?exit\(\s*0?\s*\);?\s*|\s*import \w+;?\s*|\s*(?:console\.log|print)\([^()]*\);?\s*"
)
_SELF_CONTAINED = frozenset({"-c", "-e", "--eval", "-p"})


@rule(Severity.NOTICE, seeds=("000:14", "004:7"))
def check(owner: Image | Service) -> Iterator[Problem]:
    if isinstance(owner, Image):
        found = owner.healthcheck
        if found is not None and found.command is not None and found.stage is owner.stage and _is_application(owner):
            body = found.argument_text
            start = len(body.text) - len(body.text.lstrip())
            yield from _asked(found.command, body.span(start, len(body.text.rstrip())))
        return
    check_ = owner.healthcheck
    test = check_.test if check_ is not None else None
    entry = check_.mapping.merged.get("test") if check_ is not None else None
    images = owner.file.project.images_run_by.get(owner, ())
    if (
        test is not None
        and entry is not None
        and not owner.development
        and images
        and all(map(_is_application, images))
    ):
        yield from _asked(test, entry.value.span)


def _is_application(image: Image) -> bool:
    """Whether the image serves HTTP by a program of its own, which can have an endpoint."""
    if not image.web or any(server.framework in FILE_SERVERS for server in image.servers):
        return False
    base = image.base
    return image.stage.from_scratch or base is None or base.known is None or base.known.sort in {"language", "distro"}


def _asked(script: Script, at: Span) -> Iterator[Problem]:
    commands = [command for command in script.commands if command.inner is None and command.words]
    urls = [found for command in commands for word in command.words for found in _URL.finditer(word.sketch)]
    if urls:
        if all(found["path"].partition("?")[0] in {"", "/"} for found in urls):
            yield Problem(at, "The health check asks for the start page, and not for an endpoint of its own.")
        return
    looks = next((command for command in commands if command.name in PROCESS_TOOLS or _signals(command)), None)
    if looks is not None and all(c.name in PROCESS_TOOLS or c.name in _BESIDE for c in commands):
        yield Problem(at, f"The health check only looks for a process, by `{looks.name}`.")
    elif commands and all(_asks_nothing(command) for command in commands):
        yield Problem(at, "The health check asks nothing, so that it always succeeds.")


def _signals(command: Command) -> bool:
    """`kill -0 1`, which only asks whether there is such a process."""
    return command.name == "kill" and "-0" in [word.sketch for word in command.words]


def _asks_nothing(command: Command) -> bool:
    if command.name in {"true", ":", "echo"}:
        return True
    values = [word.sketch for word in command.words[1:]]
    if command.name == "exit":
        return values in ([], ["0"], ["1"])
    if len(values) == 1 and values[0] in {"--version", "-V", "-v"}:
        return True
    return len(values) == 2 and values[0] in _SELF_CONTAINED and _NO_QUESTION.fullmatch(values[1]) is not None
