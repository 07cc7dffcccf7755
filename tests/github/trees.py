"""Commits in memory, and an event that is judged by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from deployflow_gate.github.contents import git_hash
from deployflow_gate.github.environment import Environment
from deployflow_gate.github.judged import Judgement, Scope
from deployflow_gate.github.judging import judge
from deployflow_gate.github.sources import Sources
from deployflow_gate.record import dataclass
from deployflow_gate.snapshot import MemorySnapshot
from deployflow_gate.snapshot.tree import SYMLINK, Entry, read

HEAD, BASE, TIP = "c" * 40, "b" * 40, "a" * 40
TODAY = date(2026, 6, 1)


@dataclass(frozen=True)
class Link:
    """A symlink."""

    target: str


Files = Mapping[str, str | bytes | Link]


class MemoryTree:
    """A commit's files; `reads` counts how often each was read."""

    def __init__(self, files: Files) -> None:
        self.files = {path: _bytes(content) for path, content in sorted(files.items())}
        self.entries = {
            path: Entry(SYMLINK if isinstance(files[path], Link) else "100644", git_hash(content, 40))
            for path, content in self.files.items()
        }
        self.blobs = {entry.blob: self.files[path] for path, entry in self.entries.items()}
        self.reads: dict[str, int] = {}

    def paths(self) -> Sequence[str]:
        return tuple(self.files)

    def read(self, path: str) -> bytes:
        self.reads[path] = self.reads.get(path, 0) + 1
        return read(path, self.entries, self._blob)

    def _blob(self, path: str, entry: Entry, limit: int) -> bytes:
        return MemorySnapshot({path: self.blobs[entry.blob]}).read(path)[:limit]


def _bytes(content: str | bytes | Link) -> bytes:
    if isinstance(content, Link):
        return content.target.encode()
    return content.encode() if isinstance(content, str) else content


def change(base: Files, head: Files, tip: Files | None = None) -> Sources:
    """A change from base to head; `tip` is its base branch, where that went on."""
    before = MemoryTree(base)
    return Sources(
        head=MemoryTree(head),
        head_sha=HEAD,
        policy=before if tip is None else MemoryTree(tip),
        policy_sha=BASE if tip is None else TIP,
        chosen="In memory.",
        base=before,
        base_sha=BASE,
    )


def judged(
    base: Files,
    head: Files,
    tip: Files | None = None,
    *,
    policy: str | None = None,
    scope: Scope = Scope.NEW,
    focus: str = "",
    fail_on: str | None = None,
) -> Judgement:
    environment = Environment(Path(), policy, focus, fail_on, scope=scope)
    return judge(change(base, head, tip), environment, TODAY)


def whole(files: Files, *, policy: str | None = None) -> Judgement:
    """A push, whose files are judged for themselves."""
    tree = MemoryTree(files)
    sources = Sources(tree, HEAD, tree, HEAD, "In memory.")
    return judge(sources, Environment(Path(), policy), TODAY)
