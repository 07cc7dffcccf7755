r"""Nothing follows the backslash that continues a line.

BuildKit forgives blanks behind it, other builders and every shell script do not: there the backslash escapes the blank, the
line ends, and the next line is run as an instruction of its own. It cannot be seen in a review.

A blank behind the backslash:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN apt-get update \«  »
    && apt-get install -y --no-install-recommends curl
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl
```

The backslash is the line's last character, or the line is not continued:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN apt-get update \
    # why this one
    && apt-get install -y curl
RUN echo 'a \ b'
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Instruction


@rule(Severity.ERROR, seeds=("004:22",))
def check(instruction: Instruction) -> Iterator[Problem]:
    for mark in instruction.syntax.continuations:
        blank = Span(mark.source, mark.start + 1, mark.end)
        if blank.text.strip("\r\n"):
            fix = Fix("Remove the white space", (edits.delete(blank),), safe=True)
            yield Problem(blank, "White space follows the backslash that continues the line.", fix=fix)
