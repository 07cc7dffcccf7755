r"""A user that is made is switched to.

Making a user changes nothing about whom the image runs as: without USER, or a program that steps down, that is root.

The image goes on as root, or goes back to it:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
RUN useradd --uid 10001 --create-home «app»
WORKDIR /app
COPY . /app
CMD ["uvicorn", "app:app"]
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
RUN useradd --uid 10001 --create-home app
WORKDIR /app
COPY . /app
USER app
CMD ["uvicorn", "app:app"]
```
```dockerfile b/Dockerfile fails
FROM alpine:3.20.3
RUN addgroup -S web && adduser -S -G web «web»
USER root
ENTRYPOINT ["/usr/bin/shop"]
```

A user made below, in a stage that the image stands on:

```dockerfile Dockerfile fails
FROM debian:12.8-slim AS base
RUN groupadd -g 1000 app && useradd -u 1000 -g app «app»
FROM base
CMD ["/usr/bin/shop"]
```

One of two is used:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN useradd app && useradd «worker»
COPY --chown=app . /srv
CMD ["/usr/bin/shop"]
```

It is switched to, by name or by number; files are given to it:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN useradd -u 10001 app
USER app
CMD ["/usr/bin/shop"]
```
```dockerfile b/Dockerfile passes
FROM debian:12.8-slim
RUN useradd -u 10001 app
USER 10001
CMD ["/usr/bin/shop"]
```
```dockerfile c/Dockerfile passes
FROM debian:12.8-slim
RUN useradd app && mkdir /data && chown app:app /data
CMD ["/usr/bin/shop"]
```

What it starts steps down, or may:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN useradd app
CMD ["gosu", "app", "/usr/bin/shop"]
```
```dockerfile b/Dockerfile passes
FROM debian:12.8-slim
RUN useradd app
ENTRYPOINT ["/docker-entrypoint.sh"]
```
```dockerfile c/Dockerfile passes
FROM debian:12.8-slim
RUN useradd app
CMD ["/usr/bin/supervisord", "-n"]
```
```dockerfile d/Dockerfile passes
FROM debian:12.8-slim
RUN useradd app
CMD ["gunicorn", "--user=app", "shop:app"]
```

Somebody logs in as it, or the service that runs the image asks for it:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN useradd app && echo "app:app" | chpasswd
CMD ["/usr/bin/shop"]
```
```dockerfile b/Dockerfile passes
FROM debian:12.8-slim
RUN useradd -u 10001 app
CMD ["/usr/bin/shop"]
```
```yaml compose.yaml passes
services:
  app:
    build: b
    user: "10001"
```

The base image runs as another user:

```dockerfile Dockerfile passes
FROM bitnami/node:22.11.0
RUN useradd app
CMD ["/usr/bin/shop"]
```

An image that starts nothing, a name that is not known, a build stage:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN useradd app
```
```dockerfile b/Dockerfile passes
ARG NAME
FROM debian:12.8-slim AS build
RUN useradd builder
FROM debian:12.8-slim
ARG NAME
RUN useradd ${NAME}
CMD ["/usr/bin/shop"]
```

## Options

- `switchers`: more programs that step down by themselves, as their configuration says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.accounts import MAKERS
from deployflow_gate.model.images_known import default_user
from deployflow_gate.model.instruction import Cmd, Entrypoint, Env, Run, Transfer, User
from deployflow_gate.model.shipping import judged_in
from deployflow_gate.model.user import is_root
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.instruction import Instruction

SWITCHERS = frozenset(
    {
        "apache2", "apache2-foreground", "apache2ctl", "apachectl", "asterisk", "chpst", "chronyd", "chroot", "clamd", "cron",
        "crond", "dnsmasq", "dovecot", "dropbear", "exim", "freshclam", "ftpd", "gosu", "haproxy", "httpd", "httpd-foreground",
        "inetd", "init", "jail", "keepalived", "lighttpd", "memcached", "mosquitto", "mysqld", "mysqld_safe", "named", "nginx",
        "nsjail", "ntpd", "openrc", "openvpn", "php-fpm", "pgbouncer", "postfix", "postgres", "proftpd", "pure-ftpd",
        "rabbitmq-server", "rspamd", "rsyslogd", "runit", "runsvdir", "runuser", "s6-setuidgid", "s6-svscan", "setpriv",
        "setuidgid", "slapd", "smbd", "smtpd", "snmpd", "squid", "sshd", "start-stop-daemon", "stunnel", "su", "su-exec", "sudo",
        "supervisord", "systemd", "tinyproxy", "tor", "unbound", "uwsgi", "varnishd", "vsftpd", "xinetd",
    }
)  # fmt: skip
"""What starts as root and goes on, or starts others, as somebody else."""
_SCRIPT = regex(r".*\.(?:sh|bash|py|pl|rb)|.*(?:entry-?_?point|start|run|init|boot|launch|setup|drop|priv|jail).*")
"""What a script is called that may do so, and cannot be read here."""


@rule(Severity.WARNING, seeds=("002:9",), aliases=("tally:tally/user-created-but-never-used",))
def check(image: Image, *, switchers: tuple[str, ...] = ()) -> Iterator[Problem]:
    default = default_user(image.base) if image.base is not None else None
    if image.development or not (is_root(image.user.user) if image.user is not None else default in {"root", None}):
        return
    users = [
        account
        for stage in image.stage.lineage
        for account in stage.accounts
        if account.kind == "user" and judged_in(stage, image)
    ]
    if not users or _may_switch(image, SWITCHERS.union(switchers)):
        return
    for account in users:
        name = account.name.value
        if name and not _named(image, name, account.id.value if account.id is not None else None):
            fix = _fix(image, name) if len(users) == 1 else None
            runs = "; the image runs as root" if image.user is not None or default == "root" else ""
            yield Problem(account.name.span, f"The user `{name}` is made and never switched to{runs}.", fix=fix)


def _may_switch(image: Image, tools: frozenset[str]) -> bool:
    """Whether what it starts steps down, or is nothing, or nothing that is known."""
    from deployflow_gate.model.server import entry_commands

    commands = list(entry_commands(image))
    if not commands:
        return True
    for command in commands:
        if command.name is None or command.name in tools or not tools.isdisjoint(command.wrappers):
            return True
        if any(_SCRIPT.fullmatch((word.value or "").rpartition("/")[2]) for word in command.words[:2]):
            return True
        if any(word.value in tools for word in command.words):
            return True
    return any(service.user is not None and not is_root(service.user) for service in image.services)


def _named(image: Image, name: str, uid: str | None) -> bool:
    """Whether anything but the making of the user names it."""
    whole = re.compile(rf"(?<![\w./@-]){re.escape(name)}(?![\w/@-]|\.\w)")
    return any(_names(instruction, whole, {name, uid} - {None}) for instruction in image.history)


def _names(instruction: Instruction, whole: re.Pattern[str], names: set[str | None]) -> bool:
    if isinstance(instruction, User):
        return instruction.user.value is None or instruction.user.value in names
    if isinstance(instruction, Transfer):
        given = instruction.chown.sketch.partition(":")[0] if instruction.chown is not None else ""
        return given in names or any(whole.search(heredoc.body.text) for heredoc in instruction.heredocs)
    if isinstance(instruction, Env):
        return any(variable.value is not None and variable.value.value in names for variable in instruction.variables)
    if isinstance(instruction, Run) and instruction.script is not None:
        if instruction.script.syntax is None and not instruction.script.is_exec:
            return True
        return any(_command_names(command, whole, names) for command in instruction.script.commands)
    if isinstance(instruction, Cmd | Entrypoint) and instruction.script is not None:
        return any(
            word.value in names or word.sketch.partition("=")[2].partition(":")[0] in names
            for command in instruction.script.commands
            for word in command.words[1:]
        )
    return False


def _command_names(command: Command, whole: re.Pattern[str], names: set[str | None]) -> bool:
    if command.name in MAKERS and len(command.operands) == 1:
        return False
    if command.run_as is not None and (command.run_as.value is None or command.run_as.value in names):
        return True
    if command.name in {"usermod", "groupmod", "adduser", "addgroup", "gpasswd", "mkdir", "cd"}:
        return False
    return any(word.value in names or whole.search(word.sketch) for word in command.words[1:])


def _fix(image: Image, name: str) -> Fix | None:
    own = image.stage.instructions
    first = next((i for i in own if isinstance(i, Cmd | Entrypoint)), None)
    behind = [i for i in own if first is not None and i.index > first.index]
    if first is None or image.user is not None or any(not isinstance(i, Cmd | Entrypoint) for i in behind):
        return None
    return Fix(f"Switch to {name}", (edits.insert_line_before(first.span, f"USER {name}"),))
