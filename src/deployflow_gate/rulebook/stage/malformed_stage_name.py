r"""The name of a stage is one that BuildKit takes: a letter, then letters, digits, `-`, `_` and `.`.

Any other fails the build.

Other characters, a digit in front, or a variable, which is not replaced there:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS «build,test»
FROM golang:1.23.3 AS «1st»
FROM golang:1.23.3 AS «build-${TARGETARCH}»
```

All that may be in a name:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build-1.23_a
FROM golang:1.23.3 AS Build
FROM golang:1.23.3
```

What is no name at all has a rule of its own:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build stage
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.syntax.dockerfile.checks import STAGE_NAME
from deployflow_gate.syntax.dockerfile.words import shown

if TYPE_CHECKING:
    from deployflow_gate.model.stage import Stage


@rule(Severity.ERROR, aliases=("dockerfile-utils:INVALID_BUILD_STAGE_NAME",))
def check(stage: Stage) -> Iterator[Problem]:
    name = stage.name
    if (
        name is None
        or stage.from_ is None
        or len(stage.from_.syntax.values) != 3
        or STAGE_NAME.fullmatch(name.raw.lower())
    ):
        return
    why = (
        "variables are not replaced there"
        if "$" in name.raw
        else "it is a letter, then letters, digits, `-`, `_` and `.`"
    )
    yield Problem(name.span, f"{shown(name.raw)} is no name for a stage: {why}.")
