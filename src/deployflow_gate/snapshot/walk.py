"""The names below a folder on disk, found without following a symlink."""

from __future__ import annotations

import os
from collections.abc import Iterator

from deployflow_gate.snapshot.paths import is_git_folder

GENERATED_FOLDERS = frozenset(
    {
        # package installs: tens of thousands of other people's files
        "node_modules", "bower_components", ".venv", "venv", ".pnpm-store", ".direnv",
        # caches and outputs of tools that nobody commits
        "__pycache__", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".eggs",
        ".gradle", ".terraform", ".terragrunt-cache", ".next", ".nuxt", ".svelte-kit", ".turbo", ".parcel-cache", ".angular",
        # other version control's stores
        ".hg", ".svn", ".jj",
    }
)  # fmt: skip
"""Folders that are not descended into; names that are as often a real folder (`build`, `dist`, `target`, `vendor`) are."""

MAX_DEPTH = 200
"""A folder a level is held open by a descriptor, and a process may often open only 1024. Paths of PATH_MAX have less."""

OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


class _Level:
    """A folder of the walk, held open: its prefix, its files' paths, and the folders still to be entered."""

    def __init__(self, prefix: bytes, descriptor: int) -> None:
        self.prefix = prefix
        self.descriptor = descriptor
        self.files: list[bytes] = []
        self.folders: list[bytes] = []
        with os.scandir(descriptor) as entries:
            for entry in entries:
                if is_git_folder(entry.name):
                    continue
                name = os.fsencode(entry.name)
                if entry.is_dir(follow_symlinks=False):
                    self.folders.append(name)
                else:
                    self.files.append(prefix + name)

    @property
    def is_environment(self) -> bool:
        """True for a Python environment, whatever its name."""
        return self.prefix + b"pyvenv.cfg" in self.files


def walk(root: int) -> Iterator[tuple[bytes, bool]]:
    """Every path below, True for a file and False for a folder that was left out."""
    levels = [_Level(b"", os.dup(root))]
    try:
        yield from ((path, True) for path in levels[0].files)
        while levels:
            level = levels[-1]
            if not level.folders:
                os.close(levels.pop().descriptor)
                continue
            name = level.folders.pop()
            below = None if len(levels) >= MAX_DEPTH else _enter(level, name)
            if below is None:
                yield level.prefix + name, False
                continue
            levels.append(below)
            yield from ((path, True) for path in below.files)
    finally:
        for level in levels:
            os.close(level.descriptor)


def _enter(parent: _Level, name: bytes) -> _Level | None:
    """The folder, opened, or None for one that is left out or cannot be read."""
    if os.fsdecode(name) in GENERATED_FOLDERS:
        return None
    try:
        descriptor = os.open(name, OPEN_FOLDER, dir_fd=parent.descriptor)
    except OSError:
        return None
    try:
        level = _Level(parent.prefix + name + b"/", descriptor)
    except OSError:
        os.close(descriptor)
        return None
    if level.is_environment:
        os.close(descriptor)
        return None
    return level
