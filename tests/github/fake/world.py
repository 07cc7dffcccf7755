"""The fake GitHub's world and what happens in it without the gate: repositories, people, pull requests, pushes, replies."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from itertools import count

from tests.github.fake.consequences import follow, merged_files
from tests.github.fake.gitdata import Content, Files, Objects
from tests.github.fake.permissions import Token
from tests.github.fake.state import IssueComment, Pull, Repository, Review, ReviewComment, User

EPOCH = 1_700_000_000
"""The time of the first commit; each next is a second later, so that SHAs are the same in every run."""


class World:
    """All repositories, users and tokens. `now` gives the seconds since 1970 that posts are stamped with; `enterprise` is for a
    GitHub Enterprise Server. `used` counts requests by token."""

    def __init__(self, now: Callable[[], float] = time.time, *, enterprise: bool = False) -> None:
        self.now = now
        self.enterprise = enterprise
        self.repositories: dict[str, Repository] = {}
        self.renamed: dict[str, int] = {}
        self.users: dict[str, User] = {}
        self.tokens: dict[str, Token] = {}
        self.used: dict[str, int] = {}
        self._ids = count(1001)
        self._commits = count(EPOCH)
        self.actions_bot = self.user("github-actions[bot]", type="Bot")

    def new_id(self) -> int:
        return next(self._ids)

    def user(self, login: str, *, type: str = "User") -> User:  # noqa: A002  as GitHub names it
        """The account of that name, made at first mention."""
        if login not in self.users:
            self.users[login] = User(self.new_id(), login, type)
        return self.users[login]

    # Repositories and commits

    def add_repository(
        self,
        full_name: str,
        commits: Mapping[str, Files] | None = None,
        *,
        default_branch: str = "main",
        private: bool = False,
        code_scanning: str = "on",
    ) -> Repository:
        """A repository with a branch for each of `commits` (branch: files, whole). The default branch comes first, and each
        other branch is one commit that follows it."""
        repository = Repository(
            self.new_id(), full_name, Objects(), default_branch, private=private, code_scanning=code_scanning
        )
        self.repositories[full_name] = repository
        given = dict(commits or {})
        root = self.commit(repository, given.pop(default_branch, {}), branch=default_branch)
        for branch, files in given.items():
            self.commit(repository, files, root, branch=branch)
        return repository

    def fork(self, repository: Repository, full_name: str) -> Repository:
        """A fork; it shares the objects, and has the default branch only."""
        tip = repository.branches[repository.default_branch]
        made = Repository(
            self.new_id(),
            full_name,
            repository.objects,
            repository.default_branch,
            private=repository.private,
            fork=True,
            branches={repository.default_branch: tip},
        )
        self.repositories[full_name] = made
        return made

    def rename(self, repository: Repository, full_name: str) -> None:
        """From now on the old name is only redirected."""
        self.renamed[repository.full_name] = repository.id
        del self.repositories[repository.full_name]
        repository.full_name = full_name
        self.repositories[full_name] = repository

    def commit(
        self, repository: Repository, files: Files, *parents: str, branch: str | None = None, message: str = "Change"
    ) -> str:
        """A commit with exactly these files; the SHA. With `branch`, that is what the branch then points at."""
        objects = repository.objects
        sha = objects.add_commit(objects.add_files(files), parents, message, next(self._commits))
        if branch:
            repository.branches[branch] = sha
        return sha

    def advance(self, repository: Repository, branch: str, changed: Mapping[str, Content | None]) -> str:
        """A commit on a branch that changes some files (None: deletes); the SHA."""
        tip = repository.branches[branch]
        files = {**repository.objects.contents(tip), **changed}
        return self.commit(repository, {p: c for p, c in files.items() if c is not None}, tip, branch=branch)

    # Pull requests

    def open_pull(
        self,
        repository: Repository,
        head: str,
        *,
        base: str | None = None,
        author: str = "octocat",
        source: Repository | None = None,
        draft: bool = False,
        title: str = "A change",
        body: str | None = None,
    ) -> Pull:
        """A pull request of the branch `head` of `source` (a fork; else the repository itself) into the branch `base`."""
        source = source or repository
        base_ref = base or repository.default_branch
        pull = Pull(
            max(repository.pulls, default=0) + 1,
            repository,
            self.user(author),
            base_ref,
            repository.branches[base_ref],
            head,
            source.branches[head],
            source,
            None,
            title,
            body,
            draft,
        )
        repository.pulls[pull.number] = pull
        self._moved(pull)
        return pull

    def push(self, pull: Pull, files: Files, *, force: bool = False) -> str:
        """A push to the pull request's branch: one commit with exactly these files, after the head or (`force`) in place of all
        its commits. Comments move along or become outdated. The new head."""
        source = pull.head_repository
        assert source, "the fork is gone"
        parent = pull.merge_base if force else pull.head
        pull.head = self.commit(source, files, parent, branch=pull.head_ref)
        self._moved(pull)
        return pull.head

    def retarget(self, pull: Pull, base: str) -> None:
        """The pull request's base becomes another branch (the event is `edited`)."""
        pull.base_ref = base
        self._moved(pull)

    def delete_fork(self, pull: Pull) -> None:
        pull.head_repository = None

    # What people post

    def comment(self, pull: Pull, body: str, user: User | None = None) -> IssueComment:
        """A comment on the pull request, by a person if not said otherwise."""
        now = self.now()
        made = IssueComment(self.new_id(), pull, user or self.user("alice"), body, now, now)
        pull.comments.append(made)
        return made

    def reply(self, to: ReviewComment, body: str, user: User | None = None) -> ReviewComment:
        """An answer to an inline comment. Like GitHub's own page, it makes a review of its own."""
        who, now, pull = user or self.user("alice"), self.now(), to.pull
        review = Review(self.new_id(), pull, who, "", "COMMENTED", to.commit, now)
        pull.reviews.append(review)
        made = ReviewComment(
            self.new_id(),
            pull,
            review,
            who,
            body,
            to.path,
            to.commit,
            to.side,
            to.line,
            to.start_line,
            to.original_commit,
            to.original_line,
            to.original_start_line,
            to.hunk,
            now,
            now,
            reply_to=to.reply_to or to.id,
            subject=to.subject,
        )
        pull.review_comments.append(made)
        return made

    # What follows from a push

    def _moved(self, pull: Pull) -> None:
        pull.base = pull.repository.branches[pull.base_ref]
        merged = merged_files(pull)
        message = f"Merge {pull.head} into {pull.base}"
        pull.merge = None
        if merged is not None:
            pull.merge = self.commit(pull.repository, merged, pull.base, pull.head, message=message)
        for comment in pull.review_comments:
            follow(comment)
