"""Git's objects, made from plain files: every SHA-1 is the one that git itself would give."""

from __future__ import annotations

import hashlib
import subprocess
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

REGULAR, EXECUTABLE, SYMLINK, FOLDER, SUBMODULE = "100644", "100755", "120000", "040000", "160000"
KIND = {REGULAR: "blob", EXECUTABLE: "blob", SYMLINK: "blob", FOLDER: "tree", SUBMODULE: "commit"}


@dataclass(frozen=True)
class Symlink:
    target: str


@dataclass(frozen=True)
class Executable:
    content: bytes


@dataclass(frozen=True)
class Submodule:
    """A submodule at a commit of another repository."""

    commit: str


Content = bytes | str | Symlink | Executable | Submodule
Files = Mapping[str, Content]


@dataclass(frozen=True)
class Entry:
    """A line of a tree. `path` is relative to the tree that was asked for."""

    path: str
    mode: str
    sha: str

    @property
    def kind(self) -> str:
        return KIND[self.mode]


@dataclass(frozen=True)
class Commit:
    sha: str
    tree: str
    parents: tuple[str, ...]
    message: str
    seconds: int


class Objects:
    """The objects of a repository and all its forks, which share them (as on GitHub)."""

    def __init__(self) -> None:
        self._raw: dict[str, tuple[str, bytes]] = {}
        self.commits: dict[str, Commit] = {}
        self._trees: dict[str, tuple[Entry, ...]] = {}
        self._flat: dict[str, Mapping[str, Entry]] = {}

    def __contains__(self, sha: str) -> bool:
        return sha in self._raw

    def blob(self, sha: str) -> bytes | None:
        kind, content = self._raw.get(sha, ("", b""))
        return content if kind == "blob" else None

    def tree(self, sha: str) -> tuple[Entry, ...] | None:
        return self._trees.get(sha)

    def size(self, entry: Entry) -> int:
        return len(self._raw[entry.sha][1])

    def add_files(self, files: Files) -> str:
        """Write the files; the SHA of their root tree."""
        folders: dict[str, dict[str, Content]] = {}
        entries = []
        for path, content in files.items():
            first, slash, rest = path.partition("/")
            if slash:
                folders.setdefault(first, {})[rest] = content
            else:
                entries.append(self._entry(first, content))
        entries += [Entry(name, FOLDER, self.add_files(inner)) for name, inner in folders.items()]
        return self._add_tree(entries)

    def add_commit(self, tree: str, parents: Iterable[str], message: str, seconds: int) -> str:
        person = f"Octo <octo@example.test> {seconds} +0000"
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents), f"author {person}", f"committer {person}"]
        sha = self._add("commit", ("\n".join([*lines, "", message]) + "\n").encode())
        self.commits[sha] = Commit(sha, tree, tuple(parents), message, seconds)
        return sha

    def files(self, sha: str) -> Mapping[str, Entry]:
        """All files of a tree or commit, by path, in git's order."""
        tree = self.commits[sha].tree if sha in self.commits else sha
        if tree not in self._flat:
            self._flat[tree] = {entry.path: entry for entry in self.walk(tree) if entry.kind != "tree"}
        return self._flat[tree]

    def walk(self, tree: str, prefix: str = "") -> Iterable[Entry]:
        """A tree as git lists it recursively: each folder, then what it holds."""
        for entry in self._trees[tree]:
            yield Entry(prefix + entry.path, entry.mode, entry.sha)
            if entry.kind == "tree":
                yield from self.walk(entry.sha, f"{prefix}{entry.path}/")

    def contents(self, sha: str) -> dict[str, Content]:
        """The files of a commit as they were given, to be changed and committed again."""
        return {path: self._content(entry) for path, entry in self.files(sha).items()}

    def ancestors(self, sha: str) -> list[str]:
        """The commit and all before it, nearest first."""
        found = {sha: None}
        waiting = [sha]
        for commit in waiting:
            for parent in self.commits[commit].parents:
                if parent not in found:
                    found[parent] = None
                    waiting.append(parent)
        return list(found)

    def merge_base(self, one: str, other: str) -> str | None:
        behind = set(self.ancestors(one))
        return next((sha for sha in self.ancestors(other) if sha in behind), None)

    def write(self, folder: Path, commits: Iterable[str]) -> None:
        """Put these commits, their trees and blobs into a `.git` folder as loose objects."""
        for commit in commits:
            tree = self.commits[commit].tree
            for sha in (commit, tree, *(entry.sha for entry in self.walk(tree) if entry.mode != SUBMODULE)):
                kind, content = self._raw[sha]
                file = folder / "objects" / sha[:2] / sha[2:]
                if not file.exists():
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(zlib.compress(_framed(kind, content)))

    def _entry(self, name: str, content: Content) -> Entry:
        match content:
            case Symlink(target):
                return Entry(name, SYMLINK, self._add("blob", _encoded(target)))
            case Executable(data):
                return Entry(name, EXECUTABLE, self._add("blob", data))
            case Submodule(commit):
                return Entry(name, SUBMODULE, commit)
            case str():
                return Entry(name, REGULAR, self._add("blob", _encoded(content)))
        return Entry(name, REGULAR, self._add("blob", content))

    def _content(self, entry: Entry) -> Content:
        if entry.mode == SUBMODULE:
            return Submodule(entry.sha)
        data = self._raw[entry.sha][1]
        if entry.mode == SYMLINK:
            return Symlink(data.decode(errors="surrogateescape"))
        return Executable(data) if entry.mode == EXECUTABLE else data

    def _add_tree(self, entries: list[Entry]) -> str:
        entries.sort(key=lambda entry: _encoded(entry.path) + (b"/" if entry.kind == "tree" else b""))
        lines = (_encoded(f"{e.mode.lstrip('0')} {e.path}") + b"\0" + bytes.fromhex(e.sha) for e in entries)
        sha = self._add("tree", b"".join(lines))
        self._trees[sha] = tuple(entries)
        return sha

    def _add(self, kind: str, content: bytes) -> str:
        sha = hashlib.sha1(_framed(kind, content)).hexdigest()
        self._raw[sha] = kind, content
        return sha


def clone(objects: Objects, folder: Path, at: str, *, depth: int | None = 1) -> Path:
    """A real clone with `at` checked out. `depth` is that of actions/checkout (`fetch-depth`); None for all history."""
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    git = folder / ".git"
    have = objects.ancestors(at) if depth is None else _within(objects, at, depth)
    objects.write(git, have)
    cut = [sha for sha in have if any(parent not in have for parent in objects.commits[sha].parents)]
    if cut:
        (git / "shallow").write_text("".join(f"{sha}\n" for sha in cut))
    subprocess.run(["git", "-C", str(folder), "checkout", "--quiet", "--detach", at], check=True)
    return folder


def _within(objects: Objects, at: str, depth: int) -> list[str]:
    have, edge = [at], [at]
    for _ in range(depth - 1):
        edge = [parent for sha in edge for parent in objects.commits[sha].parents if parent not in have]
        have += dict.fromkeys(edge)
    return have


def _framed(kind: str, content: bytes) -> bytes:
    return f"{kind} {len(content)}\0".encode() + content


def _encoded(text: str) -> bytes:
    return text.encode(errors="surrogateescape")
