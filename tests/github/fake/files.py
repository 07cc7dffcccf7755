"""Answers about trees and files."""

from __future__ import annotations

import base64
from posixpath import dirname, join, normpath
from urllib.parse import quote

from tests.github.fake.gitdata import SUBMODULE, SYMLINK, Entry
from tests.github.fake.routes import ApiError, Call, Reply, not_found, route
from tests.github.fake.state import Json


@route("GET", "~/contents/{path}")
def contents(call: Call) -> Reply:
    repository, path = call.repository, call.params["path"].strip("/")
    ref = call.query.get("ref", repository.default_branch)
    sha = repository.resolve(ref)
    if sha is None:
        raise ApiError(404, f"No commit found for the ref {ref}")
    tree = repository.objects.commits[sha].tree
    inner = {entry.path: entry for entry in repository.objects.walk(tree)}
    entry = inner.get(path)
    if entry is None:
        not_found()
    if entry.kind == "tree":
        found = [one for one in inner.values() if dirname(one.path) == path][: call.settings.directory_entries]
        return Reply(body=[_content(call, sha, one, listed=True) for one in found])
    if entry.mode == SYMLINK:
        target = (repository.objects.blob(entry.sha) or b"").decode(errors="replace")
        aim = inner.get(normpath(join(dirname(path), target)))
        if aim is not None and aim.kind == "blob":
            return _file(call, sha, Entry(path, aim.mode, aim.sha))
        return Reply(body=_content(call, sha, entry) | {"target": target})
    if entry.mode == SUBMODULE:
        return Reply(body=_content(call, sha, entry) | {"submodule_git_url": "https://github.com/octo/inner.git"})
    return _file(call, sha, entry)


@route("GET", "~/git/trees/{tree_sha}")
def tree(call: Call) -> Reply:
    repository, name = call.repository, call.params["tree_sha"]
    objects = repository.objects
    commit = repository.resolve(name)
    root = objects.commits[commit].tree if commit else name
    entries = objects.tree(root)
    if entries is None:
        not_found()
    listed = list(objects.walk(root)) if "recursive" in call.query else list(entries)
    limit = call.settings.tree_entries
    url = f"{call.shapes.repository_url(repository)}/git"
    shown = []
    for entry in listed[:limit]:
        one: Json = {"path": _shown(entry.path), "mode": entry.mode, "type": entry.kind, "sha": entry.sha}
        if entry.kind == "blob":
            one |= {"size": objects.size(entry), "url": f"{url}/blobs/{entry.sha}"}
        elif entry.kind == "tree":
            one["url"] = f"{url}/trees/{entry.sha}"
        shown.append(one)
    return Reply(body={"sha": root, "url": f"{url}/trees/{root}", "tree": shown, "truncated": len(listed) > limit})


@route("GET", "~/git/blobs/{file_sha}")
def blob(call: Call) -> Reply:
    sha = call.params["file_sha"]
    data = call.repository.objects.blob(sha)
    if data is None:
        not_found()
    if call.raw:
        return Reply(raw=data)
    url = f"{call.shapes.repository_url(call.repository)}/git/blobs/{sha}"
    shown = {"sha": sha, "node_id": f"B_{sha}", "size": len(data), "url": url}
    return Reply(body={**shown, "content": _lines(data), "encoding": "base64"})


def _file(call: Call, commit: str, entry: Entry) -> Reply:
    data = call.repository.objects.blob(entry.sha) or b""
    if call.raw:
        return Reply(raw=data)
    shown = _content(call, commit, entry)
    if len(data) > call.settings.contents_bytes:
        return Reply(body=shown | {"content": "", "encoding": "none"})
    return Reply(body=shown | {"content": _lines(data), "encoding": "base64"})


def _content(call: Call, commit: str, entry: Entry, *, listed: bool = False) -> Json:
    """What all kinds of content share. In a list, a submodule was called a file until 2026-03-10."""
    kind = {"tree": "dir", "commit": "submodule", "blob": "file"}[entry.kind]
    if entry.mode == SYMLINK:
        kind = "symlink"
    if kind == "submodule" and listed and call.shapes.version < "2026-03-10":
        kind = "file"
    path = _shown(entry.path)
    url = f"{call.shapes.repository_url(call.repository)}/contents/{quote(path)}?ref={commit}"
    html = f"{call.shapes.html}/{call.repository.full_name}/blob/{commit}/{quote(path)}"
    git = f"{call.shapes.repository_url(call.repository)}/git/{entry.kind}s/{entry.sha}"
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": entry.sha,
        "size": call.repository.objects.size(entry) if entry.kind == "blob" else 0,
        "type": kind,
        "url": url,
        "html_url": html,
        "git_url": git,
        "download_url": None if kind == "dir" else html.replace("/blob/", "/raw/"),
        "_links": {"self": url, "git": git, "html": html},
    }


def _shown(path: str) -> str:
    return path.encode(errors="surrogateescape").decode(errors="replace")


def _lines(data: bytes) -> str:
    """Base64 as GitHub gives it: 60 characters a line."""
    text = base64.b64encode(data).decode()
    return "".join(f"{text[start : start + 60]}\n" for start in range(0, len(text), 60))
