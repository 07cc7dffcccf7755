r"""A Dockerfile begins with a base.

Without a `FROM` there is nothing to build on, and Docker refuses the file.

There is none:

```dockerfile Dockerfile fails
ARG VERSION=1
«RUN» echo hello
CMD ["sh"]
```

There is nothing but an argument:

```dockerfile Dockerfile fails
«ARG» VERSION=1
```

There is one, be it the empty one or too late; an empty file, and one whose first keyword is misspelled, are said elsewhere:

```dockerfile Dockerfile passes
ARG VERSION=1
FROM scratch
COPY app /app
```
```dockerfile late/Dockerfile passes
RUN echo too early
FROM debian:12.8-slim
```
```dockerfile misspelled/Dockerfile passes
FORM debian:12.8-slim
RUN echo hello
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.dockerfile import Dockerfile


@rule(
    Severity.ERROR,
    aliases=("datadog-iac:should_specify_base_image", "dockerfile-utils:NO_SOURCE_IMAGE"),
)
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    from deployflow_gate.model.instruction import Unknown

    if dockerfile.broken or any(stage.from_ is not None for stage in dockerfile.stages):
        return
    first = next(iter(dockerfile.stages[0].instructions), None) if dockerfile.stages else None
    if isinstance(first, Unknown):
        return  # that is unknown-instruction
    for fault in dockerfile.faults:
        if fault.kind == "order":
            yield Problem(fault.span, "The file has no FROM, so that there is nothing to build on.")
