r"""The protocol of an exposed port is written in lower case.

Docker writes it so wherever it shows it, and not every tool that reads a Dockerfile takes it otherwise. BuildKit warns of it.

In capitals or in mixed case:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
EXPOSE 80 «8080/TCP» 53/udp
EXPOSE «8000-8010/Udp»
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
EXPOSE 80 8080/tcp 53/udp
EXPOSE 8000-8010/udp
```

By way of a variable:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ENV PROTOCOL=TCP
EXPOSE «80/$PROTOCOL»
```

In lower case, none, one that is not known, and one that is none:

```dockerfile Dockerfile passes
ARG PROTOCOL
FROM debian:12.8-slim
ARG PROTOCOL
EXPOSE 80 443/tcp 53/udp 5060/sctp
EXPOSE 8080/${PROTOCOL}
EXPOSE 8081/HTTP
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.rulebook.command._ports import PROTOCOLS, written

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Expose
    from deployflow_gate.text import Text


@rule(Severity.NOTICE, aliases=("buildkit:ExposeProtoCasing", "tally:buildkit/ExposeProtoCasing"))
def check(expose: Expose) -> Iterator[Problem]:
    for port in written(expose):
        lower = port.protocol.lower()
        if lower != port.protocol and lower in PROTOCOLS:
            text = port.node.text
            yield Problem(
                text.span, f"The protocol `{port.protocol}` is not in lower case.", fix=_fix(text, port.protocol)
            )


def _fix(text: Text, protocol: str) -> Fix | None:
    shown = text.span.text
    if not shown.endswith("/" + protocol):
        return None
    return Fix(
        f"Write {protocol.lower()}",
        (edits.replace(text.span, shown[: -len(protocol)] + protocol.lower()),),
        safe=True,
    )
