r"""Not everybody may write a file of the image.

Whoever gets into a container as any user can change what the application, or root, reads and runs. The same holds for a program that
runs with its owner's rights. Mostly one group is meant, or the user that the image runs as: `--chown`, and write access for these.

For a file or folder that exists, in digits or in letters:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN mkdir -p /var/lib/shop && chmod -R «777» /var/lib/shop
RUN chmod «a+rwX» /srv/uploads
RUN find /srv -type d -exec chmod «0757» {} \;
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN mkdir -p /var/lib/shop && chmod -R 775 /var/lib/shop
RUN chmod a+rwX /srv/uploads
RUN find /srv -type d -exec chmod 0755 {} \;
```

As it is made, or copied:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN mkdir -m «777» /data && install -m «666» shop.conf /etc/shop.conf
COPY «--chmod=0666» defaults.conf /etc/shop/
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN mkdir -m 775 /data && install -m 664 shop.conf /etc/shop.conf
COPY --chmod=0664 defaults.conf /etc/shop/
```

By a mode that stands in a variable:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ARG MODE=666
ADD «--chmod=$MODE» defaults.conf /etc/shop/
```

A program that runs as root whoever starts it:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
COPY mount-helper /usr/local/bin/
RUN chmod «4755» /usr/local/bin/mount-helper
RUN chmod «u+s» /usr/bin/dumpcap
```

In a build stage, and copied from there with its mode:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
RUN go build -o /out/shop . && chmod «777» /out/shop
FROM debian:12.8-slim
COPY --from=build /out/shop /usr/local/bin/
```

Only the owner and its group may write, or only the owner gets more (`+w` leaves the others out, as Docker's umask has it):

```dockerfile Dockerfile passes
FROM debian:12.8-slim
COPY --chmod=755 start.sh /usr/local/bin/
RUN chmod 664 /etc/shop.conf && chmod -R g=u /srv && chmod u+w,o-w /opt/shop && chmod +w /opt/shop/log
RUN chmod +x /usr/local/bin/start.sh
```

A folder for everybody's temporary files, in which nobody can touch those of others; a folder whose files belong to its group:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN mkdir /scratch && chmod 1777 /tmp /scratch
RUN mkdir -p /srv/shared && chmod 2775 /srv/shared
```

It does not last, or is not part of the image:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN chmod 777 setup.sh && ./setup.sh && rm setup.sh
RUN chmod -R a+w /opt/shop && shop-setup && chmod -R go-w /opt/shop
RUN chmod 666 /dev/null
RUN --mount=type=cache,target=/cache chmod 777 /cache
```

In a build stage of which something else is taken; a mode that is not known:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
RUN chmod -R 777 /go && go build -o /out/shop .
FROM debian:12.8-slim
ARG MODE
COPY --from=build /out/shop /usr/local/bin/
RUN chmod $MODE /srv
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.filemode import SETGID, SETUID, STICKY, WRITE_BY_OTHERS, FileMode
from deployflow_gate.model.instruction import Transfer
from deployflow_gate.model.placement import folder_of, joined, working_directory
from deployflow_gate.model.shipping import ships
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Add, Copy, Instruction, Run
    from deployflow_gate.syntax.shell import Word

_OCTAL_END = regex(r"[0-7]*[2367]")
_MAX_LATER = 100
"""Commands of a RUN behind one that are asked whether they undo it; the longest RUN of real files has some 120."""
_KERNELS = ("/dev/", "/proc/", "/sys/")
_FOLDERS = frozenset(
    {
        "/etc", "/home", "/mnt", "/opt", "/root", "/run", "/srv", "/usr/local", "/usr/local/bin", "/usr/local/lib",
        "/usr/local/share", "/var", "/var/cache", "/var/lib", "/var/log", "/var/run", "/var/www", "/var/www/html",
    }
)  # fmt: skip
"""Folders of every distribution's image, on which setgid only says whose files there are."""


@rule(
    Severity.WARNING,
    aliases=("datadog-iac:avoid_chmod_777", "sonar-iac:S2612", "tally:tally/world-writable-state-path-workaround"),
)
def check(node: Run | Copy | Add) -> Iterator[Problem]:
    if isinstance(node, Transfer):
        yield from _copied(node)
        return
    for command in node.script.commands if node.script is not None else ():
        change = _change(command)
        if change is None:
            continue
        word, targets = change
        mode = FileMode.of(word.sketch)
        folder = folder_of(command, node)
        paths = [None if t.value is None or folder is None else joined(folder, t.value) for t in targets]
        what = _wrong(mode, command, paths, node) if mode is not None else None
        if what is None or mode is None or not _stays(node, command, targets, paths, mode):
            continue
        of = ", ".join(f"`{target.raw}`" for target in targets[:3]) or "a file"
        yield Problem(word.span, f"`{word.sketch}` {what.format(of)}.", fix=_fix(mode, word))


def _copied(transfer: Transfer) -> Iterator[Problem]:
    for flag in transfer.flags:
        mode = FileMode.of(flag.value.sketch) if flag.name == "chmod" and flag.value is not None else None
        if flag.value is None or mode is None or not mode.on & (WRITE_BY_OTHERS | SETUID | SETGID):
            continue
        to = transfer.destination
        place = joined(working_directory(transfer), to.value) if to is not None and to.value is not None else None
        if not _reaches(transfer, [place]):
            continue
        what = _WRITABLE if mode.on & WRITE_BY_OTHERS else _RUNS
        edit = f"--chmod={_narrower(flag.value.raw)}" if _OCTAL_END.fullmatch(flag.value.raw) else None
        fix = (
            Fix("Keep others from writing it", (edits.replace(flag.span, edit),)) if edit and _harmless(mode) else None
        )
        yield Problem(flag.span, f"`{flag.value.sketch}` {what.format('what is copied')}.", fix=fix)


_WRITABLE = "lets everybody write {}"
_RUNS = "lets whoever runs {} do so with the rights of its owner or group"


def _change(command: Command) -> tuple[Word, tuple[Word, ...]] | None:
    """The mode that a command gives, and the files that it gives it."""
    if command.name == "chmod":
        if command.flag("--reference") is not None or not command.operands:
            return None
        return command.operands[0], command.operands[1:]
    if command.name in {"mkdir", "install"}:
        mode = command.option("-m", "--mode")
        if mode is None:
            return None
        takes_last = command.name == "install" and not command.has_flag("-d", "--directory")
        return mode, command.operands[-1:] if takes_last else command.operands
    if command.name == "find":
        words = [word.sketch for word in command.words]
        at = next((i for i, word in enumerate(words) if word in {"-exec", "-execdir", "-ok"}), len(words))
        if words[at + 1 : at + 2] == ["chmod"]:
            rest = [word for word in command.words[at + 2 :] if not word.sketch.startswith("-")]
            return (rest[0], command.words[1:2]) if rest else None
    return None


def _wrong(mode: FileMode, command: Command, paths: list[str | None], run: Run) -> str | None:
    if mode.on & WRITE_BY_OTHERS and not mode.on & STICKY:
        return _WRITABLE
    if mode.on & SETUID or (mode.on & SETGID and not _folders(command, paths, run)):
        return _RUNS
    return None


def _folders(command: Command, paths: list[str | None], run: Run) -> bool:
    """Whether what gets setgid is folders, where it only says whose the new files are."""
    if command.name == "mkdir" or command.has_flag("-R", "--recursive", "-d", "--directory"):
        return True
    if command.name == "find":
        return any(word.sketch == "d" for word in command.words)
    made = run.stage.folders_made if run.stage is not None else frozenset()
    return bool(paths) and all(path in made or path in _FOLDERS for path in paths)


def _stays(run: Run, command: Command, targets: tuple[Word, ...], paths: list[str | None], mode: FileMode) -> bool:
    """Whether what it does is still so when the image ships."""
    mounted = [m.target.value for m in run.mounts if m.target is not None and m.target.value]
    for path in paths:
        if path is not None and (
            f"{path}/".startswith(_KERNELS) or any(f"{path}/".startswith(f"{m}/") for m in mounted)
        ):
            return False
    names = {target.sketch for target in targets}
    later: Command | None = command
    for _ in range(_MAX_LATER):
        later = command.script.order.after(later) if later is not None and names else None
        if later is None:
            break
        if later.name == "rm" and names <= {word.sketch for word in later.operands}:
            return False
        change = _change(later) if later.name == "chmod" else None
        if change is not None and names <= {word.sketch for word in change[1]}:
            after = FileMode.of(change[0].sketch)
            if after is None or not mode.on & (WRITE_BY_OTHERS | SETUID | SETGID) & ~after.off:
                return False
    return _reaches(run, paths)


def _reaches(node: Instruction, paths: list[str | None]) -> bool:
    """Whether the files are part of an image that ships: its stage does, or they are copied to one that does."""
    stage = node.stage
    if stage is None or node.onbuild or ships(node):
        return stage is not None and not node.onbuild
    known = [path for path in paths if path is not None]
    for other in stage.dockerfile.stages:
        if other not in stage.dockerfile.project.shipped_stages or stage not in other.copies_from:
            continue
        for transfer in other.of(Transfer):
            if transfer.from_stage is stage:
                taken = [joined("/", source.value) for source in transfer.sources if source.value]
                if any(_within(path, source) or _within(source, path) for path in known for source in taken):
                    return True
    return False


def _within(inner: str, outer: str) -> bool:
    return f"{inner}/".startswith(f"{outer.rstrip('/')}/")


def _harmless(mode: FileMode) -> bool:
    """Whether there is nothing wrong but that others may write."""
    return not mode.on & (SETUID | SETGID)


def _narrower(digits: str) -> str:
    """An octal mode without the others' right to write."""
    return digits[:-1] + str(int(digits[-1]) & ~WRITE_BY_OTHERS)


def _fix(mode: FileMode, word: Word) -> Fix | None:
    if not _OCTAL_END.fullmatch(word.raw) or not _harmless(mode):
        return None
    return Fix("Keep others from writing it", (edits.replace(word.span, _narrower(word.raw)),))
