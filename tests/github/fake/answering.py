"""From a request to its answer: who asks, what for, whether it is well formed, whether it is allowed, and then what it gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.github.fake import checks, files, posting, reading
from tests.github.fake.access import authenticate, by_name, count, find_repository, permit
from tests.github.fake.limits import breaches
from tests.github.fake.loopback import Answer
from tests.github.fake.permissions import NEEDS, header
from tests.github.fake.routes import REPOSITORY, ROUTES, ApiError, Asked, Call, Reply, Settings, not_found
from tests.github.fake.shapes import Shapes
from tests.github.fake.validation import Operation, find
from tests.github.fake.world import World

__all__ = ["answer", "checks", "files", "posting", "reading"]  # all but the first fill the table of routes

VERSIONS = {"api.github.com": ("2022-11-28", "2026-03-10")}
ENTERPRISE_VERSIONS = ("2022-11-28",)
UNDESCRIBED = {("GET", "/user")}
"""What we answer although the slice does not hold it."""


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
        token = authenticate(asked, world)
        headers |= count(token, world, settings, asked.path)
        path = by_name(asked.path, world)
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
        repository = find_repository(world, params, token, asked, path, api) if "owner" in params else None
        if repository:
            permit(token, repository, asked.method, template)
        call = Call(world, shapes, token, params, query, body, asked.headers.get("accept", ""), settings, repository)
        reply = ROUTES[asked.method, template](call)
        shown, more = _paged(reply, call, asked, api)
        headers |= {**reply.headers, **more}
        if reply.raw is not None:
            kind = {"content-type": "application/vnd.github.raw; charset=utf-8"}
            return Answer(reply.status, reply.raw, headers | kind)
        status = reply.status
    except ApiError as error:
        status, shown = error.status, error.body
        headers |= error.headers
    if operation and settings.answers_judged:
        asked.faults += [f"our own answer {status}: {said}" for said in operation.answer_faults(status, shown)]
    data = b"" if status == 204 else json.dumps(shown).encode()
    return Answer(status, data, {**headers, "content-type": "application/json; charset=utf-8"})


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
