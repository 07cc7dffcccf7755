r"""A server gets an image, not the source.

Source on a server is built, or run, in whatever state the server is in; nobody can say which version that is, and every secret of the
repository's history lies there, too. Let the workflow push an image, and copy nothing but the compose file.

The whole repository, by an action or by a command:

```yaml .github/workflows/deploy.yml fails
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: appleboy/scp-action@v0.1.7
        with:
          host: api.acme.dev
          source: «.»
          target: /srv/acme
      - run: |
          «rsync -az --delete --exclude .git -e "ssh -i key" ./ robot@api.acme.dev:/srv/acme/»
          «scp -r -i key api compose.yaml robot@api.acme.dev:/srv/acme»
```
```dockerfile api/Dockerfile fails
FROM debian:12.8-slim
COPY app /app
```

The server fetches it:

```yaml .github/workflows/deploy.yml fails
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - uses: appleboy/ssh-action@v1.2.0
        with:
          host: api.acme.dev
          fingerprint: SHA256:3v9
          script: |
            cd /srv/acme
            «git pull origin main»
            docker compose up -d --build
      - run: ssh robot@api.acme.dev "«git clone https://git.acme.dev/${{ github.repository }} /srv/new»"
```
```dockerfile Dockerfile fails
FROM debian:12.8-slim
COPY app /app
```

Only what the server needs to run the image; something that was built; another repository:

```yaml .github/workflows/deploy.yml passes
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: appleboy/scp-action@v0.1.7
        with:
          host: api.acme.dev
          source: compose.yaml,.env.example,nginx
          target: /srv/acme
      - run: |
          scp compose.yaml robot@api.acme.dev:/srv/acme
          rsync -az --exclude api dist/ robot@api.acme.dev:/srv/site
          rsync -a ./ backup/
      - run: rsync -az ./ robot@api.acme.dev:/srv/site
        working-directory: dist
      - run: ssh robot@api.acme.dev "git clone https://git.acme.dev/acme/tools && docker compose pull"
```
```dockerfile api/Dockerfile passes
FROM debian:12.8-slim
COPY app /app
```
```text nginx/nginx.conf passes
events {}
```

Files of the checkout that were never fetched, or in part:

```yaml .github/workflows/deploy.yml passes
on: push
jobs:
  artifact:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/download-artifact@v4
      - run: scp -r . robot@api.acme.dev:/srv/acme
  part:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
        with:
          sparse-checkout: deploy
      - run: scp -r . robot@api.acme.dev:/srv/acme
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim
COPY app /app
```

A repository that has no image to send:

```yaml .github/workflows/deploy.yml passes
on: push
jobs:
  site:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: rsync -az ./ robot@www.acme.dev:/srv/site
```

## Options

- `allowed`: folders that may be copied, as in `deploy`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import join, normpath
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.workflow import Step
    from deployflow_gate.text import Span

COPY_ACTIONS: Mapping[str, tuple[str, str]] = {
    "appleboy/scp-action": ("source", ""),
    "burnett01/rsync-deployments": ("path", "."),
    "cross-the-world/scp-pipeline": ("local", ""),
    "easingthemes/ssh-deploy": ("source", "."),
    "garygrossgarten/github-action-scp": ("local", ""),
    "horochx/deploy-via-scp": ("local", ""),
    "milanmk/actions-file-deployer": ("local-path", "."),
    "nogsantos/scp-deploy": ("src", ""),
    "pendect/action-rsyncer": ("src", ""),
    "samkirkland/ftp-deploy-action": ("local-dir", "."),
    "up9cloud/action-rsync": ("source", "."),
    "wlixcc/sftp-deploy-action": ("local_path", "."),
}
"""Lower-case name → the input that says what is copied, and what is copied without it, by their documentation as of 2025."""

SOURCE_FOLDERS = frozenset({"src", "app", "lib", "backend", "frontend", "server", "api", "web", "client"})
"""Folders at the root of a repository that hold code, whatever else is in them."""

_WITH_VALUE = regex(
    r"-[a-zA-Z]*[eiPoFclSJfBTM]|--(?:exclude|include|filter|exclude-from|include-from|files-from|rsh|port|bwlimit)"
)
"""Flags of scp and rsync whose value is the next word."""

_WORKSPACE = regex(r"\$\{\{\s*github\.workspace\s*\}\}|\$\{?GITHUB_WORKSPACE\}?|/github/workspace")
_REMOTE = regex(r"(?:[^/]*@)?[^/]+:.*|rsync://.*")
MAX_OPERAND = 500
"""Characters of a target that are looked at."""

_GIT = frozenset({"pull", "fetch", "clone"})


@rule(Severity.WARNING, seeds=("001:2", "001:22"))
def check(step: Step, *, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    if not step.file.project.dockerfiles:
        return
    for span in (*_copies(step, allowed), *_fetches(step)):
        yield Problem(span, "The source goes to the server, where an image from a registry belongs.")


def _copies(step: Step, allowed: tuple[str, ...]) -> Iterator[Span]:
    """The places that send what the repository holds."""
    if not _checked_out(step):
        return
    name, default = COPY_ACTIONS.get((step.uses.name or "") if step.uses is not None else "", ("", ""))
    text = step.input(name) if name else None
    if text is not None and step.uses is not None:
        parts = [part for line in text.raw.split("\n") for part in line.split(",")]
        if any(_is_source(step, part.strip(), "", allowed) for part in parts):
            yield text.span
    elif default and step.uses is not None:
        yield step.uses.span
    if step.script is None or not any(word in step.script.text.text for word in ("scp", "rsync")):
        return
    from deployflow_gate.model.docker_build.scripts import placed

    for one in placed(step, step.parent.workspace):
        if one.command.name in ("scp", "rsync") and one.folder.path is not None:
            operands = _operands(one.command)
            if len(operands) > 1 and _REMOTE.fullmatch(operands[-1][:MAX_OPERAND]):
                base = one.folder.path
                if any(_is_source(step, operand, base, allowed) for operand in operands[:-1]):
                    yield one.command.span


def _operands(command: Command) -> list[str]:
    found: list[str] = []
    words = iter(command.arguments)
    for word in words:
        if not word.sketch.startswith("-") or word.sketch == "-":
            found.append(word.raw.strip("\"'") if _WORKSPACE.search(word.raw) else word.sketch)
        elif _WITH_VALUE.fullmatch(word.sketch):
            next(words, None)
    return found


def _is_source(step: Step, path: str, base: str, allowed: tuple[str, ...]) -> bool:
    """Whether a path of the checkout is the whole of it, or a folder with code."""
    path = _WORKSPACE.sub(".", path.strip("\"'"))
    if not path or "\0" in path or "$" in path or path.startswith(("!", "/", "~", "-")):
        return False
    full = normpath(join(base or ".", path.removesuffix("*") or "."))
    if full in allowed or full.startswith(".."):
        return False
    project = step.file.project
    if full == ".":
        return "*" not in path or path.endswith("*")
    if not project.is_dir(full):
        return False
    return full in SOURCE_FOLDERS or any(file.path.startswith(f"{full}/") for file in project.dockerfiles)


def _checked_out(step: Step) -> bool:
    """Whether the job has all of the repository by then."""
    for other in step.parent.steps[: step.index]:
        if other.uses is not None and other.uses.name == "actions/checkout":
            return not any(other.input(name) for name in ("sparse-checkout", "repository", "path"))
    return False


def _fetches(step: Step) -> Iterator[Span]:
    """For each script of a server the first command that fetches the repository."""
    for script in step.remote_scripts:
        for command in script.commands:
            if command.name == "git" and (verb := _verb(command)) in _GIT and not (verb == "clone" and _other(command)):
                yield command.span
                break


def _verb(command: Command) -> str:
    words = iter(command.arguments)
    for word in words:
        if not word.sketch.startswith("-"):
            return word.sketch
        if word.sketch in ("-C", "-c", "--git-dir", "--work-tree"):
            next(words, None)
    return ""


def _other(command: Command) -> bool:
    """Whether what is cloned is named, so that it may be any repository."""
    return not any(
        "github.repository" in word.span.text or "GITHUB_REPOSITORY" in word.raw for word in command.arguments
    )
