r"""A build sets no passwords.

Nobody logs in to a container by a password. What is set stays in `/etc/shadow` of the image, for everybody who has the image to crack, and
the text of the password often stands in the Dockerfile as well.

By `chpasswd`, `passwd` or a flag:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN echo "root:$ROOT" | «chpasswd»
RUN «chpasswd» < accounts.txt
RUN echo "$ROOT" | «passwd --stdin» root
RUN printf '%s\n%s\n' "$ROOT" "$ROOT" | «passwd» root
RUN «useradd» -p '$6$salt$hash' app && «usermod» --password='$6$salt$hash' app
```

A password is taken away, made impossible, or one that nobody will know:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN passwd -l root && passwd --delete app
RUN useradd --password '!' app && usermod -p '*' app
RUN adduser --disabled-password app
RUN echo "app:$(head -c 24 /dev/urandom | base64)" | chpasswd
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Run
    from deployflow_gate.text import Span

IMPOSSIBLE = ("!", "*")
"""How a field begins that no password hashes to (shadow(5))."""

_RANDOM = regex(r"/dev/u?random|\b(?:openssl|gpg)\s+rand|\b(?:pwgen|apg|mkpasswd|uuidgen)\b")


@rule(Severity.ERROR, aliases=("checkov:CKV2_DOCKER_17",))
def check(run: Run) -> Iterator[Problem]:
    for command in run.script.commands if run.script is not None else ():
        place = _sets(command)
        if place is not None and not _RANDOM.search(_pipeline(command)):
            yield Problem(place, f"`{command.name}` sets a password in the image.")


def _pipeline(command: Command) -> str:
    """The text of a command and of what is piped into it."""
    start = min(other.span.start for other in command.pipeline)
    return command.span.source.text[start : command.span.end]


def _sets(command: Command) -> Span | None:
    if command.name == "chpasswd":
        return command.name_span
    if command.name == "passwd":
        flag = command.flag("--stdin")
        if flag is not None:
            return command.name_span.until(flag.span)
        return command.name_span if _is_told(command) and not command.flags else None
    if command.name not in {"useradd", "usermod"}:
        return None
    password = command.option("-p", "--password")
    if password is None or password.sketch in ("", "x") or password.sketch.startswith(IMPOSSIBLE):
        return None
    return command.name_span


def _is_told(command: Command) -> bool:
    """Whether its input comes from somewhere, where it asks for the new password twice."""
    return bool(command.piped_from) or any(redirect.operator.startswith("<") for redirect in command.redirects)
