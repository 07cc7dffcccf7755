r"""A build runs in its sandbox.

`RUN --security=insecure` runs the command with all capabilities and without seccomp: whatever is downloaded and run there may take
over the builder.

```dockerfile Dockerfile fails
# syntax=docker/dockerfile:1-labs
FROM debian:12.8-slim
ARG MODE=insecure
RUN «--security=insecure» mount -t tmpfs none /mnt
RUN «--security=$MODE» ["sysctl", "-a"]
```

In the sandbox, by default or by word, and a value that is not known:

```dockerfile Dockerfile passes
# syntax=docker/dockerfile:1-labs
FROM debian:12.8-slim
ARG MODE
RUN make
RUN --security=sandbox make
RUN --security=$MODE make
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Run


@rule(Severity.ERROR, aliases=("sonar-iac:S6502",))
def check(run: Run) -> Iterator[Problem]:
    security = run.flag("security")
    if security is not None and security.value is not None and security.value.value == "insecure":
        yield Problem(security.span, "The command runs without the builder's sandbox.")
