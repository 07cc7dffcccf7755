r"""The keywords of a file are in one case.

Upper case by custom, lower case if all are. Mixed, they are harder to tell from the arguments; BuildKit warns of it.

Most are in upper case:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
«copy» app.py /app/
RUN pip install --no-cache-dir flask
ONBUILD «run» make
HEALTHCHECK --interval=30s «cmd» ["/app/check"]
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
COPY app.py /app/
RUN pip install --no-cache-dir flask
ONBUILD RUN make
HEALTHCHECK --interval=30s CMD ["/app/check"]
```

Most are in lower case:

```dockerfile Dockerfile fails
from python:3.12.7-slim
«COPY» app.py /app/
run pip install --no-cache-dir flask
```
```dockerfile Dockerfile fixed
from python:3.12.7-slim
copy app.py /app/
run pip install --no-cache-dir flask
```

Both in one word:

```dockerfile Dockerfile fails
«From» python:3.12.7-slim As base
«Copy» app.py /app/
«EntryPoint» ["python", "/app/app.py"]
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim AS base
COPY app.py /app/
ENTRYPOINT ["python", "/app/app.py"]
```

All in one case:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY app.py /app/
HEALTHCHECK CMD ["cmd"]
CMD run the app
```
```dockerfile b/Dockerfile passes
from python:3.12.7-slim
copy app.py /app/
healthcheck none
onbuild run make
```

A word that is no keyword:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
flask run
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Edit, Fix, Problem, Severity, edits, rule
from deployflow_gate.syntax.dockerfile.checks import KEYWORDS

if TYPE_CHECKING:
    from deployflow_gate.model.dockerfile import Dockerfile
    from deployflow_gate.syntax.dockerfile import InstructionSyntax
    from deployflow_gate.text import Span


@rule(
    Severity.NOTICE,
    aliases=("buildkit:ConsistentInstructionCasing", "dockerfile-utils:CASING_INSTRUCTION", "sonar-iac:S6476"),
)
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    instructions = [i for i in dockerfile.syntax.instructions if i.name in KEYWORDS]
    lower = sum(i.keyword_text.islower() for i in instructions)
    upper = sum(i.keyword_text.isupper() for i in instructions)
    for instruction in instructions:
        for at, written in _words(instruction):
            wanted = written.lower() if lower > upper else written.upper()
            if written != wanted:
                changes = (edits.replace(at, wanted), *_its_as(instruction, wanted))
                fix = Fix(f"Write {wanted}", changes, safe=True) if at.text == written else None
                yield Problem(
                    at, f"`{written}` stands among keywords in {'lower' if lower > upper else 'upper'} case.", fix=fix
                )


def _its_as(instruction: InstructionSyntax, keyword: str) -> Iterator[Edit]:
    """The AS of a FROM goes with it: mixed-case-as holds the one against the other."""
    if instruction.name == "FROM" and len(instruction.values) == 3:
        word, wanted = instruction.values[1], "AS" if keyword == "FROM" else "as"
        if word.raw != wanted and word.raw == word.span.text and word.raw.lower() == "as":
            yield edits.replace(word.span, wanted)


def _words(instruction: InstructionSyntax) -> Iterator[tuple[Span, str]]:
    """The keyword, that of what ONBUILD triggers, and the type of a HEALTHCHECK: where, and how it is spelled."""
    yield instruction.keyword, instruction.keyword_text
    if instruction.inner is not None and instruction.inner.name in KEYWORDS:
        yield from _words(instruction.inner)
    if (
        instruction.name == "HEALTHCHECK"
        and instruction.values
        and instruction.values[0].raw.upper() in {"CMD", "NONE"}
    ):
        yield instruction.values[0].span, instruction.values[0].raw
