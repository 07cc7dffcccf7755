"""A page of ours, in Markdown, as plain text for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deployflow_gate.report.cells import text_width, wrapped

CODE = "    "


def readable(page: str, width: int, *, color: bool = False) -> str:
    """Paragraphs wrapped, headings bold, fences indented and left alone, tables aligned."""
    return "\n".join(_blocks(page.split("\n"), width, color=color)).rstrip() + "\n"


def _blocks(lines: list[str], width: int, *, color: bool) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        end = at + 1
        if line.startswith("```"):
            ticks = line[: len(line) - len(line.lstrip("`"))]
            while end < len(lines) and lines[end].rstrip() != ticks:
                end += 1
            yield from (f"{CODE}{code}".rstrip() for code in lines[at + 1 : end])
            end += 1
        elif line.startswith("#"):
            heading = line.lstrip("#").strip()
            yield f"\x1b[1m{heading}\x1b[0m" if color else heading
        elif line.startswith("|"):
            while end < len(lines) and lines[end].startswith("|"):
                end += 1
            yield from _table(lines[at:end])
        elif not line.strip():
            yield ""
        else:
            begins = re.compile(r"```|#|\||- |\* |\d+\. |> ")
            while end < len(lines) and lines[end].strip() and not begins.match(lines[end]):
                end += 1
            yield from _paragraph(" ".join(part.strip() for part in lines[at:end]), width)
        at = end


def _paragraph(text: str, width: int) -> Iterator[str]:
    mark = re.match(r"- |\* |\d+\. |> ", text)
    first = mark.group() if mark else ""
    for number, line in enumerate(wrapped(text[len(first) :], width - len(first))):
        yield f"{' ' * len(first) if number and first != '> ' else first}{line}"


def _table(lines: list[str]) -> Iterator[str]:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    rows = [row for row in rows if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]
    widths = [max(text_width(row[i]) for row in rows if i < len(row)) for i in range(max(map(len, rows), default=0))]
    for row in rows:
        yield "  ".join(cell + " " * (widths[i] - text_width(cell)) for i, cell in enumerate(row)).rstrip()
