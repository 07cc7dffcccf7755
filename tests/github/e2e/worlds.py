"""What the tests' repositories hold: a policy of four rules, so that a table does not change with the rulebook."""

from __future__ import annotations

from tests.github.fake import FakeGitHub, Pull

POLICY = """\
rules:
  all: "off"
  chapter/policy: default
  latest-image: error
  sudo-in-build: error
  add-for-copy: warning
  shell-form-command: warning
"""
POLICY_PATH = ".github/deployflow.yml"

CLEAN = 'FROM python:3.13.1-slim\nWORKDIR /app\nCOPY app.py .\nCMD ["python", "app.py"]\n'
BASE = {
    POLICY_PATH: POLICY,
    "Dockerfile": CLEAN.replace("3.13.1-slim", "latest"),
    "app.py": "print(1)\n",
    "conf.txt": "x\n",
}
"""One finding: latest-image."""

WORSE = (
    "FROM python:latest\nWORKDIR /app\nCOPY app.py .\nADD conf.txt /app/\nRUN sudo make\n"
    'HEALTHCHECK CMD ["true"]\nCMD python app.py\n'
)
HEAD = BASE | {"Dockerfile": WORSE}
"""Three findings more: add-for-copy on line 4, sudo-in-build on line 5, which blocks, and shell-form-command on line 7."""

NEW = {"add-for-copy", "sudo-in-build", "shell-form-command"}
OLD = {"latest-image"}
BETTER = BASE | {"Dockerfile": WORSE.replace("sudo ", "")}
"""What blocks is gone, and two of the warnings are left."""

GOOD = BASE | {"Dockerfile": CLEAN}


def pull_of(github: FakeGitHub, head: dict[str, str] | None = None, base: dict[str, str] | None = None) -> Pull:
    """A pull request in octo/app that comes to `head`."""
    app = github.add_repository("octo/app", {"main": base or BASE, "fix": head or HEAD})
    return github.open_pull(app, "fix")
