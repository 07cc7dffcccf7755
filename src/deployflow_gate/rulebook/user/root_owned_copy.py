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
from posixpath import basename
from typing import TYPE_CHECKING

from deployflow_gate.lint import Edit, Fix, Problem, Severity, edits, rule
from deployflow_gate.model.framework import manifests, ruby_gems
from deployflow_gate.model.instruction import Run, Transfer, User, Volume, Workdir
from deployflow_gate.model.placement import before, folder_of, joined, working_directory
from deployflow_gate.model.shipping import judged_in
from deployflow_gate.model.user import is_root
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.stage import Stage

FRAMEWORKS = {
    "rails": ("tmp", "log", "storage"),
    "laravel": ("storage", "bootstrap/cache"),
    "next": (".next/cache",),
}
"""What a framework writes below its own folder while it runs."""
_OWNERS = frozenset({"chown", "chgrp", "install", "setfacl", "fix-permissions"})
"""What gives files to somebody."""
_CHANGERS = frozenset({"chmod", "touch", "tee", "truncate"})
"""What only the owner of a file may do, or who may write it."""


_THERE = ("/home", "/root", "/usr", "/opt", "/srv", "/var", "/tmp", "/etc", "/mnt")  # noqa: S108 - not used as such
"""Folders that images have, or may."""


@rule(
    Severity.NOTICE,
    seeds=("004:8",),
    aliases=("tally:tally/copy-after-user-without-chown", "tally:tally/ruby/state-paths-not-writable-as-non-root"),
)
def check(
    image: Image,
    *,
    state: tuple[str, ...] = ("uploads", "storage", "logs", "log", "cache", ".cache", "tmp", "sessions"),
    databases: tuple[str, ...] = (".db", ".sqlite", ".sqlite3"),
) -> Iterator[Problem]:
    if image.development or image.stage.windows or image.user is None:
        return
    written = [*_volumes(image), *_framework_folders(image)]
    for transfer, user in _roots_copies(image):
        target = transfer.destination
        if target is None or target.value is None or not judged_in(transfer.stage, image):
            continue
        places = _places(transfer, target.value)
        what = _changed_by(transfer, user, places)
        if what is None and not is_root(image.user.user):
            what = _evidence(transfer, places, written, state, databases)
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


def _places(transfer: Transfer, target: str) -> list[tuple[str, str]]:
    """(where it stands in the image, what stood where it was taken from) of each source, as far as these are known."""
    place = joined(working_directory(transfer), target)
    sources = [source.value.rstrip("/") for source in transfer.sources if source.value is not None]
    found = []
    for source in sources:
        file = "." in basename(source).lstrip(".")
        into = target.endswith(("/", ".")) or len(sources) > 1
        found.append((joined(place, basename(source)) if file and into else place, source))
    return found or [(place, "")]


def _changed_by(transfer: Transfer, user: User, places: list[tuple[str, str]]) -> str | None:
    """What a later command of the same user does with it that only its owner may."""
    stage = transfer.stage
    for later in stage.instructions if stage is not None else ():
        if later.index <= transfer.index:
            continue
        if isinstance(later, User) and later.user.value != user.user.value:
            return None
        if not isinstance(later, Run) or later.script is None:
            continue
        for command in later.script.commands:
            if command.wrappers or not command.unconditional:
                continue
            folder = folder_of(command, later)
            install = command.install
            installs = install is not None and install.takes_project and install.action == "install"
            if installs and any(folder == place and _makes(transfer, place) for place, _ in places):
                return f"`{command.name}` of `{user.user.value}` installs into it"
            if command.name not in _CHANGERS:
                continue
            for word in command.operands[command.name == "chmod" :]:
                named = joined(folder, word.value) if folder is not None and word.value is not None else None
                if named is not None and any(named == place for place, _ in places):
                    return f"`{command.name}` of `{user.user.value}` changes it"
    return None


def _makes(transfer: Transfer, place: str) -> bool:
    """Whether a folder is not there before it is copied to, so that it is root's, too."""
    stage = transfer.stage
    known = stage is not None and stage.base is not None and stage.base.known is not None
    if not known or not place.startswith("/") or place == "/" or place.startswith(_THERE):
        return False
    for earlier in before(transfer):
        if isinstance(earlier, Workdir) and (joined(working_directory(earlier), earlier.path.sketch) + "/").startswith(
            place
        ):
            return False
        if isinstance(earlier, Run) and place in earlier.argument_text.text:
            return False
    return True


def _evidence(
    transfer: Transfer,
    places: list[tuple[str, str]],
    written: list[tuple[str, str]],
    state: tuple[str, ...],
    databases: tuple[str, ...],
) -> str | None:
    for place, source in places:
        for folder, what in written:
            whole = source in {"", ".", "*"} or "." not in basename(source).lstrip(".")
            if (place + "/").startswith(folder + "/") or (whole and _brings(transfer, place, source, folder)):
                return what
        if place.endswith(databases):
            return f"the database `{basename(place)}` is written to"
        if source and basename(place) in state and place.count("/") > 1 and UNKNOWN not in basename(place):
            return f"the folder `{basename(place)}` is written to"
    return None


def _brings(transfer: Transfer, place: str, source: str, folder: str) -> bool:
    """Whether a copied folder holds one that is written to."""
    if not folder.startswith(place.rstrip("/") + "/"):
        return False
    first = folder[len(place.rstrip("/")) + 1 :].partition("/")[0]
    whole = transfer.whole_context or basename(source) == basename(place) or source.endswith(".next/standalone")
    return whole or basename(source) == first


def _volumes(image: Image) -> Iterator[tuple[str, str]]:
    for volume in image.history:
        if isinstance(volume, Volume):
            for path in volume.paths:
                if path.value:
                    yield joined(working_directory(volume), path.value), f"`{path.value}` is a volume"


def _framework_folders(image: Image) -> Iterator[tuple[str, str]]:
    workdir = image.stage.workdir
    names = set(image.frameworks)
    if "rails" in ruby_gems(image):
        names.add("rails")
    if any(basename(path) == "composer.json" and '"laravel/framework"' in text for path, text in manifests(image)):
        names.add("laravel")
    for name, folders in FRAMEWORKS.items() if workdir is not None else ():
        for folder in folders if name in names else ():
            yield joined(workdir or "/", folder), f"{name.capitalize()} writes to its `{folder}`"


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
