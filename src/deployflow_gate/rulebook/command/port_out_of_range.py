r"""An exposed port is one that exists.

Ports are the numbers up to 65535. Docker refuses anything else, some versions only when the container is started.

A number that is too high, alone or in a range:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
EXPOSE 80 «80800» 443
EXPOSE «65536/udp»
EXPOSE «65000-66000»
EXPOSE «8100-8000/tcp»
```

No number at all:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
EXPOSE «http» «-8080» «8000-» «8000--8010» «8000:» «["8080"]»
EXPOSE «8080::9090»
```

By way of a variable:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ENV PORT=eighty
EXPOSE «$PORT»
```

Commas between the ports:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
EXPOSE «80,» 443
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
EXPOSE 80 443
```

Ports, ranges, protocols, quotes:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
EXPOSE 0 080 65535
EXPOSE 8000-8010/udp "8443"
ONBUILD EXPOSE 9090
```

What the variable holds is not known, or nothing:

```dockerfile Dockerfile passes
ARG PORT
FROM debian:12.8-slim
ARG PORT
EXPOSE ${PORT} 8000-${LAST_PORT} ${PORT}/tcp
```

Mappings, protocols and comments are the matter of other rules:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
EXPOSE 127.0.0.1:8080:80
EXPOSE 53/dns
EXPOSE 8080 # the API
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.rulebook.command._ports import LAST_PORT, Written, written

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Expose


@rule(
    Severity.ERROR,
    aliases=(
        "dockerfile-utils:INVALID_PORT", "hadolint:DL3011", "kics:unix_ports_out_of_range", "semgrep:invalid-port",
        "tally:hadolint/DL3011", "trivy:DS-0008",
    ),
)  # fmt: skip
def check(expose: Expose) -> Iterator[Problem]:
    for port in written(expose):
        fault = port.fault
        text = port.node.text
        if fault == "port":
            yield Problem(text.span, f"`{text.sketch}` is no port.", fix=_without_comma(port))
        elif fault == "range":
            yield Problem(text.span, f"`{text.sketch}` is no port: they go up to {LAST_PORT}, and ranges upwards.")


def _without_comma(port: Written) -> Fix | None:
    span = port.node.text.span
    number = span.text.rstrip(",;")
    if number == span.text or not number.isdecimal():
        return None
    return Fix("Remove the comma", (edits.replace(span, number),))
