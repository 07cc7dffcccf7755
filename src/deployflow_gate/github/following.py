"""The second run of two: a `workflow_run` with rights reports what a run without them judged (docs/github.md, "Forks").

Whose pull request it is, GitHub is asked; the first run's result only says where to look first, and is compared in the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from deployflow_gate.github.environment import Environment, EnvironmentFault
from deployflow_gate.github.errors import GitHubError, Refused
from deployflow_gate.github.event import Event, Pull
from deployflow_gate.github.result import MAX_BYTES, Result, ResultFault, read_result
from deployflow_gate.record import replace
from deployflow_gate.snapshot import SnapshotError

if TYPE_CHECKING:
    from deployflow_gate.github.client import Client
    from deployflow_gate.github.records import PullRequest
    from deployflow_gate.policy.verdict import Verdict

OF_PULLS = frozenset({"pull_request", "pull_request_target"})


def first_result(environment: Environment) -> Result | None:
    """The result that the first run left; None where the input names none. Raises EnvironmentFault for a file that is none."""
    if environment.result is None:
        return None
    for root in (environment.temp, environment.workspace):
        file = root / environment.result if root is not None else None
        if root is not None and file is not None and _is_plain(file, root):
            try:
                with file.open("rb") as opened:
                    return read_result(opened.read(MAX_BYTES + 1))
            except (OSError, ResultFault) as error:
                raise EnvironmentFault(f"The input `result` cannot be used. {error}") from error
    raise EnvironmentFault(
        f"The input `result` is `{environment.result}`, and no such file is in the runner's folders."
    )


def followed(event: Event, result: Result | None, client: Client) -> Event | None:
    """The event of the pull request that the first run was for; None if it has none that is open and still at that commit.

    Raises SnapshotError where GitHub does not say.
    """
    if event.run is None or event.run.event not in OF_PULLS:
        return None
    try:
        pull = next((pull for pull in _candidates(event, result, client) if _is_of(pull, event)), None)
    except GitHubError as error:
        raise SnapshotError(f"GitHub does not say which pull request the run was for: {error}") from error
    if pull is None:
        return None
    known = Pull(
        number=pull.number,
        base_ref=pull.base_ref,
        head_ref=pull.head_ref,
        fork=pull.head_repository != pull.base_repository,
        draft=pull.draft,
        author=pull.author.login,
        head_repository=pull.head_repository,
    )
    return replace(event, base=pull.base_sha, pull=known, ref=f"refs/pull/{pull.number}/head")


def compared(result: Result | None, verdict: Verdict, event: Event) -> Iterator[str]:
    """What to say of the first run's result, beside the verdict that was made anew."""
    if result is None:
        return
    if (result.repository, result.head) != (event.repository, event.head):
        yield "The result is of another repository or commit than the run it came from, so nothing of it was used."
    elif result.differs(verdict):
        yield (
            f"The first run's result says {result.outcome.value}; judged anew, the commit is {verdict.outcome.value}, and not all "
            "findings are the same. Whoever can change the first run can change its result, so what is reported is judged anew."
        )


def _candidates(event: Event, result: Result | None, client: Client) -> Iterator[PullRequest]:
    from deployflow_gate.github import endpoints

    if result is not None:
        with suppress(Refused):  # it may name one that is not there
            yield endpoints.pull(client, event.repository, result.pull)
    yield from endpoints.pulls_of_commit(client, event.repository, event.head)


def _is_of(pull: PullRequest, event: Event) -> bool:
    """Whether a pull request is what the run was for: open, into this repository, and its branch still at the judged commit."""
    run = event.run
    return (
        run is not None
        and pull.state == "open"
        and pull.head_sha == event.head
        and pull.base_repository.lower() == event.repository.lower()
        and (pull.head_repository or "").lower() == (run.head_repository or "").lower()
        and pull.head_ref == run.head_ref
    )


def _is_plain(file: Path, root: Path) -> bool:
    """Whether a file is regular and really below the root: an artifact may hold links."""
    return file.is_file() and not file.is_symlink() and file.resolve().is_relative_to(root.resolve())
