r"""An archive of the context is unpacked by `ADD`, not copied first.

`COPY` stores the archive in a layer, where it stays for ever, next to its own content. `ADD` unpacks a local tar archive and stores
only that.

Copied, then unpacked, maybe some instructions later:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
COPY «app.tar.gz» /tmp/
COPY settings.json /etc/app/
RUN mkdir /app && tar -xzf /tmp/app.tar.gz -C /app
```

Under another name, and by another tool:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
WORKDIR /data
COPY «dumps/all.bz2» dump.bz2
COPY «rows.csv.gz» .
RUN bunzip2 dump.bz2 && zcat rows.csv.gz > rows.csv
```

Unpacked in another stage, something else unpacked, or packed:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS build
COPY app.tar /tmp/
FROM debian:12.8-slim
COPY data.tar /srv/
RUN tar -xf /tmp/app.tar && tar -cf /srv/all.tar /srv/data.tar
```

In a stage that does not ship, from one, and what `ADD` does not unpack, or not so:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS build
COPY vendor.tar.gz /src/
RUN tar -xf /src/vendor.tar.gz && make dist
FROM debian:12.8-slim
COPY --from=build /out/app.tar.gz /tmp/
COPY theme.zip tool.tgz /tmp/
RUN tar -xf /tmp/app.tar.gz && unzip /tmp/theme.zip && tar -xzf /tmp/tool.tgz --strip-components=1
```
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.instruction import Copy, Run
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.stage import Stage
    from deployflow_gate.text import Text

_ARCHIVE = regex(r"(?i)\.(?:tar|tgz|tbz2?|tb2|txz|tlz|tpz|tzst|gz|bz2|xz|zst|lz|lzma|z)$")
UNPACKERS = frozenset(
    {
        "gunzip",
        "bunzip2",
        "unxz",
        "unlzma",
        "unzstd",
        "uncompress",
        "zcat",
        "gzcat",
        "bzcat",
        "xzcat",
        "zstdcat",
        "lzcat",
    }
)


@rule(Severity.NOTICE, aliases=("hadolint:DL3010", "tally:hadolint/DL3010"))
def check(stage: Stage) -> Iterator[Problem]:
    if stage not in stage.dockerfile.project.shipped_stages:
        return
    copies = [copy for copy in stage.of(Copy) if copy.from_ is None and copy.context_sources]
    copied = [(copy, source, name) for copy in copies for source, name in _archives(copy)]
    if not copied:
        return
    unpacked = [(run.index, name) for run in stage.of(Run) for name in _unpacked(run)]
    for copy, source, name in copied:
        if any(index > copy.index and fnmatchcase(name, pattern) for index, pattern in unpacked):
            yield Problem(source.span, f"The archive `{source.raw}` is copied, and unpacked afterwards.")


def _archives(copy: Copy) -> Iterator[tuple[Text, str]]:
    """The archives among the sources, with the names that they have in the image."""
    to = copy.destination.value if copy.destination is not None else None
    for source in copy.context_sources:
        name = _name(source.value) if source.value is not None else ""
        if _ARCHIVE.search(name) and to is not None:
            yield source, _name(to) if _ARCHIVE.search(to) else name


def _unpacked(run: Run) -> Iterator[str]:
    """The names, or patterns of names, of the archives that a RUN unpacks whole, as ADD does."""
    for command in run.script.commands if run.script is not None else ():
        if command.name in UNPACKERS or _decompresses(command):
            yield from (_name(word.sketch) for word in command.arguments if word.sketch)


def _decompresses(command: Command) -> bool:
    if command.name in {"tar", "bsdtar"}:
        if command.has_flag("--strip-components", "--strip", "--transform", "--exclude", "-T", "--files-from"):
            return False
        first = command.arguments[0].sketch if command.arguments else ""
        return command.has_flag("-x", "--extract", "--get") or (not first.startswith("-") and "x" in first)
    return command.name in {"gzip", "bzip2", "xz", "zstd", "lzma"} and command.has_flag(
        "-d", "--decompress", "--uncompress"
    )


def _name(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]
