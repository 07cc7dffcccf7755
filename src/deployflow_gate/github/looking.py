"""One look at what an event is about, under one policy: both sides are judged, and what counts is sorted out."""

from __future__ import annotations

from datetime import date

from deployflow_gate.gate import check
from deployflow_gate.github.inputs import EnvironmentFault
from deployflow_gate.github.judged import Scope
from deployflow_gate.github.scope import Known, known, scoped
from deployflow_gate.github.sources import Sources
from deployflow_gate.policy.model import Policy
from deployflow_gate.policy.verdict import Verdict
from deployflow_gate.record import dataclass, replace


@dataclass(frozen=True, eq=False)
class Looking:
    """How to look. `focus` is the folder or file whose findings are wanted, "" for all; `today` the day for expiry dates."""

    sources: Sources
    scope: Scope
    focus: str
    today: date

    def at(self, policy: Policy) -> tuple[Verdict, Known]:
        """The verdict, and what the base has already. A head without findings is compared with nothing: there is nothing to
        compare.

        Raises SnapshotError where files cannot be had, EnvironmentFault for a focus that neither side has.
        """
        sources = self.sources
        head = self._head(policy)
        held = Known()
        if sources.base is not None and (head.active or head.incomplete):
            held = known(check(sources.base, policy, today=self.today), sources.changes)
            head = scoped(head, held, sources.changes, self.scope)
        sources.raise_failed()
        return head, held

    def _head(self, policy: Policy) -> Verdict:
        sources = self.sources
        if not self.focus:
            return check(sources.head, policy, today=self.today)
        wanted = frozenset(path for path in sources.head.paths() if self._within(path))
        if not wanted and not (sources.base and any(map(self._within, sources.base.paths()))):
            raise EnvironmentFault(f"The input `path` is `{self.focus}`, and the repository has no file there.")
        verdict = check(sources.head, policy, focus=wanted, today=self.today)
        return replace(
            verdict,
            files=tuple(path for path in verdict.files if path in wanted),
            skipped=tuple(left for left in verdict.skipped if left.path in wanted),
        )

    def _within(self, path: str) -> bool:
        return path == self.focus or path.startswith(f"{self.focus}/")
