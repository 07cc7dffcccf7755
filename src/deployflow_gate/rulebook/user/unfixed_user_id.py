r"""A user is made with a fixed uid and gid.

The next free number depends on what the base image and the packages brought, so that it changes with them, and files in a volume
belong to somebody else after an update.

No number is given:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
RUN useradd --create-home --shell /bin/bash «app»
USER app
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
RUN useradd --uid 10001 --create-home --shell /bin/bash app
USER app
```
```dockerfile b/Dockerfile fails
FROM alpine:3.20.3
RUN addgroup -S app && adduser -S -G app «app»
USER app
```
```dockerfile b/Dockerfile fixed
FROM alpine:3.20.3
RUN addgroup --gid 10001 -S app && adduser --uid 10001 -S -G app app
USER app
```

A number for the user, none for the group that is made for it:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN groupadd --system «app» \
    && useradd --system --uid 1001 --gid app app
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN groupadd --gid 1001 --system app \
    && useradd --system --uid 1001 --gid app app
```

Several users:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN useradd «web» && useradd «worker»
```

Both are fixed; a group that is made with the user takes the user's number:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN groupadd -g 1000 app && \
    useradd -m -u 1000 -g app -s /bin/bash app
RUN useradd -u 1001 -g 1001 one
RUN useradd -u 1002 two
RUN addgroup --gid 1003 --system three && \
    adduser --no-create-home --disabled-password --uid 1003 --system --group three
RUN useradd -u 1004 -g www-data four
```
```dockerfile b/Dockerfile passes
FROM alpine:3.20.3
ARG UID=1001
ARG GID=1001
RUN addgroup -g ${GID} -S app && adduser -S -D -H -u ${UID} -G app app
```

The number is changed afterwards:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN groupadd app && useradd -g app app
RUN usermod -u 1001 app && groupmod -g 1001 app
```

A user that is put into a group, one that may be there already, one of a build stage:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS build
RUN useradd builder
FROM debian:12.8-slim
RUN adduser www-data tty
RUN id app || useradd app
RUN useradd app || true
```

## Options

- `number`: what the fix gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.instruction import Run
from deployflow_gate.model.shipping import ships

if TYPE_CHECKING:
    from deployflow_gate.lint import Edit
    from deployflow_gate.model.accounts import Account
    from deployflow_gate.model.stage import Stage


@rule(Severity.NOTICE, seeds=("001:7", "004:8"))
def check(run: Run, *, number: str = "10001") -> Iterator[Problem]:
    stage = run.stage
    if stage is None or run.onbuild or not ships(run):
        return
    for account in stage.accounts:
        if account.run is not run or not account.certain or account.id is not None or account.command.uncertain:
            continue
        if account.kind == "user" and not _changed(stage, account, "usermod", "-u", "--uid"):
            yield Problem(
                account.name.span,
                f"The user `{account.name.raw}` is made without a uid, so it gets the next free one.",
                fix=_fix(stage, account, number),
            )
        elif account.kind == "group" and not _changed(stage, account, "groupmod", "-g", "--gid"):
            user = next((other for other in _users(stage) if _is_group_of(account, other)), None)
            if user is not None and user.id is not None:
                gid = user.id.value if user.id.value is not None and user.id.value.isdigit() else None
                edit = edits.insert_after(account.command.name_span, f" --gid {gid}")
                yield Problem(
                    account.name.span,
                    f"The group `{account.name.raw}` of the user `{user.name.raw}` is made without a gid, so it gets the next free one.",
                    fix=Fix(f"Give it the gid {gid}", (edit,)) if gid is not None else None,
                )


@lru_cache(maxsize=1)
def _users(stage: Stage) -> tuple[Account, ...]:
    return tuple(account for account in stage.accounts if account.kind == "user")


@lru_cache(maxsize=1)
def _unnumbered(stage: Stage) -> int:
    return sum(user.id is None for user in _users(stage))


def _is_group_of(group: Account, user: Account) -> bool:
    return user.group is not None and user.group.sketch == group.name.sketch


def _changed(stage: Stage, account: Account, tool: str, *flags: str) -> bool:
    """Whether a later command gives it a number."""
    return account.name.sketch in _renumbered(stage, tool, flags)


@lru_cache(maxsize=2)
def _renumbered(stage: Stage, tool: str, flags: tuple[str, ...]) -> frozenset[str]:
    """The names that a tool gives numbers to."""
    return frozenset(
        word.sketch
        for run in stage.of(Run)
        if run.script is not None
        for command in run.script.commands
        if command.name == tool and command.option(*flags) is not None
        for word in command.operands
    )


def _fix(stage: Stage, user: Account, number: str) -> Fix | None:
    """The number for the only user that has none, and for the group that is made for it."""
    if _unnumbered(stage) != 1 or any(other.id is not None and other.id.value == number for other in stage.accounts):
        return None
    changes: list[Edit] = [edits.insert_after(user.command.name_span, f" --uid {number}")]
    groups = [
        other for other in stage.accounts if other.kind == "group" and _is_group_of(other, user) and other.id is None
    ]
    changes += [edits.insert_after(group.command.name_span, f" --gid {number}") for group in groups]
    return Fix(f"Give it the number {number}", tuple(changes))
