"""Check runs, commit statuses and code scanning."""

from __future__ import annotations

import base64
import gzip
import json

from tests.github.fake.permissions import Kind
from tests.github.fake.places import when
from tests.github.fake.routes import ApiError, Call, Reply, listing, not_found, route
from tests.github.fake.state import CheckRun, Json, Sarif, Status

MAX_STATUSES = 1_000
"""Of one commit and context."""


@route("POST", "~/check-runs")
def create_check_run(call: Call) -> Reply:
    assert call.token
    assert call.token.app
    sha = _commit(call, call.body["head_sha"])
    run = CheckRun(call.world.new_id(), call.body["name"], sha, call.token.app, started=when(call.world.now()))
    _change(call, run)
    call.repository.check_runs.append(run)
    return Reply(201, call.shapes.check_run(call.repository, run))


@route("PATCH", "~/check-runs/{check_run_id}")
def update_check_run(call: Call) -> Reply:
    assert call.token
    wanted = int(call.params["check_run_id"])
    run = next((run for run in call.repository.check_runs if run.id == wanted), None) or not_found()
    if run.app != call.token.app:
        raise ApiError(
            403, f"Invalid app_id `{call.token.app}` - check run can only be modified by the app that made it."
        )
    _change(call, run)
    return Reply(200, call.shapes.check_run(call.repository, run))


@route("GET", "~/commits/{ref}/check-runs")
def check_runs(call: Call) -> Reply:
    """Newest first; without `filter=all`, only the latest of each name and app."""
    sha = call.commit(call.params["ref"])
    found = [run for run in reversed(call.repository.check_runs) if run.head == sha]
    if call.query.get("filter", "latest") == "latest":
        seen: dict[tuple[str, int], CheckRun] = {}
        for run in found:
            seen.setdefault((run.name, run.app), run)
        found = list(seen.values())
    wanted = {"check_name": "name", "app_id": "app", "status": "status"}
    for parameter, attribute in wanted.items():
        if parameter in call.query:
            found = [run for run in found if str(getattr(run, attribute)) == call.query[parameter]]
    return listing(found, lambda run: call.shapes.check_run(call.repository, run), within="check_runs")


@route("POST", "~/statuses/{sha}")
def set_status(call: Call) -> Reply:
    sha, body = _commit(call, call.params["sha"]), call.body
    context = body.get("context", "default")
    if sum(status.sha == sha and status.context == context for status in call.repository.statuses) >= MAX_STATUSES:
        raise ApiError(422, "Validation Failed", ["This SHA and context has reached the maximum number of statuses."])
    description, target = body.get("description"), body.get("target_url")
    made = Status(call.world.new_id(), sha, body["state"], context, description, target, call.user, call.world.now())
    call.repository.statuses.append(made)
    return Reply(201, call.shapes.status(call.repository, made))


@route("POST", "~/code-scanning/sarifs")
def upload_sarif(call: Call) -> Reply:
    _enabled(call)
    body = call.body
    document = json.loads(gzip.decompress(base64.b64decode(body["sarif"])))
    number = call.world.new_id()
    made = Sarif(f"{number:08x}-0000-11ef-8000-000000000000", body["commit_sha"], body["ref"], document)
    call.repository.sarifs.append(made)
    return Reply(202, {"id": made.id, "url": _sarif_url(call, made)})


@route("GET", "~/code-scanning/sarifs/{sarif_id}")
def sarif(call: Call) -> Reply:
    _enabled(call)
    found = next((one for one in call.repository.sarifs if one.id == call.params["sarif_id"]), None) or not_found()
    analyses = f"{call.shapes.repository_url(call.repository)}/code-scanning/analyses?sarif_id={found.id}"
    return Reply(body={"processing_status": "complete", "analyses_url": analyses})


def _sarif_url(call: Call, sarif: Sarif) -> str:
    return f"{call.shapes.repository_url(call.repository)}/code-scanning/sarifs/{sarif.id}"


def _enabled(call: Call) -> None:
    match call.repository.code_scanning:
        case "forbidden":
            raise ApiError(403, "Advanced Security must be enabled for this repository to use code scanning.")
        case "missing":
            raise ApiError(404, "Not Found")
    if call.token and call.token.kind is Kind.PERSONAL and "security-events" not in call.token.permissions:
        raise ApiError(403, "You are not authorized to upload code scanning results")


def _commit(call: Call, sha: str) -> str:
    if sha not in call.repository.objects.commits:
        raise ApiError(422, f"No commit found for SHA: {sha}")
    return sha


def _change(call: Call, run: CheckRun) -> None:
    body: Json = call.body
    run.name = body.get("name", run.name)
    run.external_id = body.get("external_id", run.external_id)
    run.details_url = body.get("details_url", run.details_url)
    run.started = body.get("started_at", run.started)
    run.status = body.get("status", run.status)
    if "conclusion" in body:
        run.status, run.conclusion = "completed", body["conclusion"]
        run.completed = body.get("completed_at", when(call.world.now()))
    output: Json = body.get("output", {})
    run.title = output.get("title", run.title)
    run.summary = output.get("summary", run.summary)
    run.text = output.get("text", run.text)
    run.annotations += output.get("annotations", [])
