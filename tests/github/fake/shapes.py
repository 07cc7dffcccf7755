"""GitHub's JSON for what the fake holds: whole enough for the official description, which each answer is checked against."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from tests.github.fake.diff import Change
from tests.github.fake.gitdata import Commit
from tests.github.fake.places import addresses, required, when
from tests.github.fake.posted import Posted
from tests.github.fake.state import Json, Pull, Repository, User

COUNTS = (
    "forks",
    "forks_count",
    "open_issues",
    "open_issues_count",
    "size",
    "stargazers_count",
    "watchers",
    "watchers_count",
)
MAX_FILE_LIST = 300
"""Files of a commit or a comparison that are listed at once."""


class Shapes(Posted):
    """Shapes of posts, and of what they are on."""

    def repository(self, repository: Repository) -> Json:
        url = self.repository_url(repository)
        html = f"{self.html}/{repository.full_name}"
        tip = repository.objects.commits[repository.branches[repository.default_branch]]
        shown: Json = {name: f"{url}/{name.removesuffix('_url')}" for name in addresses("full-repository")}
        shown |= dict.fromkeys(
            COUNTS,
            0,
        )
        shown |= dict.fromkeys(("has_issues", "has_projects", "has_wiki", "has_discussions"), True)
        shown |= dict.fromkeys(("archived", "disabled", "has_pages"), False)
        shown |= dict.fromkeys(("description", "homepage", "language", "license", "mirror_url"), None)
        shown |= dict.fromkeys(("created_at", "updated_at", "pushed_at"), when(tip.seconds))
        shown |= {"url": url, "html_url": html, "svn_url": html, "clone_url": f"{html}.git"}
        shown |= {
            "git_url": f"git:{html.partition(':')[2]}.git",
            "ssh_url": f"git@github.com:{repository.full_name}.git",
        }
        shown |= {
            "id": repository.id,
            "node_id": f"R_{repository.id}",
            "name": repository.name,
            "full_name": repository.full_name,
            "owner": self.user(User(repository.id * 10, repository.owner, "Organization")),
            "private": repository.private,
            "visibility": "private" if repository.private else "public",
            "fork": repository.fork,
            "default_branch": repository.default_branch,
        }
        if self.version < "2026-03-10":
            shown["has_downloads"] = False
        return shown

    def minimal_repository(self, repository: Repository) -> Json:
        """What a workflow run says of a repository: neither its default branch nor its visibility."""
        shown = self.repository(repository)
        return {name: shown[name] for name in required("minimal-repository")}

    def pull(self, pull: Pull, *, whole: bool = True) -> Json:
        """A pull request; in lists it is not `whole`."""
        url = f"{self.repository_url(pull.repository)}/pulls/{pull.number}"
        issue = f"{self.repository_url(pull.repository)}/issues/{pull.number}"
        html = f"{self.html}/{pull.repository.full_name}/pull/{pull.number}"
        links = {
            "self": url,
            "html": html,
            "issue": issue,
            "comments": f"{issue}/comments",
            "commits": f"{url}/commits",
            "review_comments": f"{url}/comments",
            "review_comment": f"{self.repository_url(pull.repository)}/pulls/comments{{/number}}",
            "statuses": f"{self.repository_url(pull.repository)}/statuses/{pull.head}",
        }
        created, updated = (when(pull.repository.objects.commits[sha].seconds) for sha in (pull.base, pull.head))
        shown: Json = {f"{name}_url": address for name, address in links.items() if name not in {"self", "html"}}
        shown |= {
            "id": pull.repository.id * 1000 + pull.number,
            "node_id": f"PR_{pull.number}",
            "url": url,
            "html_url": html,
            "diff_url": f"{html}.diff",
            "patch_url": f"{html}.patch",
            "_links": {name: {"href": address} for name, address in links.items()},
            "number": pull.number,
            "state": pull.state,
            "locked": pull.locked,
            "draft": pull.draft,
            "title": pull.title,
            "body": pull.body,
            "user": self.user(pull.author),
            "labels": [],
            "milestone": None,
            "assignee": None,
            "assignees": [],
            "requested_reviewers": [],
            "requested_teams": [],
            "created_at": created,
            "updated_at": updated,
            "closed_at": None if pull.state == "open" else updated,
            "merged_at": None,
            "author_association": "CONTRIBUTOR",
            "auto_merge": None,
            "active_lock_reason": None,
            "base": self._side(pull.repository, pull.base_ref, pull.base),
            "head": self._side(pull.head_repository, pull.head_ref, pull.head),
        }
        if self.version < "2026-03-10":
            shown["merge_commit_sha"] = pull.merge
        return shown | self._sums(pull) if whole else shown

    def _sums(self, pull: Pull) -> Json:
        changes = pull.changes()
        return {
            "merged": False,
            "merged_by": None,
            "mergeable": pull.merge is not None,
            "rebaseable": pull.merge is not None,
            "mergeable_state": "clean" if pull.merge else "dirty",
            "maintainer_can_modify": pull.fork,
            "comments": len(pull.comments),
            "review_comments": len(pull.review_comments),
            "commits": len(pull.commits),
            "additions": sum(change.additions for change in changes),
            "deletions": sum(change.deletions for change in changes),
            "changed_files": len(changes),
        }

    def _side(self, repository: Repository | None, ref: str, sha: str) -> Json:
        if repository is None:
            return {"label": f"unknown:{ref}", "ref": ref, "sha": sha, "user": None, "repo": None}
        shown = self.repository(repository)
        return {"label": f"{repository.owner}:{ref}", "ref": ref, "sha": sha, "user": shown["owner"], "repo": shown}

    def change(self, repository: Repository, commit: str, change: Change) -> Json:
        path = quote(change.path.encode(errors="replace"))
        html = f"{self.html}/{repository.full_name}"
        shown: Json = {
            "sha": change.entry.sha,
            "filename": change.path.encode(errors="replace").decode(),
            "status": change.status,
            "additions": change.additions,
            "deletions": change.deletions,
            "changes": change.additions + change.deletions,
            "blob_url": f"{html}/blob/{commit}/{path}",
            "raw_url": f"{html}/raw/{commit}/{path}",
            "contents_url": f"{self.repository_url(repository)}/contents/{path}?ref={commit}",
        }
        if change.patch is not None:
            shown["patch"] = change.patch
        if change.previous is not None:
            shown["previous_filename"] = change.previous
        return shown

    def commit(self, repository: Repository, sha: str, files: Iterable[Change] | None = None) -> Json:
        commit = repository.objects.commits[sha]
        url, html = self.repository_url(repository), f"{self.html}/{repository.full_name}"
        git = self.git_commit(repository, commit)
        shown: Json = {
            "sha": sha,
            "node_id": f"C_{sha}",
            "url": f"{url}/commits/{sha}",
            "html_url": f"{html}/commit/{sha}",
            "comments_url": f"{url}/commits/{sha}/comments",
            "commit": {name: git[name] for name in ("author", "committer", "message", "tree", "url")}
            | {"comment_count": 0, "verification": git["verification"]},
            "author": None,
            "committer": None,
            "parents": git["parents"],
        }
        if files is not None:
            listed = [self.change(repository, sha, change) for change in files]
            additions, deletions = (sum(one[name] for one in listed) for name in ("additions", "deletions"))
            shown["files"] = listed
            shown["stats"] = {"additions": additions, "deletions": deletions, "total": additions + deletions}
        return shown

    def git_commit(self, repository: Repository, commit: Commit) -> Json:
        url, html = self.repository_url(repository), f"{self.html}/{repository.full_name}"
        person = {"name": "Octo", "email": "octo@example.test", "date": when(commit.seconds)}
        unverified = {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}
        return {
            "sha": commit.sha,
            "node_id": f"C_{commit.sha}",
            "url": f"{url}/git/commits/{commit.sha}",
            "html_url": f"{html}/commit/{commit.sha}",
            "author": person,
            "committer": person,
            "message": commit.message,
            "tree": {"sha": commit.tree, "url": f"{url}/git/trees/{commit.tree}"},
            "parents": [
                {"sha": sha, "url": f"{url}/commits/{sha}", "html_url": f"{html}/commit/{sha}"}
                for sha in commit.parents
            ],
            "verification": unverified,
        }
