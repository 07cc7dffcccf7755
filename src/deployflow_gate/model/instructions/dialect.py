"""Which language a shell form is written in."""

from __future__ import annotations

from typing import Literal

from deployflow_gate.regex import regex

Dialect = Literal["sh", "bash", "powershell", "cmd", "other"]

UNIX_SHELL = ("/bin/sh", "-c")
WINDOWS_SHELL = ("cmd", "/S", "/C")
"""What Docker runs where no SHELL is set."""

_DIALECTS: dict[str, Dialect] = {
    "sh": "sh",
    "ash": "sh",
    "dash": "sh",
    "bash": "bash",
    "powershell": "powershell",
    "pwsh": "powershell",
    "cmd": "cmd",
}
_SHEBANG = regex(r"#![ \t]*(\S+)(?:[ \t]+(?:-\S+[ \t]+)*(\S+))?")
_SEPARATORS = regex(r"[\\/]")


def _named(program: str) -> Dialect:
    return _DIALECTS.get(_SEPARATORS.split(program)[-1].lower().removesuffix(".exe"), "other")


def dialect_of(shell: tuple[str, ...]) -> Dialect:
    """The language of a SHELL's program; `["/usr/bin/env", "bash", "-c"]` is bash."""
    if not shell:
        return "sh"
    found = _named(shell[0])
    if found == "other" and _SEPARATORS.split(shell[0])[-1] in {"env", "busybox"} and len(shell) > 1:
        return _named(shell[1])
    return found


def shebang_dialect(script: str) -> Dialect | None:
    """The language that a `#!` line names, None if there is none."""
    match = _SHEBANG.match(script)
    if not match:
        return None
    program = match[1]
    return _named(match[2] or "") if program.endswith("/env") else _named(program)
