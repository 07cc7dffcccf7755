"""From a command to what it installs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deployflow_gate.model.command import braces
from deployflow_gate.model.command_options import Argument, arguments_of
from deployflow_gate.model.install.facts import Install, Package
from deployflow_gate.model.install.managers import Manager, manager_of
from deployflow_gate.model.install.package import Parsed
from deployflow_gate.syntax.shell import Word
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command

_SHOWS = frozenset({"-v", "--version", "-h", "--help"})
"""Flags by which a tool that installs without a subcommand does not."""


def read_install(command: Command) -> Install | None:
    """What the command does as a package manager; None when it is none, or does nothing with packages (`npm run build`)."""
    manager = manager_of(command.tool)
    if manager is None:
        return None
    words = command.own[1:]
    if manager.name == "gem":  # what follows `--` are options of the build
        words = words[: next((at for at, word in enumerate(words) if word.sketch == "--"), len(words))]
    arguments = arguments_of(manager.name, words)
    operands = [argument for argument in arguments if not argument.name]
    if manager.name == "pacman":
        return _pacman(command, manager, arguments, operands)
    if manager.name in ("rpm", "dpkg"):
        return _local(command, manager, arguments, operands)
    found = _verb(manager, [argument.word.sketch for argument in operands])
    if found is None:
        return None
    verb, action, used = found
    if not verb and manager.actions and any(argument.name in _SHOWS for argument in arguments):
        return None
    rest = operands[used:]
    if action == "exec" and rest:
        arguments = tuple([argument for argument in arguments if argument.behind <= rest[0].behind])
    bundled = manager.name == "bundle" and verb in ("", "install")
    elsewhere = action == "exec" and bool(_values(command, arguments, manager.packages))
    if action in ("clean", "update") or bundled or elsewhere:
        rest = []
    elif action == "exec" or verb in manager.first_only:
        rest = rest[:1]
    named = [argument.word for argument in rest] + _values(command, arguments, manager.packages)
    packages = _packages(command, manager, named)
    manifests = _values(command, arguments, manager.manifests)
    if manager.name == "uv" and verb == "pip sync":
        manifests, packages = [argument.word for argument in rest] + manifests, ()
    takes_project = verb in manager.project and not packages and not manifests and not _global(manager, arguments)
    locked = verb in manager.locked or any(argument.name in manager.lock_flags for argument in arguments)
    return Install(
        command,
        manager.name,
        manager.ecosystem,
        verb,
        action,
        packages,
        tuple(manifests),
        tuple(_values(command, arguments, manager.constraints)),
        arguments,
        takes_project,
        locked,
    )


def _global(manager: Manager, arguments: Sequence[Argument]) -> bool:
    return manager.ecosystem == "node" and any(argument.name in ("-g", "--global") for argument in arguments)


def _verb(manager: Manager, operands: Sequence[str]) -> tuple[str, str, int] | None:
    """The subcommand, its action and how many operands it takes up."""
    for count in (3, 2, 1):
        verb = " ".join(operands[:count])
        if len(operands) >= count and verb in manager.actions:
            return verb, manager.actions[verb], count
    if manager.bare and not manager.actions:
        return "", manager.bare, 0
    if manager.bare and not operands:
        return "", manager.bare, 0
    return None


def _values(command: Command, arguments: Sequence[Argument], names: Sequence[str]) -> list[Word]:
    if not names:
        return []
    return [
        command.tail(argument.value, argument.skip) if argument.skip else argument.value
        for argument in arguments
        if argument.name in names and argument.value is not None
    ]


def _packages(command: Command, manager: Manager, words: Sequence[Word]) -> tuple[Package, ...]:
    spellings = [(word, sketch) for word in words for sketch in braces(word.sketch) if sketch]
    found = [_package(word, manager.parse(sketch)) for word, sketch in spellings]
    versions = command.options("-v", "--version", "--vers") if manager.name in ("gem", "cargo", "bundle") else ()
    if len(versions) == 1 and len(found) == 1 and not found[0].versioned:
        sketch = versions[0].sketch
        exact = sketch[:1].isdigit() or sketch[:1] in ("=", UNKNOWN)
        found = [Package(found[0].word, found[0].name, _known(sketch.lstrip("= ")), sketch, exact, found[0].kind)]
    if manager.name == "luarocks" and len(found) == 2 and found[1].name and found[1].name[:1].isdigit():
        found = [Package(found[0].word, found[0].name, found[1].name, found[1].name, True, found[0].kind)]
    return tuple(found)


def _known(sketch: str) -> str | None:
    return None if not sketch or UNKNOWN in sketch else sketch


def _package(word: Word, parsed: Parsed) -> Package:
    return Package(word, _known(parsed.name), _known(parsed.version), parsed.specifier, parsed.exact, parsed.kind)


def _plain(
    command: Command, manager: Manager, verb: str, action: str, arguments: tuple[Argument, ...], words: Sequence[Word]
) -> Install:
    packages = _packages(command, manager, words)
    return Install(command, manager.name, manager.ecosystem, verb, action, packages, (), (), arguments, False)


def _pacman(
    command: Command, manager: Manager, arguments: tuple[Argument, ...], operands: Sequence[Argument]
) -> Install | None:
    names = {argument.name for argument in arguments}
    words = [argument.word for argument in operands]
    if names & {"-R", "--remove"}:
        action = "remove"
    elif not names & {"-S", "--sync", "-U", "--upgrade"}:
        return None
    elif names & {"-c", "--clean"}:
        action = "clean"
    elif words:
        action = "install"
    else:
        action = "upgrade" if names & {"-u", "--sysupgrade"} else "update"
    return _plain(command, manager, "", action, arguments, words)


def _local(
    command: Command, manager: Manager, arguments: tuple[Argument, ...], operands: Sequence[Argument]
) -> Install | None:
    names = {argument.name for argument in arguments}
    install = {"-i", "--install", "-U", "--upgrade", "-F"} if manager.name == "rpm" else {"-i", "--install", "--unpack"}
    remove = {"-e", "--erase"} if manager.name == "rpm" else {"-r", "--remove", "-P", "--purge"}
    if "-q" in names or not operands:
        return None
    words = [argument.word for argument in operands]
    if names & install:
        return _plain(command, manager, "", "install", arguments, words)
    return _plain(command, manager, "", "remove", arguments, words) if names & remove else None
