"""`deployflow-gate migrate`: other tools' configurations as a policy."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deployflow_gate.cli.arguments import parser_of
from deployflow_gate.cli.call import PASSED, CallError
from deployflow_gate.cli.screen import put

if TYPE_CHECKING:
    from deployflow_gate.policy.migrate import Migration

MAX_BYTES = 1024 * 1024
"""No configuration of a linter is larger."""


def parser() -> argparse.ArgumentParser:
    made = parser_of(
        "migrate",
        "Turn the configurations of hadolint, tally, trivy (ignore files), checkov and KICS\n"
        "into a policy. Prints it, and on stderr a table of what each line became.",
        "example: deployflow-gate migrate --write",
    )
    made.add_argument(
        "files", nargs="*", metavar="FILE", help="configurations; by default all that the folder around you has"
    )
    made.add_argument("--write", action="store_true", help="write .github/deployflow.yml, which must not be there")
    return made


def run(arguments: Sequence[str]) -> int:
    args = parser().parse_args(arguments)
    from deployflow_gate.policy.load import POLICY_PATH
    from deployflow_gate.policy.migrate import migrate

    made = migrate({path: _text(Path(path)) for path in args.files or _found()})
    if not args.write:
        put(made.policy)
    else:
        _write(Path(POLICY_PATH), made.policy)
        put(f"wrote {POLICY_PATH}\n")
    _complain(made)
    return PASSED


def _found() -> list[str]:
    from deployflow_gate.policy.migrate import KNOWN

    found = [name for name in KNOWN if Path(name).is_file()]
    if not found:
        raise CallError(f"There is none of {', '.join(KNOWN)} here. Give the files to migrate.")
    return found


def _text(path: Path) -> str:
    from deployflow_gate.policy.migrate import KNOWN

    if path.name not in KNOWN:
        raise CallError(f"`{path.name}` is none of the files that can be migrated: {', '.join(KNOWN)}.")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CallError(f"`{path}` cannot be read: {error.strerror}.") from error
    if len(data) > MAX_BYTES:
        raise CallError(f"`{path}` is larger than 1 MiB, so it is no configuration.")
    return data.decode("utf-8", errors="replace")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise CallError(
            f"`{path}` is there already, so nothing was written. Remove it first, or print and merge."
        ) from error
    except OSError as error:
        raise CallError(f"`{path}` cannot be written: {error.strerror}.") from error


def _complain(made: Migration) -> None:
    from deployflow_gate.cli.main import complain

    complain("\n".join([f"{len(made.became)} lines, {len(made.left)} of which have no counterpart", *_table(made)]))


def _table(made: Migration) -> Iterator[str]:
    width = max((len(one.where) for one in made.became), default=0)
    for one in made.became:
        result = ", ".join(map(str, one.parts)) if one.parts else f"nothing: {one.left}"
        yield f"  {one.where:{width}}  {one.said}  ->  {result}{f' ({one.remark})' if one.remark else ''}"
