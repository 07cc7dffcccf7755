"""An install and its packages."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from deployflow_gate.model.command_options import Argument
from deployflow_gate.model.install import care
from deployflow_gate.model.install.package import Kind
from deployflow_gate.record import dataclass
from deployflow_gate.syntax.shell import Word
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command


@dataclass(frozen=True, slots=True)
class Package:
    """`name` and `version` are None where not known or not given; `versioned` says whether a version or range is given at all
    (known or not), `pinned` whether it allows one version only. `kind` "path", "url" and "vcs" are what is not from an index."""

    word: Word
    name: str | None
    version: str | None
    specifier: str = ""
    pinned: bool = False
    kind: Kind = "index"

    @property
    def span(self) -> Span:
        return self.word.span

    @property
    def versioned(self) -> bool:
        return bool(self.specifier)


@dataclass(frozen=True, eq=False)
class Install:
    """One run of a package manager. `manager` is its common name ("pip" for `python3 -m pip`), `verb` the subcommand as written
    ("ci", "pip sync"; "" without one), `action` what that means: install, update (the index), upgrade, remove, clean, download,
    exec (npx), dedupe."""

    command: Command
    manager: str
    ecosystem: str
    verb: str
    action: str
    packages: tuple[Package, ...]
    manifests: tuple[Word, ...]
    constraints: tuple[Word, ...]
    arguments: tuple[Argument, ...]
    takes_project: bool
    """True when what is installed stands in the project's own manifest (`npm ci`, `poetry install`; not `pip install .`)."""
    _locked: bool = False

    @property
    def span(self) -> Span:
        return self.command.span

    @property
    def flags(self) -> tuple[Word, ...]:
        return self.command.flags

    def has_flag(self, *names: str) -> bool:
        """As Command.has_flag, also behind `python -m pip`."""
        return self.command.has_flag(*names)

    @cached_property
    def verb_word(self) -> Word | None:
        """The last word of the subcommand, if it is written out: `install` of `python -m pip install x`."""
        for argument in self.arguments:
            if not argument.name:
                last = self.verb.rpartition(" ")[2]
                if argument.word.sketch == last:
                    return argument.word if last in argument.word.span.text.strip("\"'") else None
        return None

    @property
    def system(self) -> bool:
        return self.ecosystem == "system"

    @property
    def uncertain(self) -> bool:
        """True when an argument may be any flag or package (`apt-get install $OPTIONS x`)."""
        return self.command.uncertain

    @cached_property
    def assumes_yes(self) -> bool:
        """Whether it asks no question: `-y`, `-qq` of apt, `--noconfirm` of pacman. True where the manager never asks."""
        return care.assumes_yes(self)

    @cached_property
    def without_recommended(self) -> bool:
        """Whether recommended packages are left out: `--no-install-recommends`, `-o APT::Install-Recommends=0`, zypper's
        `--no-recommends`, dnf's `--setopt=install_weak_deps=False`."""
        return care.without_recommended(self)

    @cached_property
    def without_cache(self) -> bool:
        """Whether the command is told to keep no cache: `apk --no-cache`, `pip --no-cache-dir`, `PIP_NO_CACHE_DIR=1`.

        Variables of the command and of the script's environment count (`Script.variables`).
        """
        return care.without_cache(self)

    @cached_property
    def omits_dev(self) -> bool:
        """Whether development dependencies are left out: `--omit=dev`, `--production`, `--only=prod`, `--no-dev`,
        `NODE_ENV=production`, `--without dev`. Variables of the command and of the script's environment count."""
        return care.omits_dev(self)

    @cached_property
    def locked(self) -> bool:
        """Whether it installs just what the lock file says, and fails otherwise: `npm ci`, `--frozen-lockfile`, `--immutable`."""
        return self._locked or care.locked(self)

    @cached_property
    def is_global(self) -> bool:
        """Whether a node package manager installs for the whole machine."""
        return self.ecosystem == "node" and (self.verb.startswith("global") or care.node_global(self))

    @cached_property
    def virtual(self) -> Word | None:
        """The name under which apk groups the packages to remove them later."""
        return self.command.option("-t", "--virtual") if self.manager == "apk" else None

    def named(self, *names: str) -> Package | None:
        """The first package of one of these names."""
        return next((package for package in self.packages if package.name in names), None)
