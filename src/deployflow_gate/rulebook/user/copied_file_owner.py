r"""What an image runs does not belong to the user that it runs as.

Whoever breaks into the application can rewrite what he owns: its code, its configuration, its libraries. Left to root, and read by
all, it is as good. What the user writes while it runs, or changes in the build, must be its own; that is not reported.

The application is given to its user, or to its group with the right to write:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
WORKDIR /app
COPY «--chown=10001» . .
COPY «--chown=root:web» --chmod=664 settings.toml ./
USER 10001
CMD ["uvicorn", "app:app"]
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim
WORKDIR /app
COPY . .
COPY --chown=root:web --chmod=664 settings.toml ./
USER 10001
CMD ["uvicorn", "app:app"]
```

It is root's, by name or by number, or its group may only read it:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
WORKDIR /app
COPY --chown=root:root . .
COPY --chown=0 requirements.txt .
COPY --chown=root:web --chmod=640 settings.toml ./
USER 10001
CMD ["uvicorn", "app:app"]
```

It is somebody else's than whom the image runs as:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY --chown=deploy . /app
USER web
CMD ["uvicorn", "app:app"]
```

The user writes it while it runs, or the build goes on as that user:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim
USER node
COPY --chown=node uploads /srv/uploads
COPY --chown=node . /app
WORKDIR /app
RUN npm ci
CMD ["node", "server.js"]
```

A build stage; an owner that is not known:

```dockerfile Dockerfile passes
FROM node:22.11.0-slim AS build
COPY --chown=node . /app
FROM node:22.11.0-slim
ARG OWNER
COPY --chown=${OWNER} . /app
```

## Options

- `state`: names of folders that are written to.
- `databases`: endings of files that are written to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.filemode import WRITE_BY_GROUP, FileMode
from deployflow_gate.model.instruction import Transfer, User
from deployflow_gate.model.shipping import judged_in
from deployflow_gate.model.user import halves_of, is_root
from deployflow_gate.rulebook.user._written import DATABASES, STATE, changed_by, evidence, places_of, written_folders

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.text import Text


@rule(Severity.NOTICE, on=False, aliases=("kics:chown_flag_exists", "sonar-iac:S6504"))
def check(image: Image, *, state: tuple[str, ...] = STATE, databases: tuple[str, ...] = DATABASES) -> Iterator[Problem]:
    if image.development or image.stage.windows:
        return
    written = written_folders(image)
    running: User | None = None
    for copy in image.history:
        if isinstance(copy, User):
            running = copy
        flag = copy.flag("chown") if isinstance(copy, Transfer) else None
        if not isinstance(copy, Transfer) or flag is None or flag.value is None or not judged_in(copy.stage, image):
            continue
        user, group = halves_of(flag.value)
        target = copy.destination
        places = places_of(copy, target.value) if target is not None and target.value is not None else []
        if user.value is None or evidence(copy, places, written, state, databases) is not None:
            continue
        if running is not None and running.user.value == user.value and changed_by(copy, running, places) is not None:
            continue
        if user.value and not is_root(user):
            if not _another(user, image):
                fix = Fix("Leave it to root", (edits.delete_word(flag.span),))
                yield Problem(flag.span, f"What is copied belongs to `{user.value}`, who can rewrite it.", fix=fix)
        elif group is not None and group.value and not is_root(group):
            mode = FileMode.of(copy.chmod.sketch) if copy.chmod is not None else None
            if mode is not None and mode.on & WRITE_BY_GROUP:
                yield Problem(flag.span, f"What is copied belongs to the group `{group.value}`, which can rewrite it.")


def _another(owner: Text, image: Image) -> bool:
    """Whether the image surely runs as another user, which is not root either."""
    own = image.user.user if image.user is not None else None
    if own is None or own.value is None or owner.value is None or is_root(own):
        return False
    return own.value != owner.value and own.value.isdigit() == owner.value.isdigit()
