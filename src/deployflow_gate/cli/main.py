"""From arguments to an exit code: only the chosen command's parser is built, only its modules are imported."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO

from deployflow_gate.cli.call import INTERRUPTED, NOT_EVALUATED, PASSED, WRONG_CALL, CallError, one_of

COMMANDS = {
    "check": "judge a repository, a folder or files",
    "rules": "list the rules",
    "explain": "show a rule's page, by its name or by what another tool calls it",
    "policy": "validate a policy, show what is in force, print the schema",
    "init": "write a policy and a workflow to start from",
    "migrate": "turn other tools' configurations into a policy",
}

HELP = """\
usage: deployflow-gate COMMAND …

One policy, one verdict over Dockerfiles, compose files, .dockerignore files and
GitHub workflows.

commands:
{commands}

options:
  -h, --help  show this help; COMMAND --help shows the command's own
  --version   show the version

examples:
  deployflow-gate check                      judge the repository around you
  deployflow-gate check --changed-since main only what main does not have yet
  deployflow-gate check --fix                mend what can be mended safely
  deployflow-gate explain DL3002             what is this about?

exit codes:
  0  passed
  1  blocked
  2  the call or the policy is wrong
  3  could not evaluate, so not passed
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. Returns the exit code and raises nothing: what is unforeseen fails closed."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")  # a report must not die of a terminal's encoding
    try:
        return _command(arguments)
    except CallError as error:
        complain(str(error))
        return WRONG_CALL
    except SystemExit as end:  # argparse: 2 for wrong arguments, 0 for help
        return end.code if isinstance(end.code, int) else WRONG_CALL
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  fail closed, and in one line
        return _unforeseen(error)


def complain(message: str) -> None:
    """An error or a note on stderr; whatever it quotes cannot act on a terminal or a runner."""
    from deployflow_gate.report.escape import inert, visible

    for line in f"deployflow-gate: {message}".split("\n"):
        print(inert(visible(line)), file=sys.stderr)  # noqa: T201


def _command(arguments: list[str]) -> int:
    name = arguments[0] if arguments else ""
    if name in {"-h", "--help", "help", ""}:
        _print_help(sys.stdout if name else sys.stderr)
        return PASSED if name else WRONG_CALL
    if name in {"--version", "-V"}:
        from deployflow_gate import __version__

        print(f"deployflow-gate {__version__}")  # noqa: T201
        return PASSED
    if name not in COMMANDS:
        raise CallError(f"`{name}` is no command.{one_of(name, list(COMMANDS))} See `deployflow-gate --help`.")
    from importlib import import_module

    run = import_module(f"deployflow_gate.cli.{name}").run
    try:
        code: int = run(arguments[1:])
    except Exception as error:  # told apart here, where importing the classes costs nothing
        known = _known(error)
        if known is None:
            raise
        complain(str(error))
        return known
    return code


def _known(error: Exception) -> int | None:
    """The exit code of an error that is a sentence for people."""
    from deployflow_gate.policy.faults import PolicyError
    from deployflow_gate.snapshot import SnapshotError

    if isinstance(error, PolicyError):
        return WRONG_CALL
    return NOT_EVALUATED if isinstance(error, SnapshotError) else None


def _print_help(stream: TextIO) -> None:
    commands = "\n".join(f"  {name:9} {summary}" for name, summary in COMMANDS.items())
    stream.write(HELP.format(commands=commands))


def _unforeseen(error: Exception) -> int:
    from traceback import format_exception

    if os.environ.get("DEPLOYFLOW_GATE_TRACEBACK"):
        complain("".join(format_exception(error)).rstrip())
    complain(
        f"internal error, so nothing is passed: {type(error).__name__}: {error}. "
        "Please report it, with what DEPLOYFLOW_GATE_TRACEBACK=1 prints."
    )
    return NOT_EVALUATED
