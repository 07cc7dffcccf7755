"""The action's entry point: read the event, judge, show it wherever that is wanted and allowed, and exit with the verdict."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, TextIO

from deployflow_gate.github.environment import Environment, EnvironmentFault, read_environment, scrub
from deployflow_gate.github.event import Event, read_event
from deployflow_gate.github.log import say, say_error
from deployflow_gate.policy.verdict import Outcome, Verdict
from deployflow_gate.snapshot import SnapshotError

if TYPE_CHECKING:
    from deployflow_gate.github.client import Client
    from deployflow_gate.github.judged import Judgement
    from deployflow_gate.github.patience import Clock
    from deployflow_gate.github.publish import Published
    from deployflow_gate.github.settings import Settings
    from deployflow_gate.github.sources import Sources
    from deployflow_gate.github.state import State
    from deployflow_gate.lint.finding import Finding

EXIT = {Outcome.PASSED: 0, Outcome.BLOCKED: 1, Outcome.NOT_EVALUATED: 3}
PASSED = EXIT[Outcome.PASSED]
WRONG_CALL = 2
NOT_EVALUATED = EXIT[Outcome.NOT_EVALUATED]

DEPENDABOT = "dependabot[bot]"
"""Its pull requests get a fork's rights (docs: automating Dependabot with GitHub Actions)."""


def main() -> int:
    """Run as the runner runs it. 0 passed, 1 blocked, 2 the call or the policy is wrong, 3 could not evaluate."""
    _speak_utf8(sys.stdout)
    variables = dict(os.environ)
    scrub(os.environ)
    return run(variables)


def run(variables: Mapping[str, str], clock: Clock | None = None) -> int:
    """A run under the runner's variables; its exit code. `clock` is what GitHub is waited for by.

    Whatever goes wrong ends in 2 or 3 and one line that says what: a gate that broke must not look like one that passed.
    """
    try:
        return _run(read_environment(variables), clock)
    except EnvironmentFault as fault:
        say_error(str(fault))
        return WRONG_CALL
    except SnapshotError as error:
        say_error(f"Not everything that matters could be read, so nothing was judged. {error}")
        return NOT_EVALUATED
    except Exception as error:  # noqa: BLE001 - fail closed, whatever it was
        say_error(f"The gate itself failed, so nothing was judged: {type(error).__name__}: {error}")
        return NOT_EVALUATED
    finally:
        sys.stdout.flush()


def _run(environment: Environment, clock: Clock | None) -> int:
    """Judge, then tell. Raises what the environment, the event or the files did wrong."""
    event = read_event(environment) if environment.event_name else _no_event(environment)
    with ExitStack() as ending:
        client = _client(environment, clock, ending)
        if event.run is not None:
            return _report_for_another(environment, event, client)
        judgement = _shown(environment, event, client)
    return WRONG_CALL if judgement.policy_faults else EXIT[judgement.verdict.outcome]


def _no_event(environment: Environment) -> Event:
    """What is judged where no event is told: what is checked out."""
    return Event("", "", environment.repository, environment.sha, ref=environment.ref)


def _client(environment: Environment, clock: Clock | None, ending: ExitStack) -> Client | None:
    if not environment.token or not environment.repository:
        return None
    from deployflow_gate.github.client import Client

    client = Client(environment.api_url, environment.token, api_version=environment.api_version, clock=clock)
    return ending.enter_context(client)


def _shown(environment: Environment, event: Event, client: Client | None) -> Judgement:
    """Judge an event and show what came of it, which may be that its files cannot be had."""
    from deployflow_gate.github.judging import judge, unread
    from deployflow_gate.github.publish import publish
    from deployflow_gate.github.settings import settings_of
    from deployflow_gate.github.sources import choose

    sources = choose(event, environment.workspace, client)
    try:
        judgement = judge(sources, environment)
    except SnapshotError as error:
        judgement = unread(event, environment, error)
    settings = settings_of(environment, event, posting=client is not None)
    fork = event.pull is not None and (event.pull.fork or event.pull.author == DEPENDABOT)
    published = publish(judgement, settings, client, lambda s, t: _tried(judgement, sources, s, t), fork=fork)
    _tell(environment, event, judgement, published)
    return judgement


def _tried(judgement: Judgement, sources: Sources, state: State, settings: Settings) -> frozenset[str]:
    """The suggestions that hold: each fix is put in and judged again, as `--fix` does before it writes. None do where that would
    take a file that cannot be had: the verdict stands by then."""
    from deployflow_gate.gate import check
    from deployflow_gate.github.confirm import confirmed
    from deployflow_gate.github.inline import offered
    from deployflow_gate.snapshot.changed import Changed

    def look(texts: Mapping[str, str]) -> tuple[Finding, ...]:
        return check(Changed(sources.head, texts), judgement.enforced).findings

    try:
        return confirmed(offered(judgement, state, settings), judgement.verdict.findings, look, sources.head.read)
    except SnapshotError:
        return frozenset()


def _report_for_another(environment: Environment, event: Event, client: Client | None) -> int:
    """The second run of two. The first one decides, so this one only fails where it could not report."""
    from deployflow_gate.github.following import compared, first_result, followed

    result = first_result(environment)
    if client is None:
        raise EnvironmentFault("A workflow_run reports to a pull request, for which it needs the input `token`.")
    pulled = followed(event, result, client)
    if pulled is None:
        say("The run that this one follows is of no open pull request at that commit, so there is nothing to report.")
        return PASSED
    judgement = _shown(environment, pulled, client)
    for line in compared(result, judgement.verdict, event):
        say_error(line)
    return NOT_EVALUATED if judgement.policy_faults or judgement.verdict.incomplete else PASSED


def _tell(environment: Environment, event: Event, judgement: Judgement, published: Published) -> None:
    """Everything that goes to the runner: the log, the summary, the outputs."""
    from deployflow_gate.github.outputs import write_outputs, write_summary

    if not judgement.policy_faults:
        sys.stdout.write(published.plan.log)
    for line in (*published.lines, *published.plan.lines, judgement.sources, judgement.policy_source):
        say(line)
    verdict = judgement.verdict
    if environment.summary is not None and published.plan.summary:
        write_summary(environment.summary, published.plan.summary)
    outputs = _outputs(environment, event, judgement, published)
    if environment.output is not None:
        write_outputs(environment.output, outputs)
    if faults := judgement.policy_faults:
        for fault in faults:
            say_error(str(fault))
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        say_error(f"The policy cannot be used: {count} in `{judgement.policy.name}`.")
        return
    under = f" under the policy {verdict.policy}: {_told(verdict)}" if verdict.policy_digest else ""
    say(f"{verdict.outcome.value}{under}")


def _outputs(environment: Environment, event: Event, judgement: Judgement, published: Published) -> dict[str, str]:
    from deployflow_gate.github.posts import Surface
    from deployflow_gate.github.reports import write_reports

    verdict = judgement.verdict
    return {
        "verdict": verdict.outcome.value,
        **_counts(verdict),
        "new": str(len(verdict.active) if judgement.new is None else len(judgement.new)),
        "comment-url": published.urls.get(Surface.COMMENT, ""),
        "check-run-url": published.urls.get(Surface.CHECK_RUN, ""),
        **write_reports(verdict, event, environment.temp),
    }


def _counts(verdict: Verdict) -> dict[str, str]:
    from deployflow_gate.lint.severity import Severity

    return {f"{severity.value}s": str(verdict.count(severity)) for severity in Severity}


def _told(verdict: Verdict) -> str:
    from deployflow_gate.report.words import counted, levels

    return f"{levels(verdict)} in {counted(len(verdict.files), 'file')}"


def _speak_utf8(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")
