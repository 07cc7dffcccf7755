"""`--fix`, `--fix-unsafe`, `--diff`: what findings offer, put into files or shown."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from deployflow_gate.cli.main import complain
from deployflow_gate.lint.apply import FixResult, fix_all
from deployflow_gate.report.words import counted
from deployflow_gate.snapshot.changed import Changed

if TYPE_CHECKING:
    from deployflow_gate.lint.finding import Finding
    from deployflow_gate.policy.verdict import Verdict
    from deployflow_gate.snapshot import Snapshot
    from deployflow_gate.text import Source


def fixed(tree: Snapshot, root: str, verdict_of: Callable[[Snapshot], Verdict], *, unsafe: bool, diff: bool) -> Verdict:
    """Apply the fixes and return the verdict of what is then on disk; with `diff`, print them and write nothing."""

    def look(texts: Mapping[str, str]) -> tuple[Finding, ...]:
        return verdict_of(Changed(tree, texts) if texts else tree).findings

    result = fix_all(look, unsafe=unsafe)
    written = dict(result.files)
    if diff:
        _print_diff(result.files)
    else:
        written = _written(root, result)
    for path, title, reason in result.refused:
        complain(f"not fixed: {path}: {title}: {reason}")
    if not diff:
        for path, title in result.applied:
            if path in written:
                complain(f"fixed: {path}: {title}")
    told = (
        f"{'would be changed' if diff else 'changed'}; {counted(len(result.refused), 'fix').replace('fixs', 'fixes')}"
    )
    complain(f"{counted(len(written), 'file')} {told} refused")
    return verdict_of(tree if diff else Changed(tree, {path: new for path, (_, new) in written.items()}))


def _written(root: str, result: FixResult) -> dict[str, tuple[Source, str]]:
    from deployflow_gate.cli.write import NotWrittenError, rewrite

    written = {}
    for path, (old, new) in result.files.items():
        try:
            rewrite(root, path, old, new)
        except NotWrittenError as error:
            complain(f"not written: {path}: {error}")
        else:
            written[path] = (old, new)
    return written


def _print_diff(files: Mapping[str, tuple[Source, str]]) -> None:
    """Raw where a program reads it; harmless where a person or a runner's log does."""
    import sys

    from deployflow_gate.cli.screen import put
    from deployflow_gate.report.escape import inert, visible

    text = "".join(unified(path, old.text, new) for path, (old, new) in sorted(files.items()))
    if sys.stdout.isatty() or os.environ.get("GITHUB_ACTIONS"):
        text = inert("\n".join(visible(line.rstrip("\r")) for line in text.split("\n")))
    put(text)


def unified(path: str, old: str, new: str) -> str:
    """A unified diff that `patch -p1` and `git apply` take."""
    from difflib import unified_diff

    name = path if path.isprintable() and not set(path) & set('"\\') else _quoted(path)
    before, after = (f'"{side}/{name[1:]}' if name.startswith('"') else f"{side}/{name}" for side in "ab")
    lines = unified_diff(_lines(old), _lines(new), before if old else "/dev/null", after)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """Lines as git has them: they end at LF alone."""
    return [f"{line}\n" for line in text.split("\n")[:-1]] + ([last] if (last := text.rpartition("\n")[2]) else [])


def _quoted(path: str) -> str:
    """A path in git's quotes."""
    return (
        '"'
        + "".join(
            chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\' else f"\\{byte:03o}" for byte in path.encode()
        )
        + '"'
    )
