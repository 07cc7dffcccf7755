"""GitHub's JSON for what is posted: comments, reviews, check runs, statuses."""

from __future__ import annotations

from tests.github.fake.permissions import ACTIONS_APP
from tests.github.fake.places import Places, when
from tests.github.fake.state import CheckRun, IssueComment, Json, Repository, Review, ReviewComment, Status, User


class Posted(Places):
    """Shapes of posts."""

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
