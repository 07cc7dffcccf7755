"""The container that a job runs in, and the services beside it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from deployflow_gate.model.imageref import ImageRef
from deployflow_gate.model.workflow.environment import credential, variables
from deployflow_gate.model.workflow.expression import Expression, expressions_of
from deployflow_gate.model.workflow.reading import child, fields, scalar_of, text, text_at, texts
from deployflow_gate.model.workflow.uses import docker_image
from deployflow_gate.record import dataclass
from deployflow_gate.syntax import yaml
from deployflow_gate.syntax.expression import Context
from deployflow_gate.text import Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.variable import Variable
    from deployflow_gate.model.workflow.job import Job


@dataclass(frozen=True, eq=False)
class Container:
    """`container:` of a job, or one of its `services:` (then `name` says which)."""

    job: Job
    name: Text | None
    value: yaml.Node

    @property
    def span(self) -> Span:
        return self.name.span.until(self.value.span) if self.name is not None else self.value.span

    @property
    def context(self) -> Context:
        return self.job.context

    @cached_property
    def fields(self) -> dict[str, yaml.Entry]:
        return fields(self.value)

    @cached_property
    def image(self) -> ImageRef | None:
        """None where none is named, or the name may be empty (then the job runs without a container)."""
        scalar = scalar_of(self.value) or scalar_of(child(self.fields, "image"))
        if scalar is None or not scalar.value.strip():
            return None
        written = text(scalar, self.job.file.embedded, self.context)
        # the runner takes the prefix here too
        return ImageRef.of(self, docker_image(written) if written.raw.startswith("docker://") else written)

    @cached_property
    def env(self) -> tuple[Variable, ...]:
        return variables(self, child(self.fields, "env"), self.job.file.embedded, self.context)

    @cached_property
    def credentials(self) -> tuple[Variable, ...]:
        """The password, if one is given."""
        return credential(self, child(self.fields, "credentials"), self.job.file.embedded, self.context)

    @cached_property
    def options(self) -> Text | None:
        """More arguments of `docker create`."""
        return text_at(child(self.fields, "options"), self.job.file.embedded, self.context)

    @cached_property
    def ports(self) -> tuple[Text, ...]:
        return texts(child(self.fields, "ports"), self.job.file.embedded, self.context)

    @cached_property
    def volumes(self) -> tuple[Text, ...]:
        return texts(child(self.fields, "volumes"), self.job.file.embedded, self.context)

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        return expressions_of(self, self.job.file, self.value, frozenset())

    def children(self) -> Iterator[Node]:
        if self.image is not None:
            yield self.image
        yield from self.credentials
        yield from self.env
        yield from self.expressions
