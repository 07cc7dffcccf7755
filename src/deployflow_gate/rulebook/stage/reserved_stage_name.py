r"""A stage has no name that means something else to Docker.

`scratch` is the empty base and `context` the build context, so that a stage of such a name cannot be meant.

Both names, in any case:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS «scratch»
FROM golang:1.23.3 AS «Context»
```

Others, and `scratch` as a base:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build-context
FROM scratch AS empty
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.stage import Stage

MEANING = {"scratch": "the empty base", "context": "the build context"}


@rule(Severity.ERROR, aliases=("buildkit:ReservedStageName", "hadolint:DL3063"))
def check(stage: Stage) -> Iterator[Problem]:
    if stage.name is not None and (meaning := MEANING.get(stage.name.raw.lower())):
        yield Problem(stage.name.span, f"`{stage.name.raw}` is Docker's name for {meaning}.")
