r"""Every instruction is one that Docker knows.

A misspelled keyword fails the build.

A keyword that is close to one:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
«RUNN» echo hello
«HEALTHCHEK» NONE
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN echo hello
HEALTHCHECK NONE
```

A line that lost its backslash:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN apt-get update
    «&&» apt-get install -y curl
```

Known ones in any case:

```dockerfile Dockerfile passes
from debian:12.8-slim
Run echo hello
ONBUILD run echo hello
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Unknown

KEYWORDS = (
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN",
    "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
)  # fmt: skip


@rule(Severity.ERROR, aliases=("dockerfile-utils:UNKNOWN_INSTRUCTION",))
def check(unknown: Unknown) -> Iterator[Problem]:
    from difflib import get_close_matches

    close = get_close_matches(unknown.keyword, KEYWORDS, n=1, cutoff=0.7)
    fix = Fix(f"Write {close[0]}", (edits.replace(unknown.keyword_span, close[0]),)) if close else None
    hint = f"; `{close[0]}` is close" if close else ""
    yield Problem(unknown.keyword_span, f"Docker knows no instruction `{unknown.keyword_span.text}`{hint}.", fix=fix)
