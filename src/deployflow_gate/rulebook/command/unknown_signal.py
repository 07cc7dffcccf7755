r"""The signal that stops a container exists.

Docker refuses any other. It takes names with or without SIG, in any case, and numbers.

No signal of that name or number:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
STOPSIGNAL «SIGGRACE»
STOPSIGNAL «99»
STOPSIGNAL «0»
STOPSIGNAL «"SIGTERM SIGKILL"»
STOPSIGNAL «$»
```

A misspelled one:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
STOPSIGNAL «SIGTERN»
STOPSIGNAL «qiut»
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
STOPSIGNAL SIGTERM
STOPSIGNAL SIGQUIT
```

By way of a variable:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ENV SIGNAL=stop-it
STOPSIGNAL «${SIGNAL}»
```

Names, numbers, and what is not known:

```dockerfile Dockerfile passes
ARG SIGNAL
FROM debian:12.8-slim
ARG SIGNAL
STOPSIGNAL SIGTERM
STOPSIGNAL "quit"
STOPSIGNAL 15
STOPSIGNAL SIGRTMIN+3
STOPSIGNAL $SIGNAL
STOPSIGNAL ${OTHER_SIGNAL}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.rulebook.command._signals import NAMES, exists, named

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Stopsignal

MAX_LENGTH = 20
"""Characters of a word that may be a misspelled signal."""


@rule(Severity.ERROR, aliases=("dockerfile-utils:INVALID_SIGNAL",))
def check(stop: Stopsignal) -> Iterator[Problem]:
    name = named(stop)
    if name is not None and not exists(name):
        signal = stop.signal
        yield Problem(signal.span, f"`{signal.sketch.strip()}` is no signal.", fix=_fix(stop, name))


def _fix(stop: Stopsignal, name: str) -> Fix | None:
    span = stop.signal.span
    if not span.text.isalnum() or len(name) > MAX_LENGTH:
        return None
    from difflib import get_close_matches

    meant = get_close_matches(name, sorted(NAMES), n=1, cutoff=0.7)
    return Fix(f"Write SIG{meant[0]}", (edits.replace(span, "SIG" + meant[0]),)) if meant else None
