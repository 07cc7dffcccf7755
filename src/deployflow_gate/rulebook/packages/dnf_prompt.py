r"""dnf asks no questions in a build.

`dnf install` wants a "yes" before it goes on, and nobody is there to give it: the build stops as soon as there is something to install.
It is answered by `-y`.

Judged is every `RUN`, in whatever stage; also `tdnf`, and `microdnf` where it is dnf under another name, as Fedora has it: the one of Red
Hat's images asks nothing. That all packages are brought up to date is the matter of
`dnf-upgrade`, with a question or without.

Nothing answers:

```dockerfile Dockerfile fails
FROM fedora:41
RUN «dnf install nginx» && dnf clean all
RUN «dnf --nodocs in mod_ssl»
RUN [«"dnf", "install", "git"»]
RUN «dnf upgrade openssl»
```
```dockerfile Dockerfile fixed
FROM fedora:41
RUN dnf install -y nginx && dnf clean all
RUN dnf --nodocs in -y mod_ssl
RUN ["dnf", "install", "-y", "git"]
RUN dnf upgrade -y openssl
```

Groups, modules and files, and its smaller relatives:

```dockerfile Dockerfile fails
FROM rockylinux:9.3
RUN «dnf group install 'Development Tools'» && «dnf module install nodejs:22»
RUN «tdnf install git» && «dnf localinstall /tmp/tool.rpm»
```
```dockerfile Dockerfile fixed
FROM rockylinux:9.3
RUN dnf group install -y 'Development Tools' && dnf module install -y nodejs:22
RUN tdnf install -y git && dnf localinstall -y /tmp/tool.rpm
```
```dockerfile b/Dockerfile fails
FROM registry.fedoraproject.org/fedora-minimal:41
RUN «microdnf install tzdata»
```
```dockerfile b/Dockerfile fixed
FROM registry.fedoraproject.org/fedora-minimal:41
RUN microdnf install -y tzdata
```

All ways to say yes:

```dockerfile Dockerfile passes
FROM fedora:41
RUN dnf install -y nginx && dnf -y install mod_ssl && dnf -vy install git && dnf --assumeyes install vim
RUN dnf install --setopt=install_weak_deps=False -y less && yes | dnf install jq && dnf --setopt=assumeyes=True install tmux
```

It never asks:

```dockerfile Dockerfile passes
FROM registry.access.redhat.com/ubi9/ubi-minimal:9.5
RUN microdnf install tzdata && microdnf clean all
```

What asks nothing, and dnf was told once and for all:

```dockerfile Dockerfile passes
FROM fedora:41
RUN dnf makecache && dnf clean all && dnf install --assumeno nginx || true
RUN echo 'assumeyes=True' >> /etc/dnf/dnf.conf
RUN dnf install nginx
```

The variable may hold the flag:

```dockerfile Dockerfile passes
FROM fedora:41
ARG DNF_FLAGS
RUN dnf install $DNF_FLAGS nginx
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.shipping import run_of
from deployflow_gate.rulebook.packages._prompt import Asking, asked, asks_of_named

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command

DNF = Asking(frozenset({"dnf", "microdnf", "tdnf"}), "-y", "assumeyes", ("/etc/dnf", "/etc/yum.conf", "/etc/tdnf"))


@rule(
    Severity.ERROR,
    aliases=(
        "hadolint:DL3038", "kics:missing_flag_from_dnf_install", "semgrep:missing-dnf-assume-yes-switch",
        "tally:hadolint/DL3038",
    ),
)  # fmt: skip
def check(command: Command) -> Iterator[Problem]:
    if command.name != "microdnf" or _is_dnf(command):
        yield from asked(command, DNF, asks_of_named)


def _is_dnf(command: Command) -> bool:
    """Whether microdnf is dnf 5 there, or may be."""
    run = run_of(command)
    base = run.stage.base if run is not None and run.stage is not None else None
    return base is None or base.base_name is None or base.base_name.startswith("fedora")
