"""The image that ships: a stage that somebody builds, with everything that says how it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from deployflow_gate.record import dataclass
from deployflow_gate.text import Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.build import Build, Context
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.compose import Service
    from deployflow_gate.model.dockerfile import Dockerfile
    from deployflow_gate.model.imageref import ImageRef
    from deployflow_gate.model.install import Install
    from deployflow_gate.model.instruction import Cmd, Entrypoint, Expose, Healthcheck, Instruction, Transfer, User
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.project import Project
    from deployflow_gate.model.server import Server
    from deployflow_gate.model.stage import Stage


@dataclass(frozen=True, eq=False)
class Image:
    """A stage somebody ships. `builds` are all that ship it; at least one."""

    project: Project
    stage: Stage
    builds: tuple[Build, ...]

    @property
    def span(self) -> Span:
        """The FROM of the stage, the line at which problems of the image as a whole are reported."""
        return self.stage.span if self.stage.from_ is None else self.stage.from_.span

    def children(self) -> Iterator[Node]:
        return iter(())

    @property
    def dockerfile(self) -> Dockerfile:
        return self.stage.dockerfile

    @cached_property
    def development(self) -> bool:
        """True when it is only built for development or tests, so that it ships nothing."""
        return all(build.development for build in self.builds)

    @cached_property
    def context(self) -> Context | None:
        """The one context of all builds, None if it is unknown or they differ."""
        contexts = {build.context for build in self.builds}
        return contexts.pop() if len(contexts) == 1 else None

    # What the stage and those it stands on say

    @property
    def base(self) -> ImageRef | None:
        """The external image at the bottom; None for scratch or where it is unknown."""
        return self.stage.base

    @property
    def history(self) -> tuple[Instruction, ...]:
        """Every instruction that made the image, oldest first: of the stages it stands on, then its own."""
        return self.stage.history

    @property
    def user(self) -> User | None:
        return self.stage.user

    @property
    def command(self) -> Cmd | None:
        return self.stage.command

    @property
    def entrypoint(self) -> Entrypoint | None:
        return self.stage.entrypoint

    @property
    def healthcheck(self) -> Healthcheck | None:
        return self.stage.healthcheck

    @property
    def exposes(self) -> tuple[Expose, ...]:
        return tuple(self.stage.exposes)

    @property
    def environment(self) -> Mapping[str, Text]:
        return self.stage.environment

    @cached_property
    def transfers(self) -> tuple[Transfer, ...]:
        """Every COPY and ADD that put something into it."""
        from deployflow_gate.model.instruction import Transfer

        return tuple(i for i in self.history if isinstance(i, Transfer))

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """Every shell command of the RUN instructions that made the image, oldest first."""
        from deployflow_gate.model.instruction import Run

        scripts = (run.script for run in self.history if isinstance(run, Run))
        return tuple(command for script in scripts if script is not None for command in script.commands)

    @cached_property
    def installs(self) -> tuple[Install, ...]:
        """Every call of a package manager among them."""
        return tuple(command.install for command in self.commands if command.install is not None)

    # Who runs it

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """The compose services that run it: those that build it, and those without `build:` whose `image:` is a name of it."""
        if not self.project.compose_files:
            return ()
        from deployflow_gate.model.compose import Service

        # a dict for its order, and for look-ups: a thousand services may build one image
        builders = {build.owner: None for build in self.builds if isinstance(build.owner, Service)}
        tags = {tag for build in self.builds for text in self._tags(build) if (tag := _repository(text))}
        users = [
            service
            for file in self.project.compose_files
            for service in file.services
            if service.build is None and service.image is not None and _repository(service.image.text) in tags
        ]
        return (*builders, *users)

    @staticmethod
    def _tags(build: Build) -> Iterator[Text]:
        if build.request is not None:
            yield from build.request.tags
        image = getattr(build.owner, "image", None)
        if image is not None:
            yield image.text

    # What runs in it

    @cached_property
    def servers(self) -> tuple[Server, ...]:
        """What the image and the services that run it start, as far as it is a known kind of program."""
        from deployflow_gate.model.server import servers

        return tuple(servers(self))

    def steps_down(self, tools: frozenset[str]) -> bool:
        """Whether what it starts gives up root by one of `tools` (gosu, su-exec, …), or by what the base image does itself."""
        from deployflow_gate.model.server import entry_commands
        from deployflow_gate.model.user import steps_down_by_itself

        if any(command.name in tools or not tools.isdisjoint(command.wrappers) for command in entry_commands(self)):
            return True
        return steps_down_by_itself(self)

    @cached_property
    def runs_as_root(self) -> bool:
        """Whether it surely runs as root: by its USER or its base image's, with no service that says otherwise, and no program that
        steps down."""
        from deployflow_gate.model.user import image_runs_as_root

        return image_runs_as_root(self)

    @cached_property
    def frameworks(self) -> frozenset[str]:
        """django, fastapi, flask, streamlit, next, express, … by command, by what is installed and by the context's manifests."""
        from deployflow_gate.model.framework import frameworks

        return frameworks(self)

    @cached_property
    def web(self) -> bool | None:
        """Whether it serves HTTP: True or False where that is known, else None."""
        from deployflow_gate.model.server import is_web

        return is_web(self)

    @cached_property
    def serverless(self) -> bool:
        """Whether it is made for a platform that calls it for each request and watches over it itself (Lambda, OpenFaaS, …)."""
        from deployflow_gate.model.server import is_serverless

        return is_serverless(self)

    @cached_property
    def ports(self) -> frozenset[int] | None:
        """The ports on which its server listens, None if any of them cannot be known."""
        from deployflow_gate.model.server import listening_ports

        return listening_ports(self)


def _repository(text: Text) -> str | None:
    """The name of an image without its tag, None if it is unknown."""
    name = text.sketch.partition("@")[0]
    head, _, last = name.rpartition("/")
    bare = last.partition(":")[0]
    full = f"{head}/{bare}" if head else bare
    return None if "\x00" in full or not full else full
