"""The event that started the run, read from the runner's payload: which commit is judged, against which, for which pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployflow_gate.github.inputs import EnvironmentFault
from deployflow_gate.github.payload import Payload, read_payload
from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.github.environment import Environment

PULL_EVENTS = frozenset({"pull_request", "pull_request_target"})

_SHA = regex(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REPOSITORY = regex(r"(?!\.*/)[A-Za-z0-9_.-]{1,100}/(?!\.*$)[A-Za-z0-9_.-]{1,100}")


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request. `fork` is True where its head lies in another repository, or in one that is gone."""

    number: int
    base_ref: str
    head_ref: str
    fork: bool
    draft: bool = False
    author: str = ""
    head_repository: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """The run that a `workflow_run` follows. `event` is what started it; `head_repository` is None where that is gone."""

    id: int
    event: str
    head_ref: str
    head_repository: str | None = None
    conclusion: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """`repository` is owner/name of the repository that the run belongs to (for a pull request its base). `head` is the SHA that
    is judged and to which statuses go; `base` the SHA that it is compared with and that the policy comes from, None where the event
    has none (push, schedule, workflow_dispatch: the whole commit counts, under its own policy). `run` is that of a `workflow_run`,
    whose `head` is the SHA that it ran for."""

    name: str
    action: str
    repository: str
    head: str
    base: str | None = None
    ref: str = ""
    pull: Pull | None = None
    default_branch: str = ""
    private: bool | None = None
    run: Run | None = None


def read_event(environment: Environment) -> Event:
    """The event, from the runner's variables and its payload.

    Whose repository it is and, without a pull request, which commit, the variables say; nothing else of them is needed. Raises
    EnvironmentFault where a pull request, merge group or run is not in the payload of an event that is about one.
    """
    payload = read_payload(environment.event_file)
    about = payload.within("repository")
    repository = environment.repository or about.text("full_name")
    if not _REPOSITORY.fullmatch(repository):
        raise EnvironmentFault("GITHUB_REPOSITORY is not the name of a repository. The runner sets it.")
    name, ref = environment.event_name, environment.ref
    head, base = environment.sha, None
    pull, run = None, None
    if name in PULL_EVENTS:
        given = payload.needed("pull_request")
        pull = _pull(given)
        head, base = given.needed("head").text("sha"), given.needed("base").text("sha")
        ref = f"refs/pull/{pull.number}/head"
    elif name == "merge_group":
        given = payload.needed("merge_group")
        head, base, ref = given.text("head_sha"), given.text("base_sha"), given.text("head_ref")
    elif name == "workflow_run":
        given = payload.needed("workflow_run")
        run = _run(given)
        head = given.text("head_sha")
    return Event(
        name=name,
        action=payload.text("action"),
        repository=repository,
        head=_sha(head, "judged"),
        base=None if base is None else _sha(base, "compared with"),
        ref=ref,
        pull=pull,
        default_branch=about.text("default_branch"),
        private=about.flag("private"),
        run=run,
    )


def _sha(text: str, what: str) -> str:
    if not _SHA.fullmatch(text) or not text.strip("0"):
        raise EnvironmentFault(f"The event does not say which commit is {what}: it gives no full SHA.")
    return text


def _pull(given: Payload) -> Pull:
    head, base = given.needed("head"), given.needed("base")
    theirs, ours = head.within("repo").text("full_name"), base.within("repo").text("full_name")
    return Pull(
        number=given.number("number"),
        base_ref=base.text("ref"),
        head_ref=head.text("ref"),
        fork=not theirs or theirs != ours,
        draft=given.flag("draft") or False,
        author=given.within("user").text("login"),
        head_repository=theirs or None,
    )


def _run(given: Payload) -> Run:
    return Run(
        id=given.number("id"),
        event=given.text("event"),
        head_ref=given.text("head_branch"),
        head_repository=given.within("head_repository").text("full_name") or None,
        conclusion=given.text("conclusion"),
    )
