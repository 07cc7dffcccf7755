r"""The file system of a service is read-only but for the places where it must write.

Who breaks into an application changes its code, leaves tools and comes back. With `read_only` only volumes and `tmpfs` can be
written, and the container is after a year what the image was.

Nothing says that it is:

```yaml compose.yaml fails
services:
  «web»:
    image: acme/web:1.2.0
```
```yaml compose.yaml fixed
services:
  web:
    image: acme/web:1.2.0
    read_only: true
    tmpfs:
      - /tmp
```

A `tmpfs` alone leaves the rest writable:

```yaml compose.prod.yaml fails
services:
  «web»:
    image: acme/web:1.2.0
    tmpfs: [/run]
```
```yaml compose.prod.yaml fixed
services:
  web:
    image: acme/web:1.2.0
    tmpfs: [/run]
    read_only: true
```

It is switched off:

```yaml compose.yaml fails
services:
  web:
    image: acme/web:1.2.0
    «read_only: false» # it writes its own cache
```
```yaml compose.yaml fixed
services:
  web:
    image: acme/web:1.2.0
    read_only: true # it writes its own cache
```

It is on, or what it is cannot be known:

```yaml compose.yaml passes
services:
  web:
    image: acme/web:1.2.0
    read_only: true
    tmpfs: [/tmp]
  api:
    image: acme/api:1.2.0
    read_only: ${READ_ONLY}
  worker:
    extends:
      file: ../shared/worker.yaml
      service: worker
```

A file that is laid over the plain one does it:

```yaml compose.yaml passes
services:
  web:
    image: acme/web:1.2.0
```
```yaml compose.prod.yaml passes
services:
  web:
    read_only: true
```

Files for work and tests, and a plain file that production has another one for:

```yaml compose.override.yaml passes
services:
  web:
    image: acme/web:1.2.0
```
```yaml app/compose.yaml passes
services:
  web:
    image: acme/web:1.2.0
```
```yaml app/compose.prod.yaml passes
services:
  web:
    image: acme/web:1.2.0
    read_only: true
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.compose import truth
from deployflow_gate.rulebook.compose._keys import new_key

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Service


@rule(
    Severity.NOTICE,
    seeds=("002:10", "004:9"),
    aliases=("code-pathfinder:COMPOSE-SEC-006", "compose-lint:CL-0007", "semgrep:writable-filesystem-service"),
)
def check(service: Service) -> Iterator[Problem]:
    if not service.deployed or any(truth(text) is not False for text in service.settled_texts("read_only")):
        return
    entry = service.entry("read_only")
    said = "The file system of the container can be written, the program's own files too."
    if entry is not None:
        mend = edits.replace(entry.value.span, "true") if entry.alias is None else None
        yield Problem(entry.span, said, fix=Fix("Make it read-only", (mend,)) if mend is not None else None)
    else:
        lines = ["read_only: true"]
        if not any(mount.type == "tmpfs" for mount in service.mounts):
            lines += ["tmpfs:", "  - /tmp"]
        made = new_key(service, *lines)
        yield Problem(service.name_span, said, fix=Fix("Make it read-only", (made,)) if made is not None else None)
