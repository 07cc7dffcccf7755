"""Which stages end up in an image that ships, and which builds that ship something need a stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployflow_gate.model.build import Build, Context
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.instruction import Instruction, Run
    from deployflow_gate.model.project import Project
    from deployflow_gate.model.stage import Stage


def run_of(command: Command) -> Run | None:
    """The RUN that a command stands in; None for one of a workflow, a CMD or a compose file, and behind ONBUILD."""
    from deployflow_gate.model.instruction import Run

    owner = command.script.owner
    return owner if isinstance(owner, Run) else None


def ships(instruction: Instruction) -> bool:
    """Whether the layer of an instruction is part of an image that ships."""
    stage = instruction.stage
    return stage is not None and stage in stage.dockerfile.project.shipped_stages


def shipped_stages(project: Project) -> frozenset[Stage]:
    """The stages that images which ship stand on, and those whose whole file system they copy."""
    found: set[Stage] = set()
    ahead = [image.stage for image in project.images if not image.development]
    while ahead:
        stage = ahead.pop()
        if stage not in found:
            found.add(stage)
            ahead += [*stage.lineage, *_copied_whole(stage)]
    return frozenset(found)


def judged_in(stage: Stage | None, image: Image) -> bool:
    """Whether this is the first image that ships and stands on a stage, so that what several share is reported once."""
    return stage is not None and image.project.judged_by.get(stage) is image


def judged_by(project: Project) -> Mapping[Stage, Image]:
    """The first image that ships and stands on each stage."""
    found: dict[Stage, Image] = {}
    for image in project.images:
        if not image.development:
            for stage in image.stage.lineage:
                found.setdefault(stage, image)
    return found


def _copied_whole(stage: Stage) -> list[Stage]:
    from deployflow_gate.model.instruction import Copy

    return [
        copy.from_stage
        for copy in stage.of(Copy)
        if copy.from_stage is not None and any(source.value in ("/", "/.", "/*") for source in copy.sources)
    ]


def needed_by(project: Project) -> Mapping[Stage, tuple[Build, ...]]:
    """For each stage the builds, other than those for development, that cannot do without it."""
    found: dict[Stage, list[Build]] = {}
    for build in project.builds:
        if not build.development:
            for stage in build.stages:
                found.setdefault(stage, []).append(build)
    return {stage: tuple(some) for stage, some in found.items()}


def context_of(stage: Stage) -> Context | None:
    """The one context of all the builds that need a stage; None where there is none, it is not known, or they differ."""
    contexts = {build.context for build in stage.dockerfile.project.needed_by.get(stage, ())}
    return contexts.pop() if len(contexts) == 1 else None
