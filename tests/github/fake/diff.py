"""What changed between two commits, as GitHub lists it: renames found, hunks with three lines around, no patch for what is
binary or large."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import product

from tests.github.fake.gitdata import SUBMODULE, Entry, Objects

CONTEXT = 3
ALIKE = 0.5
"""How alike two files are that git takes for a renamed one (its -M50%)."""
COMPARED = 400
"""Pairs of files that are compared for renames; git too gives up beyond a limit (diff.renameLimit)."""
PATCH_LINES = 3000
"""GitHub gives no patch for more changed lines than about this."""
PATCH_BYTES = 400_000
HEADING = re.compile(r"[A-Za-z_$]")


@dataclass(frozen=True)
class Hunk:
    """Line numbers from 1, in the old (left) and the new (right) file; `text` is the hunk as a patch shows it."""

    old: range
    new: range
    text: str


@dataclass(frozen=True)
class Change:
    """A changed file. `hunks` is None where GitHub gives no patch."""

    path: str
    status: str
    entry: Entry
    previous: str | None = None
    additions: int = 0
    deletions: int = 0
    hunks: tuple[Hunk, ...] | None = ()

    @property
    def patch(self) -> str | None:
        return "\n".join(hunk.text for hunk in self.hunks) if self.hunks else None


def changes(objects: Objects, old: str, new: str) -> tuple[Change, ...]:
    """The files that differ between two commits, by path."""
    before, after = objects.files(old), objects.files(new)
    removed = {path: entry for path, entry in before.items() if path not in after}
    added = {path: entry for path, entry in after.items() if path not in before}
    found = []
    for was, now in _renames(objects, removed, added):
        found.append(_change(objects, now, "renamed", removed.pop(was), added.pop(now), previous=was))
    found += [_change(objects, path, "removed", entry, None) for path, entry in removed.items()]
    found += [_change(objects, path, "added", None, entry) for path, entry in added.items()]
    for path, entry in after.items():
        was_entry = before.get(path)
        if was_entry and (was_entry.sha, was_entry.mode) != (entry.sha, entry.mode):
            status = "modified" if _type(was_entry) == _type(entry) else "changed"
            found.append(_change(objects, path, status, was_entry, entry))
    return tuple(sorted(found, key=lambda change: change.path))


def lines_of(data: bytes) -> list[str]:
    """Lines with their ends, split where git splits them."""
    return re.findall(r"[^\n]*\n|[^\n]+", data.decode(errors="replace"))


def moved(objects: Objects, old: Entry, new: Entry, line: int) -> int | None:
    """Where a line of an old file is in a new one; None if it was changed."""
    before, after = (lines_of(objects.blob(entry.sha) or b"") for entry in (old, new))
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        if block.a <= line - 1 < block.a + block.size:
            return line - block.a + block.b
    return None


def _change(
    objects: Objects, path: str, status: str, old: Entry | None, new: Entry | None, *, previous: str | None = None
) -> Change:
    entry = new or old
    assert entry
    before, after = (_text(objects, side) for side in (old, new))
    if before is None or after is None or status == "changed":
        return Change(path, status, entry, previous, hunks=None)
    hunks = tuple(_hunks(before, after))
    shown = [line for hunk in hunks for line in hunk.text.split("\n")[1:]]
    additions, deletions = (sum(line.startswith(sign) for line in shown) for sign in "+-")
    large = additions + deletions > PATCH_LINES
    return Change(path, status, entry, previous, additions, deletions, None if large else hunks)


def _type(entry: Entry) -> str:
    """Whether it is a file, a link or a submodule."""
    return entry.mode[:2]


def _text(objects: Objects, entry: Entry | None) -> list[str] | None:
    """The lines of a side; None if it is no text that GitHub would show."""
    if entry is None:
        return []
    if entry.mode == SUBMODULE:
        return [f"Subproject commit {entry.sha}\n"]
    data = objects.blob(entry.sha) or b""
    return None if b"\0" in data[:8000] or len(data) > PATCH_BYTES else lines_of(data)


def _hunks(old: Sequence[str], new: Sequence[str]) -> Iterator[Hunk]:
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT):
        left, right = range(group[0][1], group[-1][2]), range(group[0][3], group[-1][4])
        if not left and not right:
            continue
        shown = [f"@@ -{_range(left)} +{_range(right)} @@{_heading(old, left.start)}"]
        for tag, a, b, c, d in group:
            if tag == "equal":
                shown += _signed(" ", old[a:b])
            else:
                shown += [*_signed("-", old[a:b]), *_signed("+", new[c:d])]
        yield Hunk(_from_one(left), _from_one(right), "\n".join(shown))


def _signed(sign: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield sign + line.removesuffix("\n")
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"


def _range(lines: range) -> str:
    start = lines.start + 1 if lines else lines.start
    return str(start) if len(lines) == 1 else f"{start},{len(lines)}"


def _from_one(lines: range) -> range:
    return range(lines.start + 1, lines.stop + 1)


def _heading(lines: Sequence[str], start: int) -> str:
    """What git puts behind a hunk's numbers: the nearest line above that begins with a letter."""
    for line in reversed(lines[:start]):
        if HEADING.match(line):
            return " " + line[:80].rstrip()
    return ""


def _renames(objects: Objects, removed: dict[str, Entry], added: dict[str, Entry]) -> list[tuple[str, str]]:
    """Pairs of old and new path: first files of equal content, then those alike enough."""
    pairs: list[tuple[str, str]] = []
    by_sha = {entry.sha: path for path, entry in reversed(removed.items())}
    for path, entry in added.items():
        if entry.sha in by_sha and objects.blob(entry.sha):
            pairs.append((by_sha.pop(entry.sha), path))
    left = [path for path in removed if path not in {was for was, _ in pairs}]
    right = [path for path in added if path not in {now for _, now in pairs}]
    if len(left) * len(right) > COMPARED:
        return pairs
    alike = sorted(
        ((_alike(objects, removed[was], added[now]), was, now) for was, now in product(left, right)), reverse=True
    )
    for ratio, was, now in alike:
        if ratio >= ALIKE and was in left and now in right:
            pairs.append((was, now))
            left.remove(was)
            right.remove(now)
    return pairs


def _alike(objects: Objects, old: Entry, new: Entry) -> float:
    before, after = _text(objects, old), _text(objects, new)
    if not before or not after or old.mode != new.mode:
        return 0.0
    return SequenceMatcher(None, before, after, autojunk=False).ratio()
