"""Read, plan, execute; and where GitHub refuses a surface, the same for the next one that says as much."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from deployflow_gate.github.judged import Judgement
from deployflow_gate.github.plan import Plan, plan
from deployflow_gate.github.posts import Surface
from deployflow_gate.github.refusal import NEXT, Refusal, told
from deployflow_gate.github.settings import Settings
from deployflow_gate.github.state import State
from deployflow_gate.record import dataclass, field, replace

if TYPE_CHECKING:
    from deployflow_gate.github.client import Client

ON_THE_RUN = frozenset({Surface.ANNOTATIONS, Surface.SUMMARY})
"""What the runner shows by itself, with no permission and no request."""

NO_TOKEN = "There is no token, so nothing is posted; the input `token` gives one."  # noqa: S105

Try = Callable[[State, Settings], frozenset[str]]
"""The fingerprints of the suggestions that were tried and found good."""


@dataclass(frozen=True, slots=True)
class Published:
    """`plan` is what the runner shows (its `log` and `summary`); everything else is done. `lines` are sentences for the log, `urls`
    the pages of the comment and the check run."""

    plan: Plan
    lines: tuple[str, ...] = ()
    urls: dict[Surface, str] = field(default_factory=dict)


def publish(judgement: Judgement, settings: Settings, client: Client | None, confirm: Try, *, fork: bool) -> Published:
    """Show a judgement wherever it is wanted and GitHub lets us. Raises nothing that the client raises."""
    posted = settings.surfaces - ON_THE_RUN
    if client is None:
        shown = replace(settings, surfaces=settings.surfaces & ON_THE_RUN)
        return Published(plan(judgement, State(), shown), (NO_TOKEN,) if posted else ())
    lines: list[str] = []
    urls: dict[Surface, str] = {}
    refusals: list[Refusal] = []
    tried: frozenset[Surface] = frozenset()
    while posted:
        tried |= posted
        refused = _post(judgement, replace(settings, surfaces=posted), client, confirm, lines, urls)
        refusals += refused
        settings = replace(settings, surfaces=settings.surfaces | {NEXT[refusal.surface] for refusal in refused})
        posted = settings.surfaces - ON_THE_RUN - tried
    shown = replace(settings, surfaces=settings.surfaces & ON_THE_RUN)
    return Published(plan(judgement, State(), shown), (*lines, *told(refusals, fork=fork)), urls)


def _post(
    judgement: Judgement, settings: Settings, client: Client, confirm: Try, lines: list[str], urls: dict[Surface, str]
) -> tuple[Refusal, ...]:
    """One round; what is to be said of it is added to `lines`, what it made to `urls`."""
    from deployflow_gate.github.execute import execute
    from deployflow_gate.github.read import read_state

    reading = read_state(client, settings, judgement.head)
    failed = {refusal.surface for refusal in reading.refusals}
    able = replace(settings, surfaces=settings.surfaces - failed)
    confirmed = confirm(reading.state, able) if Surface.REVIEW in able.surfaces else frozenset()
    made = plan(judgement, reading.state, able, confirmed)
    done = execute(made.posts, client, settings.repository, settings.pull)
    if reading.state.comments:
        urls[Surface.COMMENT] = reading.state.comments[0].url
    urls |= done.urls
    lines += [*reading.lines, *made.lines, *done.lines]
    return (*reading.refusals, *done.refusals)
