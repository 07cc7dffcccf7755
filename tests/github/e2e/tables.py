"""Tables of what happened, in Markdown: written with UPDATE_GOLDEN=1, and compared row by row else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

FOLDER = Path(__file__).parent


def compare(name: str, header: str, keys: Sequence[str], key: str, rows: list[str]) -> None:
    """Hold the rows of `key`, each beginning with it, against the table of that name. `keys` are all that it has, in order."""
    file = FOLDER / name
    if os.environ.get("UPDATE_GOLDEN"):
        written = _rows(file)
        known = {one: [row for row in written if _is_of(row, one)] for one in keys} | {key: rows}
        lines = (line for found in known.values() for line in found)
        file.write_text(header + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        return
    assert [row for row in _rows(file) if _is_of(row, key)] == rows


def complete(name: str, header: str, keys: Iterable[str], each: int = 1) -> None:
    """The table has this header and `each` rows for each key, in this order, and no others."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert text.startswith(header)
    assert [row.split(" | ")[0] for row in _rows(FOLDER / name)] == [f"| {key}" for key in keys for _ in range(each)]


def head(columns: Iterable[str]) -> str:
    names = list(columns)
    return f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n"


def _rows(file: Path) -> list[str]:
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    table = [line for line in lines if line.startswith("|")]
    return table[2:]


def _is_of(row: str, key: str) -> bool:
    return row.startswith(f"| {key} | ")
