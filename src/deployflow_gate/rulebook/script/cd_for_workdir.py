r"""The folder that an instruction runs in is set by WORKDIR.

A `cd` at the head of a `RUN` (or of a CMD in shell form) moves what follows in the same line, and one at its end moves nothing: the next
instruction starts where the last `WORKDIR` said. `WORKDIR` is what everybody looks for, it makes the folder, and it holds.

Reported is the first command of a script (a `set` at its head aside), or the last one, not a `cd` between others (`git clone … && cd tool && make`), nor one into
the folder where the instruction runs anyway.

At the head:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
WORKDIR /srv
COPY . .
RUN «cd /srv/app» && make install
RUN («cd web»; make)
RUN set -eux; «cd /srv/app»; make install
CMD «cd /srv/app» && exec ./start
```

At the head of the last thing that a build stage does, or before another WORKDIR:

```dockerfile Dockerfile fails
FROM debian:12.8-slim AS build
RUN --mount=type=cache,target=/root/.cache «cd /opt/tool» && \
    make && \
    make install
WORKDIR /srv
RUN «cd /opt» && make
FROM debian:12.8-slim
COPY --from=build /opt /opt
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim AS build
WORKDIR /opt/tool
RUN --mount=type=cache,target=/root/.cache make && \
    make install
WORKDIR /srv
WORKDIR /opt
RUN make
FROM debian:12.8-slim
COPY --from=build /opt /opt
```

At the end, where it moves nothing:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN unzip app.zip && «cd app»
RUN «cd /opt»
ONBUILD RUN «cd ..»
ENTRYPOINT [«"cd", "/opt"»]
```

On the way, back where one was, and other programs:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
WORKDIR /srv
RUN git clone https://example.com/tool.git && cd tool && make
RUN mkdir cd && echo cd /opt && pushd /opt && make && popd
RUN cd /srv && make && set -e; cd /srv && make
CMD cd /srv && ./start
```
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import dropwhile
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.placement import joined, working_directory
from deployflow_gate.regex import regex
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Cmd, Entrypoint, Run

_PLAIN = regex(r"/[\w./+-]*")


@rule(
    Severity.NOTICE,
    aliases=(
        "hadolint:DL3003", "kics:run_command_cd_instead_of_workdir", "semgrep:use-workdir", "sonar-iac:S6597",
        "tally:hadolint/DL3003", "trivy:DS-0013",
    ),
)  # fmt: skip
def check(node: Run | Cmd | Entrypoint) -> Iterator[Problem]:
    from deployflow_gate.model.instruction import Run

    script = node.script
    commands = list(dropwhile(_is_set, script.body.commands)) if script is not None else []
    ends = [command for command in (commands[:1] + commands[-1:]) if command.name == "cd" and len(command.words) > 1]
    for command in dict.fromkeys(ends):
        if "substitution" in command.nesting or set(command.nesting) - {"group", "subshell"}:
            continue
        target = command.operands[0].value if command.operands else None
        if target is not None and len(commands) > 1 and command is commands[0] and _there(node, target):
            continue
        fix = _fix(node, command, commands) if isinstance(node, Run) else None
        at = command.words[0].span.until(command.words[-1].span)
        yield Problem(at, f"`cd` sets the folder for this {node.keyword} alone, where `WORKDIR` is meant.", fix=fix)


def _is_set(command: Command) -> bool:
    """Whether it says only how the script is run, as the `set -eux` at its head does."""
    return command.name == "set" and not command.nesting


def _there(node: Run | Cmd | Entrypoint, target: str) -> bool:
    """Whether an instruction runs in this folder anyway."""
    folder = working_directory(node)
    return target.startswith("/") and joined("/", target) == folder


def _fix(run: Run, command: Command, commands: list[Command]) -> Fix | None:
    """A WORKDIR before the RUN, where what follows sets its own or does not care, so that nothing else is moved."""
    script = run.script
    if (
        script is None
        or script.is_exec
        or run.heredocs
        or run.onbuild
        or command is not commands[0]
        or command is not script.body.commands[0]
        or len(commands) < 2
    ):
        return None
    target, following = command.words[-1].span.text, commands[1]
    if command.nesting or following.operator != "&&" or not _PLAIN.fullmatch(target) or not _free(run):
        return None
    between = Span(command.span.source, command.span.start, following.span.start)
    if "#" in between.text or following.nesting:
        return None
    return Fix(
        "Set the folder by WORKDIR", (edits.insert_line_before(run.span, f"WORKDIR {target}"), edits.delete(between))
    )


def _free(run: Run) -> bool:
    """Whether a WORKDIR with an absolute path follows before anything that depends on the folder."""
    from deployflow_gate.model.instruction import Arg, Env, Label, Workdir

    for later in run.stage.instructions if run.stage else ():
        if later.index > run.index:
            if isinstance(later, Workdir):
                return bool(_PLAIN.match(later.path.sketch))
            if not isinstance(later, Arg | Env | Label):
                return False
    stages = run.dockerfile.stages
    return run.stage is not stages[-1] and all(other.base_stage is not run.stage for other in stages)
