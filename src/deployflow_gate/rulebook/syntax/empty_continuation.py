r"""No empty line stands inside of a continued instruction.

Docker skips the line and goes on, so that an instruction may swallow the next one without a word. BuildKit warns of it and will
refuse it one day.

Between two lines of one instruction:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN apt-get update \
«

»    && apt-get install -y --no-install-recommends curl
EXPOSE \
    # the API
«
»    8000
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl
EXPOSE \
    # the API
    8000
```

A backslash too many makes the next instruction a part of this one:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl \
«
»COPY app /app
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl

COPY app /app
```

The file ends in a continuation:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
EXPOSE 8000 «\»

# that is all
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
EXPOSE 8000

# that is all
```

An operator waits for what the next instruction is not:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN apt-get update && \
«
»RUN apt-get install -y curl
```

Comments are no empty lines, and a heredoc may have them:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN apt-get update \
    # only what is needed
    #
    && apt-get install -y --no-install-recommends curl
RUN <<EOF
apt-get update

apt-get install -y --no-install-recommends curl
EOF

COPY app \
    /app
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.syntax.dockerfile.checks import KEYWORDS
from deployflow_gate.text import Source, Span

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Instruction

_WAITING = ("&&", "||", "|", ";", ",", "(", "{", "=")
"""What a line ends with that needs another one."""


@rule(Severity.WARNING, aliases=("buildkit:NoEmptyContinuation", "dockerfile-utils:EMPTY_CONTINUATION_LINE"))
def check(instruction: Instruction) -> Iterator[Problem]:
    for mark in instruction.syntax.continuations:
        for blank in _blank_lines(mark):
            swallowed = _next_keyword(blank)
            at, message = blank, "An empty line stands inside of a continued instruction."
            if swallowed:
                message = f"The line above is continued past an empty line, so `{swallowed}` becomes a part of it."
            elif swallowed is None:
                at = Span(mark.source, mark.start, mark.start + 1)
                message = "The line is continued, and no other follows but empty ones."
            yield Problem(at, message, fix=_fix(mark, blank, joins=swallowed == ""))
            if swallowed is None:
                return


def _blank_lines(mark: Span) -> Iterator[Span]:
    """The runs of empty lines between a continued line and the next one that says something; comments are in between, too."""
    source = mark.source
    starts = source.line_starts
    begin: int | None = None
    for number in range(mark.line, len(starts)):
        start = starts[number]
        end = starts[number + 1] if number + 1 < len(starts) else len(source.text)
        line = source.text[start:end].strip()
        if not line and end > start:
            begin = start if begin is None else begin
            continue
        if begin is not None:
            yield Span(source, begin, start)
            begin = None
        if not line.startswith("#"):
            return


def _next_keyword(blank: Span) -> str | None:
    """The keyword of the instruction that the next line looks like; "" if it looks like none, None at the end of the file."""
    for line in _rest(blank.source, blank.end):
        if line.strip() and not line.lstrip().startswith("#"):
            word = line.split()[0]
            return word if word in KEYWORDS and line[0] == word[0] else ""
    return None


def _rest(source: Source, start: int) -> Iterator[str]:
    while start < len(source.text):
        end = source.text.find("\n", start)
        end = len(source.text) if end == -1 else end
        yield source.text[start:end]
        start = end + 1


def _fix(mark: Span, blank: Span, *, joins: bool) -> Fix | None:
    if joins:
        return Fix("Remove the empty line", (edits.delete(blank),), safe=True)
    line = mark.source.line_span(mark.line)
    before = Span(mark.source, line.start, mark.start).text.rstrip()
    if not before or before.endswith(_WAITING):
        return None
    return Fix("End the instruction above", (edits.delete_word(mark),))
