r"""A service has a limit of memory and of processors.

Without one a leak or a rush in one container takes the memory of the host, and the kernel ends whatever it likes to, a neighbour's
database too. A limit keeps the harm where it comes from.

Neither is limited:

```yaml compose.yaml fails
services:
  «web»:
    image: acme/web:1.2.0
```

Only one of them is; what is reserved is no limit:

```yaml compose.prod.yaml fails
services:
  «web»:
    image: acme/web:1.2.0
    mem_limit: 512m
  «api»:
    image: acme/api:1.2.0
    deploy:
      resources:
        limits:
          cpus: "0.5"
        reservations:
          memory: 256M
```

A zero is none:

```yaml compose.yaml fails
services:
  «web»:
    image: acme/web:1.2.0
    mem_limit: ${MEMORY:-0m}
    cpus: 0.5
```

Both are, the one way or the other; what a variable says is not known:

```yaml compose.yaml passes
services:
  web:
    image: acme/web:1.2.0
    mem_limit: 512m
    cpus: 0.5
  api:
    image: acme/api:1.2.0
    deploy:
      resources:
        limits:
          cpus: "0.5"
          memory: 256M
  worker:
    image: acme/worker:1.2.0
    mem_limit: ${MEMORY}
    cpu_quota: 50000
```

The file for production sets them:

```yaml compose.yaml passes
services:
  web:
    image: acme/web:1.2.0
```
```yaml compose.prod.yaml passes
services:
  web:
    deploy:
      resources:
        limits: {cpus: "1", memory: 1G}
```

Only memory is asked for:

```yaml compose.yaml passes memory-only=true
services:
  web:
    image: acme/web:1.2.0
    mem_limit: 512m
```

Files for work and tests:

```yaml .devcontainer/compose.yaml passes
services:
  editor:
    image: acme/editor:1.2.0
```
```yaml compose.yaml passes
services:
  web:
    build: .
    volumes: ["./src:/app/src"]
```

## Options

- `memory-only`: do not ask for a limit of processors.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Service

_MEMORY = (("mem_limit",), ("deploy", "resources", "limits", "memory"))
_PROCESSORS = (("cpus",), ("cpu_quota",), ("cpu_count",), ("cpuset",), ("deploy", "resources", "limits", "cpus"))
_NUMBER = regex(r"(\d+(?:\.\d+)?|\.\d+)\D*")


@rule(
    Severity.NOTICE,
    seeds=("004:13",),
    aliases=("compose-lint:CL-0026", "kics:cpus_not_limited", "kics:memory_not_limited"),
)
def check(service: Service, *, memory_only: bool = False) -> Iterator[Problem]:
    if not service.deployed:
        return
    missing = [] if _limited(service, _MEMORY) else ["memory"]
    missing += [] if memory_only or _limited(service, _PROCESSORS) else ["processors"]
    if missing:
        yield Problem(service.name_span, f"The service has no limit of {' and '.join(missing)}.")


def _limited(service: Service, places: tuple[tuple[str, ...], ...]) -> bool:
    return any(_limits(text.sketch, place[0]) for place in places for text in service.settled_texts(*place))


def _limits(value: str, key: str) -> bool:
    """Whether a value is a limit: a number above zero, or something that cannot be known."""
    number = _NUMBER.match(value)
    return UNKNOWN in value or key == "cpuset" or (number is not None and float(number[1]) > 0)
