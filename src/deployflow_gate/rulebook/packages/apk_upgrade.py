r"""An image is not upgraded by apk; its base image is a newer one.

`apk upgrade` brings what is newest on the day of the build, so that it cannot be repeated, and keeps the old files in the layers below. A newer
base image brings the same, in one layer less.

Judged is a `RUN` in a stage that a shipped image is built from.

All packages:

```dockerfile Dockerfile fails
FROM alpine:3.20.3
RUN apk update && «apk upgrade» && apk add --no-cache curl
RUN «apk -U upgrade --available»
RUN [«"apk", "upgrade", "--no-cache"»]
```

Named packages, and what only looks:

```dockerfile Dockerfile passes
FROM alpine:3.20.3
RUN apk upgrade --no-cache libssl3 libcrypto3
RUN apk add --no-cache --upgrade curl
RUN apk upgrade --simulate
```

In a stage that nothing needs:

```dockerfile Dockerfile passes
FROM alpine:3.20.3 AS scan
RUN apk upgrade
FROM alpine:3.20.3
CMD ["sh"]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.packages._upgrade import upgraded

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command


@rule(Severity.NOTICE, aliases=("semgrep:avoid-apk-upgrade",))
def check(command: Command) -> Iterator[Problem]:
    yield from upgraded(command, frozenset({"apk"}), frozenset({"upgrade"}))
