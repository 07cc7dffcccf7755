r"""A stage has one CMD.

Each one replaces the one before it, and Docker says nothing. Whoever reads the first one believes that it runs.

Two in one stage, whatever stands between them:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
«CMD ["/app", "--verbose"]»
COPY app /app
CMD ["/app"]
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
COPY app /app
CMD ["/app"]
```

Three, in a stage that something else is built on:

```dockerfile Dockerfile fails
FROM debian:12.8-slim AS base
«CMD /app --first \
    --second»
«cmd /app --third»
CMD /app
FROM base
USER 10001
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim AS base
CMD /app
FROM base
USER 10001
```

With a comment inside, which is not thrown away:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
«CMD /app \
    # for now
    --verbose»
CMD /app
```

One a stage, also where it replaces that of the stage below:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS base
CMD ["/app"]
FROM base AS debug
CMD ["/app", "--debug"]
FROM base
ONBUILD CMD ["/other"]
HEALTHCHECK CMD ["/app", "--check"]
CMD ["/app", "--quiet"]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.command._overridden import overridden

if TYPE_CHECKING:
    from deployflow_gate.model.stage import Stage


@rule(
    Severity.WARNING,
    aliases=(
        "buildkit:MultipleInstructionsDisallowed", "hadolint:DL4003", "kics:multiple_cmd_instructions_listed",
        "semgrep:multiple-cmd-instructions", "sonar-iac:S6589", "trivy:DS-0016",
    ),
)  # fmt: skip
def check(stage: Stage) -> Iterator[Problem]:
    from deployflow_gate.model.instruction import Cmd

    yield from overridden(stage, Cmd)
