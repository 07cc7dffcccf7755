"""Addresses and accounts, as all of GitHub's JSON has them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from tests.github.fake.description import load
from tests.github.fake.state import Json, Repository, User


@cache
def required(schema: str) -> tuple[str, ...]:
    return tuple(load("api.github.com")["components"]["schemas"][schema]["required"])


@cache
def addresses(schema: str) -> tuple[str, ...]:
    """The fields of addresses that a schema requires; hundreds, and none of them matters to us."""
    return tuple(name for name in required(schema) if name.endswith("_url"))


def when(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")


class Places:
    """`api` and `html` are the addresses of the API and of the pages; `version` is that of the interface."""

    def __init__(self, api: str, html: str, version: str) -> None:
        self.api = api
        self.html = html
        self.version = version

    def user(self, user: User) -> Json:
        found = {name: f"{self.api}/users/{user.login}/{name}" for name in addresses("simple-user")}
        return {
            **found,
            "login": user.login,
            "id": user.id,
            "node_id": f"U_{user.id}",
            "gravatar_id": "",
            "url": f"{self.api}/users/{user.login}",
            "html_url": f"{self.html}/{user.login}",
            "type": user.type,
            "site_admin": False,
        }

    def repository_url(self, repository: Repository) -> str:
        return f"{self.api}/repos/{repository.full_name}"
