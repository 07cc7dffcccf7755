"""What rules about unanswered questions share: a package manager that asks, in a build in which nobody answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem
from deployflow_gate.model.shipping import run_of
from deployflow_gate.record import dataclass
from deployflow_gate.rulebook.packages._configured import configured
from deployflow_gate.rulebook.packages._flag import with_flag

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.install import Install
    from deployflow_gate.syntax.shell import Word

NOTHING_DONE = (
    "--simulate", "--just-print", "--dry-run", "--recon", "--no-act", "--print-uris", "--assume-no", "--assumeno",
    "--help", "--version", "-?",
)  # fmt: skip
"""Flags by which nothing is asked, whatever else is said."""


@dataclass(frozen=True, slots=True)
class Asking:
    """`managers` ask unless they are given `flag`, or unless one of `files` has `setting`."""

    managers: frozenset[str]
    flag: str
    setting: str = ""
    files: tuple[str, ...] = ()


def asked(
    command: Command, asking: Asking, asks: Callable[[Install], bool], behind: Word | None = None
) -> Iterator[Problem]:
    """A question of a RUN that nothing answers, and the flag as its fix (behind the subcommand, or another word)."""
    install = command.install
    if install is None or install.manager not in asking.managers or not asks(install):
        return
    if install.assumes_yes or install.uncertain or install.has_flag(*NOTHING_DONE):
        return
    run = run_of(command)
    if run is None or _answered(command) or (asking.setting and configured(run, asking.setting, *asking.files)):
        return
    spelled = f"{command.name} {install.verb}".strip()
    yield Problem(
        install.span,
        f"`{spelled}` asks before it goes on, and nobody answers in a build; `{asking.flag}` is missing.",
        fix=with_flag(install, asking.flag, "Answer yes", behind),
    )


def _answered(command: Command) -> bool:
    """Whether its input comes from somewhere: `yes | apt-get install x`. (That of xargs is not its command's.)"""
    if "xargs" in command.wrappers:
        return False
    return bool(command.piped_from) or any(redirect.operator.startswith("<") for redirect in command.redirects)


def asks_of_named(install: Install) -> bool:
    """Whether it installs, or brings named packages up to date."""
    return install.action == "install" or (install.action == "upgrade" and bool(install.packages))
