"""What a rule's author imports: `from deployflow_gate.lint import rule, Problem, Fix, Edit, Note, Severity`."""

from __future__ import annotations

from deployflow_gate.lint import edits
from deployflow_gate.lint.problem import Edit, Fix, Note, Problem
from deployflow_gate.lint.rule import CannotRun, rule
from deployflow_gate.lint.severity import Severity

__all__ = ["CannotRun", "Edit", "Fix", "Note", "Problem", "Severity", "edits", "rule"]
