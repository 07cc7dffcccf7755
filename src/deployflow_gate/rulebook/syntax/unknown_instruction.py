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

What ONBUILD triggers is another rule's matter:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ONBUILD RUNN echo hello
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.syntax._keywords import misspelled

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Unknown


@rule(Severity.ERROR, aliases=("dockerfile-utils:UNKNOWN_INSTRUCTION",))
def check(unknown: Unknown) -> Iterator[Problem]:
    if not unknown.onbuild:  # behind ONBUILD that is forbidden-onbuild
        yield misspelled(unknown)
