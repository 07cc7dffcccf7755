"""Answers about people, repositories, pull requests and commits."""

from __future__ import annotations

from urllib.parse import quote

from tests.github.fake.permissions import Kind
from tests.github.fake.routes import ApiError, Call, Reply, listing, not_found, route
from tests.github.fake.shapes import MAX_FILE_LIST
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
