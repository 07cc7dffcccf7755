r"""An image is not upgraded by zypper; its base image is a newer one.

`zypper update` and `zypper dist-upgrade` make of every package what is newest on the day of the build: two images of the same commit differ,
and all upgraded files are in the image twice. A newer base image has the same packages, in one layer less.

Judged is a `RUN` in a stage that a shipped image is built from.

All packages:

```dockerfile Dockerfile fails
FROM opensuse/leap:15.6
RUN «zypper -n update» && zypper -n install httpd && zypper clean --all
RUN «zypper --non-interactive dup --no-allow-vendor-change»
RUN [«"zypper", "-n", "dist-upgrade"»]
```

Named packages, and needed patches only:

```dockerfile Dockerfile passes
FROM opensuse/leap:15.6
RUN zypper -n update openssl && zypper -n patch --category security && zypper -n patch
RUN zypper -n list-updates
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.packages._upgrade import upgraded

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command

VERBS = frozenset({"update", "up", "dist-upgrade", "dup"})


@rule(Severity.NOTICE, aliases=("hadolint:DL3035", "semgrep:avoid-zypper-update"))
def check(command: Command) -> Iterator[Problem]:
    yield from upgraded(command, frozenset({"zypper"}), VERBS)
