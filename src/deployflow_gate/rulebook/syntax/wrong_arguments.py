r"""An instruction has the arguments that it needs, in a form that Docker takes.

Docker refuses any other, and the build fails.

Arguments are missing:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
«WORKDIR»
«ENV»
ENV «GREETING»
«COPY» app
«ADD» ["app.tar"]
«SHELL» []
«HEALTHCHECK» --interval=30s CMD
«EXPOSE»
```

There are too many, or they are none that the instruction knows:

```dockerfile Dockerfile fails
«FROM» debian:12.8-slim as base image
«HEALTHCHECK» NONE --quiet
ENV A=1 «B» C=3
ENV «»=1
SHELL «["/bin/sh", 1]»
```

The command of a health check without CMD, the name of a stage without AS:

```dockerfile Dockerfile fails
«FROM» debian:12.8-slim base
«HEALTHCHECK» --interval=30s curl -f http://localhost/
ONBUILD «HEALTHCHECK» curl -f http://localhost/
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim AS base
HEALTHCHECK --interval=30s CMD curl -f http://localhost/
ONBUILD HEALTHCHECK CMD curl -f http://localhost/
```

All forms that there are:

```dockerfile Dockerfile passes
ARG VERSION
FROM debian:12.8-slim As base
ARG A B=2 C
ENV GREETING hello world
ENV A=1 B="2 3" C=
LABEL maintainer=acme
VOLUME /data /logs
COPY ["a b", "/app/"]
COPY <<EOF /etc/motd
hello
EOF
SHELL ["/bin/bash", "-c"]
EXPOSE 80 443/tcp
HEALTHCHECK none
CMD []
```

A comment behind an instruction, and an array that is none, have rules of their own:

```dockerfile Dockerfile passes
FROM debian:12.8-slim # small
ENV MODE=fast # for now
SHELL ['/bin/bash', '-c']
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.syntax._comments import comment_behind
from deployflow_gate.rulebook.syntax._refused import refused

if TYPE_CHECKING:
    from deployflow_gate.model.dockerfile import Dockerfile
    from deployflow_gate.syntax.dockerfile import InstructionSyntax

_COMMAND = regex(r"[a-z./$\[][^=]*")
"""What begins a command rather than a misspelled CMD or NONE."""
_STAGE_NAME = regex(r"[a-z][a-z0-9._-]*")


@rule(
    Severity.ERROR,
    aliases=(
        "dockerfile-utils:ARGUMENT_EXTRA", "dockerfile-utils:ARGUMENT_MISSING",
        "dockerfile-utils:ARGUMENT_REQUIRES_AT_LEAST_TWO", "dockerfile-utils:ARGUMENT_REQUIRES_ONE_OR_THREE",
        "dockerfile-utils:ARGUMENT_UNNECESSARY", "dockerfile-utils:HEALTHCHECK_CMD_ARGUMENT_MISSING",
        "dockerfile-utils:INVALID_AS", "dockerfile-utils:INVALID_SYNTAX", "dockerfile-utils:SHELL_REQUIRES_ONE",
        "dockerfile-utils:UNKNOWN_TYPE",
    ),
)  # fmt: skip
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    said = None
    for instruction, fault in refused(dockerfile, "arguments"):
        # what is no array of strings is said in its own place: by the fault before this one, or by malformed-exec-form
        no_array = instruction.name == "SHELL" and not instruction.json and fault.span == instruction.keyword
        if no_array and (said is instruction or instruction.body.text.startswith("[")):
            continue
        if comment_behind(instruction) is not None:
            continue  # that is inline-comment
        yield Problem(fault.span, fault.message, fix=_fix(instruction))
        said = instruction


def _fix(instruction: InstructionSyntax) -> Fix | None:
    values = instruction.values
    if instruction.name == "HEALTHCHECK" and values and _COMMAND.fullmatch(values[0].raw):
        return Fix("Write CMD before the command", (edits.insert_before(values[0].span, "CMD "),))
    if (
        instruction.name == "FROM"
        and len(values) == 2
        and _STAGE_NAME.fullmatch(values[1].raw)
        and values[1].raw != "as"
    ):
        return Fix("Write AS before the name of the stage", (edits.insert_before(values[1].span, "AS "),))
    return None
