"""What an answer that is no success means: wait and ask again, or take the no."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite

from deployflow_gate.github.answer import Heard, Lost, refused, words
from deployflow_gate.github.errors import Refused
from deployflow_gate.record import dataclass

BACKOFF = 1.0
"""Seconds after a first fault; each further one doubles it."""

SECONDARY_WAIT = 60.0
"""Seconds to wait for a secondary limit that names no time (docs.github.com, "Rate limits for the REST API"); doubled each time."""

LIMIT_WORDS = {403: ("rate limit", "abuse detection"), 422: ("submitted too quickly",)}
"""What only the text says, where a limit comes without headers; `rate limit` covers the primary and the secondary one."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Asking again after `wait` seconds may help, unless it is `hopeless`. `reason` is a sentence.

    `limit`: GitHub did nothing, and wants no other request before then either. Else what was asked may have been done.
    """

    wait: float
    reason: str
    limit: bool = False
    hopeless: bool = False


def weigh(outcome: Heard | Lost, attempt: int, hide: str = "") -> Trouble | Refused:
    """What stands behind an answer that is no 2xx, on the attempt of that number (from 0); `hide` as for `refused`."""
    backoff = BACKOFF * 2**attempt
    if isinstance(outcome, Lost):
        return Trouble(backoff, outcome.reason, hopeless=outcome.hopeless)
    status = outcome.status
    if status >= 500 or status == 408:
        wait = _retry_after(outcome.headers)
        return Trouble(backoff if wait is None else wait, f"GitHub answered with the status {status}.")
    if status < 400:  # nothing that was asked for, and no redirect that can be followed
        return Trouble(backoff, f"GitHub answered with the status {status}.", hopeless=True)
    limit = _limit(outcome, attempt)
    return refused(outcome, hide) if limit is None else Trouble(limit, "GitHub's rate limit is reached.", limit=True)


def _limit(heard: Heard, attempt: int) -> float | None:
    """The seconds to wait for a rate limit, in the order of GitHub's documentation; None if this is none."""
    at_least = SECONDARY_WAIT * 2**attempt
    if heard.status in {403, 429}:
        wait = _retry_after(heard.headers)
        if wait is not None:
            return wait
        if heard.headers.get("x-ratelimit-remaining") == "0":
            wait = _until_reset(heard.headers)
            return at_least if wait is None else wait
    said = words(heard)
    return at_least if heard.status == 429 or any(word in said for word in LIMIT_WORDS.get(heard.status, ())) else None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """The header as seconds from now; it may be a date."""
    given = headers.get("retry-after", "")
    seconds = _number(given)
    if seconds is None:
        then, now = _date(given), _date(headers.get("date", ""))
        seconds = then - now if then is not None and now is not None else None
    return None if seconds is None else max(0.0, seconds)


def _until_reset(headers: Mapping[str, str]) -> float | None:
    """By the answer's own date: a runner's clock may be wrong. One more second, since both are cut to whole ones."""
    reset, now = _number(headers.get("x-ratelimit-reset", "")), _date(headers.get("date", ""))
    return None if reset is None or now is None else max(0.0, reset - now) + 1


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _date(text: str) -> float | None:
    try:
        date: datetime = parsedate_to_datetime(text)
        seconds: float = date.replace(tzinfo=date.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        return None
    return seconds
