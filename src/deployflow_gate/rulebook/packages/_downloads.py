"""What a command downloads into a file, and what takes such a file away or apart again."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from posixpath import basename, dirname
from typing import TYPE_CHECKING

from deployflow_gate.model.command import braces
from deployflow_gate.model.placement import folder_of, joined
from deployflow_gate.record import dataclass
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Run

ARCHIVE = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".zip", ".7z", ".deb", ".rpm")
UNPACKERS = frozenset(
    {
        "tar",
        "bsdtar",
        "unzip",
        "7z",
        "7za",
        "7zr",
        "jar",
        "unar",
        "dpkg",
        "dpkg-deb",
        "rpm",
        "rpm2cpio",
        "alien",
        "gdebi",
    }
)
INSTALLERS = frozenset({"apt-get", "apt", "aptitude", "dnf", "microdnf", "yum", "zypper"})
"""Package managers that are given an archive as a file."""

_NOWHERE = frozenset({"-", "/dev/null", "/dev/stdout", "/dev/stderr"})
_REMOVERS = frozenset({"rm", "unlink", "shred", "mv", "gunzip", "bunzip2", "unxz", "trash"})


def downloads(command: Command, run: Run) -> Iterator[str]:
    """The paths (sketches, absolute where the folder is known) of the files and folders that a command downloads."""
    names = list(written(command))
    if names:
        folder = folder_of(command, run) or UNKNOWN
        for name in names:
            if name not in _NOWHERE and not name.startswith(UNKNOWN):
                yield joined(folder, name) if not name.startswith("~") else name


def written(command: Command) -> Iterator[str]:
    """The files and folders (sketches) that a command downloads into, as they are spelled."""
    if command.name == "curl":
        yield from (word.sketch for word in command.options("-o", "--output"))
        if command.has_flag("-O", "--remote-name", "--remote-name-all") and not command.has_flag(
            "-J", "--remote-header-name"
        ):
            folder = command.option("--output-dir")
            yield from (joined(folder.sketch if folder else "", name) for name in _of_urls(command))
        yield from _redirected(command)
    elif command.name == "wget":
        given = command.option("-O", "--output-document")
        if given is not None:
            yield given.sketch
            if given.sketch == "-":
                yield from _redirected(command)
        elif not command.has_flag("-i", "--input-file", "-r", "--recursive", "--content-disposition", "--spider"):
            folder = command.option("-P", "--directory-prefix")
            yield from (joined(folder.sketch if folder else "", name) for name in _of_urls(command))
    elif command.name == "git" and command.subcommand == "clone":
        words = [word.sketch for word in command.operands[1:]]
        if len(words) > 1:
            yield words[1]
        elif words:
            yield basename(words[0].rstrip("/")).removesuffix(".git")


def _of_urls(command: Command) -> Iterator[str]:
    for word in command.operands:
        name = basename(word.sketch.partition("?")[0].partition("#")[0])
        if "://" in word.sketch and name:
            yield name


def _redirected(command: Command) -> Iterator[str]:
    for redirect in command.redirects:
        if redirect.operator in (">", ">|", "1>") and redirect.target is not None:
            yield redirect.target.sketch


@dataclass(frozen=True, slots=True)
class Removal:
    """What a command removes or moves: (glob) names as written, and the folder it runs in; any file may be among them if
    `anything` is true."""

    names: tuple[str, ...] = ()
    folder: str | None = None
    anything: bool = False

    def covers(self, path: str) -> bool:
        return self.anything or any(_covers(name, self.folder, path) for name in self.names)


def removal(command: Command, run: Run) -> Removal | None:
    """What a command takes away; None if it takes nothing away."""
    words = [word.sketch for word in command.words]
    if command.name == "find":
        return Removal(anything=True) if "-delete" in words or "rm" in words else None
    if command.name == "trap":
        return Removal(anything=True) if any("rm " in word for word in words) else None
    packs = command.name in ("gzip", "xz", "bzip2", "zstd") and not command.has_flag("-k", "--keep", "-c", "--stdout")
    if command.name not in _REMOVERS and not packs:
        return None
    names = tuple(name for word in command.operands for name in braces(word.sketch))
    relative = any(not name.startswith("/") for name in names)
    return Removal(names, folder_of(command, run) if relative else "/", "xargs" in command.wrappers)


def _covers(name: str, folder: str | None, path: str) -> bool:
    """Whether a (glob) path is, or may be, a file or a folder above it."""
    if UNKNOWN in name and name != path and basename(name) != basename(path):
        return True
    place = joined(folder, name) if folder is not None else name
    if not place.startswith("/") or not path.startswith("/"):
        return fnmatchcase(basename(path), basename(name)) or any(part == basename(name) for part in path.split("/"))
    while path.strip("/"):
        if fnmatchcase(path, place):
            return True
        path = dirname(path)
    return False


def unpacks(command: Command, path: str) -> bool:
    """Whether a command takes an archive apart, so that nobody needs it any more."""
    install = command.install
    installs = install is not None and install.manager in INSTALLERS and install.action == "install"
    if command.name not in UNPACKERS and not installs:
        return False
    return any(_named(word.sketch, path) for word in command.arguments)


def _named(word: str, path: str) -> bool:
    name = basename(path)
    return basename(word) == name or fnmatchcase(name, basename(word)) if word else False
