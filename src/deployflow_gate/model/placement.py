"""Where in an image the files of the build context stand when an instruction runs: which package.json `npm ci` will find."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import islice
from posixpath import basename, dirname, join, normpath
from typing import TYPE_CHECKING

from deployflow_gate.record import dataclass
from deployflow_gate.text import UNKNOWN, Text

if TYPE_CHECKING:
    from deployflow_gate.model.build import Context
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Instruction, Run, Transfer
    from deployflow_gate.model.stage import Stage

MAX_FILES = 2000
"""Files of the wanted names that are followed; the largest of 127 repositories has some 900 package.json."""

MAX_MOVES = 50
"""`cd`s that are followed for one command, since they are for each install of a script; behind more its folder is not known."""

_STANDARD = (
    "/bin", "/etc", "/home", "/mnt", "/opt", "/root", "/srv", "/tmp", "/usr", "/usr/bin", "/usr/local", "/usr/local/bin",  # noqa: S108
    "/usr/src", "/var", "/var/lib",
)  # fmt: skip
"""Folders of every distribution's image (FHS), so that what is copied to them is copied into them."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A file of the context: its path there, and the instruction and its argument (None for a mount) that brought it."""

    path: str
    by: Instruction
    source: Text | None


def working_directory(at: Instruction) -> str:
    """The folder in which an instruction runs. What is not known of it is UNKNOWN, so that relative paths still compare."""
    return at.stage.folder_at.get(at.index, UNKNOWN) if at.stage else UNKNOWN


def located(instructions: Iterable[Instruction]) -> Iterator[tuple[Instruction, str]]:
    """Each of a stage's history with the folder in which it runs, as `working_directory` tells it, in one pass."""
    from deployflow_gate.model.instruction import Workdir

    folder = UNKNOWN
    for instruction in instructions:
        yield instruction, folder
        if isinstance(instruction, Workdir):
            path = instruction.path.value
            folder = f"{UNKNOWN}{instruction.index}" if path is None else joined(folder, path)


def before(at: Instruction) -> Iterator[Instruction]:
    """The instructions of its stage and those below that ran before it."""
    for earlier in at.stage.history if at.stage else ():
        if earlier.stage is at.stage and earlier.index >= at.index:
            return
        yield earlier


def joined(folder: str, path: str) -> str:
    """A path from a folder on. Two slashes at its start, which POSIX leaves to the system, mean one to Linux."""
    if not path:
        return folder
    place = normpath(join(folder, path))
    return place[1:] if place.startswith("//") else place


def folder_of(command: Command, run: Run) -> str | None:
    """The folder in which a command of a RUN runs, past the `cd`s before it; None if one of them is not known."""
    folder: str | None = working_directory(run)
    moves = list(islice(command.script.moves_before(command), MAX_MOVES + 1))
    if len(moves) > MAX_MOVES:
        return None
    for earlier in moves:
        if earlier.nesting != command.nesting[: len(earlier.nesting)]:
            continue
        target = earlier.operands[0].value if earlier.operands else None
        folder = None if target is None or folder is None or target.startswith(("~", "-")) else joined(folder, target)
    return folder


def placed(run: Run, context: Context, names: Collection[str]) -> Mapping[str, Placed]:
    """Where files of these names stand when a RUN begins: path in the image → what stands there. Other stages are not followed."""
    files = files_of(context, names)
    if not files.paths:
        return {}
    brought = files.brought_to(run.stage) if run.stage is not None else ()
    found = {target: one for target, one in brought if one.by.index < run.index}
    folder = working_directory(run)
    for mount in run.mounts:
        to = mount.target.value if mount.target is not None else None
        if mount.type == "bind" and mount.from_ is None and to is not None:
            wanted = clean(mount.source.value or "") if mount.source is not None else ""
            place = joined(folder, to)
            for file, rest in files.below(wanted):
                found[joined(place, rest)] = Placed(file, run, None)
    return found


def clean(path: str) -> str:
    """A source of COPY as a path of the context: "" for all of it."""
    cleaned = normpath("/" + path.strip()).lstrip("/")
    return "" if cleaned == "." else cleaned


@dataclass(frozen=True, eq=False)
class Files:
    """Files of a context, and which of them a source of COPY names: asked again for each RUN behind it."""

    paths: tuple[str, ...]

    @cached_property
    def _named(self) -> dict[str, list[tuple[str, str]]]:
        """Each path, and each folder above one."""
        found: dict[str, list[tuple[str, str]]] = {"": [(path, path) for path in self.paths]}
        for path in self.paths:
            found.setdefault(path, []).append((path, ""))
            for at in (at for at, char in enumerate(path) if char == "/"):
                found.setdefault(path[:at], []).append((path, path[at + 1 :]))
        return found

    def below(self, wanted: str) -> Sequence[tuple[str, str]]:
        """The files at or below a (glob) path, each with what of its own path is below that; "" if it is the file itself."""
        if wanted not in self._named and any(c in wanted for c in "*?["):
            found = ((path, _below(path, wanted)) for path in self.paths)
            self._named[wanted] = [(path, rest) for path, rest in found if rest is not None]
        return self._named.get(wanted, ())

    def brought_to(self, stage: Stage) -> Sequence[tuple[str, Placed]]:
        """What each COPY and ADD of a stage's history puts where, in their order."""
        if stage not in self._brought:
            self._brought[stage] = list(_brought(stage, self))
        return self._brought[stage]

    @cached_property
    def _brought(self) -> dict[Stage, list[tuple[str, Placed]]]:
        return {}


def _brought(stage: Stage, files: Files) -> Iterator[tuple[str, Placed]]:
    from deployflow_gate.model.instruction import Transfer

    folders = {UNKNOWN, "/", *_STANDARD}
    for instruction, folder in located(stage.history):
        folders.add(folder)
        if isinstance(instruction, Transfer) and instruction.from_ is None:
            for target, file, source in _copied(instruction, folder, folders, files):
                yield target, Placed(file, instruction, source)
                folders.add(dirname(target))


def files_of(context: Context, names: Collection[str]) -> Files:
    """The files of these names that reach Docker."""
    key = frozenset(names)
    found = context.looked_up.get(key)
    if found is None:
        ignore = context.ignore_file
        some = [path for path in context.all_files if basename(path) in key][:MAX_FILES]
        found = Files(tuple(path for path in some if ignore is None or not ignore.ignores(path)))
        context.looked_up[key] = found
    return found


def _copied(transfer: Transfer, folder: str, folders: Collection[str], files: Files) -> Iterator[tuple[str, str, Text]]:
    to = transfer.destination
    if to is None or to.value is None:
        return
    place = joined(folder, to.value)
    sources = transfer.context_sources
    into = to.value.endswith(("/", ".")) or len(sources) > 1 or place in folders
    for source in sources:
        if source.value is None:
            continue
        wanted = clean(source.value)
        for file, rest in files.below(wanted):
            if rest:
                yield joined(place, rest), file, source
            elif into or any(c in wanted for c in "*?["):
                yield joined(place, basename(file)), file, source
            else:
                yield place, file, source


def _below(file: str, wanted: str) -> str | None:
    """What of a file's path is below a glob path; "" if it is the file itself, None if it is elsewhere."""
    parts, patterns = file.split("/"), wanted.split("/")
    if len(parts) < len(patterns) or not all(map(fnmatchcase, parts, patterns)):
        return None
    return "/".join(parts[len(patterns) :])
