r"""An exposed port has a protocol that Docker knows.

Those are tcp, udp and sctp; what is spoken on top of them (HTTP, DNS) is not said in an EXPOSE. Docker refuses anything else.

One that is spoken on top, or misspelled:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
EXPOSE 80 «8080/http»
EXPOSE «53/upd»
EXPOSE «8000-8010:9000-9010/tcpp»
```

Two in one word:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
EXPOSE «53/tcp/udp»
EXPOSE «53/tcp,53/udp»
```

Known ones in any case, none, and what a variable may hold:

```dockerfile Dockerfile passes
ARG PROTOCOL
FROM debian:12.8-slim
ARG PROTOCOL
EXPOSE 80 443/tcp 53/UDP 5060/sctp 81/
EXPOSE 8080/${PROTOCOL} 8080/${MODE}p
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.command._ports import PROTOCOLS, written

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Expose


@rule(Severity.ERROR, aliases=("dockerfile-utils:INVALID_PROTO",))
def check(expose: Expose) -> Iterator[Problem]:
    known = ", ".join(PROTOCOLS)
    for port in written(expose):
        if port.fault == "protocol":
            yield Problem(
                port.node.text.span, f"`{port.protocol}` is no protocol that Docker knows; those are {known}."
            )
