"""One request over the wire, with the library that does it. Whatever it raises ends here, as a value."""

from __future__ import annotations

from http.client import HTTPException
from typing import TYPE_CHECKING

import deployflow_gate
from deployflow_gate.github.answer import Heard, Lost
from deployflow_gate.github.patience import Clock

if TYPE_CHECKING:
    from requests import PreparedRequest, Response, Session

ACCEPT = "application/vnd.github+json"
CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 30.0
"""For a whole answer; GitHub itself ends a request after 10 s (docs.github.com, "Troubleshooting the REST API")."""

ANSWER_BYTES = 32 * 1024 * 1024
"""Decompressed. The greatest answers that are asked for are trees (7 MB) and pages of 100 files with their patches."""

_PIECE = 64 * 1024


class Transport:
    """A session: one connection that stays open, the headers of every request, and the token for those that are to carry it."""

    def __init__(self, token: str, api_version: str, clock: Clock, answer_seconds: float) -> None:
        self._bearer = _Bearer(token)
        self._api_version = api_version
        self._clock = clock
        self._answer_seconds = answer_seconds
        self._session: Session | None = None

    def exchange(self, method: str, url: str, data: bytes | None, *, trusted: bool, seconds: float) -> Heard | Lost:
        """Ask once, and give up when nothing came, or not all of it, for `seconds`. Redirects are answers, too.

        The token is sent only if `trusted`.
        """
        import requests
        import urllib3

        if trusted and not self._bearer.sendable:
            return Lost("The token holds characters that no token of GitHub's has.", hopeless=True)
        seconds = min(seconds, self._answer_seconds)
        deadline = self._clock.now() + seconds
        try:
            with self._open().request(
                method,
                url,
                data=data,
                auth=self._bearer if trusted else _nobody,
                timeout=(min(seconds, CONNECT_SECONDS), seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._whole(response, deadline)
        except requests.exceptions.SSLError:
            return Lost("GitHub's certificate could not be verified.", hopeless=True)
        except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError):
            return Lost("GitHub did not answer in time.")
        except ValueError as error:  # requests' own ones about a wrong address or header are these, too
            return Lost(f"The request to GitHub could not be made ({type(error).__name__}).", hopeless=True)
        except (OSError, urllib3.exceptions.HTTPError, HTTPException) as error:  # requests' own ones are OSErrors
            return Lost(f"The connection to GitHub failed ({type(error).__name__}).")

    def close(self) -> None:
        if self._session is not None:
            self._session.close()

    def _open(self) -> Session:
        if self._session is None:
            from requests import Session

            class Straight(Session):
                """Leaves redirects alone: a session that is told not to follow them reads their bodies to the end all the same."""

                def get_redirect_target(self, _: Response) -> None:
                    return None

            self._session = Straight()
            self._session.headers.update(
                {
                    "Accept": ACCEPT,
                    "Content-Type": "application/json",
                    "User-Agent": f"deployflow-gate/{deployflow_gate.__version__}",
                    "X-GitHub-Api-Version": self._api_version,
                }
            )
        return self._session

    def _whole(self, response: Response, deadline: float) -> Heard | Lost:
        """The answer with its body, read as it comes: one that drips or does not end is given up."""
        body = bytearray()
        while piece := response.raw.read1(_PIECE, decode_content=True):
            body += piece
            if len(body) > ANSWER_BYTES:
                return Lost(f"GitHub's answer is greater than {ANSWER_BYTES >> 20} MiB.", hopeless=True)
            if self._clock.now() > deadline:
                return Lost("GitHub did not answer in time.")
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Heard(response.status_code, headers, bytes(body))


class _Bearer:
    """Sets the header as the request is made, so that no other place of the library ever holds the token.

    A session that is given none would look for one in a .netrc file.
    """

    def __init__(self, token: str) -> None:
        self._token = token

    @property
    def sendable(self) -> bool:
        """Whether the token fits into a header: the error of the library that it does not would show it."""
        return self._token.isascii() and self._token.isprintable()

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _nobody(request: PreparedRequest) -> PreparedRequest:
    return request
