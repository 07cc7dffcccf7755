"""Where a variable is set, and whether a secret there is one: in what ships, or in what lives as long as a test."""

from __future__ import annotations

from posixpath import join, normpath
from typing import TYPE_CHECKING, Any

from deployflow_gate.model.build import is_development_name
from deployflow_gate.model.instruction import Instruction, Transfer
from deployflow_gate.model.shipping import context_of
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.stage import Stage
    from deployflow_gate.model.variable import Variable
    from deployflow_gate.model.workflow.container import Container

_HERE = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "host.docker.internal"})  # noqa: S104  the job's own machine

_WORKFLOW_NODES = frozenset({"Workflow", "Job", "Step", "Container", "Action"})
"""By name: a rule that sees Dockerfiles, too, must not import all of the workflows' model for one of them."""


def for_development(variable: Variable) -> bool:
    """Whether only development or tests see it: by the compose file, the profile, the Dockerfile's or the stage's name."""
    owner: Any = variable.owner
    if isinstance(owner, Instruction):
        if is_development_name(owner.dockerfile.path):
            return True
        stages = owner.dockerfile.stages if owner.stage is None else (owner.stage,)
        names = [stage.name.raw if stage.name is not None else "" for stage in stages]
        return bool(names) and all(is_development_name(name) for name in names)
    return bool(getattr(owner, "development", False))


def in_workflow(variable: Variable) -> bool:
    """Whether a workflow or an action sets it."""
    return type(variable.owner).__name__ in _WORKFLOW_NODES


def thrown_away(variable: Variable, host: str | None = None) -> bool:
    """Whether a workflow makes it up for what ends with the job: a service container or a client of one.

    `host` is what an address names. Nothing but a server of a build or of a job answers at the machine itself.
    """
    if host in _HERE and (in_workflow(variable) or isinstance(variable.owner, Instruction)):
        return True
    if variable.kind == "credential" or not in_workflow(variable):
        return False
    if host is not None:
        return "." not in host  # the name of a container beside the job's
    if variable.owner in _services(variable):
        return True
    value = variable.value.value if variable.value is not None else None
    return value is not None and any(
        value in {given.value.value for given in service.env if given.value is not None}
        for service in _services(variable)
    )


def _services(variable: Variable) -> tuple[Container, ...]:
    """The service containers of the jobs that see the variable."""
    owner: Any = variable.owner
    kind = type(owner).__name__
    if kind == "Workflow":
        return tuple(service for job in owner.jobs for service in job.services)
    job = owner if kind == "Job" else owner.job if kind in ("Step", "Container") else None
    return tuple(job.services) if job is not None else ()


def copied_in(variable: Variable) -> bool:
    """Whether the value is the path of a file that a COPY brings into the image from the context."""
    owner: Any = variable.owner
    path = variable.value.value if variable.value is not None else None
    stage = owner.stage if isinstance(owner, Instruction) else None
    if stage is None or not path or not path.endswith(".json"):
        return False
    folder = stage.workdir or "/"
    file = normpath(join(folder, path))
    for transfer in stage.history:
        if (
            isinstance(transfer, Transfer)
            and transfer.destination is not None
            and transfer.destination.value not in (None, "/")
        ):
            target = normpath(join(folder, transfer.destination.value)).rstrip("/")
            for source in transfer.context_sources:
                if file.startswith(target + "/") and not _left_out(stage, source.value, file[len(target) + 1 :]):
                    return True
    return False


def _left_out(stage: Stage, source: str | None, path: str) -> bool:
    """Whether the context of the stage's builds does not have the file, as far as that is known."""
    context = context_of(stage)
    if source is None or any(char in source for char in "*?["):
        return True
    ignore = context.ignore_file if context is not None else None
    return ignore is not None and ignore.ignores(normpath(join(source.strip("/"), path)))


def within(variable: Variable, text: str) -> Span:
    """The place of a part of the variable's value; the value's own where it is spelled in another way."""
    assert variable.value is not None
    span = variable.value.span
    written = span.text
    at = next((written.find(text + end) for end in ("@", "}@") if text + end in written), written.rfind(text))
    return Span(span.source, span.start + at, span.start + at + len(text)) if at >= 0 else span
