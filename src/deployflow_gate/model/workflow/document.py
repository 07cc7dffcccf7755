"""A workflow file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from deployflow_gate.model.workflow.environment import WORKSPACE, variables
from deployflow_gate.model.workflow.event import Event, events_of
from deployflow_gate.model.workflow.expression import Expression, expressions_of
from deployflow_gate.model.workflow.file import ActionsFile
from deployflow_gate.model.workflow.job import Job
from deployflow_gate.model.workflow.permissions import Permissions, permissions_of
from deployflow_gate.model.workflow.reading import child, fields, text_at
from deployflow_gate.model.workflow.step import Step
from deployflow_gate.record import dataclass
from deployflow_gate.syntax import yaml
from deployflow_gate.syntax.expression import Context, Partial
from deployflow_gate.text import Fault, Text

if TYPE_CHECKING:
    from deployflow_gate.model.docker_build import ComposeBuild
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.request import BuildRequest
    from deployflow_gate.model.variable import Variable
    from deployflow_gate.model.workflow.action import Action

MAX_STEPS = 20_000
"""Steps of one file, counting a list that is aliased once for each job. GitHub sets no limit; a small file of aliases could
else stand for billions of steps."""


@dataclass(frozen=True, eq=False)
class Workflow(ActionsFile):
    """`.github/workflows/*.yml`."""

    def own_faults(self) -> Iterator[Fault]:
        node = child(self.fields, "jobs")
        if node is not None and not isinstance(node, yaml.Mapping):
            yield Fault(node.span, "`jobs` is a mapping of jobs, and this is none.")
        if self.root is not None:
            yield from _repeated_keys(self.root)
        for entry in fields(node).values():
            if not isinstance(entry.value, yaml.Mapping):
                yield Fault(entry.key.span, f"The job `{entry.key.value[:60]}` is not a mapping.")
        if sum(map(_step_count, self._job_entries)) > MAX_STEPS:
            yield Fault(self.span, f"The workflow has more than {MAX_STEPS} steps; those behind are not judged.")

    @property
    def name(self) -> Text | None:
        return text_at(child(self.fields, "name"), self.embedded, self.context)

    @cached_property
    def context(self) -> Context:
        return {"github": Partial(workspace=WORKSPACE)}

    @cached_property
    def events(self) -> tuple[Event, ...]:
        return events_of(child(self.fields, "on"))

    def event(self, name: str) -> Event | None:
        return next((event for event in self.events if event.name == name), None)

    @property
    def reusable(self) -> bool:
        """Whether other workflows can call it."""
        return self.event("workflow_call") is not None

    @cached_property
    def permissions(self) -> Permissions | None:
        return permissions_of(self.fields)

    @cached_property
    def env(self) -> tuple[Variable, ...]:
        return variables(self, child(self.fields, "env"), self.embedded, self.context)

    @cached_property
    def concurrency(self) -> yaml.Node | None:
        return child(self.fields, "concurrency")

    def default_run(self, key: str) -> Text | None:
        """`shell` or `working-directory` of `defaults.run`."""
        node = child(fields(child(fields(child(self.fields, "defaults")), "run")), key)
        return text_at(node, self.embedded, self.context)

    @cached_property
    def _job_entries(self) -> tuple[yaml.Entry, ...]:
        entries = fields(child(self.fields, "jobs")).values()
        return tuple(entry for entry in entries if isinstance(entry.value, yaml.Mapping))

    @cached_property
    def jobs(self) -> tuple[Job, ...]:
        found: list[Job] = []
        left = MAX_STEPS
        for entry in self._job_entries:
            found.append(Job(self, entry, left))
            left = max(0, left - _step_count(entry))
        return tuple(found)

    def job(self, id_: str) -> Job | None:
        return next((job for job in self.jobs if job.id == id_), None)

    @cached_property
    def all_steps(self) -> tuple[Step, ...]:
        """Its steps and those of the local workflows and actions that it calls, at any depth, each once."""
        return tuple(_reached(self))

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """Those of the workflow itself: not of its jobs."""
        return expressions_of(self, self, self.root, frozenset(id(job.entry.value) for job in self.jobs))

    @cached_property
    def build_requests(self) -> tuple[BuildRequest, ...]:
        return tuple(request for job in self.jobs for request in job.build_requests)

    @cached_property
    def compose_builds(self) -> tuple[ComposeBuild, ...]:
        return tuple(build for job in self.jobs for step in job.steps for build in step.compose_builds)

    def children(self) -> Iterator[Node]:
        yield from self.env
        yield from self.expressions
        yield from self.jobs


def _repeated_keys(root: yaml.Node) -> Iterator[Fault]:
    """Keys that differ from an earlier one of their mapping in case alone: GitHub takes them for the same, and refuses the file."""
    seen: set[int] = set()
    ahead: list[yaml.Node] = [root]
    while ahead:
        node = ahead.pop()
        if id(node) in seen or isinstance(node, yaml.Scalar):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.Sequence):
            ahead.extend(reversed(node.items))
            continue
        known: dict[str, str] = {}
        for entry in node.entries:
            key = entry.key.value
            if known.setdefault(key.lower(), key) != key:
                yield Fault(entry.key.span, f"The key `{key[:60]}` is there already as `{known[key.lower()][:60]}`.")
        ahead.extend(entry.value for entry in reversed(node.entries))


def _step_count(entry: yaml.Entry) -> int:
    steps = child(fields(entry.value), "steps")
    return len(steps.items) if isinstance(steps, yaml.Sequence) else 0


def _reached(start: Workflow) -> Iterator[Step]:
    seen: set[int] = {id(start)}
    waiting: list[Workflow | Action] = [start]
    while waiting:
        file = waiting.pop()
        steps = file.steps if not isinstance(file, Workflow) else [step for job in file.jobs for step in job.steps]
        called: list[Workflow | Action | None] = [step.called for step in steps]
        if isinstance(file, Workflow):
            called += [job.called for job in file.jobs]
        yield from steps
        for one in called:
            if one is not None and id(one) not in seen:
                seen.add(id(one))
                waiting.append(one)
