"""The files through which a step speaks to the runner: outputs and the job summary.

GITHUB_ENV and GITHUB_PATH are never written: what stands there changes how later steps of the job run.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

SUMMARY_BYTES = 900 * 1024
"""GitHub drops a step summary above 1 MiB whole (actions/runner, AttachmentSizeLimit); earlier steps of ours may have written."""


def write_outputs(file: Path, outputs: Mapping[str, str]) -> None:
    """Append outputs in the form with a delimiter, which is random: a value cannot end itself and start another output.

    Raises ValueError for a key or value that holds the delimiter all the same, OSError where the file cannot be written.
    """
    text = "".join(_entry(name, value, f"gate_{secrets.token_hex(16)}") for name, value in outputs.items())
    _append(file, text)


def _entry(name: str, value: str, delimiter: str) -> str:
    if delimiter in name or delimiter in value:
        raise ValueError("an output holds its own delimiter")
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def write_summary(file: Path, markdown: str) -> None:
    """Append to the job summary as much of a Markdown text as fits, and say how much did not."""
    _append(file, fitted(markdown, SUMMARY_BYTES))


def fitted(markdown: str, budget: int) -> str:
    """The text, or its first whole lines within `budget` bytes of UTF-8 and a last line that counts the others."""
    size = len(markdown.encode("utf-8", "replace"))
    if size <= budget:
        return markdown
    lines = markdown.splitlines(keepends=True)
    room = budget - len(_cut(len(lines)).encode())
    kept = 0
    for line in lines:
        room -= len(line.encode("utf-8", "replace"))
        if room < 0:
            break
        kept += 1
    return "".join(lines[:kept]) + _cut(len(lines) - kept)


def _cut(lines: int) -> str:
    return f"\n\nThis summary was cut: {lines} more lines are in the report and in the log of this step.\n"


def _append(file: Path, text: str) -> None:
    with file.open("a", encoding="utf-8", errors="replace", newline="\n") as stream:
        stream.write(text)
