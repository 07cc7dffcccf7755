"""An answer of GitHub's API: what came over the wire, and what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from deployflow_gate.github.errors import Refused, Unavailable
from deployflow_gate.record import dataclass, field
from deployflow_gate.report.escape import shortened, visible

MESSAGE_CHARACTERS = 500
"""As much of GitHub's own words as a line of a report can bear."""

FAULTS = 3
"""As many entries of a 422's list of errors are told."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A whole answer as it came. The names in `headers` are lower case. `body` is decompressed.

    Neither is shown by a traceback that shows variables: an answer may echo the token.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Lost:
    """No whole answer came; whether GitHub did what was asked is unknown. `hopeless`: it would end so each time."""

    reason: str
    hopeless: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer. `body` is the parsed JSON, None where there was none. `next` is the URL of the next page, "" on the last."""

    status: int
    body: object
    next: str = ""


def answer(heard: Heard) -> Answer:
    """What a 2xx says. Raises Unavailable for what is not JSON (a login page of a proxy, say)."""
    body: object = None
    if heard.body:
        try:
            body = json.loads(heard.body)
        except (ValueError, RecursionError):
            body = Ellipsis
        if body is Ellipsis:  # raised out here, where no other exception hangs on it
            raise Unavailable("GitHub answered with something else than JSON.")
    return Answer(heard.status, body, next_page(heard.headers.get("link", "")))


def next_page(link: str) -> str:
    """The target of `rel="next"` in a Link header (RFC 8288), "" without one."""
    for target, parameters in re.findall(r"<([^<>]*)>([^<]*)", link):
        if re.search(r';\s*rel\s*=\s*"?next\b', parameters, re.IGNORECASE):
            return str(target)
    return ""


def refused(heard: Heard, hide: str = "") -> Refused:
    """The error that a 4xx stands for; `hide` is a secret that is kept out of it, whatever GitHub echoes."""
    said = _said(heard.body)
    message = _text(said.get("message")) or f"status {heard.status}"
    if faults := _faults(said):
        message += ": " + "; ".join(faults[:FAULTS])
    permission = _permission(heard.headers) if heard.status in {403, 404} else None
    return Refused(heard.status, _line(message, hide), permission, _line(_text(said.get("documentation_url")), hide))


def words(heard: Heard) -> str:
    """The message of an error answer in lower case, with its list of errors: what tells a limit from a missing permission."""
    said = _said(heard.body)
    return " ".join([_text(said.get("message")), *_faults(said)]).lower()


def _said(body: bytes) -> Mapping[str, object]:
    try:
        said = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _faults(said: Mapping[str, object]) -> list[str]:
    """The entries of `errors`: texts, or objects whose message or field and code say it."""
    errors = said.get("errors")
    return [fault for fault in map(_fault, errors) if fault] if isinstance(errors, list) else []


def _fault(fault: object) -> str:
    if not isinstance(fault, dict):
        return _text(fault)
    return _text(fault.get("message")) or " ".join(filter(None, (_text(fault.get(key)) for key in ("field", "code"))))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _line(text: str, hide: str) -> str:
    return shortened(visible(text.replace(hide, "***") if hide else text), MESSAGE_CHARACTERS)


def _permission(headers: Mapping[str, str]) -> str | None:
    """`x-accepted-github-permissions` in a workflow's words: a comma joins what is needed together, a semicolon what would do."""
    ways = [
        " and ".join(
            f"{name.replace('_', '-')}: {level}" for name, level in re.findall(r"\b([a-z_]+)=(read|write|admin)\b", way)
        )
        for way in headers.get("x-accepted-github-permissions", "").split(";")
    ]
    return " or ".join(filter(None, ways)) or None
