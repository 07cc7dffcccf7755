"""GitHub's workflow commands: annotations that need no permission and work for pull requests from forks.

Everything else that is printed, and holds text of the repository, stands between `stop-commands` and its token.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from deployflow_gate.lint.finding import Finding
from deployflow_gate.policy.verdict import Verdict
from deployflow_gate.report.escape import command_data, command_property, inert, visible
from deployflow_gate.report.words import TITLES, counted, fix_hint, levels, skipped, suppressed, where, worst_first

PER_LEVEL = 10
"""Annotations of one level that a step can show (actions/runner: _maxCountPerIssueType)."""

PER_JOB = 50
"""Annotations that a job can show (actions/toolkit, docs/problem-matchers.md); a caller with several steps lowers it."""

MAX_MESSAGE = 4096
"""UTF-16 units of a message after which the runner cuts it (actions/runner: _maxIssueMessageLength)."""

MAX_TITLE = 255
"""Characters of an annotation's title (GitHub's REST description of check runs)."""

TOKEN_BYTES = 16
"""32 hexadecimal digits: not to be guessed by who writes the files."""


def render_github(
    verdict: Verdict, *, prefix: str = "", token: str | None = None, per_level: int = PER_LEVEL, per_job: int = PER_JOB
) -> str:
    """Commands for the worst findings, worst first, then the rest and the counts as inert lines.

    `prefix` goes before each path: GitHub wants paths relative to the repository. `token` ends the inert part; by default
    it is drawn anew, as it must be for each print.
    """
    commands: list[str] = [_error(sentence) for sentence in verdict.incomplete[:per_level]]
    used = Counter({"error": len(commands)})
    rest: list[Finding] = []
    for finding in worst_first(verdict.active):
        level = finding.severity.value
        if used[level] < per_level and used.total() < per_job:
            used[level] += 1
            commands.append(_command(finding, prefix))
        else:
            rest.append(finding)
    lines = list(_inert_lines(verdict, rest, prefix))
    token = token or _token()
    return "\n".join([*commands, f"::stop-commands::{token}", *map(inert, lines), f"::{token}::"]) + "\n"


def _token() -> str:
    from os import urandom

    return urandom(TOKEN_BYTES).hex()


def _command(finding: Finding, prefix: str) -> str:
    properties: dict[str, object] = {}
    if finding.path:
        properties = {"file": prefix + finding.path, "line": finding.line, "endLine": finding.end_line}
        if finding.line == finding.end_line:  # the runner drops columns of several lines, with a warning
            properties |= {"col": finding.column, "endColumn": finding.end_column}
    properties["title"] = finding.rule[:MAX_TITLE]
    spelled = ",".join(f"{key}={command_property(str(value))}" for key, value in properties.items())
    hint = fix_hint(finding)
    message = visible(finding.message) + (f"\nFix: {visible(hint)}" if hint else "")
    return f"::{finding.severity.value} {spelled}::{command_data(_cut(message))}"


def _error(sentence: str) -> str:
    return f"::error title=Could not evaluate::{command_data(_cut(visible(sentence)))}"


def _cut(message: str) -> str:
    """At most MAX_MESSAGE UTF-16 units, the zero-width spaces that make it inert included."""
    message = inert(message)
    units = message.encode("utf-16-le")
    if len(units) <= 2 * MAX_MESSAGE:
        return message
    return units[: 2 * (MAX_MESSAGE - 1)].decode("utf-16-le", "ignore") + "…"


def _inert_lines(verdict: Verdict, rest: list[Finding], prefix: str) -> Iterator[str]:
    for sentence in verdict.incomplete:
        yield f"not evaluated: {visible(sentence)}"
    for note in verdict.notes:
        yield f"note: {visible(note)}"
    for finding in rest:
        place = visible(where(finding, prefix))
        yield f"{place} {finding.severity.value} {visible(finding.rule)}: {visible(finding.message)}"
    yield "; ".join(filter(None, (levels(verdict), suppressed(verdict), skipped(verdict))))
    if rest:
        yield f"{counted(len(rest), 'finding')} listed above {'has' if len(rest) == 1 else 'have'} no annotation (limit)."
    yield f"{TITLES[verdict.outcome]} by policy {visible(verdict.policy)}."
