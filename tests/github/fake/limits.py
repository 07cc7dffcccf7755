"""Limits that GitHub has and its description does not tell. Each breach is a sentence."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

MAX_COMMENT = 65_536
"""422: "Body is too long (maximum is 65536 characters)"."""
MAX_TITLE = 255
MAX_MESSAGE = 64 * 1024
"""Of an annotation's message and raw_details, in bytes."""
MAX_DESCRIPTION = 140
MAX_PAGE = 100
MAX_SARIF = 10 * 1024 * 1024
"""Gzipped."""
MAX_RESULTS = MAX_RULES = 25_000
MAX_LOCATIONS = 1_000
MAX_TAGS = 20
MAX_RULE_NAME = 255
MAX_RULE_TEXT = 1_024
SARIF_REF = re.compile(r"refs/(heads/.+|tags/.+|pull/\d+/(merge|head))")

Body = Mapping[str, Any]


def breaches(method: str, template: str, query: Mapping[str, str], body: object) -> Iterator[str]:
    """What a request that fits the description still has wrong."""
    if int(query.get("per_page", "30")) > MAX_PAGE:
        yield f"per_page is {query['per_page']}; GitHub silently gives {MAX_PAGE}"
    if isinstance(body, dict):
        check = CHECKS.get((method, template.removeprefix("/repos/{owner}/{repo}")))
        if check:
            yield from check(body)


def _comment(body: Body) -> Iterator[str]:
    text = body.get("body", "")
    if not text.strip():
        yield "the body is blank"
    if len(text) > MAX_COMMENT:
        yield f"Body is too long (maximum is {MAX_COMMENT} characters)"


def _review(body: Body) -> Iterator[str]:
    if "event" not in body:
        yield "without `event` the review stays PENDING and blocks the next one"
    if "commit_id" not in body:
        yield "without `commit_id` the review is of whatever is the head by then"
    if body.get("event") in {"COMMENT", "REQUEST_CHANGES"}:
        yield from _comment(body)
    for comment in body.get("comments", ()):
        yield from _inline(comment)


def _inline(body: Body) -> Iterator[str]:
    yield from _comment(body)
    if "in_reply_to" in body or body.get("subject_type") == "file":
        return
    if "position" in body:
        yield "`position` is closing down"
    line, start = body.get("line"), body.get("start_line")
    if line is None or line < 1:
        yield f"line is {line}"
    elif start is not None and not 1 <= start < line:
        yield f"start_line {start} does not precede line {line}"
    for side in ("side", "start_side"):
        if body.get(side, "RIGHT") not in {"LEFT", "RIGHT"}:
            yield f"{side} is {body[side]}"


def _check_run(body: Body) -> Iterator[str]:
    if body.get("status") == "completed" and "conclusion" not in body:
        yield "completed without a conclusion"
    if "conclusion" in body and body.get("status", "completed") != "completed":
        yield "a conclusion of a run that is not completed"
    if body.get("conclusion") == "stale":
        yield "only GitHub concludes `stale`"
    if "name" in body and not body["name"].strip():
        yield "the name is blank"
    output = body.get("output", {})
    for field in ("title", "summary"):
        if field in output and not output[field].strip():
            yield f"the {field} is blank"
    if len(output.get("title", "")) > MAX_TITLE:
        yield f"the title has more than {MAX_TITLE} characters"
    for annotation in output.get("annotations", ()):
        yield from _annotation(annotation)


def _annotation(annotation: Body) -> Iterator[str]:
    first, last = annotation["start_line"], annotation["end_line"]
    if not 1 <= first <= last:
        yield f"an annotation on lines {first} to {last}"
    columns = {name: annotation[name] for name in ("start_column", "end_column") if name in annotation}
    if columns and first != last:
        yield "columns of an annotation on several lines"
    if any(column < 1 for column in columns.values()):
        yield f"an annotation on columns {columns}"
    if len(columns) == 2 and first == last and columns["end_column"] < columns["start_column"]:
        yield "an annotation that ends before it starts"
    if len(annotation.get("title", "")) > MAX_TITLE:
        yield f"an annotation's title has more than {MAX_TITLE} characters"
    for field in ("message", "raw_details"):
        if len(annotation.get(field, "").encode(errors="replace")) > MAX_MESSAGE:
            yield f"an annotation's {field} has more than 64 KB"
    if not annotation["message"].strip():
        yield "an annotation's message is blank"
    if not annotation["path"] or annotation["path"].startswith(("/", "./")):
        yield f"an annotation's path is {annotation['path']!r}"


def _status(body: Body) -> Iterator[str]:
    if len(body.get("description") or "") > MAX_DESCRIPTION:
        yield f"the description has more than {MAX_DESCRIPTION} characters"
    if len(body.get("context", "")) > MAX_TITLE:
        yield f"the context has more than {MAX_TITLE} characters"
    target = body.get("target_url")
    if target and not target.startswith(("https://", "http://")):
        yield "the target_url is no web address"


def _sarif(body: Body) -> Iterator[str]:
    if not SARIF_REF.fullmatch(body["ref"]):
        yield f"the ref is {body['ref']!r}"
    try:
        packed = base64.b64decode(body["sarif"], validate=True)
        document = json.loads(gzip.decompress(packed))
    except (binascii.Error, gzip.BadGzipFile, EOFError, ValueError) as error:
        yield f"the SARIF is no base64 of gzip of JSON: {error}"
        return
    if len(packed) > MAX_SARIF:
        yield "the SARIF has more than 10 MB gzipped"
    runs = document.get("runs", [])
    if document.get("version") != "2.1.0" or len(runs) != 1:
        yield f"SARIF {document.get('version')} with {len(runs)} runs; it must be 2.1.0 with one"
        return
    yield from _sarif_run(runs[0])


def _sarif_run(run: Body) -> Iterator[str]:
    results, rules = run.get("results", []), run["tool"]["driver"].get("rules", [])
    if not re.fullmatch(r".+/", run.get("automationDetails", {}).get("id", "")):
        yield "automationDetails.id is no category"
    if len(results) > MAX_RESULTS or len(rules) > MAX_RULES:
        yield f"{len(results)} results of {len(rules)} rules"
    for rule in rules:
        texts = [rule.get(name, {}).get("text", "") for name in ("shortDescription", "fullDescription")]
        if len(rule.get("name", "")) > MAX_RULE_NAME or any(len(text) > MAX_RULE_TEXT for text in texts):
            yield f"the rule {rule['id'][:40]} has too long a name or description"
        if len(rule.get("properties", {}).get("tags", ())) > MAX_TAGS:
            yield f"the rule {rule['id'][:40]} has too many tags"
    for result in results:
        if not result.get("message", {}).get("text"):
            yield "a result without a message"
        if not 1 <= len(result.get("locations", ())) <= MAX_LOCATIONS:
            yield f"a result with {len(result.get('locations', ()))} locations"
        if not result.get("partialFingerprints"):
            yield "a result without partialFingerprints, which the API does not compute"


CHECKS: Mapping[tuple[str, str], Callable[[Body], Iterator[str]]] = {
    ("POST", "/issues/{issue_number}/comments"): _comment,
    ("PATCH", "/issues/comments/{comment_id}"): _comment,
    ("POST", "/pulls/{pull_number}/reviews"): _review,
    ("POST", "/pulls/{pull_number}/comments"): _inline,
    ("PATCH", "/pulls/comments/{comment_id}"): _comment,
    ("POST", "/check-runs"): _check_run,
    ("PATCH", "/check-runs/{check_run_id}"): _check_run,
    ("POST", "/statuses/{sha}"): _status,
    ("POST", "/code-scanning/sarifs"): _sarif,
}
