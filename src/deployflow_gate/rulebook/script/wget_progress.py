r"""wget writes no progress bar into the build's log.

A build has no terminal: wget's dots fill hundreds of lines, and hide what went wrong. `--progress=dot:giga` says little, `-q` nothing, and
`-nv` one line.

Every download of a RUN, where BusyBox's wget only knows `-q`:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN apt-get update && \
    «wget https://example.com/a.tgz» && «wget -O- https://example.com/b.tgz» | tar xz
ONBUILD RUN «wget https://example.com/c»
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN apt-get update && \
    wget --progress=dot:giga https://example.com/a.tgz && wget --progress=dot:giga -O- https://example.com/b.tgz | tar xz
ONBUILD RUN wget --progress=dot:giga https://example.com/c
```
```dockerfile b/Dockerfile fails
FROM alpine:3.20
RUN «wget https://example.com/a.tgz»
RUN [«"wget", "https://example.com/b"»]
```
```dockerfile b/Dockerfile fixed
FROM alpine:3.20
RUN wget -q https://example.com/a.tgz
RUN ["wget", "-q", "https://example.com/b"]
```

Quiet in any way, into a file, or nothing is downloaded:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG WGET_FLAGS
RUN wget --progress=dot:giga https://example.com/a && wget -q https://example.com/b && wget -nv https://example.com/c
RUN wget --no-verbose https://example.com/d && wget -qO- https://example.com/e && wget --quiet https://example.com/f
RUN wget -o log https://example.com/g && wget --append-output=log https://example.com/h && wget -a log https://example.com/i
RUN wget https://example.com/j 2>/dev/null; wget $WGET_FLAGS https://example.com/k; wget --spider https://example.com/l
RUN apt-get install -y wget && echo wget && wget --version
HEALTHCHECK CMD wget -O- http://localhost/
```

The shell's start-up file says so:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN echo 'progress = dot:giga' >> /etc/wgetrc
RUN wget https://example.com/a
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.images_known import distro_of
from deployflow_gate.model.shipping import run_of

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Instruction, Run

_QUIET = (
    "--progress", "-q", "--quiet", "-nv", "--no-verbose", "-o", "--output-file", "-a", "--append-output", "-b", "--background",
    "--spider", "--version", "-V", "--help", "-h", "--no-show-progress",
)  # fmt: skip


@rule(Severity.NOTICE, aliases=("hadolint:DL3047", "tally:hadolint/DL3047"))
def check(command: Command) -> Iterator[Problem]:
    if command.name != "wget" or command.has_flag(*_QUIET) or command.uncertain:
        return
    run = run_of(command)
    if run is None or (not command.operands and not command.has_flag("-i", "--input-file")):
        return
    if any(word.sketch.startswith("-nv") for word in command.arguments) or _discarded(command) or _configured(run):
        return
    at = command.words[0].span.until(command.words[-1].span)
    yield Problem(at, "`wget` fills the log with its progress.", fix=_fix(command, run))


def _discarded(command: Command) -> bool:
    return any(redirect.operator in ("2>", "&>", "2>>", "&>>", ">&") for redirect in command.redirects)


def _configured(run: Run) -> bool:
    """Whether something before this RUN writes wget's configuration."""
    return run.stage is not None and run.stage.first(_writes_wgetrc) < run.index


def _writes_wgetrc(instruction: Instruction) -> bool:
    return "wgetrc" in instruction.argument_text.text.lower()


def _fix(command: Command, run: Run) -> Fix | None:
    base = run.stage.base if run.stage is not None else None
    busybox = base is not None and distro_of(base) in ("alpine", "busybox")
    flag = "-q" if busybox else "--progress=dot:giga"
    written = command.words[0].span.text
    if written == command.words[0].sketch:
        return Fix("Show less progress", (edits.insert_after(command.words[0].span, f" {flag}"),))
    if command.script.is_exec and command.within is None and written == f'"{command.words[0].sketch}"':
        return Fix("Show less progress", (edits.insert_after(command.words[0].span, f', "{flag}"'),))
    return None
