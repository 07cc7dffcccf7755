"""The review of a push: new comments in the diff, with suggestions, and old ones taken away."""

from __future__ import annotations

from collections.abc import Iterator

from deployflow_gate.github.inline import anchor, choose, offered
from deployflow_gate.github.judged import Judgement
from deployflow_gate.github.links import Links, rule_link
from deployflow_gate.github.marker import finding_marker, review_marker
from deployflow_gate.github.notices import MAX_VALUE
from deployflow_gate.github.page import MAX_NOTES
from deployflow_gate.github.posts import CreateReview, DeleteReviewComment, InlineComment, Post
from deployflow_gate.github.said import found
from deployflow_gate.github.settings import Settings
from deployflow_gate.github.state import State
from deployflow_gate.github.suggestion import Suggestion
from deployflow_gate.lint.finding import Finding
from deployflow_gate.report.escape import prose, shortened
from deployflow_gate.report.words import counted, decided, fix_hint

BATCH = 30
"""Comments of one review: reviewdog sends no more in a request (its service/github/github.go)."""


def plan_review(judgement: Judgement, state: State, settings: Settings, confirmed: frozenset[str]) -> list[Post]:
    """A review for each BATCH of new comments, then the deletions. `confirmed` are the fingerprints of tried suggestions.

    A review that stands already is not made again, even if its comments were deleted by hand: somebody did not want them.
    """
    if state.review_comments is None or not judgement.head:
        return []
    choice = choose(judgement, state, settings)
    suggestions = offered(judgement, state, settings)
    links = Links(settings, judgement.head)
    comments = []
    for finding in choice.new:
        suggestion = suggestions.get(finding.fingerprint) if finding.fingerprint in confirmed else None
        comments.append(_comment(finding, suggestion, judgement, state, settings, links))
    batches = [tuple(comments[at : at + BATCH]) for at in range(0, len(comments), BATCH)]
    reviews = (_review(batch, judgement, settings) for batch in batches)
    return [
        *(review for review in reviews if review.marker not in state.reviews),
        *(DeleteReviewComment(comment.id) for comment in choice.gone),
    ]


def _review(comments: tuple[InlineComment, ...], judgement: Judgement, settings: Settings) -> CreateReview:
    marker = review_marker(settings.instance, judgement.head, (comment.fingerprint for comment in comments))
    every = len(judgement.verdict.active)
    some = f"{len(comments):,} of " if len(comments) < every else ""
    run = f" ([the whole report]({settings.run_url}))" if settings.run_url else ""
    body = f"{marker}\n{prose(settings.name)}: {some}{found(judgement, every)} in this diff{run}."
    return CreateReview(judgement.head, marker, body, comments)


def _comment(
    finding: Finding,
    suggestion: Suggestion | None,
    judgement: Judgement,
    state: State,
    settings: Settings,
    links: Links,
) -> InlineComment:
    lines = (suggestion.first, suggestion.last) if suggestion else anchor(finding, state)
    first, last = lines or (finding.line, finding.line)
    marker = finding_marker(settings.instance, finding.fingerprint)
    body = "\n".join([marker, *_said(finding, first, last, judgement, links), *_mending(finding, suggestion)]).rstrip(
        "\n"
    )
    return InlineComment(finding.path, last, body, finding.fingerprint, first if first < last else None)


def _said(finding: Finding, first: int, last: int, judgement: Judgement, links: Links) -> Iterator[str]:
    fail_on = judgement.verdict.fail_on
    blocks = ", blocks" if fail_on and finding.severity.rank <= fail_on.rank else ""
    yield f"**{finding.severity.value}{blocks}**: {_short(finding.message)} {rule_link(finding.rule)}\n"
    if last < finding.line or finding.end_line < first:
        yield f"- found in {links.lines(finding.span)}"
    for note in finding.notes[:MAX_NOTES]:
        yield f"- {links.lines(note.span) + ': ' if note.span.path else ''}{_short(note.message)}"
    if len(finding.notes) > MAX_NOTES:
        yield f"- and {counted(len(finding.notes) - MAX_NOTES, 'more place')}"
    if why := decided(finding.why):
        yield f"- level set by {_short(why)}"


def _mending(finding: Finding, suggestion: Suggestion | None) -> Iterator[str]:
    if finding.fix is None:
        return
    if suggestion is None:
        yield f"\nFix: {_short(fix_hint(finding))}"
        return
    care = "" if finding.fix.safe else " (this changes what the file does: read it first)"
    yield f"\n{_short(finding.fix.title)}{care}:\n\n{suggestion.block}"


def _short(text: str) -> str:
    return prose(shortened(text, MAX_VALUE))
