"""Where a request may go, and with the token or without."""

from __future__ import annotations

from urllib.parse import urljoin

from deployflow_gate.github.answer import Heard, Lost
from deployflow_gate.record import dataclass

MAX_REDIRECTS = 5

STATUSES = frozenset({301, 302, 307, 308})
"""What GitHub redirects with (a renamed repository: 301, and 307 for a mutation). The method stays the same for each."""

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Hop:
    """A URL to ask. `trusted`: it is the API itself, so the token goes with the request."""

    url: str
    trusted: bool = True


def origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an HTTP URL, None for any other, as the library sees them that will connect there.

    Another parser may see another host: `https://evil\\@api.github.com` is on evil for this one, not for urllib's.
    """
    from urllib3.exceptions import LocationParseError
    from urllib3.util import parse_url

    try:
        parts = parse_url(url)
    except LocationParseError:
        return None
    if parts.scheme not in _PORTS or not parts.host:
        return None
    return parts.scheme, parts.host, parts.port or _PORTS[parts.scheme]


def follow(hop: Hop, heard: Heard, *, mutation: bool) -> Hop | Lost:
    """The hop that a redirect leads to, or why it is not taken.

    Once a request leaves the API's origin it goes on without the token, and it does not come to have it again. A mutation
    does not leave it, and nothing goes from https to http.
    """
    target = _joined(hop.url, heard.headers.get("location", ""))
    there, here = origin(target), origin(hop.url)
    if target == hop.url or there is None or here is None:
        return Lost("GitHub redirected to no address.", hopeless=True)
    if here[0] == "https" and there[0] != "https":
        return Lost("GitHub redirected to an address without TLS, which is not followed.", hopeless=True)
    if mutation and there != here:
        return Lost("GitHub redirected a change to another host, which is not followed.", hopeless=True)
    return Hop(target, hop.trusted and there == here)


def _joined(base: str, reference: str) -> str:
    """The URL that a reference means, "" for one that is none."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return ""
