"""An action's file: `action.yml`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from deployflow_gate.model.imageref import ImageRef
from deployflow_gate.model.workflow.environment import WORKSPACE, variables
from deployflow_gate.model.workflow.expression import Expression, expressions_of
from deployflow_gate.model.workflow.file import ActionsFile
from deployflow_gate.model.workflow.reading import child, fields, items_of, scalar_of, text_at
from deployflow_gate.model.workflow.shell import Dialect
from deployflow_gate.model.workflow.step import Step, steps_of
from deployflow_gate.model.workflow.uses import docker_image
from deployflow_gate.record import dataclass
from deployflow_gate.syntax import yaml
from deployflow_gate.syntax.expression import Context, Partial
from deployflow_gate.text import Fault, Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.docker_build.workspace import Workspace
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.project import Project
    from deployflow_gate.model.request import BuildRequest
    from deployflow_gate.model.variable import Variable

MAX_STEPS = 20_000
"""As for a workflow."""


@dataclass(frozen=True, eq=False)
class Field:
    """An input or an output of an action. `default` and `description` are None where they are not written."""

    name: str
    span: Span
    key_span: Span
    description: Text | None
    default: Text | None
    required: bool
    value: Text | None


@dataclass(frozen=True, eq=False)
class Action(ActionsFile):
    """`action.yml` or `action.yaml`, of any kind."""

    is_action: ClassVar[bool] = True
    kind = "An action"

    def own_faults(self) -> Iterator[Fault]:
        node = child(self.fields, "runs")
        if node is not None and not isinstance(node, yaml.Mapping):
            yield Fault(node.span, "`runs` is a mapping, and this is none.")

    @property
    def file(self) -> ActionsFile:
        return self

    @cached_property
    def context(self) -> Context:
        return {"env": Partial(), "github": Partial(workspace=WORKSPACE)}

    @cached_property
    def runs(self) -> dict[str, yaml.Entry]:
        return fields(child(self.fields, "runs"))

    @property
    def name(self) -> Text | None:
        return text_at(child(self.fields, "name"), self.embedded, self.context)

    @cached_property
    def using(self) -> Text | None:
        """`composite`, `docker`, `node24`, …"""
        return text_at(child(self.runs, "using"), self.embedded, self.context)

    @property
    def composite(self) -> bool:
        return self.using is not None and self.using.sketch.lower() == "composite"

    @property
    def docker(self) -> bool:
        return self.using is not None and self.using.sketch.lower() == "docker"

    @cached_property
    def inputs(self) -> dict[str, Field]:
        return self._declared("inputs")

    @cached_property
    def outputs(self) -> dict[str, Field]:
        return self._declared("outputs")

    def _declared(self, key: str) -> dict[str, Field]:
        found: dict[str, Field] = {}
        for name, entry in fields(child(self.fields, key)).items():
            below = fields(entry.value)
            texts = {
                k: text_at(child(below, k), self.embedded, self.context) for k in ("description", "default", "value")
            }
            required = scalar_of(child(below, "required"))
            found[name] = Field(
                name,
                entry.span,
                entry.key.span,
                texts["description"],
                texts["default"],
                required is not None and required.value.lower() == "true",
                texts["value"],
            )
        return found

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of a composite action."""
        node = child(self.runs, "steps")
        return steps_of(self, items_of(node)[:MAX_STEPS] if isinstance(node, yaml.Sequence) else ())

    @cached_property
    def workspace(self) -> Workspace:
        """The repositories that its steps check out."""
        from deployflow_gate.model.docker_build.workspace import workspace_of

        return workspace_of(self.steps)

    def step(self, id_: str) -> Step | None:
        return next((step for step in self.steps if step.id is not None and step.id.lower() == id_.lower()), None)

    def step_context(self, step: Step, variant: Context | None = None) -> Context:  # noqa: ARG002 - a job's has use for them
        return self.context

    @property
    def variants(self) -> tuple[Context, ...]:
        return (self.context,)

    def default_run(self, key: str) -> Text | None:  # noqa: ARG002 - an action has no defaults
        return None

    @property
    def default_dialect(self) -> Dialect:
        """A step of an action has to name its shell."""
        return "other"

    @cached_property
    def image_text(self) -> Text | None:
        """`runs.image` of a docker action."""
        return text_at(child(self.runs, "image"), self.embedded, self.context) if self.docker else None

    @cached_property
    def image(self) -> ImageRef | None:
        """The published image that a docker action runs; None if it builds its own."""
        image = self.image_text
        if image is None or not image.raw.startswith("docker://"):
            return None
        return ImageRef.of(self, docker_image(image))

    @cached_property
    def env(self) -> tuple[Variable, ...]:
        """The environment of a docker action."""
        return variables(self, child(self.runs, "env"), self.embedded, self.context)

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """Those of the action itself: not of its steps."""
        return expressions_of(self, self, self.root, frozenset(id(step.syntax) for step in self.steps))

    @cached_property
    def build_requests(self) -> tuple[BuildRequest, ...]:
        """The image of a docker action, and those that the steps build."""
        from deployflow_gate.model.docker_build import action_image, build_requests

        return (*action_image(self), *build_requests(self.steps))

    def children(self) -> Iterator[Node]:
        if self.image is not None:
            yield self.image
        yield from self.env
        yield from self.expressions
        yield from self.steps


def local_action(project: Project, folder: str) -> Action | None:
    """The action of a folder of the repository."""
    for name in ("action.yml", "action.yaml"):
        document = project.document(f"{folder}/{name}" if folder else name)
        if isinstance(document, Action):
            return document
    return None
