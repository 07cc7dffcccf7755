"""What the terminal can show, and printing to it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from deployflow_gate.cli.call import CallError
from deployflow_gate.record import dataclass

MAX_WIDTH = 120
"""Longer lines are not read but searched."""

PATIENCE = 1.0
"""Seconds after which somebody who waits wants to know that something happens."""


@dataclass(frozen=True, slots=True)
class Screen:
    """How stdout is to be written. `links` tells whether it understands terminal links."""

    width: int = 80
    color: bool = False
    links: bool = False


def screen(stream: TextIO | None = None) -> Screen:
    """Of a stream, by default stdout. NO_COLOR and FORCE_COLOR (no-color.org, force-color.org) win over what it is."""
    terminal = _is_terminal(sys.stdout if stream is None else stream)
    environment = os.environ
    dumb = environment.get("TERM", "") == "dumb"
    color = terminal and not dumb
    if environment.get("FORCE_COLOR"):
        color = environment["FORCE_COLOR"] != "0"
    if environment.get("NO_COLOR"):
        color = False
    return Screen(_width() if terminal else 80, color, terminal and color and not dumb)


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except (AttributeError, ValueError):  # closed, or not there at all
        return False


def _width() -> int:
    try:
        columns = os.get_terminal_size().columns
    except OSError:
        return 80
    return min(columns, MAX_WIDTH) or 80


def put(text: str) -> None:
    """Print to stdout. A reader that has gone away (`… | head`) is no error: the verdict stands. Raises CallError where
    stdout is closed or cannot take the text."""
    if sys.stdout is None:  # closed when we were started (`>&-`)
        raise CallError("The report cannot be printed: stdout is closed.")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # what is still buffered would raise again when the interpreter ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise CallError(f"The report cannot be printed: {error.strerror}.") from error


@contextmanager
def progress(message: str) -> Iterator[None]:
    """Show a line on stderr while the work lasts, if it lasts, and only to somebody who looks."""
    if not _is_terminal(sys.stderr) or os.name != "posix":
        yield
        return
    import signal

    shown: list[bool] = []

    def show(*_: object) -> None:
        shown.append(True)
        sys.stderr.write(message)
        sys.stderr.flush()

    try:
        before = signal.signal(signal.SIGALRM, show)
    except ValueError:  # not in the main thread
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if shown:
            sys.stderr.write(f"\r{' ' * len(message)}\r")
            sys.stderr.flush()
