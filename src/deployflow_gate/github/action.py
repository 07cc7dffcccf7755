"""The container action's one function: judge the workspace, say so on every surface that needs no permission, exit with it."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from deployflow_gate.gate import check
from deployflow_gate.github.environment import FAIL_ON, Environment, EnvironmentFault, read_environment, scrub
from deployflow_gate.github.log import say, say_error
from deployflow_gate.github.outputs import write_outputs, write_summary
from deployflow_gate.lint.severity import Severity
from deployflow_gate.policy.verdict import Outcome, Verdict
from deployflow_gate.record import replace
from deployflow_gate.snapshot import SnapshotError
from deployflow_gate.snapshot.worktree import WorkTree

EXIT = {Outcome.PASSED: 0, Outcome.BLOCKED: 1, Outcome.NOT_EVALUATED: 3}
WRONG_CALL = 2
NOT_EVALUATED = EXIT[Outcome.NOT_EVALUATED]


def main() -> int:
    """Run as the runner runs it. 0 passed, 1 blocked, 2 the call or the policy is wrong, 3 could not evaluate.

    Whatever goes wrong ends in 2 or 3 and one line that says what: a gate that broke must not look like one that passed.
    """
    _speak_utf8(sys.stdout)
    variables = dict(os.environ)
    scrub(os.environ)
    scrub(variables)
    try:
        return run(read_environment(variables))
    except EnvironmentFault as fault:
        say_error(str(fault))
        return WRONG_CALL
    except SnapshotError as error:
        say_error(f"The workspace could not be read. {error}")
        return NOT_EVALUATED
    except Exception as error:  # noqa: BLE001 - fail closed, whatever it was
        say_error(f"The gate itself failed, so nothing was judged: {type(error).__name__}: {error}")
        return NOT_EVALUATED
    finally:
        sys.stdout.flush()


def run(environment: Environment) -> int:
    """Judge, then tell. Raises what the environment, the policy or the workspace did wrong."""
    from deployflow_gate.report.github import render_github

    verdict = judged(environment)
    sys.stdout.write(render_github(verdict))
    outputs = {"verdict": verdict.outcome.value, **_counts(verdict), **_reports(verdict, environment.temp)}
    if environment.summary:
        _summarise(verdict, environment.summary)
    if environment.output:
        write_outputs(environment.output, outputs)
    say(f"{verdict.outcome.value} under the policy {verdict.policy}: " + _told(verdict))
    return EXIT[verdict.outcome]


def judged(environment: Environment) -> Verdict:
    """The verdict of the workspace under the policy that the inputs name, or the repository's own, or the default."""
    from deployflow_gate.policy.load import POLICY_PATH, PolicyError, load_own_policy, load_policy

    snapshot = WorkTree(environment.workspace)
    paths = snapshot.paths()
    named = environment.policy
    try:
        policy = load_policy(named, read=snapshot.read) if named else load_own_policy(paths, snapshot.read)
    except PolicyError as error:
        for fault in error.faults:
            say_error(str(fault))
        count = len(error.faults)
        faults = "1 fault" if count == 1 else f"{count} faults"
        raise EnvironmentFault(f"The policy cannot be used: {faults} in `{named or POLICY_PATH}`.") from error
    if environment.fail_on is not None:
        policy = replace(policy, fail_on=FAIL_ON[environment.fail_on])
    return check(snapshot, policy, focus=_focused(paths, environment.focus))


def _focused(paths: Sequence[str], focus: str) -> frozenset[str] | None:
    if not focus:
        return None
    return frozenset(path for path in paths if path == focus or path.startswith(focus + "/"))


def _counts(verdict: Verdict) -> dict[str, str]:
    return {f"{severity.value}s": str(verdict.count(severity)) for severity in Severity}


def _told(verdict: Verdict) -> str:
    counts = ", ".join(f"{number} {name}" for name, number in _counts(verdict).items())
    return f"{counts} in {len(verdict.files)} files"


def _reports(verdict: Verdict, temp: Path | None) -> dict[str, str]:
    """Write the reports for later steps; their paths below the runner's temporary folder, "" where it mounts none.

    A path of this container means nothing to a later step, and the workspace is the repository's, so what is given is
    relative to `runner.temp`.
    """
    from deployflow_gate.report.json import render_json
    from deployflow_gate.report.sarif import render_sarif

    if temp is None:
        say("RUNNER_TEMP is not there, so the outputs `report` and `sarif` are empty.")
        return {"report": "", "sarif": ""}
    folder = Path(tempfile.mkdtemp(prefix="deployflow-gate-", dir=temp))
    folder.chmod(0o755)  # later steps run as another user
    names = {"report": "report.json", "sarif": "report.sarif"}
    (folder / names["report"]).write_text(render_json(verdict), encoding="utf-8", errors="replace")
    (folder / names["sarif"]).write_text(render_sarif(verdict), encoding="utf-8", errors="replace")
    return {output: f"{folder.name}/{name}" for output, name in names.items()}


def _summarise(verdict: Verdict, file: Path) -> None:
    from deployflow_gate.report.markdown import render_markdown

    write_summary(file, render_markdown(verdict))


def _speak_utf8(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")
