"""A problem with its attribution: which rule saw it, how grave it is, who decided so, and a name that survives edits."""

from __future__ import annotations

from deployflow_gate.lint.problem import Fix, Note
from deployflow_gate.lint.severity import Severity
from deployflow_gate.record import dataclass
from deployflow_gate.text import Span


@dataclass(frozen=True, slots=True)
class Why:
    """Who decided something, and where that was written.

    `by` is one of default, preset, rules, paths, waiver, inline, baseline, pre-existing. `where` is "path:line" of the
    deciding text, or "" for a built-in default. `reason` is what its author gave, or "".
    """

    by: str
    where: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem of one rule in one file, judged. `hide` are the places of secrets, which no report shows.

    `why` says who set the severity. `suppressed` is None for a finding that counts, else it says who silenced it.
    `code` is what another program calls it that the rule asked (`SC2086`), or "".
    `fingerprint` (32 hex digits) is the same as long as rule, path, normalised text and ordinal among equals are.
    """

    rule: str
    severity: Severity
    span: Span
    message: str
    notes: tuple[Note, ...] = ()
    fix: Fix | None = None
    fingerprint: str = ""
    why: Why = Why("default")
    suppressed: Why | None = None
    hide: tuple[Span, ...] = ()
    code: str = ""

    @property
    def path(self) -> str:
        return self.span.path

    @property
    def line(self) -> int:
        return self.span.line

    @property
    def column(self) -> int:
        return self.span.column

    @property
    def end_line(self) -> int:
        return self.span.end_line

    @property
    def end_column(self) -> int:
        return self.span.end_column
