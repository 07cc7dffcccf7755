r"""What is only needed to build is removed in the layer that brought it.

An archive that has been unpacked, an installer, a clone in `/tmp`: whoever pulls the image pulls them, too, and a later `RUN rm` cannot
take them out of a layer that is finished. Remove them at the end of the same `RUN`, or pipe the download into `tar`.

Judged is what ships. Reported are downloads (`curl`, `wget`, `git clone`) into `/tmp` and `/var/tmp`, and archives that this or a later
`RUN` unpacks or installs, unless something in the same `RUN` removes or moves them, or may. A file that the image's command or a variable names is no
temporary one.

An archive, unpacked and left:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «curl -fsSLo /opt/tool.tar.gz https://example.com/tool.tar.gz» && tar -xzf /opt/tool.tar.gz -C /opt
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN curl -fsSLo /opt/tool.tar.gz https://example.com/tool.tar.gz && tar -xzf /opt/tool.tar.gz -C /opt && rm -rf /opt/tool.tar.gz
```

By its name in the URL, in the working directory, and a package:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
WORKDIR /opt
ARG VERSION
RUN «wget -q https://example.com/tool-$VERSION.zip?raw=true» \
    && unzip tool-$VERSION.zip
RUN cd /srv && «curl -fsSLO https://example.com/tool_1.0_amd64.deb» && dpkg -i tool_1.0_amd64.deb
```

Anything in `/tmp`:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «curl -fsSL https://example.com/install.sh» > /tmp/install.sh && sh /tmp/install.sh
RUN «git clone --depth 1 https://example.com/tool.git /tmp/tool»; make -C /tmp/tool install
WORKDIR /tmp
RUN «wget https://example.com/install.run»
RUN sh install.run
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN curl -fsSL https://example.com/install.sh > /tmp/install.sh && sh /tmp/install.sh && rm -rf /tmp/install.sh
RUN git clone --depth 1 https://example.com/tool.git /tmp/tool; make -C /tmp/tool install; rm -rf /tmp/tool
WORKDIR /tmp
RUN wget https://example.com/install.run
RUN sh install.run
```

Removed too late:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «curl -fsSLo /tmp/install.sh https://example.com/install.sh» && sh /tmp/install.sh
RUN rm /tmp/install.sh
RUN «wget https://example.com/tool.zip»
RUN unzip tool.zip -d /opt && rm tool.zip
```

Removed, in all ways, or never written:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN curl -fsSLo /tmp/a.tgz https://example.com/a.tgz && tar -xzf /tmp/a.tgz -C /opt && rm /tmp/a.tgz
RUN cd /tmp && wget https://example.com/a.zip && unzip a.zip -d /opt && rm -f *.zip
RUN mkdir /tmp/b && cd /tmp/b && curl -O https://example.com/b.tar.xz && tar -xf b.tar.xz && cd / && rm -rf /tmp/b
RUN git clone https://example.com/c.git /tmp/c && make -C /tmp/c install && rm -rf /tmp/*
RUN curl -fsSL https://example.com/d.tar.gz | tar -xz -C /opt
RUN curl -o /tmp/e https://example.com/e && mv /tmp/e /usr/local/bin/e
RUN wget -O /tmp/f.gz https://example.com/f.gz && gunzip /tmp/f.gz && find /tmp -type f -delete
RUN curl -o /tmp/g.deb https://example.com/g.deb && apt-get install -y /tmp/g.deb && /usr/local/bin/cleanup
RUN for name in h i; do curl -o /tmp/$name https://example.com/$name; sh /tmp/$name; rm /tmp/$name; done
RUN wget -qO- https://example.com/key > /usr/share/keyrings/key.asc
```

It is there to stay:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
ENV MODEL=/tmp/model.bin
RUN curl -fsSLo /opt/data.zip https://example.com/data.zip
RUN curl -fsSLo /tmp/model.bin https://example.com/model.bin
RUN curl -fsSLo /tmp/serve.py https://example.com/serve.py
CMD ["python", "/tmp/serve.py"]
```

`/tmp` is no part of the layer, and a build stage does not ship:

```dockerfile Dockerfile passes
FROM debian:12.8 AS build
RUN curl -fsSLo /tmp/tool.tar.gz https://example.com/tool.tar.gz && tar -xzf /tmp/tool.tar.gz -C /opt
FROM debian:12.8-slim
RUN --mount=type=tmpfs,target=/tmp curl -fsSLo /tmp/x.sh https://example.com/x.sh && sh /tmp/x.sh
COPY --from=build /opt /opt
```
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, rule
from deployflow_gate.model.shipping import ships
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.packages._downloads import ARCHIVE, downloads, removal, unpacks
from deployflow_gate.rulebook.packages._layer import appended, mounted, sweeps
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Run

TEMPORARY = ("/tmp/", "/var/tmp/")  # noqa: S108 - the folders that the rule is about
MAX_COMMANDS = 500
"""Of longer scripts nothing is said, since each download is held against each command; the longest real one has 124."""

MAX_RUNS = 50
"""Later RUNs in which an archive is looked for; a stage with more is rare."""

MAX_INSTRUCTIONS = 2000
"""In a longer file nobody looks for who else may need a download; the longest of 2,000 real ones has 336."""

_PLAIN = regex(r"/[\w./+-]+")


@rule(Severity.NOTICE, seeds=("003:4",))
def check(run: Run) -> Iterator[Problem]:
    if run.script is None or not ships(run):
        return
    commands = run.script.commands
    if len(commands) > MAX_COMMANDS:
        return
    brought = [(index, path) for index, command in enumerate(commands) for path in downloads(command, run)]
    if not brought:
        return
    swept = max((index for index, command in enumerate(commands) if sweeps(command)), default=-1)
    removals = [(index, gone) for index, command in enumerate(commands) if (gone := removal(command, run)) is not None]
    reported = set()
    for index, path in brought:
        command, later = commands[index], commands[index + 1 :]
        if index < swept or index in reported or mounted(run, path):
            continue
        if any(at > index and gone.covers(path) for at, gone in removals):
            continue
        temporary = path.startswith(TEMPORARY) or (path.endswith(ARCHIVE) and _unpacked(run, path, later))
        if temporary and not _used(run, path):
            reported.add(index)
            shown = path.removeprefix(UNKNOWN + "/").replace(UNKNOWN, "…")
            yield Problem(
                command.span,
                f"The download `{shown}` stays in the layer.",
                fix=_remove(run, command, path),
            )


def _unpacked(run: Run, path: str, later: tuple[Command, ...]) -> bool:
    """Whether something behind the download, in its own or another RUN of the stage, unpacks or installs it."""
    from deployflow_gate.model.instruction import Run

    if any(unpacks(command, path) for command in later):
        return True
    runs = [other for other in (run.stage.of(Run) if run.stage else ()) if other.index > run.index][:MAX_RUNS]
    return any(
        unpacks(command, path) for other in runs if other.script for command in other.script.commands[:MAX_COMMANDS]
    )


def _used(run: Run, path: str) -> bool:
    """Whether the image may need it when it runs: a variable, its command, or a link names it."""
    from deployflow_gate.model.instruction import Cmd, Entrypoint, Env, Healthcheck, Workdir

    stage = run.stage
    if len(run.dockerfile.instructions) > MAX_INSTRUCTIONS:
        return True
    names = (path, path.rpartition("/")[0]) if path.startswith("/") and path.count("/") > 2 else (path,)
    for other in stage.dockerfile.instructions if stage is not None else ():
        if isinstance(other, Cmd | Entrypoint | Env | Healthcheck):
            text = other.syntax.body.text
            if any(name in text for name in names) or (isinstance(other, Cmd | Entrypoint) and basename(path) in text):
                return True
        elif isinstance(other, Workdir) and other.index > run.index and other.path.sketch.startswith(path):
            return True
    links = (command for command in (run.script.commands if run.script else ()) if command.name == "ln")
    return any(word.sketch.startswith(path) for link in links for word in link.operands)


def _remove(run: Run, command: Command, path: str) -> Fix | None:
    """The removal at the end of the script, if nothing behind this RUN speaks of the file."""
    if not _PLAIN.fullmatch(path) or path.count("/") < 2:
        return None
    behind = run.dockerfile.instructions[run.index + 1 :]
    if any(basename(path) in other.span.text for other in behind):
        return None
    edit = appended(run, command, f"rm -rf {path}")
    return Fix("Remove it in the same layer", (edit,)) if edit is not None else None
