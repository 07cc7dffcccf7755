"""deployflow-gate: one policy, one pass, one verdict over Dockerfiles, compose files, .dockerignore files and workflows.

The public API is what `__all__` names. Everything is imported on first use, so that `import deployflow_gate` costs nothing.

    >>> from deployflow_gate import check
    >>> verdict = check({"Dockerfile": "FROM python:latest\\n"})
    >>> verdict.outcome.value
    'blocked'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployflow_gate.gate import changed_since, check
    from deployflow_gate.lint.finding import Finding, Why
    from deployflow_gate.lint.problem import Edit, Fix, Note
    from deployflow_gate.lint.registry import Option, RuleEntry
    from deployflow_gate.lint.severity import Severity
    from deployflow_gate.policy.load import PolicyError, load_policy
    from deployflow_gate.policy.model import Policy
    from deployflow_gate.policy.rules import rules
    from deployflow_gate.policy.verdict import Outcome, Skipped, Verdict
    from deployflow_gate.snapshot import Snapshot, SnapshotError, Unreadable
    from deployflow_gate.snapshot.commit import GitCommit
    from deployflow_gate.snapshot.memory import MemorySnapshot
    from deployflow_gate.snapshot.worktree import WorkTree
    from deployflow_gate.text import Source, Span

_HOMES = {
    "Edit": "lint.problem",
    "Finding": "lint.finding",
    "Fix": "lint.problem",
    "GitCommit": "snapshot.commit",
    "MemorySnapshot": "snapshot.memory",
    "Note": "lint.problem",
    "Option": "lint.registry",
    "Outcome": "policy.verdict",
    "Policy": "policy.model",
    "PolicyError": "policy.load",
    "RuleEntry": "lint.registry",
    "Severity": "lint.severity",
    "Skipped": "policy.verdict",
    "Snapshot": "snapshot",
    "SnapshotError": "snapshot",
    "Source": "text",
    "Span": "text",
    "Unreadable": "snapshot",
    "Verdict": "policy.verdict",
    "Why": "lint.finding",
    "WorkTree": "snapshot.worktree",
    "changed_since": "gate",
    "check": "gate",
    "load_policy": "policy.load",
    "rules": "policy.rules",
}

__version__ = "1.0.0"

__all__ = [
    "Edit",
    "Finding",
    "Fix",
    "GitCommit",
    "MemorySnapshot",
    "Note",
    "Option",
    "Outcome",
    "Policy",
    "PolicyError",
    "RuleEntry",
    "Severity",
    "Skipped",
    "Snapshot",
    "SnapshotError",
    "Source",
    "Span",
    "Unreadable",
    "Verdict",
    "Why",
    "WorkTree",
    "__version__",
    "changed_since",
    "check",
    "load_policy",
    "rules",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
