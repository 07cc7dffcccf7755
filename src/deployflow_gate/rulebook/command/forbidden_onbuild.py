r"""ONBUILD triggers only what may be triggered.

The trigger runs in a stage that stands on this image, so that it can be no `FROM`, no `MAINTAINER` and no further ONBUILD.
Docker refuses the file.

Each of the three:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ONBUILD «FROM» debian:12.8-slim
ONBUILD «maintainer» The shop
```

An ONBUILD behind an ONBUILD:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ONBUILD «ONBUILD» RUN make
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
ONBUILD RUN make
```

What is no instruction at all, with the one that is close:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ONBUILD «RUNN» make
ONBUILD «nothing» make
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
ONBUILD RUN make
ONBUILD nothing make
```

All others, in any case:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
MAINTAINER The shop
ONBUILD ADD app.tar /app
ONBUILD arg VERSION
ONBUILD CMD ["/app"]
ONBUILD COPY . /src
ONBUILD RUN make FROM=a ONBUILD=b
ONBUILD USER 10001
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.rulebook.syntax._keywords import misspelled
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Onbuild

FORBIDDEN = frozenset({"ONBUILD", "FROM", "MAINTAINER"})


@rule(
    Severity.ERROR,
    aliases=(
        "datadog-iac:from_or_maintainer_cannot_be_triggered_within_onbuild", "dockerfile-utils:ONBUILD_CHAINING_DISALLOWED",
        "dockerfile-utils:ONBUILD_TRIGGER_DISALLOWED", "hadolint:DL3043", "tally:hadolint/DL3043",
        "tally:tally/invalid-onbuild-trigger",
    ),
)  # fmt: skip
def check(onbuild: Onbuild) -> Iterator[Problem]:
    from deployflow_gate.model.instruction import Unknown

    inner = onbuild.inner
    if inner is None or onbuild.onbuild:
        return
    if isinstance(inner, Unknown):
        yield misspelled(inner)
    elif inner.keyword in FORBIDDEN:
        fix = _unchained(inner.keyword_span, inner.syntax.body.text) if inner.keyword == "ONBUILD" else None
        yield Problem(inner.keyword_span, f"`{inner.keyword}` cannot be triggered by ONBUILD.", fix=fix)


def _unchained(keyword: Span, behind: str) -> Fix | None:
    """One ONBUILD instead of two, where the second one and what is behind it are on one line."""
    text = keyword.source.text
    end = keyword.end
    while text[end : end + 1] in (" ", "\t"):
        end += 1
    if not behind or not text.startswith(behind.split(maxsplit=1)[0], end):
        return None
    return Fix("Remove the second ONBUILD", (edits.delete(Span(keyword.source, keyword.start, end)),))
