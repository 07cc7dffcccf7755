"""From a judgement and what GitHub shows already to what is to be done: one pure function, in which every limit is kept.

No finding is lost on the way: each is shown or counted on every surface that is planned, and all stand in the job's log.
"""

from __future__ import annotations

from functools import cached_property

from deployflow_gate.github.checkrun import plan_check_run
from deployflow_gate.github.codescanning import plan_sarif
from deployflow_gate.github.comment import plan_comment
from deployflow_gate.github.judged import Judgement
from deployflow_gate.github.posts import Post, Surface
from deployflow_gate.github.review import plan_review
from deployflow_gate.github.settings import Settings
from deployflow_gate.github.state import State
from deployflow_gate.github.status import plan_status
from deployflow_gate.github.summary import render_summary
from deployflow_gate.record import dataclass, field
from deployflow_gate.report.github import PER_LEVEL, render_github

__all__ = ["Plan", "Settings", "plan"]


@dataclass(frozen=True)
class Plan:
    """`posts` in the order in which they matter. `summary` is the job summary, "" where none is wanted. `log` is what the judgement
    prints: annotations as workflow commands where they are wanted, then everything else as lines that are none. `lines` are
    sentences for the log about the plan itself. Summary and log are rendered when they are asked for: of several plans of a
    run, only the last one's are shown."""

    posts: tuple[Post, ...]
    lines: tuple[str, ...]
    judgement: Judgement = field(repr=False)
    settings: Settings = field(repr=False)

    @cached_property
    def summary(self) -> str:
        wanted = Surface.SUMMARY in self.settings.surfaces
        return render_summary(self.judgement, self.settings) if wanted else ""

    @cached_property
    def log(self) -> str:
        annotated = PER_LEVEL if Surface.ANNOTATIONS in self.settings.surfaces else 0
        return render_github(self.judgement.verdict, token=self.settings.stop_token, per_level=annotated)


def plan(judgement: Judgement, state: State, settings: Settings, confirmed: frozenset[str] = frozenset()) -> Plan:
    """What is to be done. `confirmed` are the fingerprints of the suggestions that were tried; no others are made.

    Planned again after it was done, nothing is left to do but what does no harm twice (a status, an upload).
    """
    wanted = settings.surfaces
    posts: list[Post] = []
    lines: list[str] = []
    elsewhere = _elsewhere(settings)
    if Surface.COMMENT in wanted and settings.pull is not None:
        made, said = plan_comment(judgement, state, settings, elsewhere)
        posts += made
        lines += said
    if Surface.STATUS in wanted and (status := plan_status(judgement, settings)):
        posts.append(status)
    if Surface.CHECK_RUN in wanted and (run := plan_check_run(judgement, state, settings, elsewhere)):
        posts.append(run)
    if Surface.REVIEW in wanted and settings.pull is not None:
        posts += plan_review(judgement, state, settings, confirmed)
    if Surface.SARIF in wanted:
        upload, said = plan_sarif(judgement, settings)
        posts += [upload] if upload else []
        lines += said
    return Plan(tuple(posts), tuple(lines), judgement, settings)


def _elsewhere(settings: Settings) -> str:
    """Where rows are that a post has no room for: the run's page has the job's summary and its log."""
    return f"in [this run]({settings.run_url})" if settings.run_url else "in the job's log"
