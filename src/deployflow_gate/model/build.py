"""Who builds what: a request, resolved to a context folder, a Dockerfile and the stage that it ships."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from deployflow_gate.record import dataclass
from deployflow_gate.text import Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.dockerfile import Dockerfile
    from deployflow_gate.model.ignorefile import IgnoreFile
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.instruction import Transfer
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.placement import Files
    from deployflow_gate.model.project import Project
    from deployflow_gate.model.request import BuildRequest
    from deployflow_gate.model.stage import Stage
    from deployflow_gate.model.variable import Variable
    from deployflow_gate.model.workflow import Step


@dataclass(frozen=True, eq=False)
class Context:
    """The folder that a build sends to Docker, as one ignore file narrows it.

    `path` is "" for the root. `ignore_path` is that of the ignore file, "" if there is none; `ignore_file` is None for one that
    cannot be read, too.
    """

    project: Project
    path: str
    ignore_path: str
    ignore_file: IgnoreFile | None

    @property
    def span(self) -> Span:
        return self.ignore_file.span if self.ignore_file else self.project.span

    def children(self) -> Iterator[Node]:
        return iter(())

    def inside(self, path: str) -> str:
        """A path of the context (as COPY names it) as a path of the repository."""
        return f"{self.path}/{path}" if self.path and path else self.path or path

    @cached_property
    def all_files(self) -> tuple[str, ...]:
        """Every file of the folder, relative to it, sorted."""
        if not self.path:
            return tuple(sorted(self.project.paths))
        prefix = self.path + "/"
        return tuple(sorted(p[len(prefix) :] for p in self.project.paths if p.startswith(prefix)))

    @cached_property
    def looked_up(self) -> dict[frozenset[str], Files]:
        """Kept by `placement.files_of`: its files of some names."""
        return {}

    @cached_property
    def builds(self) -> tuple[Build, ...]:
        """Every build that sends it."""
        return self.project.builds_in.get(self, ())

    @property
    def development(self) -> bool:
        """True when it is only sent for development or tests."""
        return all(build.development for build in self.builds)

    @cached_property
    def whole_copies(self) -> tuple[Transfer, ...]:
        """The COPY and ADD instructions of builds that ship, each once, that take all of it."""
        shipping = [build for build in self.builds if not build.development]
        found = {t: None for build in shipping for t in build.transfers if t.whole_context}
        return tuple(found)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """What of it reaches Docker: the files that the ignore file leaves in."""
        ignore = self.ignore_file
        return self.all_files if ignore is None else tuple(p for p in self.all_files if not ignore.ignores(p))


@dataclass(frozen=True, eq=False)
class Build:
    """One build. `request` and `owner` are None for a Dockerfile that nothing in the repository builds.

    `dockerfile` is None where it is not in the repository, `wanted_dockerfile` (a path of the repository) where it cannot be
    known which is meant.
    """

    project: Project
    request: BuildRequest | None
    wanted_dockerfile: str | None
    dockerfile: Dockerfile | None

    @property
    def owner(self) -> Node | None:
        return self.request.owner if self.request else None

    @property
    def span(self) -> Span:
        """Where the build is asked for; the Dockerfile itself if nobody does."""
        if self.request:
            return self.request.span
        return self.dockerfile.span if self.dockerfile else self.project.span

    def children(self) -> Iterator[Node]:
        """The build arguments that the request passes."""
        return iter(self.request.arguments if self.request else ())

    @cached_property
    def wanted_context(self) -> str | None:
        """The folder that is sent, None where it is remote or cannot be known."""
        from deployflow_gate.model.guess import guessed_context
        from deployflow_gate.model.link import context_folder

        if self.request is not None:
            return context_folder(self.request)
        if self.dockerfile is None:
            return None
        asked = (build.wanted_context for build in self.dockerfile.builds if build.request is not None)
        return next((folder for folder in asked if folder is not None), None) or guessed_context(self.dockerfile)

    @cached_property
    def context(self) -> Context | None:
        """The folder as a node; builds that send the same folder under the same ignore file share it."""
        from deployflow_gate.model.link import context

        return context(self)

    @property
    def target(self) -> Text | None:
        return self.request.target if self.request else None

    @property
    def arguments(self) -> tuple[Variable, ...]:
        return self.request.arguments if self.request else ()

    @cached_property
    def stage(self) -> Stage | None:
        """The stage that ships: the target, or the last one."""
        if self.dockerfile is None:
            return None
        target = self.target
        if target is None or target.value == "":
            return self.dockerfile.final
        return self.dockerfile.stage(target.value) if target.value is not None else None

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The stages that must be built for it: the one that ships, what it stands on, and what these copy or mount from."""
        return self.stage.needed if self.stage is not None else ()

    @cached_property
    def transfers(self) -> tuple[Transfer, ...]:
        """Every COPY and ADD of these stages."""
        from deployflow_gate.model.instruction import Transfer

        return tuple(i for stage in self.stages for i in stage.instructions if isinstance(i, Transfer))

    @cached_property
    def image(self) -> Image | None:
        """The image of the stage; other builds of the same stage share it."""
        return self.project.image_of.get(self.stage) if self.stage is not None else None

    @cached_property
    def development(self) -> bool:
        """True when what is built is for development or tests: the request says so, or the names of Dockerfile or target do."""
        if self.request is not None and (self.request.development or self._is_on_the_way):
            return True
        if self.target is not None:
            stage = self.target.value
        else:
            final = self.dockerfile.final if self.dockerfile is not None else None
            stage = final.name.raw if final is not None and final.name is not None else None
        return is_development_name(self.wanted_dockerfile or "") or is_development_name(stage or "")

    @cached_property
    def _is_on_the_way(self) -> bool:
        """Whether it makes no more than a stage that others stand on or copy from, and nobody gets that as an image."""
        request, dockerfile = self.request, self.dockerfile
        if request is None or dockerfile is None or request.target is None or self.stage in (None, dockerfile.final):
            return False
        from deployflow_gate.model.compose import Service
        from deployflow_gate.model.workflow import Step

        owner = request.owner
        if isinstance(owner, Service):
            unseen = owner.file.for_work and owner.file.role != "production"
        else:
            unseen = isinstance(owner, Step) and request.push is False and not request.tags and not _is_kept(owner)
        return unseen and _is_taken_from(dockerfile, request.target.value or "")

    @cached_property
    def pushed(self) -> bool:
        """Whether a step pushes it, at least on some event, and to a registry that outlives the job."""
        request = self.request
        if request is None or request.owner is None:
            return False
        from deployflow_gate.model.workflow import Step

        if not isinstance(request.owner, Step):
            return False
        # of an action None is a condition that is not known; of a command, that it only builds
        pushes = request.push is not False if request.owner.uses is not None else request.push is True
        names = [tag.sketch for tag in request.tags]
        for source in request.tag_sources:
            images = source.input("images") if isinstance(source, Step) else None
            if images is not None and len(names) == 1:
                names = images.sketch.split()
        return pushes and not (names and all(name.startswith(_ON_THE_RUNNER) for name in names))

    @cached_property
    def argument_sketches(self) -> Mapping[str, str]:
        """Name → sketch of each argument that the request gives a value."""
        return {
            a.name.value: a.value.sketch for a in self.arguments if a.name.value is not None and a.value is not None
        }


def _is_kept(step: Step) -> bool:
    """Whether an action has what it builds somewhere else than in the builder's cache."""
    load, outputs = step.input("load"), step.input("outputs")
    return outputs is not None or (load is not None and load.value != "false")


def _is_taken_from(dockerfile: Dockerfile, stage: str) -> bool:
    """Whether FROM, COPY or a mount names a stage. As it is written: what variables come to depends on who builds."""
    from re import escape, search

    return (
        search(rf"(?im)(?:^\s*FROM\s+(?:--\S+\s+)?|\bfrom=){escape(stage)}(?=[\s,]|$)", dockerfile.source.text)
        is not None
    )


_ON_THE_RUNNER = ("localhost", "127.0.0.1")

_DEVELOPMENT = frozenset(
    {
        *("dev", "devel", "development", "devcontainer", "local", "debug", "test", "tests", "testing", "unittest", "unittests"),
        *("e2e", "lint", "linter", "linting", "validate", "validation"),
    }
)  # fmt: skip
_TEST_FOLDERS = frozenset(
    {
        ".devcontainer",
        "test",
        "tests",
        "testdata",
        "__tests__",
        "testing",
        "fixtures",
        "e2e",
        "integration-tests",
        "benchmarks",
        "cypress",
    }
)


def is_development_name(path: str) -> bool:
    """Whether a file or stage of this name is for development or tests by common use (`Dockerfile.dev`, `tests/app/Dockerfile`)."""
    from re import split

    folder, _, name = path.lower().rpartition("/")
    return not _TEST_FOLDERS.isdisjoint(folder.split("/")) or not _DEVELOPMENT.isdisjoint(split(r"[^a-z0-9]+", name))
