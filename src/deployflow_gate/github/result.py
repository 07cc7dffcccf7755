"""The result file: what a run without rights leaves for a second run that has some (docs/github.md, "Forks and Dependabot").

Who can change the first run can write anything into it. So it holds typed, bounded values only, no text for people; the
second run believes none of them: it asks GitHub for the pull request, judges anew, and merely compares.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from deployflow_gate.github.event import Event
from deployflow_gate.policy.verdict import Outcome, Verdict
from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex

VERSION = 1

MAX_BYTES = 256 * 1024
"""5,000 fingerprints and what stands around them; whatever is larger was not written by the gate."""

MAX_FINGERPRINTS = 5000

_SHA = regex(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FINGERPRINT = regex(r"[0-9a-f]{32}")
_REPOSITORY = regex(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
_KEYS = {"version", "repository", "pull", "head", "outcome", "policy-digest", "blocking"}


class ResultFault(Exception):  # noqa: N818 - it says what the file is
    """The file is no result of the gate. The message is a sentence that quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the first run came to. `blocking` are the fingerprints of the findings that blocked, at most MAX_FINGERPRINTS."""

    repository: str
    pull: int
    head: str
    outcome: Outcome
    policy_digest: str
    blocking: frozenset[str]

    def differs(self, verdict: Verdict) -> bool:
        """Whether a verdict on the same commit came out otherwise."""
        ours = {finding.fingerprint for finding in verdict.blocking}
        same = len(ours) > MAX_FINGERPRINTS or ours == self.blocking
        return (self.outcome, self.policy_digest) != (verdict.outcome, verdict.policy_digest) or not same


def render_result(verdict: Verdict, event: Event) -> str | None:
    """The file's text; None for an event without a pull request, which has nothing to post to."""
    if event.pull is None:
        return None
    said = {
        "version": VERSION,
        "repository": event.repository,
        "pull": event.pull.number,
        "head": event.head,
        "outcome": verdict.outcome.value,
        "policy-digest": verdict.policy_digest,
        "blocking": sorted({finding.fingerprint for finding in verdict.blocking})[:MAX_FINGERPRINTS],
    }
    return json.dumps(said, indent=1) + "\n"


def read_result(data: bytes) -> Result:
    """The result that a file holds. Raises ResultFault for whatever `render_result` would not have written."""
    if len(data) > MAX_BYTES:
        raise ResultFault(f"The result file is larger than {MAX_BYTES // 1024} KiB, so it is not one of the gate's.")
    try:
        said = json.loads(data.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ResultFault("The result file is no JSON.") from error
    if not isinstance(said, dict) or set(said) != _KEYS:
        raise ResultFault("The result file has not the keys of a result of the gate.")
    if said["version"] != VERSION:
        raise ResultFault(
            f"The result file is not of version {VERSION}: let both workflows use the same release of the gate."
        )
    number = said["pull"]
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 2**31:
        raise ResultFault("The result file names no pull request.")
    blocking = said["blocking"]
    if not isinstance(blocking, list) or len(blocking) > MAX_FINGERPRINTS:
        raise ResultFault("The result file's list of findings is none.")
    return Result(
        repository=_text(said["repository"], _REPOSITORY.fullmatch, "repository"),
        pull=number,
        head=_text(said["head"], _SHA.fullmatch, "commit"),
        outcome=Outcome(_text(said["outcome"], {outcome.value for outcome in Outcome}.__contains__, "verdict")),
        policy_digest=_text(said["policy-digest"], _FINGERPRINT.fullmatch, "policy"),
        blocking=frozenset(_text(item, _FINGERPRINT.fullmatch, "finding") for item in blocking),
    )


def _text(value: object, fits: Callable[[str], object], what: str) -> str:
    if not isinstance(value, str) or not fits(value):
        raise ResultFault(f"The result file's {what} is none.")
    return value


def _refuse(constant: str) -> object:
    raise ValueError(constant)
