"""The shell of a step: which one it is, and its text with each `${{ }}` turned into something that a shell knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from posixpath import basename
from typing import Literal

from deployflow_gate.model.workflow.reading import sketch_of
from deployflow_gate.record import replace
from deployflow_gate.regex import regex
from deployflow_gate.syntax.expression import Context, Embedded
from deployflow_gate.text import UNKNOWN, Mapped

Dialect = Literal["sh", "bash", "powershell", "cmd", "other"]

_DIALECTS: dict[str, Dialect] = {
    "bash": "bash",
    "sh": "sh",
    "dash": "sh",
    "zsh": "bash",
    "pwsh": "powershell",
    "powershell": "powershell",
    "cmd": "cmd",
}

_QUOTING = regex(
    r"""
      \\.                                    # an escaped character
    | '                                      # the start of a single-quoted text
    | "                                      # either end of a double-quoted one
    | (?<![^\s;&|()]) \# [^\n]*              # a comment
    | (?<!<)<<-?(?!<)[ \t]*(?P<quote>['"\\]?)(?P<mark>[\w.-]+)  # a heredoc
    | \n
    """,
    re.VERBOSE | re.DOTALL,
)


def dialect_of(shell: str | None) -> Dialect:
    """The dialect of a `shell:` text, which may be a command line (`bash -e {0}`)."""
    words = (shell or "").split()
    return _DIALECTS.get(basename(words[0]).removesuffix(".exe").lower(), "other") if words else "other"


def shell_text(text: Mapped, expressions: tuple[Embedded, ...], context: Context) -> tuple[Mapped, dict[str, str]]:
    """The text with a variable of the same length for each expression, and the sketches of those variables.

    GitHub puts the values in before the shell reads the text, so an expression within single quotes counts as well: its
    variable leaves the quotes and enters them again.
    """
    if not expressions:
        return text, {}
    quoted = _single_quoted(text.text, [expression.start for expression in expressions])
    pieces: list[str] = []
    variables: dict[str, str] = {}
    at = 0
    for number, expression in enumerate(expressions):
        width = expression.end - expression.start
        wrap = "'" if expression.start in quoted and width >= 6 else ""
        name = _name(number, width - 3 - 2 * len(wrap))
        if name in variables:
            variables[name] = UNKNOWN
        elif name:
            variables[name] = sketch_of(expression, context)
        placeholder = f"{wrap}${{{name}}}{wrap}" if name else "_" * width
        pieces += (text.text[at : expression.start], placeholder)
        at = expression.end
    pieces.append(text.text[at:])
    return replace(text, text="".join(pieces)), variables


def _name(number: int, width: int) -> str:
    """A variable's name of a given width that no script is likely to use; short ones are not all different."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return ("_" + digits).ljust(width, "_")[:width] if width > 0 else ""


def _single_quoted(text: str, offsets: Iterable[int]) -> frozenset[int]:
    """Which offsets stand within single quotes. Bodies of heredocs hold no quotes."""
    wanted = sorted(offsets)
    found: set[int] = set()
    marks: list[str] = []
    at = index = 0
    double = False
    while index < len(wanted) and (token := _QUOTING.search(text, at)) is not None:
        at = token.end()
        start = token.start()
        quoted = False
        if token[0] == '"':
            double = not double
        elif token[0] == "'" and not double:
            end = text.find("'", at)
            at = len(text) if end == -1 else end + 1
            quoted = True
        elif token[0][0] == "#" and double:
            at = start + 1
        elif token["mark"] and not double:
            marks.append(token["mark"])
        elif token[0] == "\n" and marks and not double:
            at = _behind_heredocs(text, at, marks)
            marks = []
        while index < len(wanted) and wanted[index] < at:
            if quoted and wanted[index] > start:
                found.add(wanted[index])
            index += 1
    return frozenset(found)


def _behind_heredocs(text: str, at: int, marks: list[str]) -> int:
    for mark in marks:
        end = re.compile(rf"^[ \t]*{re.escape(mark)}$", re.MULTILINE).search(text, at)
        if end is None:
            return len(text)
        at = end.end()
    return at
