r"""An image does not ask for the engine's socket.

Whoever reaches the socket of Docker, containerd or Podman is root on the host. A `VOLUME` of that path puts an empty folder in the way at best;
at worst it makes people mount the real one.

```dockerfile Dockerfile fails
FROM docker:27.3.1-cli
VOLUME «/var/run/docker.sock»
VOLUME ["/data", «"/run/containerd/containerd.sock"»]
```

Written as if it were a mount, which a `VOLUME` cannot be:

```dockerfile Dockerfile fails
FROM docker:27.3.1-cli
VOLUME «/var/run/docker.sock:/var/run/docker.sock»
```

Other volumes:

```dockerfile Dockerfile passes
FROM docker:27.3.1-cli
VOLUME /var/lib/docker /run/docker
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Volume

_SOCKET = regex(
    r"(?:^|:)(?:/var)?/run/(?:[\w.-]+/)*(?:docker|containerd|podman|crio|dockershim|buildkitd)\.sock(?::|$)"
)


@rule(Severity.ERROR, aliases=("semgrep:dockerfile-dockerd-socket-mount",))
def check(volume: Volume) -> Iterator[Problem]:
    for path in volume.paths:
        if _SOCKET.search(path.sketch):
            yield Problem(path.span, f"The volume `{path.sketch}` is the socket of a container engine.")
