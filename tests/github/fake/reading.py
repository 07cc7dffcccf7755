"""Answers about repositories, commits, trees and files."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from urllib.parse import quote

from tests.github.fake.gitdata import SUBMODULE, SYMLINK, Entry
from tests.github.fake.permissions import Kind
from tests.github.fake.routes import ApiError, Call, Reply, listing, not_found, route
from tests.github.fake.shapes import MAX_FILE_LIST, base64_lines
from tests.github.fake.state import Json, Repository

MAX_COMMITS = 250
"""Commits of a comparison that is asked for without pages."""


@route("GET", "/user")
def viewer(call: Call) -> Reply:
    if call.token is None:
        raise ApiError(401, "Requires authentication")
    if call.token.kind is not Kind.PERSONAL:
        raise ApiError(403, "Resource not accessible by integration")
    return Reply(body=call.shapes.user(call.token.user))


@route("GET", "/orgs/{org}/repos")
def repositories(call: Call) -> Reply:
    public = [one for one in call.world.repositories.values() if one.owner == call.params["org"] and not one.private]
    return listing(public, call.shapes.repository)


@route("GET", "~")
def repository(call: Call) -> Reply:
    counts = {"network_count": 0, "subscribers_count": 0}
    return Reply(body=call.shapes.repository(call.repository) | counts)


@route("GET", "~/pulls/{pull_number}")
def pull(call: Call) -> Reply:
    return Reply(body=call.shapes.pull(call.pull()))


@route("GET", "~/pulls/{pull_number}/files")
def pull_files(call: Call) -> Reply:
    pull = call.pull()
    changes = pull.changes()[: call.settings.pull_files]
    return listing(changes, lambda change: call.shapes.change(pull.repository, pull.head, change))


@route("GET", "~/commits/{commit_sha}/pulls")
def pulls_of_commit(call: Call) -> Reply:
    sha = call.commit(call.params["commit_sha"])
    found = [pull for pull in call.repository.pulls.values() if sha in pull.commits or sha == pull.merge]
    return listing(found, lambda pull: call.shapes.pull(pull, whole=False))


@route("GET", "~/commits/{ref}")
def commit(call: Call) -> Reply:
    sha = call.commit(call.params["ref"])
    parents = call.repository.objects.commits[sha].parents
    before = parents[0] if parents else call.repository.objects.add_files({})
    files = call.repository.changes(before, sha)[:MAX_FILE_LIST]
    return Reply(body=call.shapes.commit(call.repository, sha, files))


@route("GET", "~/git/commits/{commit_sha}")
def git_commit(call: Call) -> Reply:
    found = call.repository.objects.commits.get(call.params["commit_sha"]) or not_found()
    return Reply(body=call.shapes.git_commit(call.repository, found))


@route("GET", "~/compare/{basehead}")
def compare(call: Call) -> Reply:
    base, dots, head = call.params["basehead"].partition("...")
    repository = call.repository
    old, new = (_other(call, ref) for ref in (base, head)) if dots else (None, None)
    if old is None or new is None:
        not_found()
    objects = repository.objects
    before = objects.merge_base(old, new)
    if before is None:
        raise ApiError(404, f"No common ancestor between {base} and {head}.")
    ahead = [sha for sha in objects.ancestors(new) if sha not in set(objects.ancestors(old))]
    behind = [sha for sha in objects.ancestors(old) if sha not in set(objects.ancestors(new))]
    status = {(0, 0): "identical", (1, 0): "ahead", (0, 1): "behind", (1, 1): "diverged"}[bool(ahead), bool(behind)]
    size = call.per_page if "per_page" in call.query or "page" in call.query else MAX_COMMITS
    shown = list(reversed(ahead))[(call.page - 1) * size : call.page * size]
    url = f"{call.shapes.repository_url(repository)}/compare/{quote(call.params['basehead'])}"
    html = f"{call.shapes.html}/{repository.full_name}/compare/{quote(call.params['basehead'])}"
    body: Json = {
        "url": url,
        "html_url": html,
        "permalink_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "base_commit": call.shapes.commit(repository, old),
        "merge_base_commit": call.shapes.commit(repository, before),
        "status": status,
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [call.shapes.commit(repository, sha) for sha in shown],
    }
    if call.page == 1:
        files = repository.changes(before, new)[: call.settings.comparison_files]
        body["files"] = [call.shapes.change(repository, new, change) for change in files]
    return Reply(body=body)


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
    return Reply(body={**shown, "content": base64_lines(data), "encoding": "base64"})


def _other(call: Call, ref: str) -> str | None:
    """A ref of the repository, or with `owner:` of a fork."""
    owner, colon, name = ref.rpartition(":")
    if not colon:
        return call.repository.resolve(ref)
    forks: list[Repository] = [
        one
        for one in call.world.repositories.values()
        if one.objects is call.repository.objects and one.owner == owner.partition(":")[0]
    ]
    return next((sha for fork in forks if (sha := fork.resolve(name))), None)


def _file(call: Call, commit: str, entry: Entry) -> Reply:
    data = call.repository.objects.blob(entry.sha) or b""
    if call.raw:
        return Reply(raw=data)
    shown = _content(call, commit, entry)
    if len(data) > call.settings.contents_bytes:
        return Reply(body=shown | {"content": "", "encoding": "none"})
    return Reply(body=shown | {"content": base64_lines(data), "encoding": "base64"})


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
