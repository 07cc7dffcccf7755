"""Draw docs/report.svg, the picture of a real report that the README shows. Run as `make picture`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "report.svg"
FOLDER = ROOT / "examples" / "edtech" / "reports"
COMMAND = ["check"]

THEME = TerminalTheme(
    (255, 255, 255),
    (36, 41, 47),
    [
        (36, 41, 47),
        (207, 34, 46),
        (17, 99, 41),
        (154, 103, 0),
        (9, 105, 218),
        (130, 80, 223),
        (27, 124, 131),
        (110, 119, 129),
    ],
)
# no fonts from elsewhere: a picture in a README must not call home
FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace }}
.{unique_id}-matrix {{ font-size: {char_height}px; line-height: {line_height}px }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix" xml:space="preserve">
{matrix}
</g>
</g>
</svg>
"""


def main() -> int:
    """Run the gate on one folder of the example, and draw what it prints."""
    command = [sys.executable, "-m", "deployflow_gate", *COMMAND]
    ran = subprocess.run(
        command,
        cwd=FOLDER,
        env=os.environ | {"FORCE_COLOR": "1", "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode != 1 or ran.stderr:
        sys.stderr.write(ran.stderr or f"expected a blocked verdict, got exit {ran.returncode}\n")
        return 1
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=82, file=nowhere, force_terminal=True, color_system="standard")
        console.print(Text(f"$ deployflow-gate {' '.join(COMMAND)}", style="bold"))
        console.print(Text.from_ansi(ran.stdout))
        PICTURE.write_text(
            console.export_svg(title="deployflow-gate", theme=THEME, code_format=FORMAT, unique_id="gate"),
            encoding="utf-8",
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
