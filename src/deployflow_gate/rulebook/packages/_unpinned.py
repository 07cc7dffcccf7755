"""What rules about packages without a version share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem
from deployflow_gate.model.shipping import run_of

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.install import Install, Package
    from deployflow_gate.model.instruction import Run

RPM_VERBS = frozenset({"install", "in", "reinstall", "rei", "localinstall", "module install"})
"""What dnf and yum, which are one program on most systems, call it."""

_SHOWN = 4


def run_needed(command: Command) -> Run | None:
    """The RUN of a command in a stage that a shipped image is built from."""
    run = run_of(command)
    needed = run is not None and run.stage is not None and run.stage in run.dockerfile.project.needed_by
    return run if needed else None


def from_index(package: Package) -> bool:
    """Whether a package is known to be asked for by its name alone."""
    return package.kind == "index" and package.name is not None and not package.versioned


def unpinned(
    command: Command,
    verbs: dict[str, frozenset[str]],
    allowed: Sequence[str],
    loose: Callable[[Package], bool] = from_index,
) -> Iterator[Problem]:
    """The packages without a version of a RUN that runs one of the managers' subcommands, as one problem."""
    install = command.install
    if install is None or install.verb not in verbs.get(install.manager, ()):
        return
    if install.uncertain or install.has_flag("--help", "-h") or run_needed(command) is None:
        return
    found = [package for package in install.packages if loose(package) and package.name not in allowed]
    if install.verb == "module install":
        found = [package for package in found if ":" not in (package.name or "")]  # module:stream
    if found:
        yield told(install, found)


def told(install: Install, found: Sequence[Package], what: str = "no version") -> Problem:
    names = ", ".join(f"`{_shown(package)}`" for package in found[:_SHOWN]) + (", …" if len(found) > _SHOWN else "")
    return Problem(found[0].span, f"`{install.manager} {install.verb}` is given {what} of {names}.")


def _shown(package: Package) -> str:
    return package.name or package.word.sketch.partition("#")[0].rpartition("/")[2].removesuffix(".git")
