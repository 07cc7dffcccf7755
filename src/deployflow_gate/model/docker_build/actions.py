"""Actions that build one image: their inputs, as build requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.model.docker_build.metadata import tag_sources
from deployflow_gate.model.docker_build.table import BUILD_ACTIONS, OLD_INPUTS, BuildAction
from deployflow_gate.model.docker_build.workspace import Folder, Workspace
from deployflow_gate.model.request import BuildRequest
from deployflow_gate.model.variable import Variable
from deployflow_gate.model.workflow.environment import sketches, with_environment
from deployflow_gate.model.workflow.reading import pieces, scalar_of, text
from deployflow_gate.record import dataclass
from deployflow_gate.syntax import yaml
from deployflow_gate.syntax.expression import Context, truth
from deployflow_gate.text import UNKNOWN, Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.workflow.step import Step

_DEFAULT_CONTEXT = "{{defaultContext}}"


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of a step, as one job of a matrix sees them."""

    step: Step
    context: Context

    def scalar(self, name: str) -> yaml.Scalar | None:
        """The scalar of an input of any case; None if it is absent or empty."""
        for key, entry in self.step.with_entries.items():
            if name and key.lower() == name.lower():
                scalar = scalar_of(entry.value)
                return scalar if scalar is not None and scalar.value.strip() else None
        return None

    def text(self, name: str) -> Text | None:
        scalar = self.scalar(name)
        return text(scalar, self.step.file.embedded, self.context) if scalar is not None else None

    def list(self, name: str, separators: str) -> tuple[Text, ...]:
        scalar = self.scalar(name)
        return pieces(scalar, self.step.file.embedded, self.context, separators) if scalar is not None else ()


def variants(step: Step) -> Iterator[Inputs]:
    """One for each job of the matrix that runs the step if its inputs read the matrix, else one."""
    scalars = [scalar_of(entry.value) for entry in step.with_entries.values()]
    if not any(scalar is not None and "matrix." in scalar.value for scalar in scalars):
        yield Inputs(step, step.context)
        return
    yield from (Inputs(step, context) for context in contexts(step))


def contexts(step: Step) -> Iterator[Context]:
    """What the expressions of a step can read, for each job of the matrix that may run it."""
    condition = step.if_.tree if step.if_ is not None else None
    for variant in step.parent.variants:
        context = with_environment(step.parent.step_context(step, variant), step.env)
        if condition is None or truth(condition, context) is not False:
            yield context


def action_requests(step: Step, workspace: Workspace) -> tuple[BuildRequest, ...]:
    """What a step of a known build action asks for: one request for each Dockerfile, context and target of the matrix."""
    if step.uses is None or step.uses.name is None:
        return ()
    names = BUILD_ACTIONS.get(step.uses.name)
    if names is None:
        return ()
    if names.outputs and step.input("repository") is not None:
        names = OLD_INPUTS
    found: dict[tuple[str | None, ...], list[BuildRequest]] = {}
    for inputs in variants(step):
        request = _request(inputs, names, workspace)
        if request is not None:
            parts = (request.context, request.dockerfile, request.target)
            found.setdefault(tuple(part.sketch if part is not None else None for part in parts), []).append(request)
    return tuple(merged(same) for same in found.values())


def _request(inputs: Inputs, names: BuildAction, workspace: Workspace) -> BuildRequest | None:
    step = inputs.step
    folder = Folder(workspace, "")
    context, file = inputs.text(names.context), inputs.text(names.file)
    if names.file_needed:
        file = next(iter(inputs.list(names.file, "\n") or inputs.list("dockerfiles", "\n")), None)
        if file is None:
            return None
    git = names.outputs != "" and (context is None or context.sketch.startswith(_DEFAULT_CONTEXT))
    if git:
        # The action's own git context is this repository at its root, whatever is checked out.
        folder = Folder(Workspace(), "")
        if context is not None:
            path = context.sketch[len(_DEFAULT_CONTEXT) :].removeprefix(":")
            context = Text(context.span, context.raw, path or ".")
    outside = folder.outside(context)
    context = folder.seen(context) if context is not None else None
    if file is not None and not names.file_in_context:
        file = folder.seen(file)
    target = inputs.text(names.target)
    return BuildRequest(
        step,
        step.uses.span if step.uses is not None else step.span,
        context,
        file,
        target,
        arguments=tuple(argument(step, one) for one in inputs.list(names.arguments, names.argument_separators)),
        tags=_tags(inputs, names),
        push=_push(inputs, names),
        base_dir=folder.base,
        dockerfile_from_base=not names.file_in_context,
        remote_context=_remote(context) or outside,
        tag_sources=tag_sources(step, tuple(s for s in map(inputs.scalar, (names.tags, names.image)) if s is not None)),
        contexts=tuple(one.sketch.partition("=")[0] for one in inputs.list("build-contexts", "\n")),
    )


def _remote(context: Text | None) -> bool:
    value = context.value if context is not None else None
    return value is not None and (value == "-" or "://" in value or value.startswith("git@"))


def _tags(inputs: Inputs, names: BuildAction) -> tuple[Text, ...]:
    tags = inputs.list(names.tags, names.tag_separators)
    image = inputs.text(names.image)
    if image is None:
        return tags
    if not tags:
        return (image,)
    return tuple(
        tag
        if "/" in tag.raw or ":" in tag.sketch
        else Text(tag.span, f"{image.raw}:{tag.raw}", f"{image.sketch}:{tag.sketch}")
        for tag in tags
    )


def _push(inputs: Inputs, names: BuildAction) -> bool | None:
    outputs = inputs.text(names.outputs)
    if outputs is not None and ("type=registry" in outputs.sketch or "push=true" in outputs.sketch):
        return True
    given = inputs.text(names.push)
    if given is not None:
        return {"true": True, "false": False}.get((given.value or "").strip().lower())
    withheld = inputs.text(names.not_push)
    if withheld is not None:
        return {"true": False, "false": True}.get((withheld.value or "").strip().lower())
    return names.pushes


def argument(step: Step, text: Text) -> Variable:
    """A build argument written as `NAME=value`; a bare NAME has no value here."""
    name, equals, value = text.sketch.partition("=")
    raw_name, _, raw_value = text.raw.partition("=")
    span = text.span
    cut = span.text.find("=")
    if not equals or cut == -1:
        return Variable(
            step, span, Text(span, raw_name, name), Text(span, raw_value, value) if equals else None, "build-arg"
        )
    name_span = Span(span.source, span.start, span.start + cut)
    value_span = Span(span.source, span.start + cut + 1, span.end)
    return Variable(step, span, Text(name_span, raw_name, name), Text(value_span, raw_value, value), "build-arg")


def merged(same: list[BuildRequest]) -> BuildRequest:
    """Requests for the same of several jobs as one: what they do not agree on is unknown."""
    from deployflow_gate.record import replace

    first = same[0]
    if len(same) == 1:
        return first
    values = [sketches(request.arguments) for request in same]
    arguments = tuple(
        Variable(one.owner, one.span, one.name, _agreed(one.value, {v.get(one.name.sketch) for v in values}), one.kind)
        for one in first.arguments
    )
    tags = tuple(dict.fromkeys((tag.span.start, tag.sketch) for request in same for tag in request.tags))
    by_key = {(tag.span.start, tag.sketch): tag for request in same for tag in request.tags}
    pushes = {request.push for request in same}
    return replace(
        first,
        arguments=arguments,
        tags=tuple(by_key[key] for key in tags),
        push=True if True in pushes else None if None in pushes else False,
    )


def _agreed(value: Text | None, sketches_: set[str | None]) -> Text | None:
    if value is None or len(sketches_) == 1:
        return value
    return Text(value.span, value.raw, UNKNOWN)
