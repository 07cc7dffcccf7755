r"""Python ships on glibc, not on Alpine.

Binary wheels are built for glibc. On Alpine's musl many packages compile from source, slowly and with compilers in the image, or
behave differently. Where the size decides and nothing has C extensions, Alpine is a fair choice: switch the rule off
there.

The shipped stage is a Python on Alpine:

```dockerfile Dockerfile fails
FROM «python:3.12.7-alpine3.20»
CMD ["python", "app.py"]
```

Python installed on Alpine by hand:

```dockerfile Dockerfile fails
FROM «alpine:3.20.3»
RUN apk add --no-cache python3 py3-pip
CMD ["python3", "app.py"]
```

Other languages are at home there, and a tool written in Python may be, too:

```dockerfile Dockerfile passes
FROM node:22.11.0-alpine3.20
RUN apk add --no-cache python3 make g++
CMD ["node", "server.js"]
```

A build stage does not ship:

```dockerfile Dockerfile passes
FROM python:3.12.7-alpine AS docs
RUN pip install mkdocs
FROM nginx:1.27.2
COPY --from=docs /site /usr/share/nginx/html
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image

PYTHON_PACKAGES = frozenset({"python3", "py3-pip", "python"})


@rule(Severity.NOTICE, seeds=("001:4", "002:1", "004:4"))
def check(image: Image) -> Iterator[Problem]:
    base = image.base
    if base is None or base.name is None:
        return
    if base.name == "python" and any(s.startswith("alpine") for s in base.suffixes):
        yield Problem(base.span, f"`{base.text.sketch}` is Python on Alpine, where binary wheels do not fit.")
    elif base.name == "alpine" and _runs_python(image) and _installs_python(image):
        yield Problem(base.span, "What ships is Python on Alpine, where binary wheels do not fit.")


def _installs_python(image: Image) -> bool:
    return any(
        install.manager == "apk" and package.name in PYTHON_PACKAGES
        for install in image.installs
        for package in install.packages
    )


def _runs_python(image: Image) -> bool:
    """Whether its own command is Python, or pip installed something for it."""
    if any(install.manager == "pip" and install.action == "install" for install in image.installs):
        return True
    script = image.command.script if image.command else None
    return any((c.name or "").startswith("python") for c in (script.commands if script else ()))
