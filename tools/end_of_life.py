"""Write the table of `end-of-life-image` from tools/end_of_life.txt. Run as `python tools/end_of_life.py`; it needs no network."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
DATA = HERE / "end_of_life.txt"
TABLE = HERE.parent / "src" / "deployflow_gate" / "rulebook" / "base" / "_end_of_life.py"


def table(text: str) -> str:
    """The module's text. Raises ValueError for a line that is not `product cycle yyyy-mm-dd`, or stands there twice."""
    found: dict[str, dict[tuple[int, ...], str]] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        product, cycle, day = line.split()
        date.fromisoformat(day)
        key = tuple(map(int, cycle.split(".")))
        if key in found.setdefault(product, {}):
            raise ValueError(line)
        found[product][key] = day
    written = re.search(r"written on (\d{4}-\d\d-\d\d)", text)
    if written is None:
        raise ValueError("the day on which it was written is missing")
    lines = [
        '"""When releases of languages and distributions end: product → cycle → day. Made by tools/end_of_life.py; do not edit."""',
        "",
        "from __future__ import annotations",
        "",
        f'WRITTEN = "{written[1]}"',
        "",
        "ENDS: dict[str, dict[tuple[int, ...], str]] = {",
    ]
    for product, cycles in sorted(found.items()):
        lines.append(f'    "{product}": {{')
        lines += [f'        {cycle}: "{day}",' for cycle, day in sorted(cycles.items())]
        lines.append("    },")
    return "\n".join([*lines, "}", ""])


def main() -> int:
    """Write the table if it has changed, and say so."""
    text = table(DATA.read_text(encoding="utf-8"))
    fresh = TABLE.exists() and TABLE.read_text(encoding="utf-8") == text
    if not fresh:
        TABLE.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{TABLE.name}: {'fresh' if fresh else 'written'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
