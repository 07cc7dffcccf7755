"""Argument parsing as all commands have it."""

from __future__ import annotations

import argparse


class Help(argparse.RawDescriptionHelpFormatter):
    """Help of 80 columns. Asking the terminal would import an archive library at each start, also where no help is shown."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=80)


def parser_of(command: str, description: str, epilog: str) -> argparse.ArgumentParser:
    """The bare parser of a command. Options are never abbreviated: a new one must not change what an old call means."""
    return argparse.ArgumentParser(
        prog=f"deployflow-gate {command}",
        description=description,
        epilog=epilog,
        formatter_class=Help,
        allow_abbrev=False,
    )
