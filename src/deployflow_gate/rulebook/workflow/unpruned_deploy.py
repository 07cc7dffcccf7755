r"""A deploy removes the images that it replaced.

Every deploy leaves the image before it on the server, until the disk is full and nothing can be deployed or written any more.

A server that only pulls:

```yaml .github/workflows/deploy.yml fails
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - uses: appleboy/ssh-action@v1.2.0
        with:
          host: api.acme.dev
          script: |
            cd /srv/acme
            «docker compose pull»
            docker compose up -d
```
```yaml .github/workflows/deploy.yml fixed
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - uses: appleboy/ssh-action@v1.2.0
        with:
          host: api.acme.dev
          script: |
            cd /srv/acme
            docker compose pull
            docker compose up -d
            docker image prune -f
```

By ssh:

```yaml .github/workflows/deploy.yml fails
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - run: ssh robot@api.acme.dev "«docker pull acme/api:4.2» && docker run -d acme/api:4.2"
```

The step, or another one of the job, removes them; what pulls nothing new leaves nothing; a script of the server may do anything:

```yaml .github/workflows/deploy.yml passes
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - run: ssh robot@api.acme.dev docker compose pull
      - run: ssh robot@api.acme.dev "docker compose up -d && docker system prune -af"
  restart:
    runs-on: ubuntu-24.04
    steps:
      - run: ssh robot@api.acme.dev docker compose restart
  script:
    runs-on: ubuntu-24.04
    steps:
      - run: ssh robot@api.acme.dev "docker compose pull && ./deploy.sh"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.workflow import Step

_CLIENTS = frozenset({"docker", "podman", "docker-compose", "podman-compose", "nerdctl"})
_REMOVES = frozenset({"prune", "rmi", "--rmi"})
_SHELLS = ("sh", "bash", "make", "just", "task", "python", "python3", "ansible-playbook")
"""Programs that run what cannot be seen here."""


@rule(Severity.NOTICE, on=False, seeds=("001:20",))
def check(step: Step) -> Iterator[Problem]:
    own = [command for script in step.remote_scripts for command in script.commands]
    first = next((command for command in own if _pulls(command)), None)
    if first is None:
        return
    others = [c for other in step.parent.steps for script in other.remote_scripts for c in script.commands]
    if any(_removes(command) or _unseen(command) for command in others):
        return
    yield Problem(first.span, "The deploy leaves the images before it on the server.", fix=_fix(own))


def _pulls(command: Command) -> bool:
    words = [word.sketch for word in command.arguments]
    builds = "build" in words or "--build" in words
    return command.name in _CLIENTS and ("pull" in words or "--pull" in words or builds)


def _removes(command: Command) -> bool:
    words = {word.sketch for word in command.arguments}
    removed = bool(words & _REMOVES) or {"image", "rm"} <= words
    return (command.name in _CLIENTS and removed) or command.name in ("docker-gc", "crictl")


def _unseen(command: Command) -> bool:
    name = command.words[0].sketch if command.words else ""
    return "/" in name or name in _SHELLS or name in (".", "source")


def _fix(commands: list[Command]) -> Fix | None:
    """A line behind the last command, where each stands on a line of its own."""
    last = commands[-1]
    line = last.span.source.line_span(last.span.line).text.strip()
    if line != last.span.text or last.name not in _CLIENTS or last.within is not None or last.nesting:
        return None
    return Fix("Remove unused images", (edits.insert_line_after(last.span, "docker image prune -f"),))
