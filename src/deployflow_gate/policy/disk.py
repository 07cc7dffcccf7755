"""Policy files from disk, where no snapshot is at hand (`--policy FILE`)."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from posixpath import normpath

from deployflow_gate.snapshot.paths import MAX_FILE_BYTES


def root_of(name: str) -> tuple[Path, str]:
    """The folder in which a policy's files lie, and the policy's path from there, POSIX."""
    path = Path(name)
    relative = normpath(path.as_posix())
    if not path.is_absolute() and not relative.startswith("../") and relative not in {".", ".."}:
        return Path(), relative
    return path.parent, path.name


def read_below(root: Path, path: str, *, chosen: bool) -> bytes:
    """The bytes of a regular file, one more than are allowed at most. Raises OSError or ValueError.

    Unless `chosen` by who starts the gate, the file must lie below the root with all symlinks followed: a checkout under
    review must not have the gate quote what is elsewhere on the machine.
    """
    file = root / path
    if not chosen and not file.resolve().is_relative_to(root.resolve()):
        raise OSError(0, "it is a symlink out of the folder")
    # non-blocking, for a FIFO would wait for a writer
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "it is not a file")
        data = b""
        while len(data) <= MAX_FILE_BYTES and (chunk := os.read(handle, MAX_FILE_BYTES + 1 - len(data))):
            data += chunk
        return data
    finally:
        os.close(handle)
