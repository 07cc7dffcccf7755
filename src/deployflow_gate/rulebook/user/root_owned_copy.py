r"""Files that the image's user must write are copied as its own.

COPY and ADD give files of the context to root, whoever USER has named before; those of another stage stay root's if they are root's
there. Files that are only read are best left to root. Reported is what is seen to be written: by a later command, as a volume, a
database or a folder of state, or by the framework.

A later command of the user changes what is root's, and the build fails:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
USER 10001
WORKDIR /app
COPY start.sh «./»
RUN chmod +x start.sh
CMD ["./start.sh"]
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
USER 10001
WORKDIR /app
COPY --chown=10001 start.sh ./
RUN chmod +x start.sh
CMD ["./start.sh"]
```

The copy makes the folder into which a later command of the user installs:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
USER node
COPY . «/app»
WORKDIR /app
RUN npm ci
CMD ["node", "server.js"]
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-slim
USER node
COPY --chown=node . /app
WORKDIR /app
RUN npm ci
CMD ["node", "server.js"]
```

A volume, a folder of state, a database:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
VOLUME /srv/content
USER app:app
COPY content «/srv/content»
COPY uploads/ «/srv/uploads/»
COPY shop.sqlite3 «/srv/»
CMD ["/usr/bin/shop"]
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
VOLUME /srv/content
USER app:app
COPY --chown=app:app content /srv/content
COPY --chown=app:app uploads/ /srv/uploads/
COPY --chown=app:app shop.sqlite3 /srv/
CMD ["/usr/bin/shop"]
```

Rails writes into `tmp` and `log` of its own folder, Next.js into its cache:

```dockerfile Dockerfile fails
FROM ruby:3.3.6-slim AS build
WORKDIR /shop
COPY . .
FROM ruby:3.3.6-slim
WORKDIR /shop
USER 10001
COPY --from=build /shop «/shop»
CMD ["bin/rails", "server"]
```
```dockerfile b/Dockerfile fails
FROM node:22.11.0-slim
WORKDIR /app
USER node
COPY .next «./.next»
COPY public ./public
CMD ["next", "start"]
```

What is only read may stay root's:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
WORKDIR /app
USER 10001
COPY . .
COPY start.sh /usr/local/bin/
COPY seeds /tmp
CMD ["uvicorn", "app:app"]
```

The folder is the user's own, since WORKDIR makes it for the user:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
USER node
WORKDIR /app
COPY . .
RUN npm ci
CMD ["node", "server.js"]
```

It is given to the user, at once or afterwards, or everybody may write it:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
USER 10001
COPY --chown=10001 uploads /srv/uploads
COPY --chmod=777 logs /srv/logs
COPY cache /srv/cache
USER root
RUN chown -R 10001 /srv
USER 10001
CMD ["/usr/bin/shop"]
```

The image runs as root, the copy comes before the USER, the command has root's rights:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
USER 10001
COPY uploads /srv/uploads
USER root
CMD ["/usr/bin/shop"]
```
```dockerfile b/Dockerfile passes
FROM debian:12.8-slim
USER 10001
COPY start.sh /
USER root
RUN chmod +x /start.sh
USER 10001
COPY stop.sh /
RUN sudo chmod +x /stop.sh
CMD ["/start.sh"]
```

Files of a stage where they belong to somebody else, or of an image of which that is not known:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS build
RUN mkdir -p /srv/uploads && chown 10001 /srv/uploads
FROM debian:12.8-slim
USER 10001
COPY --from=build /srv/uploads /srv/uploads
COPY --from=registry.acme.dev/seed:4.2 /srv/cache /srv/cache
CMD ["/usr/bin/shop"]
```

## Options

- `state`: names of folders that are written to.
- `databases`: endings of files that are written to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Edit, Fix, Problem, Severity, edits, rule
from deployflow_gate.model.instruction import Run, Transfer, User
from deployflow_gate.model.placement import folder_of, joined
from deployflow_gate.model.shipping import judged_in
from deployflow_gate.model.user import is_root
from deployflow_gate.rulebook.user._written import DATABASES, STATE, changed_by, evidence, places_of, written_folders

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.stage import Stage

_OWNERS = frozenset({"chown", "chgrp", "install", "setfacl", "fix-permissions"})
"""What gives files to somebody."""


@rule(
    Severity.NOTICE,
    seeds=("004:8",),
    aliases=("tally:tally/copy-after-user-without-chown", "tally:tally/ruby/state-paths-not-writable-as-non-root"),
)
def check(
    image: Image,
    *,
    state: tuple[str, ...] = STATE,
    databases: tuple[str, ...] = DATABASES,
) -> Iterator[Problem]:
    if image.development or image.stage.windows or image.user is None:
        return
    written = written_folders(image)
    for transfer, user in _roots_copies(image):
        target = transfer.destination
        if target is None or target.value is None or not judged_in(transfer.stage, image):
            continue
        places = places_of(transfer, target.value)
        what = changed_by(transfer, user, places)
        if what is None and not is_root(image.user.user):
            what = evidence(transfer, places, written, state, databases)
        if what is not None and not _given_away(image, transfer, places):
            fix = Fix(f"Copy it as {user.syntax.body.text}", (_chown(transfer, user),))
            yield Problem(target.span, f"`{target.value}` is copied as root's, but {what}.", fix=fix)


def _roots_copies(image: Image) -> Iterator[tuple[Transfer, User]]:
    """The copies behind a USER that stay root's, with that USER."""
    user: User | None = None
    for instruction in image.history:
        if isinstance(instruction, User):
            user = instruction
        elif isinstance(instruction, Transfer) and user is not None and instruction.chown is None:
            mode = instruction.chmod
            open_to_all = mode is not None and (mode.value is None or mode.value[-1:] in "2367")
            known = user.user.value is not None and not is_root(user.user)
            if known and not open_to_all and (instruction.from_ is None or _roots(instruction.from_stage)):
                yield instruction, user


def _roots(stage: Stage | None) -> bool:
    """Whether all that a stage makes is root's."""
    if stage is None:
        return False
    runs = (i for i in stage.history if isinstance(i, Run) and i.script is not None)
    return (
        all(is_root(user.user) for user in stage.of(User))
        and (stage.user is None or is_root(stage.user.user))
        and not any(c.name in _OWNERS for run in runs if run.script is not None for c in run.script.commands)
        and not any(isinstance(i, Transfer) and i.chown is not None for i in stage.history)
    )


def _given_away(image: Image, transfer: Transfer, places: list[tuple[str, str]]) -> bool:
    """Whether a later command gives it, or a folder that it is in, to somebody."""
    behind = False
    for later in image.history:
        behind = behind or later is transfer
        if not behind or not isinstance(later, Run) or later.script is None:
            continue
        for command in later.script.commands:
            if command.name not in _OWNERS and not (command.name == "chmod" and command.wrappers):
                continue
            folder = folder_of(command, later)
            for word in command.operands:
                if folder is None or word.value is None:
                    return True
                named = joined(folder, word.value.rstrip("*") or ".").rstrip("/")
                if any((place + "/").startswith(named + "/") or named.startswith(place + "/") for place, _ in places):
                    return True
    return False


def _chown(transfer: Transfer, user: User) -> Edit:
    owner = user.syntax.body.text.strip()
    return edits.insert_after(transfer.keyword_span, f" --chown={owner}")
