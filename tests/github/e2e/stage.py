"""A stage: a workspace, a runner's folders and a clock, on which the gate is run against a fake GitHub."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from deployflow_gate.github import action
from tests.github.events import Fired
from tests.github.fake import FakeGitHub, Pull, Repository, clone
from tests.github.runner import read_outputs

EVERYTHING = "annotations summary comment review check-run status sarif"
ALL = {
    "contents": "read",
    "pull_requests": "write",
    "checks": "write",
    "statuses": "write",
    "security_events": "write",
}
"""What a job grants that wants every surface."""

RUN_ID = 7700


class Skipping:
    """A clock on which only waiting takes time, and that at once. `slept` is what was waited."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> float:
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@dataclass(frozen=True)
class Ran:
    """What a run left behind, for the runner to see. `waited` is the time that it waited for GitHub, `report` the JSON report."""

    status: int
    log: str
    outputs: Mapping[str, str]
    summary: str
    waited: float
    report: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    """All files that it wrote into the runner's folders, by path there."""

    @property
    def verdict(self) -> tuple[int, str, str]:
        """What must be the same whatever GitHub does."""
        shown = [(f["rule"], f["path"], f["line"], f["suppressed"]) for f in self.report.get("findings", ())]
        return self.status, self.outputs.get("verdict", ""), json.dumps(sorted(shown, key=str))

    @property
    def said(self) -> list[str]:
        """The gate's own sentences in the log."""
        marks = ("deployflow-gate: ", "::error title=deployflow-gate::")
        return [line.removeprefix(mark) for line in self.log.splitlines() for mark in marks if line.startswith(mark)]


class Stage:
    """Runs below a folder, each with a home of its own and all after another."""

    def __init__(self, folder: Path, github: FakeGitHub) -> None:
        self.folder = folder
        self.github = github
        self._runs = count(1)

    def run(
        self,
        fired: Fired,
        token: str | None,
        *,
        run_id: int | None = None,
        attempt: int = 1,
        checkout: tuple[Repository, str] | None = None,
        depth: int | None = 1,
        temp: Mapping[str, str] | None = None,
        links: Mapping[str, str] | None = None,
        inputs: Mapping[str, str] | None = None,
    ) -> Ran:
        """One run for an event, in this process. `checkout` is the commit that an earlier step has checked out, with that
        `depth`, `temp` and `links` what one left in the runner's temporary folder; `inputs` are the
        action's."""
        number = next(self._runs)
        home = self.folder / f"run-{number}"
        workspace, temporary = home / "workspace", home / "temp"
        workspace.mkdir(parents=True)
        temporary.mkdir()
        for path, text in (temp or {}).items():
            (temporary / path).parent.mkdir(parents=True, exist_ok=True)
            (temporary / path).write_text(text, encoding="utf-8")
        for path, target in (links or {}).items():
            (temporary / path).parent.mkdir(parents=True, exist_ok=True)
            (temporary / path).symlink_to(target)
        if checkout is not None:
            clone(checkout[0].objects, workspace, checkout[1], depth=depth)
        variables = {
            **fired.variables(home),
            **variables_of(home, workspace, token, inputs or {}),
            "GITHUB_RUN_ID": str(RUN_ID + number if run_id is None else run_id),
            "GITHUB_RUN_ATTEMPT": str(attempt),
        }
        clock, log = Skipping(), io.StringIO()
        self.github.sleep = clock.sleep
        with redirect_stdout(log):
            status = action.run(variables, clock)
        return left_behind(status, log.getvalue(), home, waited=sum(clock.slept))


def variables_of(home: Path, workspace: Path, token: str | None, inputs: Mapping[str, str]) -> dict[str, str]:
    """What the runner sets whatever the event; the files among it are made."""
    for name in ("output", "summary"):
        (home / name).touch()
    (home / "temp").mkdir(exist_ok=True)
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(workspace),
        "GITHUB_OUTPUT": str(home / "output"),
        "GITHUB_STEP_SUMMARY": str(home / "summary"),
        "RUNNER_TEMP": str(home / "temp"),
        "INPUT_TOKEN": token or "",
        **{f"INPUT_{name.upper()}": value for name, value in inputs.items()},
    }


def left_behind(status: int, log: str, home: Path, *, waited: float = 0.0) -> Ran:
    """What a run wrote."""
    outputs = read_outputs(home / "output")
    temp = home / "temp"
    report = json.loads((temp / outputs["report"]).read_text(encoding="utf-8")) if outputs.get("report") else {}
    written = [home / "output", home / "summary", *(file for file in temp.rglob("*") if file.is_file())]
    return Ran(
        status,
        log,
        outputs,
        (home / "summary").read_text(encoding="utf-8"),
        waited,
        report,
        {str(file.relative_to(home)): file.read_text(encoding="utf-8", errors="replace") for file in written},
    )


@contextmanager
def stage(folder: Path, slice_name: str = "api.github.com") -> Iterator[Stage]:
    """A stage with a fake GitHub of its own. In the end no request may have been a wrong one."""
    with FakeGitHub(slice_name) as github:
        yield Stage(folder, github)


def posted(pull: Pull) -> dict[str, Any]:
    """All that stands on a pull request and at its repository's commits, to be compared."""
    repository = pull.repository
    return {
        "comments": [(c.id, c.user.login, c.body) for c in pull.comments],
        "reviews": [(r.id, r.user.login, r.body) for r in pull.reviews],
        "inline": [(c.id, c.user.login, c.path, c.line, c.body) for c in pull.review_comments],
        "check runs": [(r.id, r.external_id, r.conclusion, len(r.annotations)) for r in repository.check_runs],
        "statuses": [(s.context, s.state) for s in repository.statuses],
        "uploads": len(repository.sarifs),
    }
