r"""USER stands before the CMD and ENTRYPOINT that it governs.

Docker takes the last USER wherever it stands, but a reader goes from top to bottom: behind the command it is overlooked, or taken
for one that only the commands below it run as.

Behind the command, or behind the entry point:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
COPY app.py /app/
CMD ["python", "/app/app.py"]
«USER 10001»
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
COPY app.py /app/
USER 10001
CMD ["python", "/app/app.py"]
```
```dockerfile b/Dockerfile fails
FROM python:3.12.7-slim
ENTRYPOINT ["python"]
# what runs by default
CMD \
    # the server
    ["/app/app.py"]
RUN useradd --uid 10001 app
«USER app»
EXPOSE 8000
```
```dockerfile b/Dockerfile fixed
FROM python:3.12.7-slim
# what runs by default
RUN useradd --uid 10001 app
USER app
ENTRYPOINT ["python"]
CMD \
    # the server
    ["/app/app.py"]
EXPOSE 8000
```

Between the two:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ENTRYPOINT ["python"]
«USER 10001»
CMD ["/app/app.py"]
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
USER 10001
ENTRYPOINT ["python"]
CMD ["/app/app.py"]
```

The shell of a command is chosen in between, so it cannot be moved by itself:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD exec python /app/app.py
SHELL ["/bin/bash", "-c"]
«USER 10001»
```

Before them, or in another stage than they:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim AS base
CMD ["python", "/app/app.py"]
FROM base
USER root
RUN apt-get update
USER 10001
HEALTHCHECK CMD python /app/check.py
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
USER 10001
ENTRYPOINT ["python"]
CMD ["/app/app.py"]
```

An entry point that is only taken away, an earlier command that a later one replaces, and a stage that does not ship:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim AS tests
CMD ["pytest"]
USER 10001
FROM python:3.12.7-slim
CMD ["python", "/app/old.py"]
ENTRYPOINT []
USER 10001
CMD ["python", "/app/app.py"]
```

Root, which is the matter of root-user:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["python", "/app/app.py"]
USER root
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from deployflow_gate.lint import Edit, Fix, Note, Problem, Severity, edits, rule
from deployflow_gate.model.instruction import Cmd, Entrypoint, Shell
from deployflow_gate.model.shipping import judged_in
from deployflow_gate.model.user import is_root

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.instruction import Instruction, User


@rule(Severity.WARNING, seeds=("000:3",))
def check(image: Image) -> Iterator[Problem]:
    user = image.user
    if image.development or user is None or user.stage is None or is_root(user.user):
        return
    starting = [
        instruction
        for instruction in (image.entrypoint, image.command)
        if instruction is not None
        and instruction.stage is user.stage
        and instruction.index < user.index
        and instruction.argument_text.text.strip(" []")
    ]
    if starting and judged_in(user.stage, image):
        last = max(starting, key=lambda instruction: instruction.index)
        yield Problem(
            user.span,
            f"`{user.span.text}` stands behind the {last.keyword} that it governs.",
            notes=(Note(last.span, f"the {last.keyword} is here"),),
            fix=_fix(user, starting),
        )


def _fix(user: User, starting: Sequence[Instruction]) -> Fix | None:
    """The commands go behind the USER: whatever is in between runs as before."""
    stage = user.stage
    first = min(instruction.index for instruction in starting)
    between = [i for i in stage.instructions if first < i.index < user.index] if stage is not None else []
    moved = (
        [i for i in stage.instructions if i in starting or (i in between and isinstance(i, Cmd | Entrypoint))]
        if stage
        else []
    )
    if any(isinstance(i, Shell) for i in between) or len(moved) != len(starting):
        return None
    lines = "\n".join(i.span.text.replace("\r\n", "\n") for i in moved)
    changes: list[Edit] = [edits.delete_lines(i.span) for i in moved]
    return Fix("Move the command behind it", (*changes, edits.insert_line_after(user.span, lines)), safe=True)
