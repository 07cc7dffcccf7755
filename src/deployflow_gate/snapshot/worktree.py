"""A snapshot of a folder on disk, read without trusting it: a checkout of a pull request is an attacker's folder.

Every name is opened relative to the descriptor of its folder and never through a symlink; what was opened is checked
after it is open, so that swapping a file between look and read gains nothing.
"""

from __future__ import annotations

import errno
import os
import stat
import weakref
from collections.abc import Sequence
from functools import cached_property

from deployflow_gate.record import dataclass
from deployflow_gate.snapshot import SnapshotError, Unreadable
from deployflow_gate.snapshot.paths import (
    MAX_FILE_BYTES,
    MAX_LINKS,
    MAX_PATHS,
    TOO_LARGE,
    into_git,
    is_git_folder,
    leaves_root,
    shown,
    target_parts,
    too_many_links,
)
from deployflow_gate.snapshot.walk import OPEN_FOLDER, walk

_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


@dataclass(frozen=True, eq=False)
class WorkTree:
    """The files below `root`, listed once. What is not a folder is listed: reading a FIFO or a device raises Unreadable.

    `.gitignore` plays no part. Symlinks to folders are listed, and not descended into. Raises SnapshotError on first use if
    the root is not a folder, or has more than MAX_PATHS files.
    """

    root: str | os.PathLike[str]

    def paths(self) -> Sequence[str]:
        return tuple(self._listing[0])

    @property
    def unlisted(self) -> frozenset[str]:
        """The folders that were not descended into: generated, not readable, or too deep."""
        return self._listing[1]

    @cached_property
    def _listing(self) -> tuple[dict[str, bytes], frozenset[str]]:
        found: dict[str, bytes] = {}
        left_out: set[str] = set()
        for raw, listed in walk(self._root.descriptor):
            path = shown(raw)
            if not listed:
                left_out.add(path)
            elif path in found:
                raise SnapshotError(
                    f"Two files of `{self.root}` have names that are both shown as `{path}`. Rename one."
                )
            else:
                found[path] = raw
            if len(found) > MAX_PATHS:
                raise SnapshotError(
                    f"`{self.root}` has more than {MAX_PATHS:,} files, which is more than the gate looks at. "
                    "Run it on a clean checkout, or in a folder of it."
                )
        return dict(sorted(found.items())), frozenset(left_out)

    @cached_property
    def _root(self) -> _Folder:
        try:
            return _Folder(os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise SnapshotError(
                f"The folder `{self.root}` cannot be read: {reason}. Give the root of a checkout."
            ) from error

    def read(self, path: str) -> bytes:
        raw = self._listing[0][path]
        try:
            return _read(path, raw, self._root.descriptor)
        except OSError as error:
            raise Unreadable(path, _sentence(error)) from error


class _Folder:
    """An open folder, closed with the object."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        weakref.finalize(self, os.close, descriptor)


def _read(path: str, raw: bytes, root: int) -> bytes:
    """The bytes of the regular file that a path leads to, symlinks inside the root followed."""
    todo = os.fsdecode(raw).split("/")[::-1]
    links = 0
    folders = [root]
    opened: list[int] = []
    try:
        while todo:
            part = todo.pop()
            if part in {"", "."}:
                continue
            if part == "..":
                if len(folders) == 1:
                    raise leaves_root(path)
                folders.pop()
                continue
            if is_git_folder(part):
                raise into_git(path)
            mode = os.stat(part, dir_fd=folders[-1], follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                folders.append(os.open(part, OPEN_FOLDER, dir_fd=folders[-1]))
                opened.append(folders[-1])
            elif stat.S_ISLNK(mode):
                links += 1
                if links > MAX_LINKS:
                    raise too_many_links(path)
                todo.extend(target_parts(path, os.readlink(part, dir_fd=folders[-1]))[::-1])
            elif todo:
                raise Unreadable(path, "The file is a symlink to a path that does not exist.")
            else:
                return _read_file(path, part, mode, folders[-1])
    finally:
        for descriptor in opened:
            os.close(descriptor)
    raise Unreadable(path, "The file is a symlink to a folder.")


def _read_file(path: str, name: str, mode: int, folder: int) -> bytes:
    if not stat.S_ISREG(mode):  # not even opened: opening a device can act
        raise Unreadable(path, f"The file is {_kind(mode)}, not a regular file.")
    descriptor = os.open(name, _FILE, dir_fd=folder)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable(path, f"The file is {_kind(status.st_mode)}, not a regular file.")
        if status.st_size > MAX_FILE_BYTES:
            raise Unreadable(path, TOO_LARGE)
        content = b""
        while more := os.read(descriptor, MAX_FILE_BYTES + 1 - len(content)):
            content += more
            if len(content) > MAX_FILE_BYTES:
                raise Unreadable(path, TOO_LARGE)
        return content
    finally:
        os.close(descriptor)


def _kind(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device"


def _sentence(error: OSError) -> str:
    if error.errno in {errno.EACCES, errno.EPERM}:
        return "The file cannot be read: permission denied."
    if error.errno == errno.ENOENT:
        return "The file is a symlink to a path that does not exist, or it was removed while it was read."
    if error.errno in {errno.ELOOP, errno.ENOTDIR}:
        return "The file was replaced while it was read."
    return f"The file cannot be read: {error.strerror or type(error).__name__}."
