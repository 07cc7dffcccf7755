r"""No command is given a password in its arguments.

Every process of the machine can read the arguments of the others, and logs and shell histories keep them. Most tools read a
password from their input, a file or the environment instead, as `docker login --password-stdin` does.

The log-in to a registry, in a workflow and on a server:

```yaml .github/workflows/release.yml fails
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          docker login ghcr.io -u robot -p «${{ secrets.GITHUB_TOKEN }}»
          docker push ghcr.io/acme/api:4.2
      - uses: appleboy/ssh-action@v1.2.0
        with:
          host: api.acme.dev
          script: sudo docker login -u robot --password=«"$REGISTRY_TOKEN"»
```
```yaml .github/workflows/release.yml fixed
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          echo ${{ secrets.GITHUB_TOKEN }} | docker login ghcr.io -u robot --password-stdin
          docker push ghcr.io/acme/api:4.2
      - uses: appleboy/ssh-action@v1.2.0
        with:
          host: api.acme.dev
          script: echo "$REGISTRY_TOKEN" | sudo docker login -u robot --password-stdin
```

Other tools that take a password as an argument:

```yaml .github/workflows/deploy.yml fails
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          curl --user robot:«$ARTIFACTS_PASSWORD» https://artifacts.acme.dev/api.tar.gz -o api.tar.gz
          sshpass -p «"$SERVER_PASSWORD"» ssh robot@api.acme.dev ./restart
```

A stage that does not ship, where the build's cache keeps it:

```dockerfile Dockerfile fails
FROM debian:12.8-slim AS fetch
ARG PASSWORD
RUN curl -u robot:«hunter2» -O https://acme.dev/a.tar.gz
RUN wget --user=robot --password=«$PASSWORD» https://acme.dev/b.tar.gz
FROM debian:12.8-slim
COPY --from=fetch /a.tar.gz /
```

What a container starts, when the password is written out there:

```yaml compose.prod.yaml fails
services:
  cache:
    image: redis:7.4.1
    healthcheck:
      test: redis-cli -a «hunter2» ping
```
```dockerfile Dockerfile fails
FROM debian:12.8-slim
HEALTHCHECK CMD curl -f -u robot:«hunter2» https://acme.dev/health
```

From the input, and a log-in that asks for nothing:

```yaml .github/workflows/release.yml passes
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          echo "${{ secrets.GITHUB_TOKEN }}" | docker login ghcr.io -u robot --password-stdin
          curl --netrc-file netrc https://artifacts.acme.dev/api.tar.gz
          curl -u "robot:" https://acme.dev/open
          mysql -p --user=root < schema.sql
          sshpass -e ssh robot@api.acme.dev ./restart
          docker run -p 8080:80 acme/login
```

A server that lives as long as the job has a password that everybody may know:

```yaml .github/workflows/test.yml passes
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    services:
      search:
        image: acme/search:4.2
    steps:
      - run: |
          mysql -h 127.0.0.1 -uroot -proot -e "create database test"
          curl -u admin:admin http://localhost:8080/setup
          curl -u "admin:$PASSWORD" http://search:9200/setup
          redis-cli -a "$PASSWORD" ping
          docker login localhost:5000 -u test -p test
```

What a container reads from its own environment, and what only development runs:

```yaml compose.yaml passes
services:
  db:
    image: mysql:8.4.3
    healthcheck:
      test: mysqladmin ping -h localhost -p$$MYSQL_ROOT_PASSWORD
```
```yaml compose.dev.yaml passes
services:
  cache:
    image: redis:7.4.1
    healthcheck:
      test: redis-cli -a hunter2 ping
```

What ships is for `hardcoded-secret` to tell, a secret mount leaves nothing, and an account may be locked:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS fetch
RUN --mount=type=secret,id=robot curl -u "robot:$(cat /run/secrets/robot)" -O https://acme.dev/a.tar.gz
RUN useradd -p '*' app
FROM debian:12.8-slim
COPY --from=fetch /a.tar.gz /
RUN curl -u robot:hunter2 -O https://acme.dev/b.tar.gz
```

## Options

- `allowed`: commands (names) that may have a password in their arguments.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.instruction import Instruction, Run
from deployflow_gate.model.shipping import ships
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.secrets._credential_flags import credentials
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.workflow import Step
    from deployflow_gate.syntax.shell import Word

_REFERENCE = regex(r"\$\{?(\w+)")
_LOCKED = frozenset({"*", "!", "!!", "x", ""})
_STDIN = frozenset({"docker", "podman", "buildah", "nerdctl", "helm", "skopeo", "crane", "oras"})
"""Tools with a flag `--password-stdin`."""

_ON_THE_MACHINE = frozenset(
    {"redis-cli", "mongo", "mongosh", "mysql", "mysqladmin", "mysqldump", "mysqlimport", "mariadb", "mariadb-admin"}
)
"""Clients that go to the machine itself where they are told no host."""

_HOSTS = ("-h", "--host")
_ACCOUNTS = frozenset({"useradd", "usermod", "chpasswd", "htpasswd", "net", "x11vnc"})
"""They make an account on the machine that they run on; a runner's ends with the job."""

_LOCAL = regex(r"(?:\w+://)?(?:[^/@]*@)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[?::1\]?)(?![\w.-]).*")


@rule(Severity.ERROR, seeds=("001:9",))
def check(node: Command | Step, *, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    from deployflow_gate.model.command import Command

    remote = not isinstance(node, Command)
    commands = [node] if isinstance(node, Command) else [c for script in node.remote_scripts for c in script.commands]
    for command in commands:
        if command.name in allowed:
            continue
        for word in credentials(command):
            if word.value not in _LOCKED and _told(command, word, remote=remote):
                at = _place(word)
                hide = (at,) if word.value is not None else ()
                said = f"`{command.name}` is given a password in its arguments, which other processes and logs can see."
                yield Problem(at, said, fix=_fix(command, word), hide=hide)


def _told(command: Command, word: Word, *, remote: bool) -> bool:
    """Whether a password in this place harms, and no other rule reports it."""
    owner: Any = command.script.owner
    if isinstance(owner, Run):
        if ships(owner) or owner.stage not in owner.dockerfile.project.needed_by:
            return False
        if any(mount.type == "secret" for mount in owner.mounts):
            return word.value is not None
        return word.value is not None or any(name in owner.scope for name in _REFERENCE.findall(word.raw))
    if isinstance(owner, Instruction):
        return word.value is not None and owner.stage in owner.dockerfile.project.shipped_stages
    if type(owner).__name__ == "Step":
        return remote or not _ends_with_the_job(command, owner)
    return word.value is not None and not getattr(owner, "development", False)


def _ends_with_the_job(command: Command, step: Step) -> bool:
    """Whether the password is for what a job brings up: an account of the runner, a server on it or beside it."""
    if command.name in _ACCOUNTS:
        return True
    services = {s.name.value for s in step.job.services if s.name is not None} if step.job is not None else set()
    told = [word.sketch for word in command.options(*_HOSTS)] if command.name in _ON_THE_MACHINE else []
    places = told or [word.sketch for word in command.arguments]
    if command.name in _ON_THE_MACHINE and not told:
        return True
    return any(_LOCAL.fullmatch(p) or _host(p) in services for p in places)


def _host(place: str) -> str:
    return place.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0] or place


def _place(word: Word) -> Span:
    """The password alone, where it is spelled as it is: without quotes, and without what stands in front of it."""
    span, value = word.span, word.sketch
    at = span.text.rfind(value) if word.value is not None and "$" not in span.text else -1
    return Span(span.source, span.start + at, span.start + at + len(value)) if at >= 0 else span


def _fix(command: Command, word: Word) -> Fix | None:
    if command.name not in _STDIN or command.piped_from or command.span.source is not word.span.source:
        return None
    before = next((w for w in reversed(command.arguments) if w.span.end <= word.span.start), None)
    flag = next((w for w in command.arguments if w.span.contains(word.span) and w.span != word.span), None) or before
    if flag is None or not flag.sketch.startswith(("-p", "--password")) or "\n" in word.span.text:
        return None
    start = edits.insert_before(command.span, f"echo {word.span.text} | ")
    whole = flag.span.until(word.span)
    return Fix("Give the password by the input", (start, edits.replace(whole, "--password-stdin")))
