r"""Nothing but ARG stands before the first FROM.

Before it there is no image that an instruction could change, and Docker refuses the file.

An instruction that came too early; Docker stops at the first one:

```dockerfile Dockerfile fails
ARG VERSION=12.8
«LABEL» org.opencontainers.image.title=shop
RUN echo hello
FROM debian:${VERSION}-slim
```

Arguments, directives, comments and blank lines:

```dockerfile Dockerfile passes
# syntax=docker/dockerfile:1

# the version
ARG VERSION=12.8
FROM debian:${VERSION}-slim
LABEL org.opencontainers.image.title=shop
```

Without any FROM the file lacks more, and a misspelled keyword is said elsewhere:

```dockerfile Dockerfile passes
RUN echo hello
```
```dockerfile misspelled/Dockerfile passes
ARGS VERSION=12.8
FROM debian:12.8-slim
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
    aliases=("datadog-iac:first_instruction_should_be_arg_or_from", "hadolint:DL3061", "tally:hadolint/DL3061"),
)
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    from deployflow_gate.model.instruction import Unknown

    first = dockerfile.stages[0].from_ if dockerfile.stages else None
    if first is None or not dockerfile.loose or isinstance(dockerfile.loose[0], Unknown):
        return
    early = dockerfile.loose[0]
    yield Problem(early.keyword_span, f"`{early.keyword}` stands before the first FROM, where only ARG may stand.")
