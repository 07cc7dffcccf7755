r"""The user of an image is a number.

Kubernetes' `runAsNonRoot` cannot tell whose name is root's, and refuses an image whose `USER` is a name. Off by default: only
orchestrators need it.

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN useradd --uid 10001 app
USER «app»
```

A number, root, which is another matter, and what is not known:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
USER 10001:10001
```
```dockerfile root/Dockerfile passes
FROM debian:12.8-slim
USER root
```
```dockerfile unknown/Dockerfile passes
ARG ID
FROM debian:12.8-slim
ARG ID
USER ${ID}
```

Only the last user counts, of what ships:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
USER builder
FROM debian:12.8-slim
USER app
RUN make
USER 10001
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.shipping import judged_in
from deployflow_gate.model.user import is_root

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image

OF_WINDOWS = frozenset({"containeruser", "containeradministrator"})
"""Windows has no numbers for them."""


@rule(Severity.NOTICE, on=False, aliases=("hadolint:DL3066",))
def check(image: Image) -> Iterator[Problem]:
    own = image.user
    name = own.user.value if own is not None else None
    if (
        own is None
        or name is None
        or name.isdecimal()
        or not name
        or is_root(own.user)
        or not judged_in(own.stage, image)
    ):
        return
    if name.lower() not in OF_WINDOWS:
        yield Problem(own.user.span, f"The user `{name}` is a name, not a number.")
