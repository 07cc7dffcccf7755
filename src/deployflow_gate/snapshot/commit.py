"""A snapshot of a commit in a local clone, by git's plumbing alone: nothing is checked out, and nothing of it runs.

No hook, filter, text conversion or fetch takes part in `ls-tree` and `cat-file`; the environment is made from nothing, and
configuration of the user and the system is not read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.snapshot import SnapshotError, Unreadable
from deployflow_gate.snapshot.gitprocess import GitProcess, ask
from deployflow_gate.snapshot.paths import MAX_FILE_BYTES, MAX_PATHS, TOO_LARGE, follow, is_git_folder, shown

MAX_LISTING_BYTES = 64 * 1024 * 1024
"""200,000 entries of 330 bytes; a crafted tree lists itself for ever."""

MAX_TARGET_BYTES = 4096
"""PATH_MAX: no system follows a longer symlink."""

_REVISION = regex(r"[\w@][\w./@{}^~+#=-]{0,254}", re.ASCII)
_SYMLINK, _SUBMODULE = b"120000", b"160000"


class _Entry(NamedTuple):
    mode: bytes
    blob: str


@dataclass(frozen=True, eq=False)
class GitCommit:
    """The files of commit `rev` (any name that git knows it by) in the clone whose root is `repo`, work tree or bare.

    Submodules are not listed, and are `unlisted`. Raises SnapshotError on first use if git, the clone or the commit is missing.
    The process that reads the files ends with `close()`, or with the object.
    """

    repo: str | os.PathLike[str]
    rev: str

    def paths(self) -> Sequence[str]:
        return tuple(self._entries)

    @property
    def unlisted(self) -> frozenset[str]:
        """The folders of submodules."""
        return self._listing[1]

    @property
    def _entries(self) -> dict[str, _Entry]:
        return self._listing[0]

    @cached_property
    def git_dir(self) -> str:
        from pathlib import Path

        for folder in (Path(self.repo, ".git"), Path(self.repo)):
            if folder.is_file() or (folder / "HEAD").is_file():
                return str(folder.absolute())
        raise SnapshotError(f"`{self.repo}` is not the root of a git clone. Check the repository out with git first.")

    @cached_property
    def commit(self) -> str:
        """The full hash of the commit."""
        advice = (
            "Check out with `fetch-depth: 0`, so that both sides of a pull request are in the clone, "
            "or fetch the commit with `git fetch origin <commit>`."
        )
        if not _REVISION.fullmatch(self.rev):
            raise SnapshotError(f"`{self.rev!r}` is not the name of a commit. Give a hash, a branch or a tag.")
        arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{self.rev}^{{commit}}")
        code, output = ask(self.git_dir, arguments, limit=1024)
        name = output.decode("ascii", "replace").strip()
        if code or not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", name):
            raise SnapshotError(f"The commit `{self.rev}` is not in the clone `{self.repo}`. {advice}")
        return name

    @cached_property
    def _listing(self) -> tuple[dict[str, _Entry], frozenset[str]]:
        arguments = ("ls-tree", "-r", "-z", "--full-tree", self.commit)
        code, output = ask(self.git_dir, arguments, limit=MAX_LISTING_BYTES)
        lines = output.split(b"\x00")
        if len(lines) - 1 > MAX_PATHS or len(output) > MAX_LISTING_BYTES:
            raise SnapshotError(
                f"The commit `{self.rev}` has more than {MAX_PATHS:,} files, which is more than the gate looks at. "
                "Split the repository, or judge a folder of it."
            )
        if code:
            raise SnapshotError(
                f"git cannot list the files of the commit `{self.rev}`: the clone is damaged or partial. Clone again."
            )
        entries: dict[str, _Entry] = {}
        submodules: set[str] = set()
        for line in lines:
            if not line:
                continue
            about, _, raw = line.partition(b"\t")
            mode, _, blob = about.split(b" ", 2)
            path = shown(raw)
            if any(part == ".." or is_git_folder(part) for part in path.split("/")):
                continue  # git refuses to check such a tree out
            if mode == _SUBMODULE:
                submodules.add(path)
            elif path in entries:
                raise SnapshotError(f"Two files of the commit have names that are both shown as `{path}`. Rename one.")
            else:
                entries[path] = _Entry(mode, blob.decode("ascii"))
        return dict(sorted(entries.items())), frozenset(submodules)

    def read(self, path: str) -> bytes:
        """A file's bytes; a symlink is followed within the commit."""
        first = self._entries[path]
        if first.mode == _SYMLINK:
            path_there = follow(path, self._target)
            entry = self._entries.get(path_there)
            if entry is None:
                raise Unreadable(path, "The file is a symlink to a folder, or to a path that does not exist.")
        else:
            entry = first
        return self._blob(path, entry.blob, MAX_FILE_BYTES)

    def _target(self, path: str) -> str | None:
        entry = self._entries.get(path)
        if entry is None or entry.mode != _SYMLINK:
            return None
        return shown(self._blob(path, entry.blob, MAX_TARGET_BYTES))

    @cached_property
    def _sizes(self) -> GitProcess:
        return GitProcess(self.git_dir, ("cat-file", "--batch-check"))

    @cached_property
    def _contents(self) -> GitProcess:
        return GitProcess(self.git_dir, ("cat-file", "--batch"))

    def _blob(self, path: str, blob: str, limit: int) -> bytes:
        """A blob, of which git is asked the size first: a large one never leaves git."""
        size = _size(path, self._sizes.request(blob))
        if size > limit:
            raise Unreadable(path, TOO_LARGE)
        size = _size(path, self._contents.request(blob))
        return self._contents.take(size + 1)[:-1]

    def close(self) -> None:
        """End git's processes; a later read starts new ones."""
        for name in ("_sizes", "_contents"):
            process = self.__dict__.pop(name, None)
            if isinstance(process, GitProcess):
                process.stop()


def _size(path: str, answer: bytes) -> int:
    words = answer.split(b" ")
    if len(words) != 3 or words[1] != b"blob" or not words[2].isdigit():
        raise Unreadable(path, "The file's content is not in the clone. Clone without `--filter`.")
    return int(words[2])
