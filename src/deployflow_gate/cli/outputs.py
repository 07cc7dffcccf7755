"""Which reports go where: `--format json`, `--format sarif=gate.sarif`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from deployflow_gate.cli.call import CallError, one_of
from deployflow_gate.record import dataclass
from deployflow_gate.report import FORMATS

if TYPE_CHECKING:
    from deployflow_gate.cli.roots import Place
    from deployflow_gate.policy.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Output:
    """A format, and the file that it goes to; "" is stdout."""

    form: str
    file: str = ""


def outputs(asked: Sequence[str]) -> tuple[Output, ...]:
    """What `--format` asks for. If nothing of it goes to stdout, text does."""
    found = []
    for text in asked:
        form, _, file = text.partition("=")
        if form not in FORMATS:
            raise CallError(
                f"`{form}` is no format.{one_of(form, list(FORMATS))} The formats are {', '.join(FORMATS)}."
            )
        if "=" in text and not file:
            raise CallError(f"`--format {text}` names no file. Write `--format {form}` to print it.")
        found.append(Output(form, "" if file == "-" else file))
    printed = [output.form for output in found if not output.file]
    if len(printed) > 1:
        raise CallError(
            f"Only one report can be printed, not {' and '.join(printed)}. Send the others to files: "
            f"`--format {printed[1]}=FILE`."
        )
    return tuple(found) if printed else (Output("text"), *found)


def write_reports(verdict: Verdict, wanted: Sequence[Output], place: Place, *, show_suppressed: bool = False) -> None:
    """Write the files first, then print: a report that cannot be written must not follow a passed verdict on screen."""
    from deployflow_gate.cli.screen import put

    for output in wanted:
        if output.file:
            _write(output.file, _rendered(verdict, output, place, show_suppressed=show_suppressed))
    for output in wanted:
        if not output.file:
            put(_rendered(verdict, output, place, show_suppressed=show_suppressed))


def _rendered(verdict: Verdict, output: Output, place: Place, *, show_suppressed: bool) -> str:
    options: dict[str, object] = {}
    if output.form == "text":
        options = {"prefix": place.shown, "show_suppressed": show_suppressed}
        if not output.file:
            from deployflow_gate.cli.screen import screen

            seen = screen()
            options |= {"width": seen.width, "color": seen.color, "links": _base(place.root) if seen.links else ""}
    elif output.form != "json":
        options = {"prefix": place.below_clone}
    return FORMATS[output.form](verdict, **options)


def _base(root: str) -> str:
    from deployflow_gate.report.escape import uri

    return f"file://{uri(root.replace(os.sep, '/').rstrip('/'))}/"


def _write(file: str, text: str) -> None:
    from pathlib import Path

    try:
        Path(file).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise CallError(f"The report cannot be written to `{file}`: {error.strerror}.") from error
