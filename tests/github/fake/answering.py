"""From a request to its answer: who asks, what for, whether it is well formed, whether it is allowed, and then what it gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.github.fake import checks, posting, reading
from tests.github.fake.limits import breaches
from tests.github.fake.loopback import Answer
from tests.github.fake.permissions import APPS_ONLY, NEEDS, Kind, Token, header
from tests.github.fake.routes import REPOSITORY, ROUTES, ApiError, Call, Reply, Settings, not_found
from tests.github.fake.shapes import Shapes
from tests.github.fake.state import Repository
from tests.github.fake.validation import Operation, find
from tests.github.fake.world import World

__all__ = ["Asked", "answer", "checks", "posting", "reading"]  # the last three fill the table of routes

VERSIONS = {"api.github.com": ("2022-11-28", "2026-03-10")}
ENTERPRISE_VERSIONS = ("2022-11-28",)
UNDESCRIBED = {("GET", "/user")}
"""What we answer although the slice does not hold it."""


@dataclass
class Asked:
    """A request as it came. `faults` is filled with what is wrong with it; `path` is without the base path and still encoded."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    faults: list[str] = field(default_factory=list)


def answer(asked: Asked, world: World, settings: Settings, slice_name: str, api: str, html: str) -> Answer:
    """The answer as GitHub gives it. Whatever is wrong with the request is noted in `asked.faults` and refused with 422."""
    versions = VERSIONS.get(slice_name, ENTERPRISE_VERSIONS)
    version = asked.headers.get("x-github-api-version", "")
    if version not in versions:
        asked.faults.append(f"the header X-GitHub-Api-Version is {version!r}")
        version = versions[0]
    headers = {"x-github-request-id": "FA6E:1", "x-github-media-type": "github.v3; format=json"}
    headers["x-github-api-version-selected"] = version
    shapes = Shapes(api, html, version)
    operation: Operation | None = None
    try:
        token = _token(asked, world)
        headers |= _counted(token, world, settings, asked.path) if slice_name == "api.github.com" else {}
        path = _by_name(asked.path, world)
        found = find(slice_name, version, asked.method, path)
        if found is None and (asked.method, path) not in UNDESCRIBED:
            asked.faults.append("no operation of the description")
            not_found()
        operation, params = found or (None, {})
        template = operation.template if operation else path
        need = NEEDS.get((asked.method, template.removeprefix(REPOSITORY)))
        if need:
            headers["x-accepted-github-permissions"] = header(need)
        query = dict(parse_qsl(asked.query, keep_blank_values=True))
        body = _judged(asked, operation, params, query)
        repository = _repository(world, params, token, asked, path, api) if "owner" in params else None
        if repository:
            _permit(token, repository, asked.method, template)
        call = Call(world, shapes, token, params, query, body, asked.headers.get("accept", ""), settings, repository)
        reply = _limits(call, slice_name) if template == "/rate_limit" else ROUTES[asked.method, template](call)
        shown, more = _paged(reply, call, asked, api)
        headers |= {**reply.headers, **more}
        if reply.raw is not None:
            return Answer(
                reply.status, reply.raw, {**headers, "content-type": "application/vnd.github.raw; charset=utf-8"}
            )
        status = reply.status
    except ApiError as error:
        status, shown = error.status, error.body
        headers |= error.headers
    if operation:
        asked.faults += [f"our own answer {status}: {said}" for said in operation.answer_faults(status, shown)]
    data = b"" if status == 204 else json.dumps(shown).encode()
    return Answer(status, data, {**headers, "content-type": "application/json; charset=utf-8"})


def _token(asked: Asked, world: World) -> Token | None:
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


def _counted(token: Token | None, world: World, settings: Settings, path: str) -> dict[str, str]:
    """Count the request against the hour's limit; the headers that say so."""
    limit = _hourly(token, settings)
    key = token.value if token else ""
    if path != "/rate_limit":
        world.used[key] = world.used.get(key, 0) + 1
    used = min(world.used.get(key, 0), limit)
    headers = {
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-used": str(used),
        "x-ratelimit-remaining": str(limit - used),
        "x-ratelimit-reset": str(int(world.now()) + 3600),
        "x-ratelimit-resource": "core",
    }
    if world.used.get(key, 0) > limit:
        raise ApiError(403, "API rate limit exceeded for installation ID 1.", **headers)
    return headers


def _hourly(token: Token | None, settings: Settings) -> int:
    if settings.hourly is not None:
        return settings.hourly
    return 60 if token is None else {Kind.ACTIONS: 1_000}.get(token.kind, 5_000)


def _limits(call: Call, slice_name: str) -> Reply:
    if slice_name != "api.github.com":
        raise ApiError(404, "Rate limiting is not enabled.")
    limit = _hourly(call.token, call.settings)
    used = min(call.world.used.get(call.token.value if call.token else "", 0), limit)
    rate = {"limit": limit, "used": used, "remaining": limit - used, "reset": int(call.world.now()) + 3600}
    body: dict[str, Any] = {"resources": {"core": rate, "search": rate}}
    return Reply(body=body if call.shapes.version >= "2026-03-10" else {**body, "rate": rate})


def _judged(asked: Asked, operation: Operation | None, params: Mapping[str, str], query: Mapping[str, str]) -> Any:
    """The body, once the request is found good in all that can be said without the world. Raises 422."""
    body = None
    if asked.body:
        try:
            body = json.loads(asked.body)
        except ValueError as error:
            asked.faults.append(f"the body is no JSON: {error}")
            raise ApiError(400, "Problems parsing JSON") from error
    if "application/vnd.github" not in asked.headers.get("accept", ""):
        asked.faults.append(f"the header Accept is {asked.headers.get('accept')!r}")
    if any(word in asked.headers.get("accept", "") for word in (".diff", ".patch")):
        asked.faults.append("a media type of diffs, which fails for large pull requests")
    faults = list(operation.faults(params, query, body)) if operation else []
    if operation and not faults:
        faults = list(breaches(asked.method, operation.template, query, body))
    if faults:
        asked.faults += faults
        raise ApiError(422, "Validation Failed", [{"code": "custom", "message": said} for said in faults])
    return body


def _by_name(path: str, world: World) -> str:
    """The path with owner and name where the number of the repository is given, as in links to further pages."""
    parts = path.split("/")
    if parts[1] != "repositories" or len(parts) < 3:
        return path
    found = next((one for one in world.repositories.values() if str(one.id) == parts[2]), None) or not_found()
    return "/".join(["", "repos", found.full_name, *parts[3:]])


def _repository(
    world: World, params: Mapping[str, str], token: Token | None, asked: Asked, path: str, api: str
) -> Repository:
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


def _permit(token: Token | None, repository: Repository, method: str, template: str) -> None:
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


def _paged(reply: Reply, call: Call, asked: Asked, api: str) -> tuple[Any, dict[str, str]]:
    """The body, and for a listing the page that is wanted with the links to the others."""
    if reply.items is None:
        return reply.body, {}
    page, size, total = call.page, call.per_page, len(reply.items)
    last = max(1, -(-total // size))
    items = [shape() for shape in reply.items[(page - 1) * size : page * size]]
    base = f"{api}{asked.path}"
    if call.given_repository:
        name = "/".join(("", "repos", call.params["owner"], call.params["repo"]))
        base = f"{api}{asked.path.replace(name, f'/repositories/{call.repository.id}', 1)}"
    links = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    wanted = (
        (["prev"] if page > 1 else []) + (["next", "last"] if page < last else []) + (["first"] if page > 1 else [])
    )
    shown = (f'<{base}?{urlencode({**call.query, "page": links[name]})}>; rel="{name}"' for name in wanted)
    headers = {"link": ", ".join(shown)} if wanted else {}
    return ({"total_count": total, reply.within: items} if reply.within else items), headers
