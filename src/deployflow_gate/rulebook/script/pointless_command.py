r"""A build runs no command that only makes sense on a running machine.

Nobody looks at what `top` shows in a build, an editor waits for nobody, and a service that is started ends with the `RUN`: a layer keeps
files, no processes. Start it when the container starts (`CMD`), or leave it out.

What only shows something, waits for a person, or acts on the machine:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «top»
RUN apt-get update && «free -m»
RUN [«"ps", "aux"»]
RUN sh -c '«ifconfig»' | cat
RUN «vim /etc/config» && «shutdown now»
ONBUILD RUN «kill -9 1234»
```

A service that ends with the layer, and another machine:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y nginx && «service nginx start»
RUN echo data | «ssh deploy@example.com»
```

Needed in the same RUN, made for scripts, or only a word:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN service mysql start && mysql -e 'create database app' && service mysql stop
RUN ./server & sleep 5 && ./seed && kill %1
RUN until ps ax | grep -q server; do sleep 1; done
RUN mount | grep /dev/shm
RUN --mount=type=ssh ssh -T git@example.com
RUN apt-get install -y ssh vim && vim +PlugInstall +qall && echo top && ssh-keygen -A
RUN git config core.editor vim && ./top
CMD ["service", "nginx", "start"]
```

A list of one's own:

```dockerfile Dockerfile fails commands=["htop", "nano"]
FROM debian:12.8-slim
RUN top && «nano»
```

## Options

- `commands`: the names of the commands.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.shipping import run_of
from deployflow_gate.rulebook.script._pointless import POINTLESS, of_use

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command


@rule(
    Severity.NOTICE,
    aliases=(
        "hadolint:DL3001", "kics:run_utilities_and_posix_commands", "semgrep:nonsensical-command", "tally:hadolint/DL3001",
    ),
)  # fmt: skip
def check(command: Command, *, commands: tuple[str, ...] = POINTLESS) -> Iterator[Problem]:
    if command.name not in commands or command.words[0].sketch.startswith("."):
        return
    run = run_of(command)
    if run is None or of_use(command, run):
        return
    at = command.words[0].span.until(command.words[-1].span)
    yield Problem(at, f"`{command.name}` does nothing that an image keeps.")
