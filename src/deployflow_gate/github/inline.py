"""Which findings become comments in the diff: the worst ones, few, each once however often the branch is pushed.

What stands already counts, so that the number never grows beyond what was asked for. A comment goes when its finding has gone
or a graver one needs its place, but never one that somebody answered.
"""

from __future__ import annotations

from collections.abc import Mapping

from deployflow_gate.github.hunks import hunk_of
from deployflow_gate.github.judged import Judgement
from deployflow_gate.github.settings import Settings
from deployflow_gate.github.state import OwnReviewComment, State
from deployflow_gate.github.suggestion import Suggestion, suggested
from deployflow_gate.lint.finding import Finding
from deployflow_gate.record import dataclass
from deployflow_gate.report.words import worst_first

MAX_LINES = 10
"""Lines that a comment is put on; of a longer finding only the first."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`new` findings get a comment, the worst first; `gone` are the comments to delete."""

    new: tuple[Finding, ...]
    gone: tuple[OwnReviewComment, ...]


def choose(judgement: Judgement, state: State, settings: Settings) -> Choice:
    """Which comments come and which go. At most `max_review_comments` stand afterwards, answered ones aside."""
    comments = state.review_comments
    if comments is None:
        return Choice((), ())
    counting = {f.fingerprint: f for f in worst_first(judgement.verdict.active)[::-1] if f.fingerprint}
    standing: dict[str, OwnReviewComment] = {}
    for comment in sorted(comments, key=lambda c: (not c.replied, c.id)):
        standing.setdefault(comment.fingerprint, comment)
    unsure = bool(judgement.verdict.incomplete)  # what could not be judged may still be there
    kept = {
        fingerprint
        for fingerprint, comment in standing.items()
        if (comment.replied if fingerprint in counting else unsure)
    }
    room = max(0, settings.max_review_comments - len(kept))
    turn = [f for f in _in_turn(counting, standing, state, judgement.new) if f.fingerprint not in kept][:room]
    stay = kept | {f.fingerprint for f in turn}
    return Choice(
        tuple(f for f in turn if f.fingerprint not in standing),
        tuple(c for c in comments if not c.replied and (c.fingerprint not in stay or standing[c.fingerprint] is not c)),
    )


def _in_turn(
    counting: Mapping[str, Finding],
    standing: Mapping[str, OwnReviewComment],
    state: State,
    new: frozenset[str] | None,
) -> list[Finding]:
    """The findings that have a comment, or are new and have a line for one. Of equally grave ones those with a comment come
    first, so that nothing moves."""
    able = [
        f
        for f in worst_first(counting.values())
        if f.fingerprint in standing or ((new is None or f.fingerprint in new) and anchor(f, state))
    ]
    return sorted(able, key=lambda f: (f.severity.rank, f.fingerprint not in standing))


def anchor(finding: Finding, state: State) -> tuple[int, int] | None:
    """The lines of the diff that a finding's comment is put on, None where the diff does not show them."""
    file = (state.files or {}).get(finding.path)
    if file is None or not finding.path:
        return None
    first, last = finding.line, finding.end_line
    if last - first < MAX_LINES and hunk_of(file.hunks, first, last):
        return first, last
    return (first, first) if hunk_of(file.hunks, first, first) else None


def offered(judgement: Judgement, state: State, settings: Settings) -> Mapping[str, Suggestion]:
    """By fingerprint, the suggestions that new comments would hold, none of which touches another one or one that stands.

    They are still to be tried (`confirmed`) before they are planned.
    """
    choice = choose(judgement, state, settings)
    taken = [
        (comment.path, comment.start_line or comment.line, comment.line)
        for comment in state.review_comments or ()
        if comment.line is not None and comment not in choice.gone
    ]
    made: dict[str, Suggestion] = {}
    for finding in choice.new:
        file = (state.files or {}).get(finding.path)
        suggestion = suggested(finding, file.hunks if file else None, judgement.verdict.hidden)
        if suggestion is None:
            continue
        path, first, last = suggestion.path, suggestion.first, suggestion.last
        if any(path == other and first <= end and start <= last for other, start, end in taken):
            continue
        taken.append((path, first, last))
        made[finding.fingerprint] = suggestion
    return made
