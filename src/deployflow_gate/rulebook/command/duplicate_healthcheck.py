r"""A stage has one HEALTHCHECK.

Each one replaces the one before it; a container that needs two checks needs one command that makes both.

Two in one stage:

```dockerfile Dockerfile fails
FROM nginx:1.27.2
«HEALTHCHECK --interval=30s CMD curl -f http://localhost/»
HEALTHCHECK --interval=30s CMD curl -f http://localhost/api
```
```dockerfile Dockerfile fixed
FROM nginx:1.27.2
HEALTHCHECK --interval=30s CMD curl -f http://localhost/api
```

One that is switched off again:

```dockerfile Dockerfile fails
FROM nginx:1.27.2
«HEALTHCHECK CMD curl -f http://localhost/»
HEALTHCHECK NONE
```
```dockerfile Dockerfile fixed
FROM nginx:1.27.2
HEALTHCHECK NONE
```

One a stage:

```dockerfile Dockerfile passes
FROM nginx:1.27.2 AS base
HEALTHCHECK NONE
FROM base
HEALTHCHECK CMD curl -f http://localhost/
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
        "buildkit:MultipleInstructionsDisallowed", "datadog-iac:do_not_use_multiple_healthcheck", "hadolint:DL3012",
        "trivy:DS-0023",
    ),
)  # fmt: skip
def check(stage: Stage) -> Iterator[Problem]:
    from deployflow_gate.model.instruction import Healthcheck

    yield from overridden(stage, Healthcheck)
