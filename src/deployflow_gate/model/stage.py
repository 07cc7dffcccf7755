"""One build stage, and what it is in the end, with the stages it stands on."""

from __future__ import annotations

from bisect import bisect_left
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, TypeVar

from deployflow_gate.model.instruction import (
    Arg,
    Cmd,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Instruction,
    Onbuild,
    Run,
    Shell,
    Transfer,
    Unknown,
    User,
    Workdir,
)
from deployflow_gate.model.instructions.dialect import UNIX_SHELL, WINDOWS_SHELL
from deployflow_gate.model.scope import END, MAX_LINEAGE, Timeline
from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.text import Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.accounts import Account, Membership
    from deployflow_gate.model.dockerfile import Dockerfile
    from deployflow_gate.model.imageref import ImageRef
    from deployflow_gate.model.node import Node

Kind = TypeVar("Kind", bound=Instruction)
_WINDOWS_IMAGE = regex(r"mcr\.microsoft\.com/windows|nanoserver|windowsservercore|servercore")
_DRIVE = regex(r"[A-Za-z]:[\\/]")


@dataclass(frozen=True, eq=False)
class Stage:
    """`start` and `end` number its instructions in the file, FROM included."""

    dockerfile: Dockerfile
    index: int
    start: int
    end: int

    @cached_property
    def from_(self) -> From | None:
        """None for the stage of a file without a FROM."""
        first = self.dockerfile.instructions[self.start]
        return first if isinstance(first, From) else None

    @cached_property
    def instructions(self) -> tuple[Instruction, ...]:
        """All behind the FROM."""
        return self.dockerfile.instructions[self.start + (self.from_ is not None) : self.end]

    @property
    def span(self) -> Span:
        rows = self.dockerfile.syntax.instructions
        return rows[self.start].span.until(rows[self.end - 1].span)

    @property
    def name(self) -> Text | None:
        return self.from_.alias if self.from_ else None

    def children(self) -> Iterator[Node]:
        yield from self.dockerfile.instructions[self.start : self.end]

    def of(self, *kinds: type[Kind]) -> tuple[Kind, ...]:
        """Its own instructions of these kinds."""
        return tuple(i for i in self.instructions if isinstance(i, kinds))

    # The stages it stands on

    @property
    def base_stage(self) -> Stage | None:
        return self.from_.base_stage if self.from_ else None

    @cached_property
    def lineage(self) -> tuple[Stage, ...]:
        """Itself, the stage it stands on, and so on down; no more than MAX_LINEAGE."""
        found = [self]
        while len(found) < MAX_LINEAGE and (below := found[-1].base_stage) is not None:
            found.append(below)
        return tuple(found)

    @property
    def _root(self) -> From | None:
        root = self.lineage[-1]
        return root.from_ if root.base_stage is None else None

    @property
    def base(self) -> ImageRef | None:
        """The image at the bottom; None for scratch, and where the lineage has no end that is known."""
        return self._root.ref if self._root is not None and not self.from_scratch else None

    @property
    def from_scratch(self) -> bool:
        return self._root is not None and self._root.image.sketch == "scratch"

    @cached_property
    def copies_from(self) -> tuple[Stage, ...]:
        """The stages that it takes files from, by COPY or by a mount, each once."""
        found: dict[Stage, None] = {}
        for instruction in self.instructions:
            if isinstance(instruction, Transfer) and instruction.from_stage:
                found[instruction.from_stage] = None
            elif isinstance(instruction, Run):
                found.update((mount.from_stage, None) for mount in instruction.mounts if mount.from_stage)
        return tuple(found)

    @cached_property
    def sources(self) -> tuple[tuple[Instruction, Text], ...]:
        """Where its own COPYs and mounts take files from: what they name, whatever that is."""
        found: list[tuple[Instruction, Text]] = []
        for instruction in self.instructions:
            if isinstance(instruction, Transfer) and instruction.from_ is not None:
                found.append((instruction, instruction.from_))
            elif isinstance(instruction, Run):
                found.extend((instruction, mount.from_) for mount in instruction.mounts if mount.from_ is not None)
        return tuple(found)

    @cached_property
    def sources_ahead(self) -> Mapping[Text, Stage]:
        """Those among them that name this stage itself or a later one, where no earlier one is meant."""
        named = ((text, self.dockerfile.ahead(instruction, text)) for instruction, text in self.sources)
        return {text: stage for text, stage in named if stage is not None}

    def in_circle_with(self, other: Stage) -> bool:
        """Whether each of the two stages needs the other one."""
        circles = self.dockerfile.circles
        return self in circles and circles.get(other) == circles[self]

    @cached_property
    def needed(self) -> tuple[Stage, ...]:
        """The stages that must be built for it: itself, what it stands on, and what these copy or mount from; in file order."""
        from deployflow_gate.model.targets import with_what_they_need

        return tuple(sorted(with_what_they_need([self]), key=lambda s: s.index))

    @cached_property
    def empty(self) -> bool:
        """Whether it starts from scratch and nothing puts a file there; what an ONBUILD brings is not known, so that counts."""
        bringing = (Run, Transfer, Onbuild, Unknown)
        return self.from_scratch and not any(isinstance(instruction, bringing) for instruction in self.history)

    @cached_property
    def made_folders(self) -> frozenset[str] | None:
        """The folders that WORKDIR made in it, and those that they are in; None where they are not known."""
        path = "/"
        found: set[str] = set()
        for workdir in (i for i in self.history if isinstance(i, Workdir)):
            if workdir.path.value is None:
                return None
            path = inside = normpath(join(path, workdir.path.value))
            while inside not in found:
                found.add(inside)
                inside = dirname(inside)
        return frozenset(found)

    @cached_property
    def folders_made(self) -> frozenset[str]:
        """Those that a WORKDIR, `mkdir` or `install -d` of its history names, the latter two's as they are written."""
        from deployflow_gate.model.placement import joined, located

        found: set[str] = set()
        for instruction, folder in located(self.history):
            if isinstance(instruction, Workdir) and instruction.path.value is not None:
                found.add(joined(folder, instruction.path.value))
            elif isinstance(instruction, Run) and instruction.script is not None:
                for command in instruction.script.commands:
                    if command.name in {"mkdir", "install"}:
                        found.update(word.sketch.rstrip("/") for word in command.operands)
        return frozenset(found)

    @cached_property
    def history(self) -> tuple[Instruction, ...]:
        """The instructions of the whole lineage, oldest first."""
        return tuple(i for stage in reversed(self.lineage) for i in stage.instructions)

    def first(self, test: Callable[..., bool], *about: str) -> float:
        """The index of the first instruction of its history of which `test(instruction, *about)` holds; END where there is none.

        It is looked for once for each test (a function of a module), so that it may be asked for each command.
        """
        key = (test, *about)
        if key not in self._firsts:
            self._firsts[key] = next((i.index for i in self.history if test(i, *about)), END)
        return self._firsts[key]

    @cached_property
    def _firsts(self) -> dict[tuple[object, ...], float]:
        return {}

    @cached_property
    def folder_at(self) -> Mapping[int, str]:
        """The index of each of its instructions → the folder in which it runs, as `placement.working_directory` tells it."""
        from deployflow_gate.model.placement import located

        return {instruction.index: folder for instruction, folder in located(self.history) if instruction.stage is self}

    # Variables

    @cached_property
    def timeline(self) -> Timeline:
        """Its ARGs and ENVs."""
        below = self.lineage[1:]
        for stage in reversed(below):
            stage.timeline.fill()  # from the bottom up, so that no lookup has to recurse through the lineage
        return Timeline(
            tuple(i for i in self.instructions if isinstance(i, Arg | Env)),
            self.dockerfile.build_arguments,
            below=below[0].timeline if below else None,
            outer=self.dockerfile.timeline,
            closed=self.from_scratch,
        )

    @cached_property
    def environment(self) -> Mapping[str, Text]:
        """The ENVs in force at the end."""
        return ChainMap(*(stage.own_environment for stage in self.lineage))

    @cached_property
    def own_environment(self) -> dict[str, Text]:
        """What its own ENVs set."""
        return {
            variable.name.value: variable.value
            for env in self.of(Env)
            for variable in env.variables
            if variable.name.value is not None and variable.value is not None
        }

    # How it runs

    def _last(self, *kinds: type[Kind]) -> Kind | None:
        for stage in self.lineage:
            found = stage.of(*kinds)
            if found:
                return found[-1]
        return None

    @cached_property
    def user(self) -> User | None:
        """The USER in force at the end; None if it is that of the base image."""
        return self._last(User)

    @cached_property
    def entrypoint(self) -> Entrypoint | None:
        return self._last(Entrypoint)

    @cached_property
    def command(self) -> Cmd | None:
        """The CMD in force at the end. An ENTRYPOINT drops the CMD of the images below, not one of its own stage."""
        for stage in self.lineage:
            commands = stage.of(Cmd)
            if commands:
                return commands[-1]
            if stage.of(Entrypoint):
                return None
        return None

    @cached_property
    def healthcheck(self) -> Healthcheck | None:
        """The HEALTHCHECK in force, which may be NONE."""
        return self._last(Healthcheck)

    @cached_property
    def exposes(self) -> tuple[Expose, ...]:
        return tuple(i for i in self.history if isinstance(i, Expose))

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """The users and groups that its own RUN instructions make."""
        from deployflow_gate.model.accounts import accounts

        return tuple(accounts(self))

    @cached_property
    def folders(self) -> Mapping[Workdir, tuple[str | None, str | None]]:
        """Each of its own WORKDIRs with the working directory before and after it, absolute; None where that is not known."""
        below = self.base_stage
        path = below.workdir if below is not None else "/" if self.from_scratch else None
        found: dict[Workdir, tuple[str | None, str | None]] = {}
        for workdir in self.of(Workdir):
            before, path = path, _joined(path, workdir.path.value)
            found[workdir] = (before, path)
        return found

    @cached_property
    def memberships(self) -> tuple[Membership, ...]:
        """The users that its own RUN instructions put into further groups."""
        from deployflow_gate.model.accounts import memberships

        return tuple(memberships(self))

    @cached_property
    def workdir(self) -> str | None:
        """The working directory at the end, absolute; None where it is not known."""
        path: str | None = "/" if self.from_scratch else None
        for stage in reversed(self.lineage):
            for workdir in stage.of(Workdir):
                path = _joined(path, workdir.path.value)
        return path

    # The shell

    @cached_property
    def windows(self) -> bool:
        """Whether it is made of Windows, as far as escape character, platform and base image tell."""
        root = self._root
        if self.dockerfile.escape == "`":
            return True
        if root is None:
            return False
        platform = root.platform.value if root.platform else None
        return (platform or "").startswith("windows") or bool(_WINDOWS_IMAGE.search(root.image.sketch))

    @cached_property
    def shells(self) -> tuple[Shell, ...]:
        return self.of(Shell)

    def shell_at(self, index: int) -> tuple[str, ...]:
        """The SHELL in force at an instruction of this stage; Docker's default where none is set."""
        count = bisect_left([s.index for s in self.shells], index)
        if count:
            return self.shells[count - 1].command
        for stage in self.lineage[1:]:
            if stage.shells:
                return stage.shells[-1].command
        return WINDOWS_SHELL if self.windows else UNIX_SHELL

    @property
    def shell(self) -> tuple[str, ...]:
        """The SHELL in force at the end."""
        return self.shell_at(self.end)


def _joined(path: str | None, part: str | None) -> str | None:
    if part is None:
        return None
    if part.startswith("/"):
        return normpath("/" + part.lstrip("/"))
    if _DRIVE.match(part):
        return part
    return None if path is None or not part else normpath(join(path, part))
