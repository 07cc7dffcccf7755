"""A step of a job or of a composite action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from deployflow_gate.model.workflow.environment import variables, with_environment
from deployflow_gate.model.workflow.expression import Condition, Expression, condition_of, expressions_of
from deployflow_gate.model.workflow.reading import child, fields, scalar_of, text, text_at, text_map
from deployflow_gate.model.workflow.shell import Dialect, dialect_of, shell_text
from deployflow_gate.model.workflow.uses import Uses
from deployflow_gate.record import dataclass
from deployflow_gate.syntax import yaml
from deployflow_gate.syntax.expression import Context
from deployflow_gate.text import Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.docker_build import ComposeBuild
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.request import BuildRequest
    from deployflow_gate.model.script import Script
    from deployflow_gate.model.variable import Variable
    from deployflow_gate.model.workflow.action import Action
    from deployflow_gate.model.workflow.file import ActionsFile
    from deployflow_gate.model.workflow.job import Job


@dataclass(frozen=True, eq=False)
class Step:
    """`parent` is the Job or the (composite) Action that it is a step of, `index` its place there."""

    parent: Job | Action
    syntax: yaml.Mapping
    index: int

    @property
    def span(self) -> Span:
        return self.syntax.span

    @property
    def job(self) -> Job | None:
        return None if self.parent.is_action else self.parent  # type: ignore[return-value]

    @property
    def action(self) -> Action | None:
        return self.parent if self.parent.is_action else None  # type: ignore[return-value]

    @property
    def file(self) -> ActionsFile:
        return self.parent.file

    @cached_property
    def fields(self) -> dict[str, yaml.Entry]:
        return fields(self.syntax)

    def text(self, key: str) -> Text | None:
        """The text of one of the step's own keys; None if it is absent or no scalar."""
        return text_at(child(self.fields, key), self.file.embedded, self.context)

    def key_span(self, key: str) -> Span | None:
        entry = self.fields.get(key)
        return entry.key.span if entry is not None else None

    @property
    def id(self) -> str | None:
        scalar = scalar_of(child(self.fields, "id"))
        return scalar.value if scalar is not None else None

    @property
    def name(self) -> Text | None:
        return self.text("name")

    @cached_property
    def if_(self) -> Condition | None:
        return condition_of(self, self.file, child(self.fields, "if"))

    @property
    def never(self) -> bool:
        """Whether it surely never runs: its condition, or its job's, is known to be false."""
        conditions = (self.if_, self.job.if_ if self.job is not None else None)
        return any(condition is not None and condition.truth is False for condition in conditions)

    @cached_property
    def uses(self) -> Uses | None:
        scalar = scalar_of(child(self.fields, "uses"))
        if scalar is None:
            return None
        return Uses(self, text(scalar, self.file.embedded, self.context), self.file.comment_behind(scalar.span))

    @cached_property
    def called(self) -> Action | None:
        """The local action that the step runs."""
        from deployflow_gate.model.workflow.action import local_action

        path = self.uses.path if self.uses is not None else None
        return local_action(self.file.project, path) if path is not None else None

    @cached_property
    def with_entries(self) -> Mapping[str, yaml.Entry]:
        return fields(child(self.fields, "with"))

    @cached_property
    def with_(self) -> Mapping[str, Text]:
        """The inputs as written; names of inputs have no case (see `input`)."""
        return text_map(child(self.fields, "with"), self.file.embedded, self.context)

    def input(self, name: str) -> Text | None:
        """The text of an input, whatever its case."""
        found = self.with_.get(name)
        if found is not None:
            return found
        return next((value for key, value in self.with_.items() if key.lower() == name.lower()), None)

    @cached_property
    def env(self) -> tuple[Variable, ...]:
        return variables(self, child(self.fields, "env"), self.file.embedded, self.parent.step_context(self))

    @cached_property
    def context(self) -> Context:
        """What expressions of the step can read, as far as it is known."""
        return with_environment(self.parent.step_context(self), self.env)

    @cached_property
    def shell(self) -> Text | None:
        """The shell that is written, for the step or as the default of its job or workflow."""
        return self.text("shell") or self.parent.default_run("shell")

    @property
    def dialect(self) -> Dialect:
        if self.shell is not None:
            return dialect_of(self.shell.value)
        return self.parent.default_dialect

    @cached_property
    def working_directory(self) -> Text | None:
        """As written, for the step or as the default; it is relative to the workspace."""
        return self.text("working-directory") or self.parent.default_run("working-directory")

    @cached_property
    def run(self) -> Text | None:
        return self.text("run")

    @cached_property
    def script(self) -> Script | None:
        """`run:` as a script. Each `${{ }}` is a variable in it, whose value is known where the expression's is."""
        return self.script_in(self.context)

    def script_in(self, context: Context) -> Script | None:
        """The same as one job of the matrix sees it, by the context of its expressions."""
        scalar = scalar_of(child(self.fields, "run"))
        if scalar is None:
            return None
        from deployflow_gate.model.script import Script

        mapped, placeholders = shell_text(scalar.mapped, self.file.embedded(scalar), context)
        env = context.get("env")
        known = {name: str(value) for name, value in env.items()} if isinstance(env, Mapping) else {}
        return Script.shell(self, mapped, self.dialect, {**known, **placeholders})

    def directory_in(self, context: Context) -> Text | None:
        """`working-directory` as one job of the matrix sees it."""
        entry = child(self.fields, "working-directory")
        return text_at(entry, self.file.embedded, context) or self.working_directory

    @cached_property
    def remote_scripts(self) -> tuple[Script, ...]:
        """What the step runs on servers by ssh. These scripts are no children of the step."""
        from deployflow_gate.model.workflow.remote import remote_scripts

        return remote_scripts(self)

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        return expressions_of(self, self.file, self.syntax, frozenset())

    @cached_property
    def build_requests(self) -> tuple[BuildRequest, ...]:
        """The images that the step builds."""
        return tuple(request for request in self.parent.build_requests if request.owner is self)

    @cached_property
    def compose_builds(self) -> tuple[ComposeBuild, ...]:
        """The compose files whose services the step builds."""
        from deployflow_gate.model.docker_build import compose_builds

        return compose_builds(self)

    def children(self) -> Iterator[Node]:
        if self.uses is not None:
            yield self.uses
        if self.script is not None:
            yield self.script
        yield from self.env
        yield from self.expressions


def steps_of(parent: Job | Action, nodes: tuple[yaml.Node, ...]) -> tuple[Step, ...]:
    """The steps of a list; what is no mapping is none."""
    return tuple(Step(parent, node, index) for index, node in enumerate(nodes) if isinstance(node, yaml.Mapping))
