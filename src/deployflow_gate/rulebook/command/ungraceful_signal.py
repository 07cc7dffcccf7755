r"""A container is stopped with a signal that its program can answer.

SIGKILL and SIGSTOP cannot be caught: with the one, connections and files are left as they are; with the other, the program stands
still until Docker kills it ten seconds later. `docker stop` kills by itself what does not end in time.

By name or number:

```dockerfile Dockerfile fails
FROM postgres:17.2
STOPSIGNAL «SIGKILL»
```
```dockerfile Dockerfile fixed
FROM postgres:17.2
STOPSIGNAL SIGTERM
```

In other spellings, and by a variable:

```dockerfile Dockerfile fails
FROM debian:12.8-slim AS build
ENV SIGNAL=kill
STOPSIGNAL «9»
STOPSIGNAL «"stop"»
STOPSIGNAL «$SIGNAL»
FROM build
ONBUILD STOPSIGNAL «SIGSTOP»
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim AS build
ENV SIGNAL=kill
STOPSIGNAL SIGTERM
STOPSIGNAL SIGTERM
STOPSIGNAL SIGTERM
FROM build
ONBUILD STOPSIGNAL SIGTERM
```

Signals that can be caught, and those not known:

```dockerfile Dockerfile passes
ARG SIGNAL
FROM nginx:1.27.2
ARG SIGNAL
STOPSIGNAL SIGQUIT
STOPSIGNAL SIGRTMIN+3
STOPSIGNAL 15
STOPSIGNAL ${SIGNAL}
STOPSIGNAL SIGKILLED
```

Windows has no others:

```dockerfile Dockerfile passes
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
STOPSIGNAL SIGKILL
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.rulebook.command._signals import named

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Stopsignal


@rule(Severity.WARNING, aliases=("tally:tally/no-ungraceful-stopsignal",))
def check(stop: Stopsignal) -> Iterator[Problem]:
    if named(stop) not in {"KILL", "STOP"} or (stop.stage is not None and stop.stage.windows):
        return
    signal = stop.signal
    yield Problem(
        signal.span,
        f"No program can catch `{signal.sketch.strip()}`, so that it cannot end in order.",
        fix=Fix("Write SIGTERM", (edits.replace(signal.span, "SIGTERM"),)),
    )
