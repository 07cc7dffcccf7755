r"""The names of stages are in lower case.

BuildKit compares them without case, so that `Build` and `build` are one; images, which stand in the same places, are in lower
case only. BuildKit warns of it.

In the name, and where it is used:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS «GoBuild»
FROM GoBuild AS test
FROM debian:12.8-slim
COPY --from=GoBuild /app /app
```
```dockerfile Dockerfile fixed
FROM golang:1.23.3 AS gobuild
FROM gobuild AS test
FROM debian:12.8-slim
COPY --from=gobuild /app /app
```

Lower case, and a tag with capital letters:

```dockerfile Dockerfile passes
FROM acme/tools:V1 AS go-build
FROM debian:12.8-slim
COPY --from=go-build /App /App
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule

if TYPE_CHECKING:
    from deployflow_gate.model.stage import Stage


@rule(Severity.NOTICE, aliases=("buildkit:StageNameCasing",))
def check(stage: Stage) -> Iterator[Problem]:
    name = stage.name
    if name is None or name.raw == name.raw.lower():
        return
    places = (name, *(text for text in stage.dockerfile.references.get(stage, ()) if text.span.text == name.raw))
    fix = Fix("Write it in lower case", tuple(edits.replace(text.span, name.raw.lower()) for text in places), safe=True)
    yield Problem(name.span, f"The name `{name.raw}` has capital letters.", fix=fix)
