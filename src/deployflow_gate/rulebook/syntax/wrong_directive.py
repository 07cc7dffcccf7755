r"""A parser directive stands once, with a value that Docker takes.

Directives are the `# name=value` lines at the very top. Of one that is there twice, or an escape character that is neither a backslash
nor a backtick, Docker refuses the file; one without a value it takes for a comment.

Twice:

```dockerfile Dockerfile fails
# syntax=docker/dockerfile:1
«# syntax=docker/dockerfile:1»
FROM debian:12.8-slim
```
```dockerfile Dockerfile fixed
# syntax=docker/dockerfile:1
FROM debian:12.8-slim
```
```dockerfile b/Dockerfile fails
# escape=`
«# Escape = \»
FROM debian:12.8-slim
```

No escape character:

```dockerfile Dockerfile fails
# escape=«\\»
FROM debian:12.8-slim
```

No value:

```dockerfile Dockerfile fails
# syntax=docker/dockerfile:1
«# escape=»
FROM debian:12.8-slim
```

One of each, and comments that look like directives:

```dockerfile Dockerfile passes
# syntax=docker/dockerfile:1
# escape=`
# check=skip=all
# version=
FROM debian:12.8-slim
# escape=\\
# escape=
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.dockerfile import Dockerfile
    from deployflow_gate.text import Span

_WITHOUT_VALUE = regex(r"#\s*(syntax|escape)\s*=\s*", re.IGNORECASE)


@rule(
    Severity.ERROR,
    aliases=("dockerfile-utils:DUPLICATED_ESCAPE_DIRECTIVE", "dockerfile-utils:INVALID_ESCAPE_DIRECTIVE"),
)
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    for fault in dockerfile.faults:
        if fault.kind == "directive":
            yield Problem(fault.span, fault.message, fix=_without(dockerfile, fault.span))
    count = len(dockerfile.syntax.directives)  # they fill the first lines: anything else ends them
    for comment in dockerfile.comments[count : count + 1]:
        found = _WITHOUT_VALUE.fullmatch(comment.text) if comment.line == count + 1 else None
        if found is not None:
            yield Problem(comment, f"The `{found[1].lower()}` directive has no value, so that it is a comment.")


def _without(dockerfile: Dockerfile, at: Span) -> Fix | None:
    """Remove a directive that says nothing new."""
    same = [d for d in dockerfile.syntax.directives if d.span == at or d.span.start < at.start]
    if (
        not same
        or same[-1].span != at
        or not any((d.name, d.value) == (same[-1].name, same[-1].value) for d in same[:-1])
    ):
        return None
    return Fix("Remove the directive that is there twice", (edits.delete_lines(at),), safe=True)
