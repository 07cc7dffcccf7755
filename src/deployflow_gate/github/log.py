"""Our own lines in the job's log, which the runner reads for commands. What they quote may be an attacker's."""

from __future__ import annotations

import sys

from deployflow_gate.report.escape import command_data, inert, shortened, visible

MESSAGE_CHARACTERS = 4000
"""The runner cuts a message at 4,096 characters (actions/runner, _maxIssueMessageLength)."""


def say(text: str) -> None:
    """A line for people."""
    sys.stdout.write(f"deployflow-gate: {inert(visible(text))}\n")


def say_error(text: str) -> None:
    """A line for people that GitHub also shows on the run's page."""
    line = shortened(visible(text), MESSAGE_CHARACTERS)
    sys.stdout.write(f"::error title=deployflow-gate::{command_data(line)}\n")
