r"""USER names a group only where the user is to have no other.

With a group, Docker gives the process that one and none else: those that the user was put into are left out, and with them the right
to read and write what belongs to them. Without one, the process has its primary group and all the others.

It was put into a group as it was made, or later:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN useradd --uid 10001 --groups audio,video shop
«USER shop:shop»
CMD ["/usr/bin/shop"]
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN useradd --uid 10001 --groups audio,video shop
USER shop
CMD ["/usr/bin/shop"]
```
```dockerfile b/Dockerfile fails
FROM debian:12.8-slim AS base
RUN useradd --uid 10001 shop && usermod -aG video shop && gpasswd -a shop audio
FROM base
«USER shop:shop»
CMD ["/usr/bin/shop"]
```
```dockerfile b/Dockerfile fixed
FROM debian:12.8-slim AS base
RUN useradd --uid 10001 shop && usermod -aG video shop && gpasswd -a shop audio
FROM base
USER shop
CMD ["/usr/bin/shop"]
```
```dockerfile c/Dockerfile fails
FROM alpine:3.20.3
RUN adduser -D -u 10001 shop && addgroup shop video
«USER shop:video»
CMD ["/usr/bin/shop"]
```

On Windows:

```dockerfile Dockerfile fails
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
RUN Add-LocalGroupMember -Group 'Readers' -Member 'shop'
«USER shop:users»
```

It names no group, a user by its number, or another user:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN useradd --uid 10001 --groups audio shop && useradd --uid 10002 web
USER shop
USER 10001:10001
USER web:web
CMD ["/usr/bin/shop"]
```

The user is in no other group:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN groupadd -g 10001 shop && useradd -u 10001 -g shop -G shop shop
USER shop:shop
CMD ["/usr/bin/shop"]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Note, Problem, Severity, edits, rule

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import User


@rule(Severity.NOTICE, aliases=("tally:tally/user-explicit-group-drops-supplementary-groups",))
def check(user: User) -> Iterator[Problem]:
    stage, group = user.stage, user.group
    name = user.user.value
    if stage is None or user.onbuild or not name or group is None or not group.value or name.isdigit():
        return

    def same(one: str | None, other: str) -> bool:
        return one == other or (stage.windows and (one or "").lower() == other.lower())

    # what is put into them behind the USER counts as well, for the process that the image starts
    given = [m for below in stage.lineage for m in below.memberships if same(name, m.user)]
    groups = list(dict.fromkeys(g for m in given for g in m.groups))
    primary = {
        (account.group.value or "") if account.group is not None else name
        for below in stage.lineage
        for account in below.accounts
        if account.kind == "user" and account.name.value == name and account.own_group is not False
    }
    if not groups or (all(same(g, group.value) for g in groups) and primary == {group.value}):
        return
    lost = [g for g in groups if not same(g, group.value)] or sorted(primary - {group.value})
    notes = tuple(Note(m.span, "It is put into a group here.") for m in given[:1])
    fix = None
    if group.value in primary and user.user.raw == name:
        fix = Fix("Name the user alone", (edits.replace(user.syntax.body.span(0, len(user.syntax.body.text)), name),))
    others = f": not in {', '.join(f'`{g}`' for g in lost)}" if lost else ""
    yield Problem(user.span, f"With the group `{group.value}` named, `{name}` is in no other{others}.", notes, fix)
