r"""A flag has a value that Docker takes.

Docker refuses any other, and the build fails.

No value, no duration, no number, neither true nor false:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
COPY «--chown» app /app
COPY «--link=yes» app /app
HEALTHCHECK «--interval=soon» «--retries=many» CMD ["/app", "check"]
```

A duration without its unit:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
HEALTHCHECK «--interval=30» «--timeout=5» CMD ["/app", "check"]
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
HEALTHCHECK --interval=30s --timeout=5s CMD ["/app", "check"]
```

A flag that may stand once and stands there twice:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
COPY --chown=10001 «--chown=10001» app /app
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
COPY --chown=10001 app /app
```
```dockerfile b/Dockerfile fails
FROM debian:12.8-slim
COPY --chmod=755 «--chmod=644» app /app
```

What a mount, a network, a mode or an owner cannot be:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «--mount=type=volume,target=/data» make
RUN «--mount=type=cache,path=/root/.cache» make
RUN «--mount=type=cache,target» make
RUN «--mount=type=cache,target=/root/.cache,sharing=exclusive» make
RUN «--mount=type=bind,target=/src,sharing=locked» make
RUN «--network=bridge» make
COPY «--chmod=789» app /app
COPY «--chown=app:app:app» app /app
```

Values in all their forms, and flags that may be repeated:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG OWNER
COPY --link --parents=false --chown=${OWNER} --chmod=u=rwX,go=rX --exclude=a --exclude=b app /app
RUN --mount=type=cache,target=/root/.cache,sharing=locked --mount=type=bind,source=.,target=/src,ro --network=none make
RUN --mount=type=secret,id=token,required --mount=target=/src make
HEALTHCHECK --interval=1m30s --timeout=500ms --start-period=0s --start-interval=.5s --retries=3 CMD ["/app", "check"]
```

The value is not known before the build:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG MODE
ARG MOUNT
RUN --mount=${MOUNT} --network=${MODE} make
COPY --chmod=${MODE} app /app
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.syntax._refused import refused

if TYPE_CHECKING:
    from deployflow_gate.model.dockerfile import Dockerfile
    from deployflow_gate.syntax.dockerfile import InstructionSyntax
    from deployflow_gate.text import Span

_SECONDS = regex(r"--(?:interval|timeout|start-period|start-interval)=[0-9]+")


@rule(
    Severity.ERROR,
    aliases=(
        "dockerfile-utils:FLAG_AT_LEAST_ONE", "dockerfile-utils:FLAG_DUPLICATE",
        "dockerfile-utils:FLAG_EXPECTED_BOOLEAN_VALUE", "dockerfile-utils:FLAG_MISSING_VALUE",
    ),
)  # fmt: skip
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    for instruction, fault in refused(dockerfile, "flag-value"):
        yield Problem(fault.span, fault.message, fix=_fix(instruction, fault.span))


def _fix(instruction: InstructionSyntax, at: Span) -> Fix | None:
    if any(flag.span.start < at.start and flag.span.text == at.text for flag in instruction.flags):
        return Fix("Remove the flag that is there twice", (edits.delete_word(at),), safe=True)
    if _SECONDS.fullmatch(at.text):
        return Fix("Write seconds", (edits.insert_after(at, "s"),))
    return None
