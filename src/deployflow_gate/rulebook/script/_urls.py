"""What of a URL tells whether it is safe to load something from it."""

from __future__ import annotations

import re

from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN

_URL = regex(r"([a-z][a-z0-9+.-]*)://(?:[^/@?#]*@)?(\[[^]/]*\]|[^/?#]*)", re.IGNORECASE)
_PORT = regex(r":[0-9]*")
_ADDRESS = regex(r"\[?[0-9a-f.:]+\]?", re.IGNORECASE)
_PRIVATE = regex(
    r"(?:.*\.)?(?:localhost|local|localdomain|internal|intranet|lan|home|corp|svc|private|test|invalid|consul|docker)\.?",
    re.IGNORECASE,
)
"""Names that no public name server knows: reserved (RFC 2606, 6761, 6762), or used so by clusters and clouds."""

_LOOPBACK = regex(r"127(?:\.[0-9]{1,3}){3}|0\.0\.0\.0|::1")
_COMMIT = regex(r"/[0-9a-f]{40}(?:/|\Z)")


def scheme_and_host(url: str) -> tuple[str, str] | None:
    """Both in lower case, the host without user and port ("" for none, or with UNKNOWN in it); None if it is no URL."""
    found = _URL.match(url)
    if found is None:
        return None
    host = found[2].lower()
    bare, _, port = host.rpartition(":")
    if bare and ":" not in bare and _PORT.fullmatch(":" + port):
        host = bare
    return found[1].lower(), host


def near(host: str) -> bool:
    """Whether a host is the machine itself or in a network of one's own: an address or a name that means nothing outside."""
    if UNKNOWN in host:
        return False
    if not host:
        return True
    if _ADDRESS.fullmatch(host) and ("." in host or ":" in host):
        return _near_address(host.strip("[]"))
    return "." not in host or bool(_PRIVATE.fullmatch(host))


def itself(host: str) -> bool:
    """Whether a host is the machine itself."""
    return host == "localhost" or bool(_LOOPBACK.fullmatch(host.strip("[]")))


def _near_address(text: str) -> bool:
    from ipaddress import ip_address

    try:
        address = ip_address(text)
    except ValueError:
        return False
    # ::/8 counts as reserved, but nobody lives there
    return address.is_loopback or address.is_link_local or address.is_unspecified or address.is_private


def fixed_content(url: str) -> bool:
    """Whether a URL names a commit, so that what is behind it cannot change."""
    return bool(_COMMIT.search(url))
