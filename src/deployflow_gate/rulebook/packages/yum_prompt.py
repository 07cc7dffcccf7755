r"""yum asks no questions in a build.

yum shows what it is about to do and waits for a `y`. In a build its input is empty, which it takes for a "no": the build stops. With `-y` it
does not ask.

Judged is every `RUN`, in whatever stage. That all packages are brought up to date is the matter of `yum-upgrade`, with a question or
without.

Nothing answers:

```dockerfile Dockerfile fails
FROM amazonlinux:2023.6.20241121.0
RUN «yum install httpd» && yum clean all
RUN «sudo yum -q reinstall glibc»
RUN [«"yum", "install", "git"»]
RUN «yum update openssl»
```
```dockerfile Dockerfile fixed
FROM amazonlinux:2023.6.20241121.0
RUN yum install -y httpd && yum clean all
RUN sudo yum -q reinstall -y glibc
RUN ["yum", "install", "-y", "git"]
RUN yum update -y openssl
```

Groups and files:

```dockerfile Dockerfile fails
FROM oraclelinux:9
RUN «yum groupinstall "Development Tools"» && «yum localinstall /tmp/tool.rpm»
```
```dockerfile Dockerfile fixed
FROM oraclelinux:9
RUN yum groupinstall -y "Development Tools" && yum localinstall -y /tmp/tool.rpm
```

All ways to say yes:

```dockerfile Dockerfile passes
FROM oraclelinux:9
RUN yum install -y httpd && yum -y install mod_ssl && yum -qy install git && yum --assumeyes install vim
RUN yum install less -y && yes | yum install jq
```

What asks nothing, and yum was told once and for all:

```dockerfile Dockerfile passes
FROM oraclelinux:9
RUN yum makecache && yum clean all && yum check-update || true
RUN sed -i 's/\[main\]/[main]\nassumeyes=1/' /etc/yum.conf && yum install httpd
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.packages._prompt import Asking, asked, asks_of_named

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command

YUM = Asking(frozenset({"yum"}), "-y", "assumeyes", ("/etc/yum.conf", "/etc/dnf"))


@rule(
    Severity.ERROR,
    aliases=(
        "hadolint:DL3030", "kics:yum_install_allows_manual_input", "semgrep:missing-yum-assume-yes-switch",
        "tally:hadolint/DL3030",
    ),
)  # fmt: skip
def check(command: Command) -> Iterator[Problem]:
    yield from asked(command, YUM, asks_of_named)
