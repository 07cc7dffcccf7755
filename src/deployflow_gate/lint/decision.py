"""What a policy says of one rule at one path; the runner asks, the policy answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deployflow_gate.lint.finding import Why
from deployflow_gate.lint.severity import Severity
from deployflow_gate.record import dataclass, field


@dataclass(frozen=True, slots=True)
class Decision:
    """`severity` is None where the rule is off. `options` holds only what the policy sets; the rule's defaults fill the rest."""

    severity: Severity | None
    options: Mapping[str, object] = field(default_factory=dict)
    why: Why = Why("default")


Decide = Callable[[str, str], Decision]
"""(rule name, path of the file) -> Decision."""
