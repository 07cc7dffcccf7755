"""How the gate knows its own posts again: HTML comments that GitHub shows nobody, and the identifier of a check run.

A marker is only half of the proof; whoever reads posts also asks who wrote them, for everybody can copy a marker.
"""

from __future__ import annotations

from collections.abc import Iterable

from deployflow_gate.digest import sha256_hex
from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex

_PREFIX = "deployflow-gate:v1:"
_NAME = r"[A-Za-z0-9._%-]+"
_FINDING = regex(rf"<!-- {_PREFIX}({_NAME}):finding:([0-9A-Za-z]{{1,64}}) -->")
_REVIEW = regex(rf"<!-- {_PREFIX}({_NAME}):review:[0-9a-f]{{16}} -->")
_WRITTEN = regex(r"<!-- run:(\d{1,20}):(\d{1,10}) commit:([0-9A-Za-z]{1,64}) -->")

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")


def comment_marker(instance: str) -> str:
    """The first line of the sticky comment."""
    return f"<!-- {_PREFIX}{_spelled(instance)} -->"


def is_sticky(body: str, instance: str) -> bool:
    """Whether a comment's text is a sticky comment of this instance (who wrote it is another question)."""
    return _first_line(body) == comment_marker(instance)


def finding_marker(instance: str, fingerprint: str) -> str:
    """The first line of an inline comment."""
    return f"<!-- {_PREFIX}{_spelled(instance)}:finding:{fingerprint} -->"


def fingerprint_in(body: str, instance: str) -> str | None:
    """The fingerprint of an inline comment of this instance, None for any other text."""
    found = _FINDING.fullmatch(_first_line(body))
    return found[2] if found and found[1] == _spelled(instance) else None


def review_marker(instance: str, commit: str, fingerprints: Iterable[str]) -> str:
    """The first line of a review's body: the same for a review of the same findings at the same commit."""
    content = "\n".join([commit, *sorted(fingerprints)])
    return f"<!-- {_PREFIX}{_spelled(instance)}:review:{sha256_hex(content.encode(errors='surrogatepass'), 16)} -->"


def review_marker_in(body: str, instance: str) -> str | None:
    """The marker of a review of this instance, None for any other text."""
    found = _REVIEW.fullmatch(_first_line(body))
    return found[0] if found and found[1] == _spelled(instance) else None


def external_id(instance: str, policy_digest: str, run_id: int, attempt: int) -> str:
    """What a check run is found by before it is created: one for each attempt, as a finished one only ever grows."""
    return f"dfg:{_spelled(instance)}:{policy_digest}:{run_id}:{attempt}"


@dataclass(frozen=True, slots=True)
class Written:
    """Which run wrote a comment, and which commit it judged."""

    run_id: int
    attempt: int
    commit: str


NO_COMMIT = "none"
"""Stands for the commit where files on disk were judged."""


def written_mark(written: Written) -> str:
    """The second line of the sticky comment."""
    return f"<!-- run:{written.run_id}:{written.attempt} commit:{written.commit or NO_COMMIT} -->"


def written_in(body: str) -> Written | None:
    """Who wrote a sticky comment, None where its second line does not say."""
    found = _WRITTEN.fullmatch(_line(body, 1))
    return Written(int(found[1]), int(found[2]), found[3]) if found else None


def _first_line(body: str) -> str:
    return _line(body, 0)


def _line(body: str, number: int) -> str:
    """A line of a body as GitHub gives it back: with other line ends than it was given."""
    lines = body.split("\n", number + 1)
    return lines[number].rstrip() if number < len(lines) else ""


def _spelled(instance: str) -> str:
    """An instance's name as it can stand in an HTML comment and between colons: injective, and without `--`."""
    spelled = "".join(
        chr(byte) if chr(byte) in _PLAIN else f"%{byte:02X}" for byte in instance.encode("utf-8", "backslashreplace")
    )
    return spelled.replace("--", "-%2D")
