"""A job of a workflow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from deployflow_gate.model.workflow.container import Container
from deployflow_gate.model.workflow.environment import WORKSPACE, variables, with_environment
from deployflow_gate.model.workflow.expression import Condition, Expression, condition_of, expressions_of
from deployflow_gate.model.workflow.matrix import Matrix, agreed
from deployflow_gate.model.workflow.permissions import Permissions, permissions_of
from deployflow_gate.model.workflow.reading import (
    child,
    fields,
    inner_span,
    items_of,
    scalar_of,
    text,
    text_at,
    text_map,
    texts,
    value_of,
)
from deployflow_gate.model.workflow.runner import RunsOn, System, system_of
from deployflow_gate.model.workflow.shell import Dialect
from deployflow_gate.model.workflow.step import Step, steps_of
from deployflow_gate.model.workflow.uses import Uses
from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.syntax import yaml
from deployflow_gate.syntax.expression import Context, Partial, Value
from deployflow_gate.text import UNKNOWN, Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.docker_build.workspace import Workspace
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.request import BuildRequest
    from deployflow_gate.model.variable import Variable
    from deployflow_gate.model.workflow.document import Workflow
    from deployflow_gate.model.workflow.file import ActionsFile

_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, eq=False)
class Job:
    """`entry` is the job's key with its mapping; `step_limit` how many steps the file's limit leaves to it."""

    workflow: Workflow
    entry: yaml.Entry
    step_limit: int

    is_action: ClassVar[bool] = False

    @property
    def id(self) -> str:
        return self.entry.key.value

    @property
    def span(self) -> Span:
        return self.entry.span

    @property
    def key_span(self) -> Span:
        return self.entry.key.span

    @property
    def file(self) -> ActionsFile:
        return self.workflow

    @cached_property
    def fields(self) -> dict[str, yaml.Entry]:
        return fields(self.entry.value)

    def text(self, key: str) -> Text | None:
        return text_at(child(self.fields, key), self.file.embedded, self.context)

    @property
    def name(self) -> Text | None:
        return self.text("name")

    @cached_property
    def needs(self) -> tuple[Text, ...]:
        return texts(child(self.fields, "needs"), self.file.embedded, {})

    @cached_property
    def needed(self) -> tuple[Job, ...]:
        """The jobs that it waits for."""
        ids = {need.value for need in self.needs}
        return tuple(job for job in self.workflow.jobs if job.id in ids)

    @cached_property
    def if_(self) -> Condition | None:
        return condition_of(self, self.file, child(self.fields, "if"))

    @cached_property
    def permissions(self) -> Permissions | None:
        return permissions_of(self.fields)

    @property
    def effective_permissions(self) -> Permissions | None:
        """Its own, else the workflow's; None leaves it to the repository's setting."""
        return self.permissions or self.workflow.permissions

    @cached_property
    def matrix(self) -> Matrix | None:
        node = child(fields(child(self.fields, "strategy")), "matrix")
        if node is None or (isinstance(node, yaml.Scalar) and node.kind == "null"):
            return None
        return Matrix(node.span, node, self.file.embedded, {})

    @cached_property
    def variants(self) -> tuple[Context, ...]:
        """One context for each job of the matrix, at most 256; one alone without a matrix or where it is not known."""
        combinations = self.matrix.combinations if self.matrix is not None else None
        if not combinations:
            return (self.context,)
        return tuple(self._context(dict(one)) for one in combinations)

    @cached_property
    def context(self) -> Context:
        """What expressions of the job can read, as far as it is known and the same for all jobs of the matrix."""
        matrix = self.matrix
        if matrix is None:
            return self._context({})
        if matrix.combinations is not None:
            return self._context(agreed(matrix.combinations))
        return self._context({})

    def _context(self, matrix: dict[str, Value]) -> Context:
        base: Context = {
            "env": Partial(),
            "matrix": Partial(matrix),
            "github": Partial(workspace=WORKSPACE, job=self.id),
        }
        base = with_environment(base, self.workflow.env)
        return with_environment(base, variables(self, child(self.fields, "env"), self.file.embedded, base))

    @cached_property
    def env(self) -> tuple[Variable, ...]:
        base = {key: value for key, value in self.context.items() if key != "env"}
        return variables(self, child(self.fields, "env"), self.file.embedded, base)

    def step_context(self, step: Step, variant: Context | None = None) -> Context:
        """What the expressions of a step can read besides its own `env`: a variable that a step before sets is unknown."""
        context = self.context if variant is None else variant
        changed = [name for name in self._changed if self._changed[name] < step.index]
        env = context["env"]
        if not changed or not isinstance(env, dict):
            return context
        return {**context, "env": Partial({**env, **dict.fromkeys(changed, UNKNOWN)})}

    @cached_property
    def _changed(self) -> dict[str, int]:
        """Variables of `env` -> the first step that may set them anew, by way of the file `GITHUB_ENV`."""
        env = self.context["env"]
        found: dict[str, int] = {}
        for step in self.steps:
            run = scalar_of(child(step.fields, "run"))
            if run is None or "GITHUB_ENV" not in run.value or not isinstance(env, dict):
                continue
            for name in _NAME.findall(run.value):
                if name in env:
                    found.setdefault(name, step.index)
        return found

    @cached_property
    def runs_on(self) -> RunsOn | None:
        node = child(self.fields, "runs-on")
        if node is None:
            return None
        return self._runs_on(node, self.context)

    @cached_property
    def runners(self) -> tuple[RunsOn, ...]:
        """Where it runs, for each job of the matrix."""
        node = child(self.fields, "runs-on")
        return () if node is None else tuple(self._runs_on(node, variant) for variant in self.variants)

    def _runs_on(self, node: yaml.Node, context: Context) -> RunsOn:
        written = fields(node)
        labels = child(written, "labels") if isinstance(node, yaml.Mapping) else node
        group = text_at(child(written, "group"), self.file.embedded, context)
        return RunsOn(node.span, texts(labels, self.file.embedded, context), group)

    @cached_property
    def systems(self) -> frozenset[System] | None:
        """The operating systems of its runners over all jobs of the matrix; None where one is not known."""
        node = child(self.fields, "runs-on")
        found: set[System] = set()
        for variant in self.variants:
            value = value_of(node, self.file.embedded, variant)
            system = system_of(value)
            if system is None:
                return None
            found.add(system)
        return frozenset(found)

    def default_run(self, key: str) -> Text | None:
        """`shell` or `working-directory` of `defaults.run`, of the job or the workflow."""
        own = child(fields(child(fields(child(self.fields, "defaults")), "run")), key)
        return text_at(own, self.file.embedded, self.context) or self.workflow.default_run(key)

    @property
    def default_dialect(self) -> Dialect:
        """The shell of the runner: a matrix with more than Windows runs the script in bash too, and so it is judged as bash."""
        if self.container is not None:
            return "sh"
        return "powershell" if self.systems == frozenset({"windows"}) else "bash"

    @cached_property
    def container(self) -> Container | None:
        node = child(self.fields, "container")
        if node is None or (isinstance(node, yaml.Scalar) and not node.value.strip()):
            return None
        return Container(self, None, node)

    @cached_property
    def services(self) -> tuple[Container, ...]:
        found = []
        for name, entry in fields(child(self.fields, "services")).items():
            found.append(Container(self, Text(inner_span(entry.key), name, name), entry.value))
        return tuple(found)

    @cached_property
    def environment(self) -> Text | None:
        """The name of the deployment environment."""
        node = child(self.fields, "environment")
        if isinstance(node, yaml.Mapping):
            node = node.get("name")
        return text_at(node, self.file.embedded, self.context)

    @cached_property
    def concurrency(self) -> yaml.Node | None:
        return child(self.fields, "concurrency")

    @cached_property
    def outputs(self) -> Mapping[str, Text]:
        return text_map(child(self.fields, "outputs"), self.file.embedded, self.context)

    @cached_property
    def uses(self) -> Uses | None:
        """The reusable workflow that the job is."""
        scalar = scalar_of(child(self.fields, "uses"))
        if scalar is None:
            return None
        return Uses(self, text(scalar, self.file.embedded, {}), self.file.comment_behind(scalar.span))

    @cached_property
    def called(self) -> Workflow | None:
        """The local workflow that the job is."""
        from deployflow_gate.model.workflow.document import Workflow

        path = self.uses.path if self.uses is not None else None
        document = self.file.project.document(path) if path is not None else None
        return document if isinstance(document, Workflow) else None

    @cached_property
    def with_(self) -> Mapping[str, Text]:
        """The inputs of the reusable workflow."""
        return text_map(child(self.fields, "with"), self.file.embedded, self.context)

    @property
    def secrets_inherit(self) -> bool:
        scalar = scalar_of(child(self.fields, "secrets"))
        return scalar is not None and scalar.value == "inherit"

    @cached_property
    def secrets(self) -> Mapping[str, Text]:
        """The secrets that the reusable workflow is given by name."""
        return text_map(child(self.fields, "secrets"), self.file.embedded, self.context)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        node = child(self.fields, "steps")
        return steps_of(self, items_of(node)[: self.step_limit] if isinstance(node, yaml.Sequence) else ())

    @cached_property
    def workspace(self) -> Workspace:
        """The repositories that its steps check out."""
        from deployflow_gate.model.docker_build.workspace import workspace_of

        return workspace_of(self.steps)

    def step(self, id_: str) -> Step | None:
        return next((step for step in self.steps if step.id is not None and step.id.lower() == id_.lower()), None)

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """Those of the job itself: not of its steps and containers."""
        below = [step.syntax for step in self.steps] + [service.value for service in self.services]
        if self.container is not None:
            below.append(self.container.value)
        return expressions_of(self, self.file, self.entry.value, frozenset(map(id, below)))

    @cached_property
    def build_requests(self) -> tuple[BuildRequest, ...]:
        """The images that its steps build."""
        from deployflow_gate.model.docker_build import build_requests

        return build_requests(self.steps)

    def children(self) -> Iterator[Node]:
        if self.container is not None:
            yield self.container
        yield from self.services
        if self.uses is not None:
            yield self.uses
        yield from self.env
        yield from self.expressions
        yield from self.steps
