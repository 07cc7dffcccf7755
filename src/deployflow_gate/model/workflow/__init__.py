"""Workflows and actions: who runs what, when, with which rights."""

from __future__ import annotations

from deployflow_gate.model.workflow.action import Action, Field
from deployflow_gate.model.workflow.container import Container
from deployflow_gate.model.workflow.document import Workflow
from deployflow_gate.model.workflow.event import Event
from deployflow_gate.model.workflow.expression import Condition, Expression
from deployflow_gate.model.workflow.file import ActionsFile
from deployflow_gate.model.workflow.job import Job
from deployflow_gate.model.workflow.matrix import Matrix
from deployflow_gate.model.workflow.permissions import Permissions, Scope
from deployflow_gate.model.workflow.runner import RunsOn
from deployflow_gate.model.workflow.step import Step
from deployflow_gate.model.workflow.uses import Uses

__all__ = [
    "Action",
    "ActionsFile",
    "Condition",
    "Container",
    "Event",
    "Expression",
    "Field",
    "Job",
    "Matrix",
    "Permissions",
    "RunsOn",
    "Scope",
    "Step",
    "Uses",
    "Workflow",
]
