r"""A copied file gets its mode as it is copied.

A `RUN chmod` behind the `COPY` stores the whole file a second time, in a layer of its own; `COPY --chmod` does it in one, and so does
`ADD --chmod`.

The next instruction does nothing but change the mode of what was copied:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
«COPY» entrypoint.sh /usr/local/bin/
RUN chmod 0755 /usr/local/bin/entrypoint.sh
CMD ["entrypoint.sh"]
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
COPY --chmod=0755 entrypoint.sh /usr/local/bin/
CMD ["entrypoint.sh"]
```

By a relative path, and by letters:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
WORKDIR /app
«COPY» --chown=app start.sh .
RUN chmod +x start.sh
«COPY» --chmod=644 stop.sh /app/stop.sh
RUN ["chmod", "755", "/app/stop.sh"]
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
WORKDIR /app
COPY --chmod=755 --chown=app start.sh .
COPY --chmod=755 stop.sh /app/stop.sh
```

Downloaded:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
«ADD» --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/tool /usr/local/bin/tool
RUN chmod 755 /usr/local/bin/tool
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
ADD --chmod=755 --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/tool /usr/local/bin/tool
```

The `RUN` does more, is not next, or is about other files:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
COPY entrypoint.sh /app/
RUN chmod +x /app/entrypoint.sh && /app/entrypoint.sh --check
COPY start.sh /app/
ENV MODE=1
RUN chmod +x /app/start.sh
COPY stop.sh /app/
RUN chmod +x /srv/stop.sh
COPY a.sh b.sh /app/
RUN chmod +x /app/a.sh
COPY bin /app/bin
RUN chmod -R a+x /app/bin
```

A folder gets a mode, not the files in it:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
COPY ./data /srv/data
RUN chmod 700 /srv/data
ADD rootfs.tar /opt/rootfs
RUN chmod 755 /opt/rootfs
```
```json data/list.json passes
[]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, normpath
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.instruction import Run
from deployflow_gate.model.placement import joined, working_directory
from deployflow_gate.model.shipping import context_of
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Add, Copy

_OCTAL = regex(r"[0-7]{3,4}")
_EXECUTABLE = regex(r"[ugoa]*\+r?x")
_UNPACKED = regex(r"(?i)^(?!https?:).*\.(?:tar|tgz|tbz2?|txz|tzst|gz|bz2|xz|zst)$|\.git(?:[#?]|$)|^git@")
"""What ADD makes a folder of."""


@rule(Severity.NOTICE, aliases=("tally:tally/prefer-copy-chmod",))
def check(copy: Copy | Add) -> Iterator[Problem]:
    following = _next(copy)
    mode = _mode(copy, following) if following is not None else None
    if following is not None and mode is not None:
        yield Problem(
            copy.keyword_span,
            "The next instruction changes the mode of the copied file, and so stores it twice.",
            fix=_fix(copy, following, mode),
        )


def _next(copy: Copy | Add) -> Run | None:
    instructions = copy.dockerfile.instructions
    behind = instructions[copy.index + 1] if copy.index + 1 < len(instructions) else None
    return behind if isinstance(behind, Run) and not behind.mounts and not behind.flags else None


def _mode(copy: Copy | Add, run: Run) -> str | None:
    """What a RUN that is but a `chmod` of the copied file makes of its mode."""
    commands = run.script.commands if run.script is not None else ()
    if len(commands) != 1 or len(copy.sources) != 1 or copy.destination is None or copy.onbuild:
        return None
    command, source, to = commands[0], copy.sources[0].value, copy.destination.value
    words = [word.value for word in command.words]
    if command.name != "chmod" or len(words) != 3 or command.redirects or source is None or to is None or "*" in source:
        return None
    _, mode, path = words
    if mode is None or path is None or _is_folder(copy, source):
        return None
    folder = working_directory(copy)
    place = joined(folder, to)
    return mode if joined(folder, path) in {place, joined(place, basename(source))} else None


def _is_folder(copy: Copy | Add, source: str) -> bool:
    """Whether a folder is copied, whose own mode is changed and not that of what is in it."""
    if copy.keyword == "ADD" and _UNPACKED.search(source):
        return True
    context = context_of(copy.stage) if copy.stage is not None and copy.from_ is None else None
    return context is not None and context.project.is_dir(normpath(context.inside(source.lstrip("/"))))


def _fix(copy: Copy | Add, run: Run, mode: str) -> Fix | None:
    if not _OCTAL.fullmatch(mode):
        if not _EXECUTABLE.fullmatch(mode):
            return None
        mode = "755"
    own = copy.flag("chmod")
    at = copy.keyword_span
    add = edits.insert_after(at, f" --chmod={mode}") if own is None else edits.replace(own.span, f"--chmod={mode}")
    return Fix(f"Copy with mode {mode}", (add, edits.delete_lines(run.span)))
