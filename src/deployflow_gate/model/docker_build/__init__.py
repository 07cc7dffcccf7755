"""From steps to build requests: the actions, commands and bake files that make images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from deployflow_gate.model.docker_build.actions import Inputs, action_requests, variants
from deployflow_gate.model.docker_build.bake import BakeCall, bake_requests, default_paths
from deployflow_gate.model.docker_build.commands import BAKE_VALUES, Tool
from deployflow_gate.model.docker_build.compose import ComposeBuild, compose_build
from deployflow_gate.model.docker_build.metadata import metadata_tags
from deployflow_gate.model.docker_build.pushes import with_pushes
from deployflow_gate.model.docker_build.scripts import Placed, build_request, kaniko_request, placed, tool_of
from deployflow_gate.model.docker_build.table import BAKE_ACTIONS
from deployflow_gate.model.docker_build.workspace import Folder, Workspace, workspace_of
from deployflow_gate.model.request import BuildRequest
from deployflow_gate.text import Text

if TYPE_CHECKING:
    from deployflow_gate.model.workflow.action import Action
    from deployflow_gate.model.workflow.step import Step

__all__ = ["ComposeBuild", "action_image", "build_requests", "compose_builds", "metadata_tags"]

_WORDS = ("docker", "podman", "buildah", "nerdctl", "finch", "depot", "kaniko")


def build_requests(steps: Sequence[Step]) -> tuple[BuildRequest, ...]:
    """What the steps of one job or action build, in their order, with the pushes of all of them."""
    workspace = workspace_of(steps)
    found: list[BuildRequest] = []
    commands = []
    for step in steps:
        if step.never:
            continue
        found += action_requests(step, workspace)
        found += _bake_action(step, workspace)
        found += _bare_action(step)
        for one in _container_commands(step, workspace):
            commands.append(one.command)
            found += _of_command(step, one)
    return with_pushes(found, commands)


def compose_builds(step: Step) -> tuple[ComposeBuild, ...]:
    """The compose files that a step's commands build or push."""
    found = (compose_build(step, one) for one in _container_commands(step, step.parent.workspace))
    return tuple(one for one in found if one is not None)


def _container_commands(step: Step, workspace: Workspace) -> Iterator[Placed]:
    run = None if step.never else step.run
    # Most scripts name no container tool; they need not be parsed for this.
    if run is not None and any(word in run.raw for word in _WORDS):
        yield from placed(step, workspace)


def _of_command(step: Step, one: Placed) -> Iterator[BuildRequest]:
    tool = tool_of(one.command)
    if tool is not None and tool.builds:
        request = build_request(step, one, tool)
        if request is not None:
            yield request
        return
    if tool is not None and tool.bakes:
        yield from _bake_command(step, one, tool)
        return
    request = kaniko_request(step, one)
    if request is not None:
        yield request


def _bake_command(step: Step, one: Placed, tool: Tool) -> Iterator[BuildRequest]:
    if one.folder.path is None or one.folder.outside(None):
        return
    arguments = tool.arguments(BAKE_VALUES)
    names = tuple(word.sketch for word in arguments.operands)
    files = arguments.values("-f", "--file")
    settings = arguments.values("--set")
    push = True if arguments.has("--push") else None
    known = not arguments.loose and not any("\x00" in name for name in names)
    yield from bake_requests(
        BakeCall(
            step,
            one.command.span,
            one.folder.base,
            _bake_paths(step, one.folder, files),
            (names or ("default",)) if known else None,
            _overridden(settings),
            push,
        )
    )


def _bake_action(step: Step, workspace: Workspace) -> Iterator[BuildRequest]:
    if step.uses is None or step.uses.name not in BAKE_ACTIONS:
        return
    for inputs in variants(step):
        source = inputs.text("source")
        directory = inputs.text("workdir")
        if source is not None and source.sketch not in (".", ""):
            continue
        folder = Folder(workspace, directory.value if directory is not None else "")
        if folder.path is None or folder.outside(None):
            continue
        targets = inputs.list("targets", "\n,")
        names = tuple(target.sketch for target in targets) or ("default",)
        known = not any("\x00" in name for name in names)
        span = step.uses.span
        yield from bake_requests(
            BakeCall(
                step,
                span,
                folder.base,
                _bake_paths(step, folder, inputs.list("files", "\n,")),
                names if known else None,
                _overridden(inputs.list("set", "\n")),
                _pushes(inputs),
            )
        )


def _pushes(inputs: Inputs) -> bool | None:
    push = inputs.text("push")
    if push is None:
        return False
    return {"true": True, "false": False}.get(push.value or "")


def _bake_paths(step: Step, folder: Folder, files: tuple[Text, ...]) -> tuple[str, ...]:
    project = step.file.project
    if not files:
        return default_paths(project, folder.base)
    values = (folder.seen(Text(f.span, f.raw, f.sketch.removeprefix("cwd://"))).value for f in files)
    paths = (normpath(join(folder.base, value)) for value in values if value is not None)
    return tuple(path for path in paths if path in project.paths)


def _overridden(settings: tuple[Text, ...]) -> frozenset[str]:
    """The attributes of `target.attribute=value` settings."""
    return frozenset(setting.raw.partition("=")[0].rpartition(".")[2] for setting in settings)


def _bare_action(step: Step) -> Iterator[BuildRequest]:
    """A local action that is nothing but a Dockerfile."""
    uses = step.uses
    if uses is None or uses.path is None or step.called is not None:
        return
    if (f"{uses.path}/Dockerfile" if uses.path else "Dockerfile") in step.file.project.paths:
        yield BuildRequest(step, uses.span, Text(uses.span, uses.text.raw, uses.path or "."))


def action_image(action: Action) -> tuple[BuildRequest, ...]:
    """The Dockerfile of a docker action: its folder is the context, as the runner's ContainerActionHandler has it."""
    image = action.image_text
    if image is None or image.raw.startswith("docker://"):
        return ()
    folder = Text(image.span, image.raw, dirname(image.sketch) or ".")
    base = dirname(action.path)
    return (BuildRequest(action, image.span, folder, image, base_dir=base, dockerfile_from_base=True),)
