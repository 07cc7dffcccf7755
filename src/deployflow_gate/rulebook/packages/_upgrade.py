"""What rules about upgrades of everything share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem
from deployflow_gate.model.shipping import run_of

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command

LIMITED = (
    "--security", "--sec-severity", "--secseverity", "--advisory", "--advisories", "--cve", "--cves", "--bz", "--bzs",
    "--simulate", "-s", "--dry-run", "--print-uris", "--download-only", "--downloadonly", "--assumeno", "--help", "-h",
)  # fmt: skip
"""Flags by which only some packages are brought up to date, or none."""

RPM_VERBS = frozenset({"upgrade", "up", "update", "update-minimal", "upgrade-minimal", "up-min", "distro-sync"})
"""What dnf and yum, which are one program on most systems, call it."""


def upgraded(command: Command, managers: frozenset[str], verbs: frozenset[str]) -> Iterator[Problem]:
    """The upgrade of all packages in a stage that a shipped image is built from."""
    install = command.install
    if install is None or install.manager not in managers or install.verb not in verbs:
        return
    if install.packages or install.uncertain or install.has_flag(*LIMITED) or "xargs" in command.wrappers:
        return
    run = run_of(command)
    if run is not None and run.stage is not None and run.stage in run.dockerfile.project.needed_by:
        yield Problem(
            install.span,
            f"`{command.name} {install.verb}` makes of every package what is newest on the day of the build.",
        )
