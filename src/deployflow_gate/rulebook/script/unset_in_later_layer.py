r"""What ENV sets is not unset at the end of a RUN.

`unset` changes the shell of one `RUN`. The next one, and the container, have the variable again, and who has the image reads its value
from the image's settings. What is needed in the build alone is an `ARG`, or set in the `RUN` that needs it; what is secret is a secret
mount.

Reported is an `unset` behind which nothing runs; at the head of a `RUN` it may be meant for what follows.

Used, and unset too late:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ENV TOKEN=hunter2 ROBOT=robot
RUN ./fetch -p $TOKEN && unset «TOKEN»
RUN ./fetch && sudo unset -v LD_LIBRARY_PATH «TOKEN» «ROBOT»
RUN <<EOF
#!/usr/bin/env bash
./fetch
unset «TOKEN»
EOF
```

In a stage that stands on the one that set it:

```dockerfile Dockerfile fails
FROM debian:12.8-slim AS base
ENV TOKEN=hunter2
FROM base
RUN unset «TOKEN»
```

Set in the same RUN, by ARG, or unset for what follows:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG TOKEN=hunter2
ENV HTTP_PROXY=http://proxy:3128
RUN ./fetch -p $TOKEN && unset TOKEN
RUN export PASSWORD=hunter2 && ./fetch && unset PASSWORD && unset -f helper
RUN unset HTTP_PROXY && ./fetch
RUN export HTTP_PROXY=http://other:3128 && ./fetch && unset HTTP_PROXY
RUN unset HTTP_PROXY$TOKEN
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Note, Problem, Severity, rule
from deployflow_gate.model.placement import before

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Run
    from deployflow_gate.model.variable import Variable


@rule(Severity.WARNING, aliases=("sonar-iac:S6581",))
def check(run: Run) -> Iterator[Problem]:
    commands = run.script.commands if run.script is not None and not run.script.is_exec else ()
    last: list[Command] = []
    for command in reversed(commands):
        if command.name != "unset":
            break
        last.append(command)
    if not last:
        return
    set_here = {name for command in commands for name, _ in command.assignments}
    known = _environment(run)
    for command in reversed(last):
        if command.has_flag("-f"):
            continue
        for word in command.operands:
            variable = known.get(word.value or "")
            if variable is not None and word.value not in set_here:
                note = Note(variable.span, "It is set here.")
                yield Problem(
                    word.span, f"`{word.value}` is set again in the next layer and in the image.", notes=(note,)
                )


def _environment(run: Run) -> dict[str, Variable]:
    """The variables that ENV has set when a RUN begins."""
    from deployflow_gate.model.instruction import Env

    found: dict[str, Variable] = {}
    for earlier in before(run):
        if isinstance(earlier, Env):
            found.update({variable.name.value or "": variable for variable in earlier.variables})
    return found
