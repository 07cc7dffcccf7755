r"""A comment stands on a line of its own.

Docker knows comments only at the start of a line. Behind an instruction, `#` and what follows become part of its value.

The value holds the comment:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ENV PYTHONUNBUFFERED 1 «# no buffering»
ENV MODE=fast «# for now»
EXPOSE 8000 «# the API»
WORKDIR /app «# code»
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
# no buffering
ENV PYTHONUNBUFFERED 1
# for now
ENV MODE=fast
# the API
EXPOSE 8000
# code
WORKDIR /app
```

A shell knows comments, and a `#` inside a word or in quotes is none:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
# a comment
ENV COLOR=#ffffff NOTE="a # b"
RUN pip install --no-cache-dir flask # the framework
CMD python app.py # start
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.rulebook.syntax._comments import comment_behind

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Instruction


@rule(Severity.WARNING, seeds=("002:6",))
def check(instruction: Instruction) -> Iterator[Problem]:
    at = comment_behind(instruction.syntax)
    if at is None:
        return
    one_line = at.line == at.end_line == instruction.span.line
    fix = Fix(
        "Move the comment to a line of its own",
        (edits.insert_line_before(instruction.span, at.text), edits.delete_word(at)),
    )
    yield Problem(
        at,
        f"`{at.text}` is part of the value of `{instruction.keyword}`, not a comment.",
        fix=fix if one_line else None,
    )
