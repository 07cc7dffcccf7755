r"""What a user installed for root stays readable when another user runs it.

`pip install --user` in a build stage installs into `/root/.local`. Copied to `/root` of the image that ships, it is behind a
folder that only root may enter, and a process of any other user finds none of it.

Packages go to root's home, and the image runs as somebody else:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim AS build
RUN pip install --user -r requirements.txt
FROM python:3.12.7-slim
«COPY --from=build /root/.local /root/.local»
ENV PATH=/root/.local/bin:$PATH
USER 10001
CMD ["gunicorn", "app:app"]
```

Any file in root's home is out of reach:

```dockerfile Dockerfile fails
FROM node:22.11.0-slim
«COPY settings.json /root/»
USER node
```

Copied to the user's own home, or into an image that runs as root:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim AS build
RUN pip install --user -r requirements.txt
FROM python:3.12.7-slim
COPY --from=build /root/.local /home/app/.local
USER app
```
```dockerfile b/Dockerfile passes
FROM python:3.12.7-slim AS build
RUN pip install --user -r requirements.txt
FROM python:3.12.7-slim
COPY --from=build /root/.local /root/.local
CMD ["gunicorn", "app:app"]
```

The folder is opened for others:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
COPY --from=build /root/.local /root/.local
RUN chmod 755 /root
USER 10001
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.user import is_root

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image


@rule(Severity.WARNING, seeds=("004:8",))
def check(image: Image) -> Iterator[Problem]:
    user = image.user
    if user is None or user.user.value is None or is_root(user.user) or _opened(image):
        return
    for transfer in image.transfers:
        destination = transfer.destination.value if transfer.destination is not None else None
        if destination is not None and (destination + "/").startswith("/root/"):
            yield Problem(
                transfer.span,
                f"`{destination}` is in root's home, which the image's user `{user.user.value}` may not enter.",
            )


def _opened(image: Image) -> bool:
    """Whether a chmod or chown of /root lets others in."""
    return any(
        command.name in {"chmod", "chown"} and any((w.value or "").rstrip("/") == "/root" for w in command.operands)
        for command in image.commands
    )
