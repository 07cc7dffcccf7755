r"""An image is not upgraded by yum; its base image is a newer one.

What `yum update` brings depends on the day of the build, and the files that it replaces stay in the layers below, so that they are pulled in
vain. The same packages are in a newer base image.

Judged is a `RUN` in a stage that a shipped image is built from.

All packages:

```dockerfile Dockerfile fails
FROM amazonlinux:2023.6.20241121.0
RUN «yum -y update» && yum install -y httpd && yum clean all
RUN [«"yum", "upgrade", "-y"»]
```

Named packages, security fixes only, and what only looks:

```dockerfile Dockerfile passes
FROM amazonlinux:2023.6.20241121.0
RUN yum -y update openssl && yum -y update --security && yum check-update || true
RUN yum install -y httpd
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.packages._upgrade import RPM_VERBS, upgraded

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command


@rule(Severity.NOTICE, aliases=("semgrep:avoid-yum-update",))
def check(command: Command) -> Iterator[Problem]:
    yield from upgraded(command, frozenset({"yum"}), RPM_VERBS)
