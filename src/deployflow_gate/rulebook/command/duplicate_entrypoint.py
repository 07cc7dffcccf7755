r"""A stage has one ENTRYPOINT.

Each one replaces the one before it, and Docker says nothing. Two programs are not started by two of them.

Two in one stage:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
«ENTRYPOINT ["/usr/bin/tini", "--"]»
ENTRYPOINT ["/entrypoint"]
CMD ["serve"]
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
ENTRYPOINT ["/entrypoint"]
CMD ["serve"]
```

In a stage that does not ship:

```dockerfile Dockerfile fails
FROM debian:12.8-slim AS test
«ENTRYPOINT /run-tests»
ENTRYPOINT /run-tests --all
FROM debian:12.8-slim
ENTRYPOINT ["/app"]
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim AS test
ENTRYPOINT /run-tests --all
FROM debian:12.8-slim
ENTRYPOINT ["/app"]
```

One a stage:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS base
ENTRYPOINT ["/entrypoint"]
FROM base AS debug
ENTRYPOINT ["/entrypoint", "--debug"]
FROM base
CMD ["serve"]
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
        "buildkit:MultipleInstructionsDisallowed", "hadolint:DL4004", "kics:multiple_entrypoint_instructions_listed",
        "semgrep:multiple-entrypoint-instructions", "sonar-iac:S6589", "trivy:DS-0007",
    ),
)  # fmt: skip
def check(stage: Stage) -> Iterator[Problem]:
    from deployflow_gate.model.instruction import Entrypoint

    yield from overridden(stage, Entrypoint)
