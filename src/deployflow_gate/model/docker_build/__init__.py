"""From steps to build requests: the actions, commands and bake files that make images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from deployflow_gate.model.docker_build.actions import Inputs, action_requests, contexts, merged, variants
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
    from deployflow_gate.syntax.expression import Context

__all__ = ["ComposeBuild", "action_image", "build_requests", "compose_builds", "metadata_tags"]

MAX_VARIANTS = 64
"""Jobs of a matrix that are told apart in a script, each of which has it parsed anew; real ones that build have up to 30."""

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
        found += _of_scripts(step, workspace)
        commands += [one.command for one in _container_commands(step, workspace)]
    return with_pushes(found, commands)


def compose_builds(step: Step) -> tuple[ComposeBuild, ...]:
    """The compose files that a step's commands build or push."""
    found = (compose_build(step, one) for one in _container_commands(step, step.parent.workspace))
    return tuple(one for one in found if one is not None)


def _container_commands(step: Step, workspace: Workspace, context: Context | None = None) -> Iterator[Placed]:
    run = None if step.never else step.run
    # Most scripts name no container tool; they need not be parsed for this.
    if run is not None and any(word in run.raw for word in _WORDS):
        yield from placed(step, workspace, context)


def _of_scripts(step: Step, workspace: Workspace) -> Iterator[BuildRequest]:
    """What the commands build: one request for each Dockerfile, context and target of the jobs of the matrix."""
    texts = (step.run, step.working_directory) if step.run is not None and "matrix." in step.span.text else ()
    jobs = list(contexts(step)) if any(text is not None and "matrix." in text.raw for text in texts) else []
    if not 1 < len(jobs) <= MAX_VARIANTS:
        for one in _container_commands(step, workspace):
            yield from _of_command(step, one)
        return
    found: dict[tuple[object, ...], list[BuildRequest]] = {}
    for context in jobs:
        for one in _container_commands(step, workspace, context):
            for request in _of_command(step, one):
                parts = (request.context, request.dockerfile, request.target)
                sketches = tuple(part.sketch if part is not None else None for part in parts)
                found.setdefault((request.span.start, request.base_dir, *sketches), []).append(request)
    yield from (merged(same) for same in found.values())


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
    push = True if arguments.has("--push") or any(map(_pushed_by, settings)) else None
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


def _pushed_by(setting: Text) -> bool:
    """Whether a `target.attribute=value` setting has the image pushed."""
    attribute, _, value = setting.sketch.partition("=")
    return attribute.endswith((".output", ".outputs")) and ("type=registry" in value or "push=true" in value)


def _pushes(inputs: Inputs) -> bool | None:
    push = inputs.text("push")
    if any(map(_pushed_by, inputs.list("set", "\n"))):
        return True
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
