"""Commands of a `run:` that build, tag and push images, each with the folder it runs in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.model.docker_build.actions import argument
from deployflow_gate.model.docker_build.commands import BUILDERS, KANIKO_VALUES, Arguments, Tool, take_apart, text_of
from deployflow_gate.model.docker_build.workspace import Folder, Workspace, normal, step_into
from deployflow_gate.model.request import BuildRequest
from deployflow_gate.record import dataclass
from deployflow_gate.text import UNKNOWN, Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.script import Command
    from deployflow_gate.model.workflow.step import Step
    from deployflow_gate.syntax.expression import Context

_INSIDE_ONLY = frozenset({"subshell", "substitution"})
_MAYBE = frozenset({"if", "loop", "case", "function", "condition"})


@dataclass(frozen=True, slots=True)
class Placed:
    """A command and the folder of the workspace that it runs in."""

    command: Command
    folder: Folder


def placed(step: Step, workspace: Workspace, context: Context | None = None) -> Iterator[Placed]:
    """The commands of a step with their folders: `working-directory` and each `cd` before are followed.

    `context` is that of one job of the matrix; without it, what the jobs do not agree on is unknown.
    """
    script = step.script if context is None else step.script_in(context)
    if script is None:
        return
    directory = step.working_directory if context is None else step.directory_in(context)
    start = normal(directory.sketch) if directory is not None else ""
    folders: dict[tuple[object, ...], str | None] = {(): start}
    before: Command | None = None
    for command in script.commands:
        place = _place(command)
        if before is not None and _left(before, command):
            folders = {key: folder for key, folder in folders.items() if not any(_is_inside(part) for part in key)}
        before = command
        for known in [key for key in folders if place[: len(key)] != key]:
            left = known[len(_common(known, place)) :]
            if any(isinstance(part, tuple) and part[0] in _MAYBE for part in left):
                folders[()] = None  # a `cd` that may have happened
            del folders[known]
        scope = max((key for key in folders if place[: len(key)] == key), key=len)
        folder = folders[scope]
        if command.name in ("cd", "pushd"):
            operands = [word for word in command.arguments if not word.sketch.startswith("-") or word.sketch == "-"]
            folders[place] = (
                step_into(folder, operands[0].sketch) if len(operands) == 1 and operands[0].sketch != "-" else None
            )
        elif command.name == "popd":
            folders[place] = None
        else:
            yield Placed(command, Folder(workspace, folder))


def _left(before: Command, command: Command) -> bool:
    """Whether a `( … )` ends between two commands; what stands there is operators only."""
    start, end = before.simple.span.end, command.simple.span.start
    return ")" in command.span.source.text[start:end]


def _is_inside(part: object) -> bool:
    return isinstance(part, tuple) and part[0] in _INSIDE_ONLY


def _common(left: tuple[object, ...], right: tuple[object, ...]) -> tuple[object, ...]:
    same = 0
    while same < min(len(left), len(right)) and left[same] == right[same]:
        same += 1
    return left[:same]


def _place(command: Command) -> tuple[object, ...]:
    """The constructs around a command, as far as they keep a `cd` to themselves or may leave it out."""
    within = command.body.within
    outer = (*_place(within), ("subshell", id(command.body))) if within is not None else ()
    simple = command.simple
    around = [kind for kind in simple.nesting if kind in _INSIDE_ONLY or kind in _MAYBE]
    return outer + tuple((kind, simple.enclosing[:1]) for kind in around)


def tool_of(command: Command) -> Tool | None:
    """The container tool that a command is, and its words."""
    if command.name not in BUILDERS or command.name is None:
        return None
    return Tool(command.name, tuple(command.arguments))


def build_request(step: Step, one: Placed, tool: Tool) -> BuildRequest | None:
    """The request of a build command; None without an operand (a call for help, a mistake)."""
    arguments = tool.arguments()
    operand = arguments.operands[0] if len(arguments.operands) == 1 else None
    if operand is None and not arguments.loose and not arguments.operands and tool.name not in ("podman", "buildah"):
        return None
    span = one.command.span
    context = text_of(operand) if operand is not None else None
    if operand is None and (arguments.loose or arguments.operands):
        context = Text(span, "", UNKNOWN)
    return _request(step, span, one.folder, arguments, context, arguments.last("-f", "--file"))


def kaniko_request(step: Step, one: Placed) -> BuildRequest | None:
    """The request of kaniko's executor, called itself or by `docker run`."""
    command = one.command
    words = command.words
    start = next((i for i, word in enumerate(words[:60]) if _is_kaniko(word.sketch)), None)
    if start is None or (start > 0 and command.name not in BUILDERS):
        return None
    arguments = take_apart(words[start + 1 :], KANIKO_VALUES)
    context = arguments.last("-c", "--context")
    if context is not None:
        context = Text(context.span, context.raw, context.sketch.removeprefix("dir://"))
    folder = one.folder if start == 0 else Folder(one.folder.workspace, None)  # what is mounted where is not followed
    request = _request(step, command.span, folder, arguments, context, arguments.last("-f", "--dockerfile"))
    return request if arguments.flags else None


def _is_kaniko(sketch: str) -> bool:
    name = sketch.partition("@")[0]
    return sketch == "/kaniko/executor" or "kaniko-project/executor" in name or "kaniko/executor:" in name


def _request(
    step: Step, span: Span, folder: Folder, arguments: Arguments, context: Text | None, file: Text | None
) -> BuildRequest:
    value = context.value if context is not None else None
    remote = value is not None and (value == "-" or "://" in value or value.startswith("git@"))
    if file is None and arguments.loose:
        file = Text(span, "", UNKNOWN)
    elif file is not None and file.sketch == "-":
        file = Text(file.span, file.raw, UNKNOWN)
    if context is None and folder.path is None:
        context = Text(span, "", UNKNOWN)
    outputs = [text.sketch for text in arguments.values("-o", "--output")]
    pushes = arguments.has("--push") or any("type=registry" in one or "push=true" in one for one in outputs)
    pushes = pushes or bool(arguments.values("-d", "--destination") and not arguments.has("--no-push"))
    return BuildRequest(
        step,
        span,
        folder.seen(context) if context is not None else None,
        folder.seen(file) if file is not None else None,
        arguments.last("--target"),
        arguments=tuple(argument(step, text) for text in arguments.values("--build-arg")),
        tags=arguments.values("-t", "--tag", "-d", "--destination"),
        push=True if pushes else None,
        base_dir=folder.base,
        dockerfile_from_base=True,
        remote_context=remote or folder.outside(context),
        contexts=tuple(text.sketch.partition("=")[0] for text in arguments.values("--build-context")),
    )
