"""A fake GitHub: a real HTTP server on a loopback port, for tests of whatever talks to GitHub's REST API.

    with FakeGitHub() as github:  # or FakeGitHub("ghes-3.17"), "ghes-3.19": then below /api/v3
        app = github.add_repository("octo/app", {"main": {"Dockerfile": "FROM debian\\n"}, "fix": {"Dockerfile": "FROM alpine\\n"}})
        pull = github.open_pull(app, "fix")
        token = github.actions_token(contents="read", pull_requests="write")
        ...  # talk to github.url with the token
        assert [comment.body for comment in pull.comments] == [...]

**Every request is judged**: method, path, query and body against GitHub's own description (`tests/github/openapi`), its
headers, fields that the description does not name, and the limits that it does not tell (`limits.py`). What fails is
answered with 422 and stands in `github.violations`; the end of the `with` asserts that there are none (a test that wants one
says `github.violations.clear()`). Our answers are held against the description too.

**The world** (`world.py`, `state.py`): `add_repository`, `fork`, `rename`, `commit`, `advance` (a branch), `open_pull`, `push`
(moves inline comments along, or makes them outdated), `retarget`, `delete_fork`, `comment` and `reply` (people). Files are
`{path: bytes | str | Symlink | Executable | Submodule}`; all SHA-1s are git's own, and
`clone(app.objects, folder, pull.merge)` makes a real clone of them as actions/checkout does. What was posted is in
`pull.comments`, `pull.reviews`, `pull.review_comments`, `app.check_runs`, `app.statuses`, `app.sarifs`.

**Tokens** are strings: `actions_token(**permissions)`, `read_only_token()` (forks, Dependabot), `app_token`,
`personal_token(login)`; `expire(token)`. Whoever posts is the token's user. A missing permission is a 403, and every answer names
what its operation needs in `x-accepted-github-permissions`.

**Faults** (`faults.py`) are injected by script, and the first rule that strikes counts:

    github.inject(faults.reset(done=True), "POST /repos/*/issues/*/comments")  # done, but the answer is lost
    github.inject(faults.secondary_limit(), "POST *", times=2, after=1)

**The log**: `github.requests` and `github.mutations`, with method, path, status, time, body, and whether a token came along.
`OtherHost` is another host to redirect to, with a log of its own. `github.settings` holds the sizes at which GitHub cuts (a
truncated tree, 3,000 files), to be set small.

`FakeGitHub(clock=...)` stamps posts, limits and the log with that time instead of the system's.
"""

from tests.github.fake import faults
from tests.github.fake.gitdata import Executable, Submodule, Symlink, clone
from tests.github.fake.loopback import OtherHost, Request
from tests.github.fake.server import FakeGitHub, Violation
from tests.github.fake.state import Pull, Repository, User

__all__ = [
    "Executable",
    "FakeGitHub",
    "OtherHost",
    "Pull",
    "Repository",
    "Request",
    "Submodule",
    "Symlink",
    "User",
    "Violation",
    "clone",
    "faults",
]
