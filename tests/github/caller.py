"""A bare HTTP client for tests of the fake GitHub itself: it adds the headers and nothing else."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import requests

from tests.github.fake import FakeGitHub


class Caller:
    """Sends as the gate would, with a token or none. `path` is below the repository octo/app, unless it begins with `//`."""

    def __init__(self, github: FakeGitHub, token: str | None = None, *, version: str = "2022-11-28") -> None:
        self._url = github.url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update({"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": version})
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self._session.close()

    def __call__(
        self, method: str, path: str, body: object = None, *, headers: dict[str, str] | None = None, timeout: float = 10
    ) -> requests.Response:
        address = self._url + (path[1:] if path.startswith("//") else f"/repos/octo/app{path}")
        return self._session.request(
            method, address, json=body, headers=headers, timeout=timeout, allow_redirects=False
        )
