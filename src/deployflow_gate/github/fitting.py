"""Rows into a limit: as many whole ones as fit, and a line that counts the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from deployflow_gate.record import dataclass

Item = TypeVar("Item")
Size = Callable[[str], int]
"""How long a text is, in the unit of the limit that it has to keep."""

SMALL = 2_000
"""An ordinary row is shorter: where less room is left, no other row is tried."""


def in_bytes(text: str) -> int:
    """The length of a text in UTF-8."""
    return len(text.encode("utf-8", "backslashreplace"))


@dataclass(frozen=True, slots=True)
class Section(Generic[Item]):
    """Rows between an opening and a closing. `row` makes one, line end included, of an item; `head` stands before the first
    one if there is any."""

    opening: str
    items: Sequence[Item]
    row: Callable[[Item], str]
    head: str = ""
    closing: str = ""


def folded(said: str, items: Sequence[Item], row: Callable[[Item], str], head: str = "") -> Section[Item]:
    """A section that shows its rows only to who opens it."""
    return Section(f"\n<details><summary>{said}</summary>\n\n", items, row, head, "\n</details>\n")


def listed(section: Section[Item], room: int, size: Size, elsewhere: str) -> str:
    """The section in at most `room`, or in what its frame takes if that is more; "" where it has no items.

    `elsewhere` says where those rows are that did not fit.
    """
    if not section.items:
        return ""
    left = room - frame(section, size, elsewhere)
    rows: list[str] = []
    for item in section.items:
        row = section.row(item)
        if size(row) <= left:
            left -= size(row)
            rows.append(row)
        elif left < SMALL:
            break
    cut = len(section.items) - len(rows)
    table = section.head + "".join(rows) if rows else ""
    return section.opening + table + (_more(cut, elsewhere) if cut else "") + section.closing


def frame(section: Section[Item], size: Size, elsewhere: str) -> int:
    """What a section takes without any of its rows."""
    if not section.items:
        return 0
    return size(section.opening + section.head + _more(len(section.items), elsewhere) + section.closing)


def all_listed(sections: Sequence[Section[Any]], room: int, size: Size, elsewhere: str) -> list[str]:
    """The sections in `room` together: the first ones have their rows first, and each can at least count its own."""
    left = room - sum(frame(section, size, elsewhere) for section in sections)
    made = []
    for section in sections:
        own = frame(section, size, elsewhere)
        text = listed(section, left + own, size, elsewhere)
        left -= max(0, size(text) - own)
        made.append(text)
    return made


def _more(number: int, elsewhere: str) -> str:
    return f"\n**{number:,} more {'is' if number == 1 else 'are'} {elsewhere}.**\n"
