"""The files of a commit as git lists them, whoever asked git: by path, what kind of thing it is and the hash of its content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, Protocol

from deployflow_gate.snapshot import Snapshot, SnapshotError, Unreadable
from deployflow_gate.snapshot.paths import MAX_FILE_BYTES, MAX_PATHS, follow, is_git_folder, shown

MAX_TARGET_BYTES = 4096
"""PATH_MAX: no system follows a longer symlink."""

SYMLINK, SUBMODULE = "120000", "160000"


class Entry(NamedTuple):
    """A file or symlink: git's mode and the hash of the content, of which a symlink's is its target."""

    mode: str
    blob: str


class Listing(NamedTuple):
    """All files and symlinks of a commit, sorted by path, and the folders of its submodules."""

    entries: Mapping[str, Entry]
    submodules: frozenset[str]


class Tree(Snapshot, Protocol):
    """A snapshot that knows what git calls its files' contents."""

    @property
    def entries(self) -> Mapping[str, Entry]: ...


def listing(items: Iterable[tuple[str, Entry]]) -> Listing:
    """Sort out (path, entry) pairs. Raises SnapshotError for more than MAX_PATHS, or two of one name.

    A path that git itself refuses to check out is left out.
    """
    entries: dict[str, Entry] = {}
    submodules: set[str] = set()
    for path, entry in items:
        if any(part == ".." or is_git_folder(part) for part in path.split("/")):
            continue
        if entry.mode == SUBMODULE:
            submodules.add(path)
        elif path in entries:
            raise SnapshotError(f"Two files of the commit have names that are both shown as `{path}`. Rename one.")
        else:
            entries[path] = entry
        if len(entries) > MAX_PATHS:
            raise SnapshotError(
                f"The commit has more than {MAX_PATHS:,} files, which is more than the gate looks at. "
                "Split the repository, or judge a folder of it."
            )
    return Listing(dict(sorted(entries.items())), frozenset(submodules))


ReadBlob = Callable[[str, Entry, int], bytes]
"""(path, entry, most bytes) → content. Raises Unreadable, which names the path."""


def read(path: str, entries: Mapping[str, Entry], blob: ReadBlob) -> bytes:
    """A file's bytes; a symlink is followed within the commit. Raises KeyError for a path that is not listed."""

    def target(at: str) -> str | None:
        entry = entries.get(at)
        return shown(blob(at, entry, MAX_TARGET_BYTES)) if entry is not None and entry.mode == SYMLINK else None

    if entries[path].mode != SYMLINK:
        return blob(path, entries[path], MAX_FILE_BYTES)
    entry = entries.get(follow(path, target))
    if entry is None:
        raise Unreadable(path, "The file is a symlink to a folder, or to a path that does not exist.")
    return blob(path, entry, MAX_FILE_BYTES)
