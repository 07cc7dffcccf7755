r"""A mounted secret is readable by the user who needs it, and by nobody else.

A secret is mounted with mode 0400, an SSH agent's socket with 0600. With a bit for others, every process of the build can read it.

Everybody may read it:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
RUN --mount=type=secret,id=index,«mode=0444» pip install -r requirements.txt
RUN --mount=type=ssh,«mode=0666» git clone git@github.com:shop/shop.git
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
RUN --mount=type=secret,id=index,mode=0440 pip install -r requirements.txt
RUN --mount=type=ssh,mode=0660 git clone git@github.com:shop/shop.git
```

The default, a mode without bits for others, and other mounts:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
RUN --mount=type=secret,id=index pip install -r requirements.txt
RUN --mount=type=secret,id=index,uid=10001,mode=0440 pip install -r requirements.txt
RUN --mount=type=cache,target=/root/.cache,mode=0777 pip install -r requirements.txt
RUN --mount=type=secret,id=index,mode=any pip install -r requirements.txt
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Run

OTHERS = 0o007


@rule(Severity.WARNING, aliases=("sonar-iac:S6469",))
def check(run: Run) -> Iterator[Problem]:
    for mount in run.mounts:
        mode = mount.options.get("mode")
        if mount.type not in {"secret", "ssh"} or mode is None or mode.value is None:
            continue
        digits = mode.value
        if not digits.isascii() or not digits.isdigit() or set(digits) & set("89") or not int(digits, 8) & OTHERS:
            continue
        at = _with_its_name(mode.span)
        fix = Fix("Take it from the others", (edits.replace(mode.span, f"{digits[:-1]}0"),))
        what = "secret" if mount.type == "secret" else "SSH agent"
        yield Problem(at, f"Every user of the build may read the {what}.", fix=fix if mode.literal else None)


def _with_its_name(value: Span) -> Span:
    """`mode=0444` for its `0444`."""
    start = value.source.text.rindex("mode", 0, value.start)
    return Span(value.source, start, value.end)
