r"""What an image starts is written as a JSON array.

In shell form the program is the child of `/bin/sh -c`, which passes no signals on: `docker stop` waits ten seconds and kills it,
with requests under way.

The command, and the entrypoint:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD «uvicorn app:app --host 0.0.0.0»
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
CMD ["uvicorn", "app:app", "--host", "0.0.0.0"]
```

Text that a shell must read; `exec` then puts the program in its place:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ENTRYPOINT «gunicorn app:app --bind 0.0.0.0:$PORT»
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
ENTRYPOINT exec gunicorn app:app --bind 0.0.0.0:$PORT
```

Several commands, the last of which is the program:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD «python manage.py migrate && gunicorn shop.wsgi»
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
CMD python manage.py migrate && exec gunicorn shop.wsgi
```

Two programs at once, for which there is no mechanical fix:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD «worker & gunicorn shop.wsgi | tee /log»
```

Arrays, `exec`, and a SHELL that is asked for:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD ["uvicorn", "app:app"]
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
CMD exec gunicorn app:app --bind 0.0.0.0:$PORT
```
```dockerfile d/Dockerfile passes
FROM python:3.12.7-slim
CMD python manage.py migrate && exec gunicorn shop.wsgi
```
```dockerfile c/Dockerfile passes
FROM debian:12.8-slim
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
CMD app | tee /log
```

Not the command that ships, since a later one replaces it:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS dev
CMD watch app
FROM debian:12.8-slim
CMD ["app"]
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.instructions.dialect import UNIX_SHELL, WINDOWS_SHELL
from deployflow_gate.rulebook.command._exec_form import array_fix

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.instruction import Cmd, Entrypoint

DEFAULT = (UNIX_SHELL, WINDOWS_SHELL)
"""Whoever sets a SHELL has decided for one."""


@rule(
    Severity.WARNING,
    seeds=("001:11",),
    aliases=(
        "buildkit:JSONArgsRecommended", "hadolint:DL3025", "kics:not_using_json_in_cmd_and_entrypoint_arguments",
        "semgrep:prefer-json-notation", "sonar-iac:S7019",
    ),
)  # fmt: skip
def check(image: Image) -> Iterator[Problem]:
    for instruction in (image.entrypoint, image.command):
        if (
            instruction is None
            or instruction.json
            or instruction.stage is not image.stage
            or instruction.shell not in DEFAULT
        ):
            continue
        body = instruction.argument_text
        text = body.text.strip()
        if not text or text.startswith("[") or _replaces_the_shell(instruction, text):
            continue
        start = body.text.index(text)
        at = body.span(start, start + len(text))
        yield Problem(
            at,
            f"`{instruction.keyword}` is in shell form, so signals do not reach the program.",
            fix=array_fix(body, start, text) or _exec(instruction),
        )


def _replaces_the_shell(instruction: Cmd | Entrypoint, text: str) -> bool:
    """Whether what runs in the end is started by `exec`."""
    main = instruction.script.main_command if instruction.script is not None else None
    return re.match(r"exec\s", text) is not None if main is None else "exec" in main.wrappers


def _exec(instruction: Cmd | Entrypoint) -> Fix | None:
    """`exec` before what runs in the end, where that is one plain command."""
    main = instruction.script.main_command if instruction.script is not None else None
    if main is None or main.nesting or main.within is not None or main.assignments or len(main.pipeline) > 1:
        return None
    return Fix("Replace the shell by the program", (edits.insert_before(main.span, "exec "),))
