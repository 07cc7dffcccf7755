r"""EXPOSE names ports of the container, and nothing of the host.

On which address and port of the host something is published is said when the container is started (`docker run -p`, `ports:`).
Docker ignores that part of an EXPOSE.

An address, a port of the host, or both:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
EXPOSE «8080:80»
EXPOSE «127.0.0.1:8443:443/tcp» 9000 «[::1]::9090»
EXPOSE «8000-8010:9000-9010»
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
EXPOSE 80
EXPOSE 443/tcp 9000 9090
EXPOSE 9000-9010
```

By way of variables:

```dockerfile Dockerfile fails
ARG PORT
FROM debian:12.8-slim
ARG PORT
EXPOSE «${PORT}:80»
```

Ports of the container, and a colon that belongs to a variable:

```dockerfile Dockerfile passes
ARG PORT
FROM debian:12.8-slim
ARG PORT
EXPOSE 80 443/tcp 8000-8010/udp
EXPOSE ${PORT:-8080}
```

What is no mapping either:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
EXPOSE 8080::80 http:80
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.rulebook.command._ports import Written, written

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Expose


@rule(Severity.ERROR, aliases=("buildkit:ExposeInvalidFormat", "tally:buildkit/ExposeInvalidFormat"))
def check(expose: Expose) -> Iterator[Problem]:
    for port in written(expose):
        if port.fault == "mapping":
            span = port.node.text.span
            yield Problem(span, f"`{span.text}` maps a port of the host, which EXPOSE cannot.", fix=_fix(port))


def _fix(port: Written) -> Fix | None:
    text = port.node.text
    if text.raw != text.sketch or text.span.text != text.raw:
        return None
    own = f"{port.port}/{port.protocol}" if port.protocol else port.port
    return Fix("Name the container's port alone", (edits.replace(text.span, own),), safe=True)
