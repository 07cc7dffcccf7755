"""Two RUN instructions in a row made one: what several rules offer as their fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployflow_gate.lint import edits

if TYPE_CHECKING:
    from deployflow_gate.lint.problem import Edit
    from deployflow_gate.model.instruction import Instruction, Run

_LEAKING = frozenset(
    {
        "cd",
        "pushd",
        "popd",
        "export",
        "set",
        "source",
        ".",
        "umask",
        "shopt",
        "alias",
        "trap",
        "exec",
        "exit",
        "unset",
        "eval",
    }
)
"""What would also be in force for the commands of the second RUN."""


def next_run(run: Run) -> Run | None:
    """The RUN right behind another one: only white space and comments stand between, and both have the same flags."""
    from deployflow_gate.model.instruction import Run

    after = _behind(run)
    same = isinstance(after, Run) and _flags(after) == _flags(run)
    return after if isinstance(after, Run) and same else None


def joined(first: Run, second: Run) -> Edit | None:
    """The edit that makes them one with `&&` between; None where that would change what they do, or lose a comment."""
    if first.script is None or second.script is None or not (_plain(first) and _plain(second)):
        return None
    if first.span.source.text[first.span.end : second.span.start].strip():
        return None
    if any(command.name in _LEAKING or not command.words for command in first.script.commands):
        return None
    # of `a && b; c` and `a && b || c` the last part would run even where the first RUN failed
    if any(command.operator not in ("", "&&") or command.nesting for command in second.script.commands):
        return None
    end = first.script.text.span(0, len(first.script.text.text.rstrip()))
    start = second.script.text.span(0, 1)
    lines = f" {first.dockerfile.escape}\n{edits.indent_of(first.span)}    && "
    return edits.replace(type(end)(end.source, end.end, start.start), lines)


def _behind(run: Run) -> Instruction | None:
    rows = run.dockerfile.instructions
    after = rows[run.index + 1] if run.index + 1 < len(rows) else None
    return after if after is not None and after.stage is run.stage and not run.onbuild else None


def _flags(run: Run) -> tuple[str, ...]:
    return tuple(sorted(flag.span.text for flag in run.flags))


def _plain(run: Run) -> bool:
    """Whether its text is a script to which another one can be put with `&&`."""
    script = run.script
    if script is None or not script.posix or script.faults or run.heredocs or not script.commands:
        return False
    body = script.text.text.rstrip()
    comment = any(line.lstrip().startswith("#") or " #" in line for line in run.span.text.split("\n"))
    return bool(body) and body[-1] not in ";&|\\" and not comment and not any(c.background for c in script.commands)
