"""GitHub's JSON for what the fake holds: whole enough for the official description, which each answer is checked against."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from urllib.parse import quote

from tests.github.fake.diff import Change
from tests.github.fake.gitdata import Commit
from tests.github.fake.permissions import ACTIONS_APP
from tests.github.fake.state import (
    CheckRun,
    IssueComment,
    Json,
    Pull,
    Repository,
    Review,
    ReviewComment,
    Status,
    User,
)
from tests.github.fake.validation import load

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


@cache
def _required(schema: str) -> tuple[str, ...]:
    return tuple(load("api.github.com")["components"]["schemas"][schema]["required"])


@cache
def _addresses(schema: str) -> tuple[str, ...]:
    """The fields of addresses that a schema requires; hundreds, and none of them matters to us."""
    return tuple(name for name in _required(schema) if name.endswith("_url"))


def when(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")


class Shapes:
    """`api` and `html` are the addresses of the API and of the pages; `version` is that of the interface."""

    def __init__(self, api: str, html: str, version: str) -> None:
        self.api = api
        self.html = html
        self.version = version

    def user(self, user: User) -> Json:
        addresses = {name: f"{self.api}/users/{user.login}/{name}" for name in _addresses("simple-user")}
        return {
            **addresses,
            "login": user.login,
            "id": user.id,
            "node_id": f"U_{user.id}",
            "gravatar_id": "",
            "url": f"{self.api}/users/{user.login}",
            "html_url": f"{self.html}/{user.login}",
            "type": user.type,
            "site_admin": False,
        }

    def repository(self, repository: Repository) -> Json:
        url = self.repository_url(repository)
        html = f"{self.html}/{repository.full_name}"
        tip = repository.objects.commits[repository.branches[repository.default_branch]]
        shown: Json = {name: f"{url}/{name.removesuffix('_url')}" for name in _addresses("full-repository")}
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
        return {name: shown[name] for name in _required("minimal-repository")}

    def repository_url(self, repository: Repository) -> str:
        return f"{self.api}/repos/{repository.full_name}"

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

    def issue_comment(self, comment: IssueComment) -> Json:
        url = self.repository_url(comment.pull.repository)
        html = f"{self.html}/{comment.pull.repository.full_name}/pull/{comment.pull.number}"
        return {
            "id": comment.id,
            "node_id": f"IC_{comment.id}",
            "url": f"{url}/issues/comments/{comment.id}",
            "html_url": f"{html}#issuecomment-{comment.id}",
            "issue_url": f"{url}/issues/{comment.pull.number}",
            "user": self.user(comment.user),
            "body": comment.body,
            "author_association": "NONE" if comment.user.type == "Bot" else "CONTRIBUTOR",
            "created_at": when(comment.created),
            "updated_at": when(comment.updated),
        }

    def review(self, review: Review) -> Json:
        url = f"{self.repository_url(review.pull.repository)}/pulls/{review.pull.number}"
        html = f"{self.html}/{review.pull.repository.full_name}/pull/{review.pull.number}"
        html = f"{html}#pullrequestreview-{review.id}"
        return {
            "id": review.id,
            "node_id": f"PRR_{review.id}",
            "user": self.user(review.user),
            "body": review.body,
            "state": review.state,
            "commit_id": review.commit,
            "html_url": html,
            "pull_request_url": url,
            "_links": {"html": {"href": html}, "pull_request": {"href": url}},
            "author_association": "NONE" if review.user.type == "Bot" else "CONTRIBUTOR",
            "submitted_at": when(review.created),
        }

    def review_comment(self, comment: ReviewComment) -> Json:
        url = self.repository_url(comment.pull.repository)
        own = f"{url}/pulls/comments/{comment.id}"
        html = f"{self.html}/{comment.pull.repository.full_name}/pull/{comment.pull.number}#discussion_r{comment.id}"
        pull = f"{url}/pulls/{comment.pull.number}"
        shown: Json = {
            "id": comment.id,
            "node_id": f"PRRC_{comment.id}",
            "url": own,
            "html_url": html,
            "pull_request_url": pull,
            "_links": {"self": {"href": own}, "html": {"href": html}, "pull_request": {"href": pull}},
            "pull_request_review_id": comment.review.id if comment.review else None,
            "diff_hunk": comment.hunk.text if comment.hunk else "",
            "path": comment.path,
            "commit_id": comment.commit,
            "original_commit_id": comment.original_commit,
            "user": self.user(comment.user),
            "body": comment.body,
            "created_at": when(comment.created),
            "updated_at": when(comment.updated),
            "author_association": "NONE" if comment.user.type == "Bot" else "CONTRIBUTOR",
            "subject_type": comment.subject,
        }
        if comment.subject == "line":
            shown |= {
                "line": comment.line,
                "start_line": comment.start_line,
                "side": comment.side,
                "start_side": comment.side if comment.original_start_line else None,
                "original_line": comment.original_line,
                "original_start_line": comment.original_start_line,
                "position": None if comment.line is None else 1,
                "original_position": 1,
            }
        if comment.reply_to:
            shown["in_reply_to_id"] = comment.reply_to
        return shown

    def check_run(self, repository: Repository, run: CheckRun) -> Json:
        url = f"{self.repository_url(repository)}/check-runs/{run.id}"
        html = f"{self.html}/{repository.full_name}/runs/{run.id}"
        return {
            "id": run.id,
            "node_id": f"CR_{run.id}",
            "name": run.name,
            "head_sha": run.head,
            "external_id": run.external_id,
            "url": url,
            "html_url": html,
            "details_url": run.details_url or html,
            "status": run.status,
            "conclusion": run.conclusion,
            "started_at": run.started,
            "completed_at": run.completed,
            "output": {
                "title": run.title,
                "summary": run.summary,
                "text": run.text,
                "annotations_count": len(run.annotations),
                "annotations_url": f"{url}/annotations",
            },
            "check_suite": {"id": run.app},
            "app": self._app(run.app),
            "pull_requests": [],
        }

    def _app(self, app: int) -> Json:
        slug = "github-actions" if app == ACTIONS_APP else f"app-{app}"
        return {
            "id": app,
            "slug": slug,
            "node_id": f"A_{app}",
            "owner": self.user(User(9919, "github", "Organization")),
            "name": slug,
            "description": "",
            "external_url": f"{self.html}/apps/{slug}",
            "html_url": f"{self.html}/apps/{slug}",
            "created_at": when(0),
            "updated_at": when(0),
            "permissions": {"checks": "write"},
            "events": [],
        }

    def status(self, repository: Repository, status: Status) -> Json:
        creator = self.user(status.creator)
        return {
            "id": status.id,
            "node_id": f"SC_{status.id}",
            "url": f"{self.repository_url(repository)}/statuses/{status.sha}",
            "avatar_url": creator["avatar_url"],
            "state": status.state,
            "description": status.description,
            "target_url": status.target_url,
            "context": status.context,
            "created_at": when(status.created),
            "updated_at": when(status.created),
            "creator": creator,
        }


def base64_lines(data: bytes) -> str:
    """Base64 as GitHub gives it: 60 characters a line."""
    text = base64.b64encode(data).decode()
    return "".join(f"{text[start : start + 60]}\n" for start in range(0, len(text), 60))
