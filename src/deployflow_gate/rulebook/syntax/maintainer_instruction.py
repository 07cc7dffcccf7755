r"""Who keeps an image is said in a label, not by MAINTAINER.

MAINTAINER has been deprecated since Docker 1.13. A label can be read with `docker inspect`, and there are names for it that registries and
tools know.

A name, an address, or both:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
«MAINTAINER The shop's team <team@example.com>»
«maintainer "The team"»
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
LABEL org.opencontainers.image.authors="The shop's team <team@example.com>"
LABEL org.opencontainers.image.authors="The team"
```

With characters that would mean something in a label:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
«MAINTAINER The "old" $TEAM»
«MAINTAINER One \
    and two»
```

Before the first FROM:

```dockerfile Dockerfile fails
«MAINTAINER team@example.com»
FROM debian:12.8-slim
```

A label, and other instructions:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
LABEL maintainer="team@example.com"
LABEL org.opencontainers.image.authors="team@example.com"
# MAINTAINER team@example.com
```

Behind ONBUILD Docker refuses it anyway:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ONBUILD MAINTAINER team@example.com
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Maintainer

_SPECIAL = regex(r"[\"\\`$]")


@rule(
    Severity.WARNING,
    aliases=(
        "buildkit:MaintainerDeprecated", "checkov:CKV_DOCKER_6", "hadolint:DL4000",
        "kics:maintainer_instruction_being_used", "semgrep:maintainer-is-deprecated", "sonar-iac:S6586", "trivy:DS-0022",
    ),
)  # fmt: skip
def check(maintainer: Maintainer) -> Iterator[Problem]:
    if not maintainer.onbuild:
        yield Problem(maintainer.span, "`MAINTAINER` is deprecated; a label says it.", fix=_fix(maintainer))


def _fix(maintainer: Maintainer) -> Fix | None:
    name, span = maintainer.name, maintainer.span
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1]
    if not name or _SPECIAL.search(name) or span.line != span.end_line or maintainer.stage is None:
        return None
    label = f'LABEL org.opencontainers.image.authors="{name}"'
    return Fix("Make it a label", (edits.replace(span, label),), safe=True)
