r"""No space stands before the `=` of ENV and LABEL.

With a space there, Docker takes the line for its old form, `ENV name value`: the `=` and all that follows become the value, a second
pair on the line included.

Before it, or on both sides:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ENV «MODE =»fast
LABEL «version = »"1.4"
ONBUILD ENV «OTHER =»$MODE
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
ENV MODE=fast
LABEL version="1.4"
ONBUILD ENV OTHER=$MODE
```

A second pair, which is lost:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ENV «MODE =»fast LEVEL=2
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
ENV MODE=fast LEVEL=2
```

Several words, or none, for which it is not known what is meant:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ENV «GREETING = »hello world
ENV «EMPTY =»
LABEL «A =»1 B = 2
ENV «PATH = »/app/bin:\
    /usr/bin
```

Pairs, and values that begin with the character:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
ARG FLAG="=fast"
ARG EMPTY==
ENV MODE=fast LEVEL= OTHER="a = b"
ENV FILTER "=fast"
ENV FILTER $FLAG
LABEL version="1.4" \
      filter="= 1"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.syntax.dockerfile.words import quoted_ranges
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Env, Label
    from deployflow_gate.syntax.dockerfile.tree import PairSyntax


@rule(Severity.ERROR, aliases=("sonar-iac:S6574",))
def check(instruction: Env | Label) -> Iterator[Problem]:
    for pair in instruction.syntax.pairs[:1]:  # the old form has one
        value = pair.value
        if (
            value is None
            or not value.raw.startswith("=")
            or instruction.syntax.body.text[len(pair.name.raw) :][:1] == "="
        ):
            continue
        blanks = len(value.raw) - len(value.raw[1:].lstrip(" \t"))
        at = Span(pair.span.source, pair.name.span.start, value.span.start + blanks)
        yield Problem(
            at,
            f"The space before `=` makes it, and all behind it, the value of `{pair.name.raw}`.",
            fix=_fix(pair, at, value.raw[blanks:], instruction.syntax.escape),
        )


def _fix(pair: PairSyntax, at: Span, rest: str, escape: str) -> Fix | None:
    """The space taken away, where what is left is one word, with other pairs behind it."""
    if at.line != pair.span.end_line:
        return None
    words = [rest[start:end] for start, end in quoted_ranges(rest, 0, escape)]
    if not words or any("=" not in word or word.startswith("=") for word in words[1:]):
        return None
    return Fix("Remove the space", (edits.replace(at, f"{pair.name.raw}="),))
