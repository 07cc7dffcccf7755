r"""The name of a label is lower-case words with dots and dashes, in a namespace that is its author's.

Docker's guidelines ask for it: letters, digits, single dots and dashes, a letter first. Names in other forms must be quoted in filters and
templates, or cannot be used there. `com.docker`, `io.docker` and `org.dockerproject` are for Docker's own tools.

Capitals, underscores, slashes:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
LABEL «Maintainer»="team@example.com" version="1.4"
LABEL «com.example.build_date»=2024-11-05 «"app/name"»=shop
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
LABEL maintainer="team@example.com" version="1.4"
LABEL com.example.build_date=2024-11-05 "app/name"=shop
```

What it begins or ends with, and what follows on each other:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
LABEL «.example»=1 «2nd.example»=2 «com.example.»=3 «com..example»=4 «com.ex--ample»=5
ONBUILD LABEL «-example» 6
```

A namespace of Docker:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
LABEL «com.docker.compose.project»=shop
LABEL «io.docker.shop»=1 «org.dockerproject.shop»=1
```

Names in form:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
LABEL maintainer="team@example.com" \
      "com.example.vendor"="ACME Incorporated" \
      org.opencontainers.image.base.name=debian:12.8-slim \
      com.example.release-2=1
LABEL description The shop's API
```

What Docker asks authors of extensions to set, and names that are not known:

```dockerfile Dockerfile passes
ARG NAME
FROM debian:12.8-slim
ARG NAME
LABEL com.docker.extension.publisher-url="https://example.com" com.docker.desktop.extension.api.version=">= 0.3.4"
LABEL $NAME=1 com.example.${NAME}="2"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.labels._values import named

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Label
    from deployflow_gate.text import Text

RESERVED = ("com.docker.", "io.docker.", "org.dockerproject.")

TO_BE_SET = ("com.docker.extension.", "com.docker.desktop.extension.", "com.docker.image.source.entrypoint")
"""Docker's own names that its documentation asks others to set."""

_STRANGE = regex(r"[^a-z0-9.-]")
_KEY = regex(r"[a-z](?:[.-]?[a-z0-9])*")


@rule(Severity.WARNING, aliases=("hadolint:DL3048", "tally:tally/labels/valid-key"))
def check(label: Label) -> Iterator[Problem]:
    for name, _ in named(label):
        message = _wrong(name.sketch)
        if message:
            yield Problem(name.span, message, fix=_fix(name))


def _wrong(key: str) -> str:
    if _KEY.fullmatch(key):
        if key.startswith(RESERVED) and not key.startswith(TO_BE_SET):
            namespace = next(start for start in RESERVED if key.startswith(start))
            return f"The label `{key}` is in the namespace `{namespace}*`, which is Docker's own."
        return ""
    strange = _STRANGE.search(key)
    if strange is not None:
        return f"The name of the label `{key}` has a character that is no small letter, digit, dot or dash: `{strange[0]}`."
    if not key[0].isalpha():
        return f"The name of the label `{key}` does not begin with a letter."
    if not key[-1].isalnum():
        return f"The name of the label `{key}` does not end with a letter or digit."
    return f"The name of the label `{key}` has dots or dashes next to each other."


def _fix(name: Text) -> Fix | None:
    lower = name.span.text.lower()
    if lower == name.span.text or not name.literal or _wrong(name.sketch.lower()):
        return None
    return Fix("Write it in small letters", (edits.replace(name.span, lower),))
