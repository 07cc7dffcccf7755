"""A snapshot of a commit in a local clone, by git's plumbing alone: nothing is checked out, and nothing of it runs.

No hook, filter, text conversion or fetch takes part in `ls-tree` and `cat-file`; the environment is made from nothing, and
configuration of the user and the system is not read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.snapshot import SnapshotError, Unreadable
from deployflow_gate.snapshot.gitprocess import GitProcess, ask
from deployflow_gate.snapshot.paths import MAX_PATHS, TOO_LARGE, shown
from deployflow_gate.snapshot.tree import Entry, Listing, listing, read

MAX_LISTING_BYTES = 64 * 1024 * 1024
"""200,000 entries of 330 bytes; a crafted tree lists itself for ever."""

_REVISION = regex(r"[\w@][\w./@{}^~+#=-]{0,254}", re.ASCII)


@dataclass(frozen=True, eq=False)
class GitCommit:
    """The files of commit `rev` (any name that git knows it by) in the clone whose root is `repo`, work tree or bare.

    Submodules are not listed, and are `unlisted`. Raises SnapshotError on first use if git, the clone or the commit is missing.
    The process that reads the files ends with `close()`, or with the object.
    """

    repo: str | os.PathLike[str]
    rev: str

    def paths(self) -> Sequence[str]:
        return tuple(self.entries)

    @property
    def unlisted(self) -> frozenset[str]:
        """The folders of submodules."""
        return self._listing.submodules

    @property
    def entries(self) -> Mapping[str, Entry]:
        """What git lists, by path."""
        return self._listing.entries

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
    def _listing(self) -> Listing:
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
        return listing(_items(lines))

    def read(self, path: str) -> bytes:
        """A file's bytes; a symlink is followed within the commit."""
        return read(path, self.entries, self.blob)

    @cached_property
    def _sizes(self) -> GitProcess:
        return GitProcess(self.git_dir, ("cat-file", "--batch-check"))

    @cached_property
    def _contents(self) -> GitProcess:
        return GitProcess(self.git_dir, ("cat-file", "--batch"))

    def blob(self, path: str, entry: Entry, limit: int) -> bytes:
        """The content of an entry, of which git is asked the size first: a large one never leaves git."""
        size = _size(path, self._sizes.request(entry.blob))
        if size > limit:
            raise Unreadable(path, TOO_LARGE)
        size = _size(path, self._contents.request(entry.blob))
        return self._contents.take(size + 1)[:-1]

    def close(self) -> None:
        """End git's processes; a later read starts new ones."""
        for name in ("_sizes", "_contents"):
            process = self.__dict__.pop(name, None)
            if isinstance(process, GitProcess):
                process.stop()


def _items(lines: list[bytes]) -> Iterator[tuple[str, Entry]]:
    for line in lines:
        if line:
            about, _, path = line.partition(b"\t")
            mode, _, blob = about.decode("ascii").split(" ", 2)
            yield shown(path), Entry(mode, blob)


def _size(path: str, answer: bytes) -> int:
    words = answer.split(b" ")
    if len(words) != 3 or words[1] != b"blob" or not words[2].isdigit():
        raise Unreadable(path, "The file's content is not in the clone. Clone without `--filter`.")
    return int(words[2])
