r"""Stages have different names.

Of two stages of one name, `COPY --from` and `--target` find only one, and not the one that the reader thinks of.

The second one, in whatever case:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
RUN go build -o /a ./a
FROM golang:1.23.3 AS «build»
FROM debian:12.8-slim AS «Build»
COPY --from=build /a /a
```

Different names, and stages without any:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
FROM golang:1.23.3 AS build-tools
FROM golang:1.23.3
FROM golang:1.23.3
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Note, Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.stage import Stage


@rule(
    Severity.ERROR,
    aliases=(
        "buildkit:DuplicateStageName", "checkov:CKV_DOCKER_11", "dockerfile-utils:DUPLICATE_BUILD_STAGE_NAME", "hadolint:DL3024",
        "kics:same_alias_in_different_froms", "semgrep:alias-must-be-unique", "trivy:DS-0012",
    ),
)  # fmt: skip
def check(stage: Stage) -> Iterator[Problem]:
    name = stage.name
    earlier = stage.dockerfile.named_before(name.raw, stage) if name is not None else None
    if name is not None and earlier is not None and earlier.name is not None:
        notes = (Note(earlier.name.span, "The other stage of the name."),)
        yield Problem(name.span, f"There is a stage `{earlier.name.raw}` already.", notes=notes)
