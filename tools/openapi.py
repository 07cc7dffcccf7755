"""Regenerate `tests/github/openapi/*.json.gz`: GitHub's official description, cut to the operations that the gate uses.

    python tools/openapi.py [version]

Fetches the npm package `@octokit/openapi` with `npm pack` (MIT, see the NOTICE beside the slices). Prose, examples and what
describes nothing are left out; the tests need nothing but the slices.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

VERSION = "23.0.2"
SLICES = Path(__file__).parent.parent / "tests" / "github" / "openapi"
HOSTS = ("api.github.com", "ghes-3.17", "ghes-3.19")

REPOSITORY = "/repos/{owner}/{repo}"
OPERATIONS = (
    "get /orgs/{org}/repos",
    "get /rate_limit",
    f"get {REPOSITORY}",
    f"post {REPOSITORY}/check-runs",
    f"patch {REPOSITORY}/check-runs/{{check_run_id}}",
    f"post {REPOSITORY}/code-scanning/sarifs",
    f"get {REPOSITORY}/code-scanning/sarifs/{{sarif_id}}",
    f"get {REPOSITORY}/commits/{{commit_sha}}/pulls",
    f"get {REPOSITORY}/commits/{{ref}}",
    f"get {REPOSITORY}/commits/{{ref}}/check-runs",
    f"get {REPOSITORY}/compare/{{basehead}}",
    f"get {REPOSITORY}/contents/{{path}}",
    f"get {REPOSITORY}/git/blobs/{{file_sha}}",
    f"get {REPOSITORY}/git/commits/{{commit_sha}}",
    f"get {REPOSITORY}/git/trees/{{tree_sha}}",
    f"delete {REPOSITORY}/issues/comments/{{comment_id}}",
    f"patch {REPOSITORY}/issues/comments/{{comment_id}}",
    f"get {REPOSITORY}/issues/{{issue_number}}/comments",
    f"post {REPOSITORY}/issues/{{issue_number}}/comments",
    f"delete {REPOSITORY}/pulls/comments/{{comment_id}}",
    f"patch {REPOSITORY}/pulls/comments/{{comment_id}}",
    f"get {REPOSITORY}/pulls/{{pull_number}}",
    f"get {REPOSITORY}/pulls/{{pull_number}}/comments",
    f"post {REPOSITORY}/pulls/{{pull_number}}/comments",
    f"get {REPOSITORY}/pulls/{{pull_number}}/files",
    f"get {REPOSITORY}/pulls/{{pull_number}}/reviews",
    f"post {REPOSITORY}/pulls/{{pull_number}}/reviews",
    f"post {REPOSITORY}/statuses/{{sha}}",
)
PROSE = {"description", "summary", "example", "examples", "title", "externalDocs", "operationId", "tags", "x-github"}


def cut(document: Mapping[str, Any], version: str) -> dict[str, Any]:
    """The operations and whatever they refer to, without prose."""
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        method, path = operation.split(" ", 1)
        paths.setdefault(path, {})[method] = _bare(document["paths"][path][method])
    components: dict[str, Any] = {"headers": {}, "parameters": {}, "responses": {}, "schemas": {}}
    waiting = list(_references(paths))
    for reference in waiting:
        kind, name = reference.removeprefix("#/components/").split("/")
        if name not in components[kind]:
            components[kind][name] = _bare(document["components"][kind][name])
            waiting.extend(_references(components[kind][name]))
    info = {"title": "slice", "version": version}
    return {"components": components, "info": info, "openapi": document["openapi"], "paths": paths}


def pack(document: Mapping[str, Any]) -> bytes:
    """A slice as it is kept: the same bytes for the same content."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return gzip.compress(text.encode(), 9, mtime=0)


def _bare(value: Any, *, named: bool = False) -> Any:
    """Without prose. The keys of an object that is `named` are names of somebody's fields, and none of them is prose."""
    if isinstance(value, dict):
        return {
            key: _bare(inner, named=key == "properties" and not named)
            for key, inner in value.items()
            if named or key not in PROSE
        }
    return [_bare(inner) for inner in value] if isinstance(value, list) else value


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref" and isinstance(inner, str):
                yield inner
            else:
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def main(version: str = VERSION) -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", f"@octokit/openapi@{version}"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        archive = next(Path(folder).glob("*.tgz"))
        with tarfile.open(archive) as tar:
            for host in HOSTS:
                file = tar.extractfile(f"package/generated/{host}.json")
                if file is None:
                    sys.exit(f"{archive.name} has no description of {host}.")
                slice_file = SLICES / f"{host}.json.gz"
                slice_file.write_bytes(pack(cut(json.load(file), version)))
                sys.stdout.write(f"{slice_file.name}: {slice_file.stat().st_size} bytes\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
