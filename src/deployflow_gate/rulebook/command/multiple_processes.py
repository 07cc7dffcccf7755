r"""A container runs one process.

A platform watches the first process of a container. Where that is a supervisor, or a shell that left others in the background, one of
them can die and the container stays up; their logs are mixed, and they can only be scaled, limited and updated together.

A supervisor of processes:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD «["supervisord", "-n", "-c", "/etc/supervisord.conf"]»
```
```dockerfile b/Dockerfile fails
FROM node:22.11.0-slim
ENTRYPOINT «["npx", "concurrently", "node api.js", "node worker.js"]»
```

One is left in the background:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD «celery -A shop worker & gunicorn shop.wsgi»
```
```dockerfile b/Dockerfile fails
FROM node:22.11.0-slim
CMD «node api.js & node worker.js & wait -n»
```

Programs of the image's own, on the command line itself:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
CMD «/opt/collect --loop & /opt/report»
```

A service of the system is started beside it:

```dockerfile Dockerfile fails
FROM php:8.3.13-fpm
CMD «service nginx start && php-fpm»
```
```dockerfile b/Dockerfile fails
FROM python:3.12.7-slim
CMD «["sh", "-c", "cron && gunicorn shop.wsgi"]»
```

A script of the repository does so:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
COPY start.sh /
ENTRYPOINT «["/start.sh"]»
```
```bash start.sh fails
#!/bin/bash
nginx
uvicorn app:app --port 8001 &
python -m celery -A app worker
```

Or a service's command:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
CMD ["gunicorn", "shop.wsgi"]
```
```yaml compose.yaml fails
services:
  shop:
    build: .
    command: «sh -c "python bot.py & gunicorn shop.wsgi"»
```

One after the other, and what is over soon:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
CMD python manage.py migrate && exec gunicorn shop.wsgi
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
CMD (sleep 5; touch /tmp/ready) & exec gunicorn shop.wsgi
```
```dockerfile c/Dockerfile passes
FROM debian:12.8-slim
CMD /opt/init-cache.sh & exec /opt/report
```

One in the background that the shell only waits for:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY start.sh /
CMD ["/start.sh"]
```
```bash start.sh passes
#!/bin/bash
trap 'kill $pid' TERM
gunicorn shop.wsgi &
pid=$!
wait $pid
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim
CMD python app.py & tail -f /var/log/app.log
```
```dockerfile c/Dockerfile passes
FROM debian:12.8-slim
CMD cron && tail -f /var/log/cron.log
```

In the foreground, with an init of one process:

```dockerfile Dockerfile passes
FROM nginx:1.27.2
ENTRYPOINT ["tini", "--"]
CMD ["nginx", "-g", "daemon off;"]
```
```dockerfile b/Dockerfile passes
FROM debian:12.8-slim
CMD ["cron", "-f"]
```
```dockerfile c/Dockerfile passes
FROM ruby:3.3.6-slim
CMD ["foreman", "start", "web"]
```

A supervisor of one program:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY supervisord.conf /etc/
CMD ["supervisord", "-n"]
```
```ini supervisord.conf passes
[supervisord]
nodaemon = true
[program:app]
command = gunicorn shop.wsgi
```

Only in a branch:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY start.sh /
CMD ["/start.sh"]
```
```bash start.sh passes
#!/bin/bash
if [ "$WITH_CRON" = 1 ]; then
  cron
fi
exec gunicorn shop.wsgi
```

## Options

- `supervisors`: the programs that run several others.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename
from typing import TYPE_CHECKING

from deployflow_gate.lint import Note, Problem, Severity, rule
from deployflow_gate.model.server_kinds import KINDS, RUNNERS
from deployflow_gate.model.starting import running, starts
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.script import Script
    from deployflow_gate.model.starting import Running, Start

SUPERVISORS = (
    *("supervisord", "s6-svscan", "runsvdir", "runsvdir-start", "my_init", "monit", "circusd", "systemd"),
    *(
        "concurrently",
        "run-p",
        "foreman",
        "honcho",
        "forego",
        "goreman",
        "hivemind",
        "overmind",
        "multirun",
        "process-compose",
    ),
)
PROCFILES = frozenset({"foreman", "honcho", "forego", "goreman", "hivemind", "overmind"})
"""Those that run what a Procfile names, all of it or what they are told."""

FOREGROUND: dict[str, tuple[str, ...]] = {
    "nginx": ("daemon off", "-t", "-T", "-v", "-V", "-s"), "cron": ("-f",), "crond": ("-f", "-n", "-d"), "sshd": ("-D", "-d", "-t"),
    "rsyslogd": ("-n",), "syslogd": ("-n",), "dbus-daemon": ("--nofork",), "fcgiwrap": ("-",), "atd": ("-f",),
}  # fmt: skip
"""Daemons that go to the background by themselves, unless they are told otherwise or only asked something."""

BACKGROUND: dict[str, tuple[str, ...]] = {
    "redis-server": ("--daemonize",), "php-fpm": ("-D", "--daemonize"), "gunicorn": ("-D", "--daemon"), "mongod": ("--fork",),
    "service": ("start", "restart"), "rc-service": ("start", "restart"), "apachectl": ("start",), "apache2ctl": ("start",),
    "pg_ctl": ("start",), "pg_ctlcluster": ("start",), "celery": ("--detach",), "supervisord": (),
}  # fmt: skip
"""Programs that go there if they are told to."""

PROGRAMS = regex(
    r"(?:python|node|nodejs|java|ruby|php|deno|bun|dotnet|perl)[\d.]*|.*-(?:server|worker|daemon)|dockerd|containerd|uwsgi"
    r"|httpd|mysqld(?:_safe)?|memcached|vsftpd|proftpd|x?inetd|slapd|named|ntpd|chronyd|smbd|nmbd|statsd|collectd|fluentd|varnishd"
    r"|lighttpd|squid|Xvfb|Xvnc|x11vnc|websockify|fluxbox|openbox|telegraf|filebeat|tor|dnsmasq|haproxy|envoy|consul|tailscaled"
)
"""Names that, in the background, are taken for processes that stay: interpreters with a program, and daemons."""

_SOON_OVER = regex(
    r"^(?:sleep|touch|curl|wget|tail|echo|cat|cp|mkdir|chown|chmod|wait|true|mount|date|trap|kill|rm|mv|printf|test|until|cd)\b|init|setup"
    r"|set-up|migrat|wait|warm|seed|import|create|register|ready|config|prepare|install|open|browser"
)
"""Commands that, in the background, are over soon."""

_WAITS = frozenset(
    {"wait", "tail", "sleep", "true", "kill", "echo", "trap", "cat", "exit", "set", "read", "fg", "jobs", "bash", "sh"}
)


@rule(Severity.NOTICE, seeds=("003:16",))
def check(image: Image, *, supervisors: tuple[str, ...] = SUPERVISORS) -> Iterator[Problem]:
    for start in starts(image):
        programs = [program for program in running(image, start) if program.certain]
        supervisor = next((p for p in programs if _supervises(image, p.runs, supervisors)), None)
        if supervisor is not None:
            yield _problem(start, supervisor, f"`{supervisor.runs.tool}` runs several processes in one container.")
            continue
        beside = [program for program in programs if _stays(program.runs, start.script)]
        if not beside:
            continue
        last = next((p for p in reversed(programs) if _is_process(p, beside)), None)
        if last is not None or len({_spelled(program.runs) for program in beside}) > 1:
            name = beside[0].runs.tool
            yield _problem(start, beside[0], f"`{name}` runs in the background, beside the container's other process.")


def _problem(start: Start, program: Running, message: str) -> Problem:
    at = start.part(*program.written.words[::-1])
    notes = (Note(program.runs.span, "It is started here."),) if program.runs.span.path != at.path else ()
    return Problem(at, message, notes=notes if program.runs.span.path != "package.json" else ())


def _spelled(command: Command) -> str:
    return " ".join(word.sketch for word in command.own)


def _supervises(image: Image, command: Command, supervisors: tuple[str, ...]) -> bool:
    name = command.tool
    words = command.own
    if name in {"npx", "bunx", "pnpx"}:
        name, words = next(
            ((w.value, words[i:]) for i, w in enumerate(words) if i and not w.sketch.startswith("-")), (None, ())
        )
    if name not in supervisors:
        return False
    operands = [word for word in words[1:] if not word.sketch.startswith("-")]
    if name in PROCFILES:
        return bool(operands) and operands[0].value in {"start", "s"} and len(operands) == 1
    if name == "supervisord":
        return _programs(image) != 1
    return name != "concurrently" or len(operands) > 1


def _programs(image: Image) -> int | None:
    """How many programs the configuration of supervisord in the context names; None where that is not known."""
    context = image.context
    found = (
        [p for p in context.all_files if "supervisor" in p and p.endswith((".conf", ".ini"))]
        if context is not None
        else []
    )
    if len(found) != 1 or context is None:
        return None
    source = image.project.read_text(context.inside(found[0]))
    if source is None or "[include]" in source.text:
        return None
    return sum(line.lstrip().startswith(("[program:", "[fcgi-program:")) for line in source.text.splitlines())


def _stays(command: Command, line: Script) -> bool:
    """Whether a command leaves a process in the background."""
    name, text = command.tool or "", _spelled(command)
    values = [word.sketch for word in command.own[1:]]
    if name in FOREGROUND:
        return command.background or not any(
            flag in text if " " in flag else flag in values for flag in FOREGROUND[name]
        )
    if any(flag in values for flag in BACKGROUND.get(name, ())):
        return True
    if command.own and command.own[0].sketch.startswith("/etc/init.d/"):
        return bool(values) and values[0] in {"start", "restart"}
    if not command.background:
        return False
    if name in KINDS or name in RUNNERS or PROGRAMS.fullmatch(name):
        return True
    # on the command line itself stands what the container is for; in a script it may be a preparation
    return command.script is line and "substitution" not in command.nesting and not _SOON_OVER.search(text)


def _is_process(program: Running, beside: list[Running]) -> bool:
    """Whether it is a process in the foreground, at the end."""
    command = program.runs
    if program in beside or not command.words or command.background or basename(command.words[0].sketch) in _WAITS:
        return False
    return program.main or command.script.main_command is command
