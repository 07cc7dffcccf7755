"""Who asks, how often, and what they may see and do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.github.fake.permissions import APPS_ONLY, NEEDS, Kind, Token
from tests.github.fake.routes import REPOSITORY, ApiError, Asked, Call, Reply, Settings, not_found, route
from tests.github.fake.state import Repository
from tests.github.fake.world import World


def authenticate(asked: Asked, world: World) -> Token | None:
    """Whose request it is. Raises 401 for a token that is not good."""
    given = asked.headers.get("authorization")
    if "user-agent" not in asked.headers:
        asked.faults.append("no User-Agent")
        raise ApiError(
            403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent."
        )
    for value in world.tokens:
        if value in f"{asked.path}?{asked.query}" or value.encode() in asked.body:
            asked.faults.append("the token is in the path, the query or the body")
    if given is None:
        return None
    scheme, _, value = given.partition(" ")
    token = world.tokens.get(value)
    if scheme.lower() not in {"bearer", "token"} or token is None or token.expired:
        raise ApiError(401, "Bad credentials")
    return token


def count(token: Token | None, world: World, settings: Settings, path: str) -> dict[str, str]:
    """Count the request against the hour's limit; the headers that say so. Raises 403 once it is used up."""
    counts = path != "/rate_limit"
    key = token.value if token else ""
    world.used[key] = world.used.get(key, 0) + counts
    headers = rate_headers(token, world, settings)
    if counts and not world.enterprise and world.used[key] > _hourly(token, settings):
        raise ApiError(403, "API rate limit exceeded for installation ID 1.", **headers)
    return headers


def rate_headers(token: Token | None, world: World, settings: Settings) -> dict[str, str]:
    """What every answer says of the hour's limit; nothing on an Enterprise Server, where limits are off by default."""
    if world.enterprise:
        return {}
    return {f"x-ratelimit-{name}": str(value) for name, value in _rate(token, world, settings).items()} | {
        "x-ratelimit-resource": "core"
    }


def _rate(token: Token | None, world: World, settings: Settings) -> dict[str, int]:
    limit = _hourly(token, settings)
    used = min(world.used.get(token.value if token else "", 0), limit)
    return {"limit": limit, "used": used, "remaining": limit - used, "reset": int(world.now()) + 3600}


def _hourly(token: Token | None, settings: Settings) -> int:
    if settings.hourly is not None:
        return settings.hourly
    return 60 if token is None else {Kind.ACTIONS: 1_000}.get(token.kind, 5_000)


@route("GET", "/rate_limit")
def limits(call: Call) -> Reply:
    if call.world.enterprise:
        raise ApiError(404, "Rate limiting is not enabled.")
    rate = _rate(call.token, call.world, call.settings)
    body: dict[str, Any] = {"resources": {"core": rate, "search": rate}}
    return Reply(body=body if call.shapes.version >= "2026-03-10" else {**body, "rate": rate})


def by_name(path: str, world: World) -> str:
    """The path with owner and name where the number of the repository is given, as in links to further pages."""
    parts = path.split("/")
    if parts[1] != "repositories" or len(parts) < 3:
        return path
    found = next((one for one in world.repositories.values() if str(one.id) == parts[2]), None) or not_found()
    return "/".join(["", "repos", found.full_name, *parts[3:]])


def find_repository(
    world: World, params: Mapping[str, str], token: Token | None, asked: Asked, path: str, api: str
) -> Repository:
    """The repository that is meant. Raises 301 or 307 for an old name, 404 for what the token may not know of."""
    name = f"{params['owner']}/{params['repo']}"
    if name in world.renamed:
        rest = "/".join(path.split("/")[4:])
        location = f"{api}/repositories/{world.renamed[name]}" + (f"/{rest}" if rest else "")
        location += f"?{asked.query}" if asked.query else ""
        raise ApiError(301 if asked.method == "GET" else 307, "Moved Permanently", location=location)
    found = world.repositories.get(name) or not_found()
    if found.private and (token is None or token.repository not in {None, found.full_name}):
        not_found()
    return found


def permit(token: Token | None, repository: Repository, method: str, template: str) -> None:
    """Everyone reads what is public; for the rest the token must be granted what the operation needs."""
    operation = method, template.removeprefix(REPOSITORY)
    writes = method != "GET"
    if token is None:
        if writes:
            raise ApiError(401, "Requires authentication")
        return
    if token.kind is Kind.PERSONAL and operation in APPS_ONLY:
        raise ApiError(403, "You must authenticate via a GitHub App.")
    elsewhere = token.repository not in {None, repository.full_name}
    if elsewhere and writes:
        raise ApiError(403, "Resource not accessible by integration")
    code_scanning = "code-scanning" in template
    if (writes or repository.private or code_scanning) and operation[1] and not token.may(NEEDS[operation]):
        who = "personal access token" if token.kind is Kind.PERSONAL else "integration"
        raise ApiError(403, f"Resource not accessible by {who}")
