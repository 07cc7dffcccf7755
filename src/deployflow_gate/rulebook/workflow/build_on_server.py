r"""A server pulls the image that was tested, and builds none of its own.

What a server builds has passed no test and no scan, differs from server to server, takes memory from what runs there, and leaves
no tag to go back to. Build once in the workflow, push, and let the server pull.

Compose builds while it starts:

```yaml .github/workflows/deploy.yml fails
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - uses: appleboy/ssh-action@v1.2.0
        with:
          host: api.acme.dev
          fingerprint: SHA256:3v9
          script: |
            cd /srv/acme
            «docker compose up -d --build»
```

By ssh, in a text or in a script that it reads:

```yaml .github/workflows/deploy.yml fails
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - run: ssh -p 22 robot@api.acme.dev "cd /srv/acme && «sudo docker-compose -f prod.yml build --pull» && docker-compose -f prod.yml up -d"
      - run: |
          ssh robot@api.acme.dev 'bash -s' <<'EOF'
          cd /srv/acme
          «docker build -t acme/api .»
          docker run -d acme/api
          EOF
```

The server's engine is spoken to from the runner:

```yaml .github/workflows/deploy.yml fails
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - run: «docker -H ssh://robot@api.acme.dev compose up --build -d»
      - run: «docker compose build»
        env:
          DOCKER_HOST: ssh://robot@api.acme.dev
```

A server that pulls, and a build on the runner:

```yaml .github/workflows/deploy.yml passes
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - run: docker compose build && docker compose push
      - uses: appleboy/ssh-action@v1.2.0
        with:
          host: api.acme.dev
          fingerprint: SHA256:3v9
          script: |
            cd /srv/build
            docker compose -f build.yml pull
            docker compose up -d --no-build
            docker system prune -f
      - run: ssh robot@api.acme.dev docker compose up -d && docker compose build
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.workflow import Step

_COMPOSE = frozenset({"docker-compose", "podman-compose"})
_STARTS = frozenset({"up", "run", "create", "watch"})


@rule(Severity.WARNING, seeds=("001:3", "001:17"))
def check(step: Step) -> Iterator[Problem]:
    there = [command for script in step.remote_scripts for command in script.commands]
    here = [command for command in step.script.commands if _speaks_to_server(command)] if step.script else []
    for command in (*there, *here):
        if _builds(command):
            yield Problem(command.span, "An image is built on the server, instead of pulled as it was tested.")


def _speaks_to_server(command: Command) -> bool:
    """Whether a client of Docker works with an engine that it reaches by ssh."""
    if command.name not in ("docker", *_COMPOSE):
        return False
    host = command.option("-H", "--host")
    told = host.sketch if host is not None else command.variable("DOCKER_HOST")
    return told is not None and told.startswith("ssh://")


def _builds(command: Command) -> bool:
    from deployflow_gate.model.docker_build.commands import COMPOSE_VALUES, Tool
    from deployflow_gate.model.docker_build.scripts import tool_of

    tool = Tool("docker-compose", command.arguments) if command.name in _COMPOSE else tool_of(command)
    if tool is None:
        return False
    if command.name not in _COMPOSE and not tool.composes:
        return tool.builds or tool.bakes
    words = [word.sketch for word in (tool.rest if command.name not in _COMPOSE else command.arguments)]
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in COMPOSE_VALUES else 1
    verb = words[at] if at < len(words) else ""
    return verb == "build" or (verb in _STARTS and "--build" in words)
