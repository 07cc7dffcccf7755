r"""A parser directive is written in lower case.

Docker takes any case, most other programs that read Dockerfiles take lower case only. Off unless a policy turns it on.

Capital letters in the name:

```dockerfile Dockerfile fails
# «Syntax»=docker/dockerfile:1
#  «ESCAPE» = `
FROM debian:12.8-slim
```
```dockerfile Dockerfile fixed
# syntax=docker/dockerfile:1
#  escape = `
FROM debian:12.8-slim
```

Lower case, and capitals in the value or in a comment:

```dockerfile Dockerfile passes
# syntax=docker.io/Docker/dockerfile:1
# Escape the backslashes
FROM debian:12.8-slim
# Escape=`
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.dockerfile import Dockerfile


@rule(Severity.NOTICE, on=False, aliases=("dockerfile-utils:CASING_DIRECTIVE",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    for directive in dockerfile.syntax.directives:
        start = directive.span.start + directive.span.text.lower().index(directive.name)
        at = Span(directive.span.source, start, start + len(directive.name))
        if at.text != directive.name:
            fix = Fix("Write it in lower case", (edits.replace(at, directive.name),), safe=True)
            yield Problem(at, f"The directive `{at.text}` has capital letters.", fix=fix)
