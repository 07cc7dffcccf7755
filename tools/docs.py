"""Write docs/rules/: a page for each rule, and the list of them. Run as `make docs`; CI fails when they are stale."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from deployflow_gate.lint.page import page
from deployflow_gate.lint.registry import RuleEntry, index

FOLDER = Path(__file__).parent.parent / "docs" / "rules"


def pages() -> Iterator[tuple[str, str]]:
    """File name and text of every generated page."""
    entries = sorted(index().values(), key=lambda entry: (entry.chapter, entry.name))
    yield "README.md", "\n".join(_list(entries)) + "\n"
    for entry in entries:
        yield f"{entry.name}.md", page(entry.name)


def _list(entries: list[RuleEntry]) -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield f"{len(entries)} rules. `make docs` writes each page from its rule, with what the gate really says of each example."
    for chapter, members in groupby(entries, key=lambda entry: entry.chapter):
        yield from ("", f"## {chapter}", "", "| rule | level | fix | what it wants |", "|---|---|---|---|")
        for entry in members:
            level = entry.severity.value if entry.on else "off"
            fix = "yes" if entry.fixable else ""
            yield f"| [{entry.name}]({entry.name}.md) | {level} | {fix} | {entry.summary} |"


def main() -> int:
    """Write what changed, remove pages of rules that are gone, print how many."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = dict(pages())
    written = 0
    for name, text in wanted.items():
        file = FOLDER / name
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            written += 1
    gone = [file for file in FOLDER.glob("*.md") if file.name not in wanted]
    for file in gone:
        file.unlink()
    sys.stdout.write(f"docs/rules: {len(wanted)} pages, {written} written, {len(gone)} removed\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
