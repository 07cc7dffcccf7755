r"""No key, token or password is written in a file.

Whoever can read the repository, its history or an image that was built of it has the secret, for as long as it is valid.
Revoke it, since removing the line does not take it out of the history; then give it by the store of the platform, or by a
secret mount.

A key that its form tells, wherever it stands, in a comment, too:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ENV BUCKET_KEY=«AKIAYXCVBNMLKJHGFDSA»
```
```yaml .github/workflows/ci.yml fails
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - run: ./deploy --key «AKIAPOIUZTREWQLKJHGF» # before: «AKIAQWERTZUIOPASDFGH»
```

A private key:

```yaml compose.yaml fails
services:
  proxy:
    image: acme/proxy:4.2
    environment:
      TLS: |
        «-----BEGIN PRIVATE KEY-----
        notreallyakeyatallbutlongenoughtolooklikeone
        -----END PRIVATE KEY-----»
```

A password in an address that a command is given:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN git clone https://robot:«hunter2»@git.acme.dev/tools.git
```

The image's history keeps what a command is given, and the values of build arguments.

A password on a command line, written out or from a build argument:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ARG DB_PASSWORD
RUN curl -u robot:«hunter2» https://acme.dev/tools.tar.gz | tar xz
RUN mysqladmin --user=root -p«"$DB_PASSWORD"» flush-hosts
RUN echo "root:«hunter2»" | chpasswd
```

A private key that a build makes is the same in every container, and everybody who pulls the image has it.

A private key that the build makes:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «openssl req -x509 -newkey rsa:4096 -nodes -keyout /etc/ssl/app.key -out /etc/ssl/app.crt -subj /CN=app»
RUN «ssh-keygen -A»
```

What stands for a secret, what everybody knows, and what a mount gives:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
# AKIAIOSFODNN7EXAMPLE is the example of a documentation, https://user:password@host the form of an address
ARG GIT_TOKEN
RUN git clone https://robot:${GIT_TOKEN}@git.acme.dev/tools.git
RUN --mount=type=secret,id=password mysqladmin --user=root -p"$(cat /run/secrets/password)" flush-hosts
RUN --mount=type=secret,id=robot,env=ROBOT curl -u "$ROBOT" https://acme.dev/tools.tar.gz
RUN mysql -p --user=root && openssl rsa -pubin -in app.pub -text && ssh-keygen -F acme.dev
```

Variables are left to `secret-in-variable`, but for keys that their form tells; the commands of a stage that does not ship to
`password-on-command-line`.

Variables with addresses, and stages that do not ship:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS build
RUN ssh-keygen -t ed25519 -N "" -f /key
FROM debian:12.8-slim
ENV DATABASE_URL=postgres://app:hunter2@db.acme.dev/app
```

## Options

- `allowed`: secrets (globs) that are known to be harmless, such as the key of a public sandbox.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.instruction import Run
from deployflow_gate.model.shipping import ships
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.secrets._credential_flags import credentials, makes_private_key
from deployflow_gate.rulebook.secrets._secret_kinds import secrets_in
from deployflow_gate.rulebook.secrets._secret_values import url_passwords
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.document import Document
    from deployflow_gate.syntax.shell import Word

_REFERENCE = regex(r"\$\{?(\w+)")
_LOCAL = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "host", "hostname", "example.com"})  # noqa: S104
_LOCKED = frozenset({"*", "!", "!!", "x", ""})
"""What `useradd -p` is given to make an account that no password opens."""


@rule(
    Severity.ERROR,
    seeds=("000:9", "001:8", "001:18", "002:13"),
    aliases=("kics:passwords_and_secrets", "sonar-iac:S6437"),
)
def check(node: Document | Run, *, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    found = _of_run(node) if isinstance(node, Run) else _of_text(node)
    for problem in found:
        if not any(fnmatchcase(problem.at.text, glob) for glob in allowed):
            yield problem


def _of_text(document: Document) -> Iterator[Problem]:
    source = document.source
    for secret in secrets_in(source.text):
        article = "An" if secret.kind[0] in "AEIO" or secret.kind == "age key" else "A"
        at = Span(source, secret.start, secret.end)
        yield Problem(at, f"{article} {secret.kind} is written in the file.", hide=(at,))
    if "://" not in source.text or getattr(document, "role", "") == "development":
        return
    passwords = [p for p in url_passwords(source.text) if p.host not in _LOCAL]
    if not passwords:
        return
    left = sorted(_left_to_others(document), key=lambda span: span.start)
    starts = [span.start for span in left]
    in_workflow = type(document).__name__ in ("Workflow", "Action")
    for password in passwords:
        if in_workflow and "." not in password.host:
            continue  # a container that ends with the job
        span = Span(source, password.start, password.end)
        before = bisect_right(starts, span.start)
        if not before or not left[before - 1].contains(span):
            yield Problem(span, "A password is written out in an address.", hide=(span,))


def _left_to_others(document: Document) -> list[Span]:
    """Comments, in which an address is an example, and variables, which have a rule of their own."""
    from deployflow_gate.model.node import walk
    from deployflow_gate.model.variable import Variable

    variables = [node.span for node in walk(document) if isinstance(node, Variable)]
    return [*document.comments, *variables]


def _of_run(run: Run) -> Iterator[Problem]:
    if run.script is None or not ships(run):
        return
    mounted = any(mount.type == "secret" for mount in run.mounts)
    for command in run.script.commands:
        for word in credentials(command):
            if word.value is not None:
                if word.value not in _LOCKED:
                    at = _place(word)
                    yield Problem(at, f"`{command.name}` is given a password that is written out.", hide=(at,))
            elif not mounted and _from_the_build(run, word):
                yield Problem(word.span, f"`{command.name}` is given a password that the image's history keeps.")
        if makes_private_key(command):
            yield Problem(command.span, f"`{command.name}` makes a private key that is the same in every container.")


def _place(word: Word) -> Span:
    """The password alone, where it is spelled as it is: without quotes, and without the user in front of it."""
    span, value = word.span, word.sketch
    at = span.text.rfind(value)
    return Span(span.source, span.start + at, span.start + at + len(value)) if at >= 0 else span


def _from_the_build(run: Run, word: Word) -> bool:
    """Whether an ARG or ENV is part of the word's value."""
    return any(name in run.scope for name in _REFERENCE.findall(word.raw))
