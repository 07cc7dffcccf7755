"""What a change does to the files: the two commits' lists compared, which needs no diff and knows no limit of 3,000 files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from posixpath import basename

from deployflow_gate.model.discover import kind_of
from deployflow_gate.record import dataclass, field
from deployflow_gate.snapshot import Unreadable
from deployflow_gate.snapshot.tree import Entry, Tree

SIMILAR = 0.5
"""The part of the lines that a moved file keeps; git calls half of them a rename, too (git-diff, `-M`)."""

MAX_PAIRS = 10_000
"""Pairs of a gone and a new file that are compared line by line."""

MAX_LINES = 2000
"""Lines of a file that are compared: with MAX_PAIRS, seconds for the most hostile change."""


@dataclass(frozen=True, slots=True)
class Changes:
    """`added` and `edited` are files of the new side, `removed` those that are gone. `renamed` is new path → old path for files
    that only moved; those stand in `added` and in `removed`, too."""

    added: frozenset[str] = frozenset()
    edited: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def changed(self) -> frozenset[str]:
        """The new side's files that are not as they were."""
        return self.added | self.edited


def changes(before: Tree, after: Tree) -> Changes:
    """The changes from one commit to another. Files that moved and were edited are made out among those that the gate may judge."""
    old, new = before.entries, after.entries
    added = frozenset(path for path in new if path not in old)
    edited = frozenset(path for path, entry in new.items() if path in old and old[path] != entry)
    removed = frozenset(path for path in old if path not in new)
    renamed = _moved(old, new, removed, added)
    gone = [path for path in sorted(removed.difference(renamed.values())) if kind_of(path)]
    come = [path for path in sorted(added.difference(renamed)) if kind_of(path)]
    return Changes(added, edited, removed, renamed | _moved_and_edited(before, gone, after, come))


def _moved(
    before: Mapping[str, Entry], after: Mapping[str, Entry], removed: frozenset[str], added: frozenset[str]
) -> dict[str, str]:
    """New path → old path for the new files whose very content a gone file had; first for those that also kept their name."""
    renamed: dict[str, str] = {}
    for name in (basename, lambda _: ""):
        gone: dict[tuple[str, str], list[str]] = {}
        for path in sorted(removed.difference(renamed.values()), reverse=True):
            gone.setdefault((before[path].blob, name(path)), []).append(path)
        for path in sorted(added.difference(renamed)):
            if candidates := gone.get((after[path].blob, name(path))):
                renamed[path] = candidates.pop()
    return renamed


def _moved_and_edited(before: Tree, gone: Sequence[str], after: Tree, come: Sequence[str]) -> dict[str, str]:
    """New path → old path for the most similar files, of equals first those of the same name."""
    if not gone or len(gone) * len(come) > MAX_PAIRS:
        return {}
    old = {path: _lines(path, before) for path in gone} if come else {}
    pairs = sorted(
        (-score, basename(path) != basename(other), path, other)
        for path in come
        for lines in (_lines(path, after),)
        for other, others in old.items()
        if (score := _similarity(lines, others)) >= SIMILAR
    )
    renamed: dict[str, str] = {}
    for *_, path, other in pairs:
        if path not in renamed and other in old:
            renamed[path] = other
            del old[other]
    return renamed


def _lines(path: str, tree: Tree) -> Counter[bytes]:
    try:
        content = tree.read(path)
    except Unreadable:
        return Counter()
    return Counter(stripped for line in content.split(b"\n", MAX_LINES)[:MAX_LINES] if (stripped := line.strip()))


def _similarity(one: Counter[bytes], other: Counter[bytes]) -> float:
    """The part of the longer file's lines that the other has, too."""
    return (one & other).total() / max(one.total(), other.total(), 1)
