r"""A pipe in a `RUN` fails when what is before the pipe fails.

A shell only asks how the last command of a pipe ended. In `curl … | tar xz` a download that breaks off goes unnoticed, and a half image
is shipped. `set -o pipefail` makes any failure count; bash and BusyBox's ash know it, and `SHELL` sets it for all that follows.

One place of a `RUN` is reported. Not reported are pipes of what cannot fail (`echo`, `cut`), whose end decides on purpose (`if`, `grep`,
`head`, `|| true`), in the arguments of another command, and in shells that are not POSIX ones.

Docker's own shell is `/bin/sh`:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
WORKDIR /app
RUN «curl -fsSL https://example.com/a.tgz | tar xz»
RUN «curl -fsSL https://example.com/b.tgz | tar xz»
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
WORKDIR /app
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN curl -fsSL https://example.com/a.tgz | tar xz
RUN curl -fsSL https://example.com/b.tgz | tar xz
```

Alpine has BusyBox's shell:

```dockerfile Dockerfile fails
FROM alpine:3.20
RUN apk add --no-cache curl && (cd /opt && «curl -fsSL https://example.com/a.tgz | tar xz»)
```
```dockerfile Dockerfile fixed
FROM alpine:3.20
SHELL ["/bin/ash", "-eo", "pipefail", "-c"]
RUN apk add --no-cache curl && (cd /opt && curl -fsSL https://example.com/a.tgz | tar xz)
```

A `SHELL` without it, for the next stage too, and one that is called bash:

```dockerfile Dockerfile fails
FROM acme/base:4 AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN curl -fsSL https://example.com/a.tgz | tar xz
SHELL ["/bin/bash", "-c"]
RUN VERSION=$(«curl -fsSL https://example.com/version | tr -d v») && make VERSION="$VERSION"
FROM acme/base:4
ONBUILD RUN «make | tee log»
RUN «make | tee log»; rm log
```

Set once, by SHELL or in the script itself:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS build
SHELL ["/bin/bash", "-euxo", "pipefail", "-c"]
RUN curl -fsSL https://example.com/a.tgz | tar xz
FROM build
RUN curl -fsSL https://example.com/b.tgz | tar xz
SHELL ["/bin/sh", "-c"]
RUN set -o pipefail && curl -fsSL https://example.com/c.tgz | tar xz
RUN <<EOF
#!/bin/bash
set -euo pipefail
make | tee log
EOF
```

Nothing before the pipe can fail, or its failure does not matter:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN echo "app:x" | chpasswd && yes | ./setup && make || make clean
RUN if ps ax | grep -q server; then exit 1; fi
RUN make | tee log || true
RUN TOOL=$(find /opt -name tool 2>/dev/null | head -1) && "$TOOL"
RUN php -m | grep -q imagick && grep a.tgz SUMS | sha256sum -c - && make VERSION="$(./version | tr -d v)"
RUN ["sh", "-c", "make | tee log"]
```

Other shells have other pipes:

```dockerfile Dockerfile passes
FROM mcr.microsoft.com/powershell:7.4-ubuntu-22.04
SHELL ["pwsh", "-c"]
RUN Get-Variable PSVersionTable | Select-Object -ExpandProperty Value
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.images_known import distro_of

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Run
    from deployflow_gate.model.script import Script
    from deployflow_gate.model.stage import Stage

_NEVER_FAIL = frozenset({
    ":", "awk", "base64", "basename", "column", "cut", "date", "dirname", "echo", "env", "false", "fold", "head",
    "hostname", "id", "nl", "nproc", "paste", "printf", "rev", "sed", "set", "sort", "tac", "tail", "tee", "tr", "true",
    "uname", "uniq", "wc", "whoami", "yes",
})  # fmt: skip
"""What speaks by itself, and filters that take anything."""

_LOADERS = frozenset({"curl", "wget", "aria2c", "git", "aws", "gsutil"})
"""Commands whose output may break off half-way."""

_SHELLS = {
    "alpine": '["/bin/ash", "-eo", "pipefail", "-c"]',
    **dict.fromkeys(("debian", "ubuntu", "fedora", "rhel", "kali"), '["/bin/bash", "-o", "pipefail", "-c"]'),
}
"""Distribution → the SHELL for it: what surely is in its images."""


@rule(
    Severity.WARNING,
    aliases=(
        "hadolint:DL4006", "kics:shell_running_a_pipe_without_pipefail_flag", "semgrep:set-pipefail", "tally:hadolint/DL4006",
    ),
)  # fmt: skip
def check(stage: Stage) -> Iterator[Problem]:
    fixable = True
    for run in _runs(stage):
        pipe = _unnoticed(run)
        if pipe is not None:
            at = pipe[0].span.until(pipe[-1].span)
            first = next(command for command in pipe if command.name not in _NEVER_FAIL)
            said = f"A failure of `{first.name or 'a command'}` before the pipe goes unnoticed, since `pipefail` is not set."
            fix = _fix(stage, run) if fixable and not run.onbuild else None
            yield Problem(at, said, fix=fix)
            fixable = False
        elif run.shell and "pipefail" in run.shell:
            fixable = True


def _runs(stage: Stage) -> Iterator[Run]:
    """The RUNs of a stage, and those behind an ONBUILD."""
    from deployflow_gate.model.instruction import Onbuild, Run

    for instruction in stage.instructions:
        inner = instruction.inner if isinstance(instruction, Onbuild) else instruction
        if isinstance(inner, Run):
            yield inner


def _unnoticed(run: Run) -> tuple[Command, ...] | None:
    """The first pipe of a RUN whose beginning may fail unnoticed."""
    script = run.script
    if script is None or not script.posix or "|" not in script.text.text or any("pipefail" in w for w in run.shell):
        return None
    for index, command in enumerate(script.commands):
        if command.name == "set" and any(word.sketch == "pipefail" for word in command.words):
            return None
        if command.within is not None or command.simple.pipe_index or command.simple.pipe_length < 2:
            continue
        pipe = command.pipeline
        if len(pipe) > 1 and any(c.name not in _NEVER_FAIL for c in pipe[:-1]) and not _decided(pipe, script, index):
            return pipe
    return None


def _decided(pipe: tuple[Command, ...], script: Script, index: int) -> bool:
    """Whether the last command is asked on purpose, a failure is let pass, or nobody asks how the pipe ends."""
    if "condition" in pipe[0].nesting:
        return True
    outer = pipe[0].outer
    if outer is not None and outer.words:
        return True
    if _LOADERS.isdisjoint({c.name for c in pipe}) and (_wants_input(pipe[-1]) or any(c.name == "head" for c in pipe)):
        return True
    for position in range(index, len(script.commands)):
        after = script.commands[position]
        if after.simple.pipe > pipe[0].simple.pipe and after.nesting == pipe[0].nesting:
            return after.operator == "||" and after.name in ("true", ":", "echo")
    return False


def _wants_input(command: Command) -> bool:
    """Whether it fails when nothing comes through the pipe."""
    if command.name == "grep":
        return not command.has_flag("-v", "--invert-match")
    if command.name in ("md5sum", "sha1sum", "sha256sum", "sha384sum", "sha512sum", "shasum"):
        return command.has_flag("-c", "--check")
    return command.name in ("gpg", "apt-key")


def _fix(stage: Stage, run: Run) -> Fix | None:
    distro = distro_of(stage.base) if stage.base is not None else None
    shell = _SHELLS.get(distro or "")
    if shell is None or run.json:
        return None
    return Fix("Let any failure of a pipe count", (edits.insert_line_before(run.span, f"SHELL {shell}"),))
