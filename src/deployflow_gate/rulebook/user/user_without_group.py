r"""A user gets a group of its own.

Without one it shares `nogroup` or `users` with every other user that has none, and what the group may read or write is open to
all of them. Debian's and BusyBox's `adduser` put a system user there, even where a group was made just before.

A system user that is given none of the groups, one of them made for it:

```dockerfile Dockerfile fails
FROM node:22.11.0-alpine
RUN addgroup --system --gid 1001 nodejs \
    && adduser --system --uid 1001 «nextjs»
USER nextjs
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-alpine
RUN addgroup --system --gid 1001 nodejs \
    && adduser --ingroup nodejs --system --uid 1001 nextjs
USER nextjs
```
```dockerfile b/Dockerfile fails
FROM debian:12.8-slim
RUN adduser --system --uid 1001 «app»
```
```dockerfile b/Dockerfile fixed
FROM debian:12.8-slim
RUN adduser --group --system --uid 1001 app
```
```dockerfile c/Dockerfile fails
FROM alpine:3.20.3
RUN adduser -S -u 1001 «app»
```
```dockerfile c/Dockerfile fixed
FROM alpine:3.20.3
RUN addgroup -S app && adduser -G app -S -u 1001 app
```

The group is refused, or is one that everybody shares:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN useradd --no-user-group «one»
RUN useradd -g users «two»
RUN adduser --ingroup nogroup «three»
```

A distribution where nobody gets one:

```dockerfile Dockerfile fails
FROM opensuse/leap:15.6
RUN useradd «app»
```

A group is made with the user, or it is given one:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN useradd --system one
RUN groupadd app && useradd -g app two
RUN adduser --disabled-password --gecos "" three
RUN adduser --system --group four
RUN addgroup --gid 1001 --system five && adduser --system --uid 1001 --ingroup five five
```
```dockerfile b/Dockerfile passes
FROM alpine:3.20.3
RUN adduser -D one
RUN addgroup -S app && adduser -S -G app two
```

The group comes later, by another command or by USER:

```dockerfile Dockerfile passes
FROM alpine:3.20.3
RUN addgroup -S app && adduser -S one && addgroup one app
RUN adduser -S two
USER two:app
```

Root's group, which platforms that choose the user themselves ask for; a group that is not known; a program that is not known:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG GROUP
RUN useradd -u 10001 -g 0 one
RUN useradd -u 10002 -g ${GROUP} two
```
```dockerfile b/Dockerfile passes
FROM registry.acme.dev/base:4.2
RUN adduser --system app
```

A user of a build stage:

```dockerfile Dockerfile passes
FROM alpine:3.20.3 AS build
RUN adduser -S builder
FROM alpine:3.20.3
CMD ["true"]
```

## Options

- `shared`: groups, by name or number, that are nobody's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.instruction import Run, User
from deployflow_gate.model.shipping import ships

if TYPE_CHECKING:
    from deployflow_gate.model.accounts import Account


@rule(Severity.NOTICE, seeds=("000:3",))
def check(run: Run, *, shared: tuple[str, ...] = ("users", "100", "nogroup", "65534", "nobody")) -> Iterator[Problem]:
    stage = run.stage
    if stage is None or run.onbuild or not ships(run):
        return
    for account in stage.accounts:
        if account.run is not run or account.kind != "user" or not account.certain:
            continue
        group = account.group.value if account.group is not None else None
        if group in shared or (account.group is None and account.own_group is False):
            if _given_later(account, shared):
                continue
            joins = group or ("users" if account.tool == "shadow" else "nogroup")
            yield Problem(
                account.name.span,
                f"The user `{account.name.raw}` has no group of its own; it joins `{joins}`.",
                fix=_fix(account) if group is None else None,
            )


def _given_later(account: Account, shared: tuple[str, ...]) -> bool:
    """Whether USER or another command gives the user a group."""
    name = account.name.value
    stage = account.run.stage
    for instruction in stage.instructions if stage is not None else ():
        if isinstance(instruction, User):
            group = instruction.group
            if group is not None and instruction.user.value == name and group.value not in shared:
                return True
        elif isinstance(instruction, Run) and instruction.script is not None:
            for command in instruction.script.commands:
                words = [word.value for word in command.words[1:]]
                if command.name in {"usermod", "gpasswd"} and name in words:
                    return True
                if command.name in {"adduser", "addgroup"} and len(command.operands) == 2 and name in words:
                    return True
    return False


def _fix(account: Account) -> Fix | None:
    command, stage = account.command, account.run.stage
    if stage is None or account.tool not in {"debian", "busybox"} or command.wrappers:
        return None
    groups = [
        other.name.raw
        for other in stage.accounts
        if other.kind == "group" and other.certain and other.name.span.start < account.name.span.start
    ]
    if len(groups) == 1:
        return Fix(f"Put it into {groups[0]}", (edits.insert_after(command.name_span, f" --ingroup {groups[0]}"),))
    name = account.name.value
    if groups or name is None:
        return None
    if account.tool == "debian":
        return Fix("Make a group with it", (edits.insert_after(command.name_span, " --group"),))
    new = (
        edits.insert_before(command.span, f"addgroup -S {name} && "),
        edits.insert_after(command.name_span, f" -G {name}"),
    )
    return Fix("Make a group for it", new)
