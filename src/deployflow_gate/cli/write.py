"""Putting a changed text on disk: whole or not at all, with the file's mode, through no symlink."""

from __future__ import annotations

import os
import stat
from contextlib import suppress

from deployflow_gate.snapshot import Unreadable
from deployflow_gate.snapshot.paths import MAX_FILE_BYTES
from deployflow_gate.syntax.decode import decode, encode
from deployflow_gate.text import Source

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class NotWrittenError(Exception):
    """The file was left as it is; a sentence says why."""


def rewrite(root: str, path: str, old: Source, new: str) -> None:
    """Replace the text of `path` below `root`, which must still be `old`'s, or create the file if `old` is empty.

    A byte order mark stays. Raises NotWrittenError for a symlink on the way, a file that is not regular or was changed since, and
    for whatever the system forbids.
    """
    *folders, name = path.split("/")
    opened: list[int] = []
    try:
        opened.append(os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        for folder in folders:
            opened.append(os.open(folder, _FOLDER, dir_fd=opened[-1]))
        status, original = _current(name, opened[-1], old)
        _replace(name, opened[-1], status, encode(Source(path, new), original))
    except OSError as error:
        raise NotWrittenError(f"{error.strerror or type(error).__name__}.") from error
    finally:
        for descriptor in reversed(opened):
            os.close(descriptor)


def _current(name: str, folder: int, old: Source) -> tuple[os.stat_result | None, bytes]:
    """The file as it is now, and its bytes; (None, b"") for one that is to be made."""
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        if old.text:
            raise NotWrittenError("The file is gone.") from None
        return None, b""
    if not stat.S_ISREG(status.st_mode):
        raise NotWrittenError("It is a symlink, or not a regular file.")
    handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(handle, "rb") as file:
        original = file.read(MAX_FILE_BYTES + 1)
    try:
        same = decode(old.path, original).text == old.text
    except Unreadable:
        same = False
    if not same:
        raise NotWrittenError("The file was changed while the gate looked at it.")
    return status, original


def _replace(name: str, folder: int, status: os.stat_result | None, data: bytes) -> None:
    temporary = f".{name[:100]}.{os.urandom(6).hex()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(temporary, flags, 0o644, dir_fd=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            if status is not None:
                with suppress(PermissionError):  # only root can give a file away
                    os.fchown(handle, status.st_uid, status.st_gid)
                os.fchmod(handle, stat.S_IMODE(status.st_mode))
            file.write(data)
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise
