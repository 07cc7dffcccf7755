r"""A label is set once in a stage.

The last one counts, and Docker says nothing of the others.

In one instruction:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
LABEL «version="1.4"» vendor=acme version="1.5"
LABEL title=shop \
      «url="https://old.example.com/"» \
      url="https://example.com/"
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
LABEL vendor=acme version="1.5"
LABEL title=shop \
      url="https://example.com/"
```

In several, in whatever form:

```dockerfile Dockerfile fails
FROM debian:12.8-slim AS base
«LABEL version 1.4»
LABEL «"version"="1.4"» vendor=acme
LABEL version=1.5
FROM base
LABEL title=shop «vendor="Acme"»
LABEL vendor="Acme Incorporated"
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim AS base
LABEL vendor=acme
LABEL version=1.5
FROM base
LABEL title=shop
LABEL vendor="Acme Incorporated"
```

A comment stands beside it:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
LABEL «version="1.4"» \
      # who makes it
      vendor=acme
LABEL version="1.5"
```

Each once in its stage, and names that are not known:

```dockerfile Dockerfile passes
ARG NAME
FROM debian:12.8-slim AS base
LABEL version="1.4" Version="1.4" com.example.version="1.4"
FROM base
ARG NAME
LABEL version="1.5" $NAME=1
LABEL $NAME=2
ONBUILD LABEL version="1.6"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Note, Problem, Severity, edits, rule
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Label
    from deployflow_gate.model.stage import Stage


@rule(Severity.WARNING, aliases=("tally:tally/labels/no-duplicate-keys",))
def check(stage: Stage) -> Iterator[Problem]:
    from deployflow_gate.model.instruction import Label

    last: dict[str, Span] = {}
    for label in reversed(stage.of(Label)):
        for number in range(len(label.pairs) - 1, -1, -1):
            name, pair = label.pairs[number][0].value, label.syntax.pairs[number]
            if not name:
                continue
            if name not in last:
                last[name] = pair.span
                continue
            yield Problem(
                pair.span if len(label.pairs) > 1 else label.span,
                f"The label `{name}` is set again further down, and that value counts.",
                notes=(Note(last[name], "This one counts."),),
                fix=_fix(label, number),
            )


def _fix(label: Label, number: int) -> Fix | None:
    """The pair taken away with what parts it from the next one, or from the one before it."""
    pairs = label.syntax.pairs
    this = pairs[number].span
    source = this.source
    if len(pairs) == 1:
        gone, edit = label.span, edits.delete_lines(label.span)
    elif number + 1 < len(pairs):
        gone = Span(source, this.start, pairs[number + 1].span.start)
        edit = edits.delete(gone)
    else:
        gone = Span(source, pairs[number - 1].span.end, this.end)
        edit = edits.delete(gone)
    return None if label.dockerfile.has_comment(gone) else Fix("Remove what does not count", (edit,), safe=True)
