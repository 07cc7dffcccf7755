r"""An image is not upgraded by dnf; its base image is a newer one.

`dnf update` makes of every package what is newest on the day of the build: two images of the same commit differ, and all upgraded files are in
the image twice. A newer base image has the same packages, in one layer less.

Judged is a `RUN` in a stage that a shipped image is built from; also `microdnf` and `tdnf`.

All packages:

```dockerfile Dockerfile fails
FROM fedora:41
RUN «dnf -y update» && dnf install -y nginx && dnf clean all
RUN «dnf upgrade --refresh -y»
RUN «microdnf update» && «dnf -y distro-sync»
```

Named packages, security fixes only, and what only looks:

```dockerfile Dockerfile passes
FROM fedora:41
RUN dnf -y update openssl && dnf -y upgrade --security && dnf -y update-minimal --advisory=FEDORA-2024-1
RUN dnf check-update || true
RUN dnf install -y nginx
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.packages._upgrade import RPM_VERBS, upgraded

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command


@rule(Severity.NOTICE, aliases=("semgrep:avoid-dnf-update",))
def check(command: Command) -> Iterator[Problem]:
    yield from upgraded(command, frozenset({"dnf", "microdnf", "tdnf"}), RPM_VERBS)
