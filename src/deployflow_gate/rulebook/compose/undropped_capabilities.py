r"""A service keeps none of root's powers that it does not need.

Docker leaves root in a container fourteen capabilities: it may change any file's owner, become any user, write raw packets. Most
applications need none of them. Drop all, and add what is missed.

Nothing is dropped:

```yaml compose.yaml fails
services:
  «web»:
    image: acme/web:1.2.0
    user: "10001:10001"
    ports: ["8080:8080"]
```
```yaml compose.yaml fixed
services:
  web:
    image: acme/web:1.2.0
    user: "10001:10001"
    ports: ["8080:8080"]
    cap_drop:
      - ALL
```

One of them is, and the others stay:

```yaml compose.prod.yaml fails
services:
  «web»:
    image: acme/web:1.2.0
    cap_drop:
      - NET_RAW
```

Who adds all of them has dropped none:

```yaml compose.yaml fails
services:
  «web»:
    image: acme/web:1.2.0
    cap_drop: [ALL]
    cap_add: [ALL]
```

All are dropped, in either spelling, and one is given back:

```yaml compose.yaml passes
services:
  web:
    image: acme/web:1.2.0
    cap_drop: [ALL]
    cap_add: [NET_BIND_SERVICE]
  api:
    image: acme/api:1.2.0
    cap_drop:
      - cap_all
  job:
    image: acme/job:1.2.0
    cap_drop: ["${DROPPED}"]
```

The file for production does it, or a file that is laid over the plain one:

```yaml compose.yaml passes
services:
  web:
    image: acme/web:1.2.0
```
```yaml compose.hardened.yaml passes
services:
  web:
    cap_drop: [all]
```

Files for work and tests:

```yaml tests/compose.yaml passes
services:
  web:
    image: acme/web:1.2.0
```
```yaml compose.yaml passes
services:
  web:
    image: acme/web:1.2.0
    environment:
      NODE_ENV: development
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.compose._keys import list_item
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.lint import Fix
    from deployflow_gate.model.compose import Service

_ALL = frozenset({"ALL", "CAP_ALL"})
_ROOT = frozenset({"0", "root"})


@rule(
    Severity.NOTICE,
    seeds=("004:10",),
    aliases=("compose-lint:CL-0006", "kics:container_capabilities_unrestricted"),
)
def check(service: Service) -> Iterator[Problem]:
    if not service.deployed:
        return
    dropped = {text.sketch.upper() for text in service.settled_texts("cap_drop")}
    added = {text.sketch.upper() for text in service.settled_texts("cap_add")}
    if any(UNKNOWN in name for name in dropped) or (dropped & _ALL and not added & _ALL):
        return
    if dropped & _ALL:
        said = "The service drops all capabilities of root and adds all of them again."
    elif dropped:
        said = "The service drops some capabilities of root and keeps the others."
    else:
        said = "The service keeps all capabilities that Docker gives to root."
    yield Problem(service.name_span, said, fix=_fix(service) if not dropped and not added else None)


def _fix(service: Service) -> Fix | None:
    """Only for a service that runs as somebody else: for root the ones that it needs would be guessed."""
    user = service.user.value if service.user is not None else None
    if user is None or user.partition(":")[0] in _ROOT:
        return None
    return list_item(service, "Drop all capabilities", "cap_drop", "ALL")
