"""The ignore comments that a change adds: nobody should have to find them in a diff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator

from deployflow_gate.github.changes import Changes
from deployflow_gate.github.judged import AddedIgnore
from deployflow_gate.policy.comments import hinted, remarks
from deployflow_gate.policy.inline import MAX_LINE
from deployflow_gate.policy.verdict import Verdict
from deployflow_gate.snapshot import Snapshot, Unreadable
from deployflow_gate.syntax.decode import decode

MAX_MARKS = 20
"""Characters `#` in a line at which a comment may begin; what stands behind more of them is taken for added."""

Said = frozenset[tuple[str, tuple[str, ...], str]]
"""What a line's comments say, wherever it stands: the tool, the rules that it names, the reason."""


def added_ignores(head: Verdict, base: Snapshot, changes: Changes) -> tuple[AddedIgnore, ...]:
    """The comments of changed files that silence something and that the file did not hold (so often) before; by path and line."""
    silencing: dict[str, dict[int, Counter[tuple[str, str]]]] = {}
    texts: dict[str, str] = {}
    for finding in head.findings:
        by = finding.suppressed
        if by is None or by.by != "inline" or finding.path not in changes.changed:
            continue
        line = int(by.where.rpartition(":")[2])
        texts[finding.path] = finding.span.source.text
        silencing.setdefault(finding.path, {}).setdefault(line, Counter())[finding.rule, by.reason] += 1
    found = (
        AddedIgnore(rule, path, line, reason, count)
        for path, lines in silencing.items()
        for line in _added(texts[path], _before(changes.renamed.get(path, path), base), lines)
        for (rule, reason), count in lines[line].items()
    )
    return tuple(sorted(found, key=lambda ignore: (ignore.path, ignore.line, ignore.rule)))


def _before(path: str, base: Snapshot) -> str:
    try:
        return decode(path, base.read(path)).text
    except (KeyError, Unreadable):
        return ""


def _added(after: str, before: str, lines: Container[int]) -> Iterator[int]:
    """Those of the lines whose comment is not among those of before, each of which stands for one that says the same."""
    old = Counter(said for line in before.split("\n") if (said := _said(line)))
    for number, line in enumerate(after.split("\n"), start=1):
        said = _said(line)
        if said and old[said]:
            old[said] -= 1
        elif number in lines:
            yield number


def _said(line: str) -> Said:
    if not hinted(line):
        return frozenset()
    starts = [at for at, char in enumerate(line[:MAX_LINE]) if char == "#"][:MAX_MARKS]
    return frozenset(
        (remark.tool, remark.names, remark.reason) for at in starts for remark in remarks(line[at : at + MAX_LINE])
    )
