r"""ENV and LABEL are written with `=`.

The old form `ENV name value` takes all of the rest of the line for the value: a second pair on the line, a comment, a missing
`=` are not seen. BuildKit warns of it.

One word, several, one in quotes:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ENV «PYTHONUNBUFFERED 1»
ENV «GREETING hello world»
ENV «GREETING   "hello world"»
LABEL «org.opencontainers.image.title The shop»
ONBUILD ENV «MODE $OTHER»
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
ENV PYTHONUNBUFFERED=1
ENV GREETING="hello world"
ENV GREETING="hello world"
LABEL org.opencontainers.image.title="The shop"
ONBUILD ENV MODE=$OTHER
```

Over several lines, or with quotes inside of it:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ENV «PACKAGES curl \
    git»
ENV «MESSAGE say "hello" twice»
```

A second pair that is none:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ENV «A 1 B=2»
```

The form with `=`, and instructions that have no other:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
ARG MODE
ARG A B=1
ENV PYTHONUNBUFFERED=1 GREETING="hello world" \
    EMPTY= \
    ESCAPED=hello\ world
LABEL maintainer="The shop"
MAINTAINER The shop
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.rulebook.syntax._comments import comment_behind
from deployflow_gate.syntax.dockerfile.words import quoted_ranges
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Env, Label
    from deployflow_gate.syntax.dockerfile.tree import PairSyntax


@rule(Severity.NOTICE, seeds=("002:6",), aliases=("buildkit:LegacyKeyValueFormat",))
def check(instruction: Env | Label) -> Iterator[Problem]:
    syntax = instruction.syntax
    if len(syntax.pairs) != 1:
        return
    pair = syntax.pairs[0]
    if (
        pair.value is None
        or syntax.body.text[len(pair.name.raw) :][:1] == "="
        or any(c in pair.name.raw for c in "\"'")
        or pair.value.raw.startswith("=")
    ):
        return  # a quote of the name ends in the value, which cannot be read; an = out of place is space-around-equals
    fix = None if comment_behind(syntax) is not None else _fix(pair, syntax.escape)
    yield Problem(pair.span, f"The value of `{pair.name.raw}` is given without `=`.", fix=fix)


def _fix(pair: PairSyntax, escape: str) -> Fix | None:
    name, value = pair.name, pair.value
    if value is None or name.span.line != value.span.end_line or not name.raw.isascii():
        return None
    between = Span(name.span.source, name.span.end, value.span.start)
    if len(quoted_ranges(value.raw, 0, escape)) == 1:
        return Fix("Write =", (edits.replace(between, "="),), safe=True)
    if any(c in value.raw for c in f"\"'{escape}="):
        return None
    return Fix("Write = and quotes", (edits.replace(between, '="'), edits.insert_after(value.span, '"')), safe=True)
