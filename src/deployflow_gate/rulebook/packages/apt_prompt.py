r"""apt-get asks no questions in a build.

`apt-get install` wants a "yes" before it goes on, and nobody is there to give it: the build stops with `Abort.` as soon as there is
something to install. It is answered by `-y`, or by `-qq`; `DEBIAN_FRONTEND=noninteractive` answers other questions, not this one.

Judged is every `RUN`, in whatever stage; also `apt`, `aptitude` and `gdebi`, which ask the same.

Nothing answers:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN apt-get update && «apt-get install --no-install-recommends curl» && rm -rf /var/lib/apt/lists/*
RUN apt-get update && \
    «DEBIAN_FRONTEND=noninteractive apt-get -q install tzdata»
RUN [«"apt-get", "install", "git"»]
RUN «apt install vim»
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
RUN apt-get update && \
    DEBIAN_FRONTEND=noninteractive apt-get -q install -y tzdata
RUN ["apt-get", "install", "-y", "git"]
RUN apt install -y vim
```

An upgrade, the packages that a build needs, and those that another command names:

```dockerfile Dockerfile fails
FROM debian:12.8
RUN «apt-get upgrade» && «apt-get build-dep nginx»
RUN «xargs apt-get install» < packages.txt
```
```dockerfile Dockerfile fixed
FROM debian:12.8
RUN apt-get upgrade -y && apt-get build-dep -y nginx
RUN xargs apt-get install -y < packages.txt
```

A package file, by a tool that has its own flag for it:

```dockerfile Dockerfile fails
FROM debian:12.8
RUN «gdebi /tmp/tool.deb» && rm /tmp/tool.deb
```
```dockerfile Dockerfile fixed
FROM debian:12.8
RUN gdebi --non-interactive /tmp/tool.deb && rm /tmp/tool.deb
```

In what other images run:

```dockerfile Dockerfile fails
FROM debian:12.8
ONBUILD RUN apt-get update && «apt-get install curl»
```
```dockerfile Dockerfile fixed
FROM debian:12.8
ONBUILD RUN apt-get update && apt-get install -y curl
```

All ways to say yes, wherever the flag stands:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN apt-get install -y curl && apt-get -yqq install git && apt-get --assume-yes upgrade
RUN apt-get install -qq vim && apt-get -q -q install tini && apt-get -q=2 install jq
RUN apt-get install make gcc --yes
RUN apt-get -o APT::Get::Assume-Yes=true install less
RUN yes | apt-get install unzip
RUN gdebi -n /tmp/tool.deb
```

What asks nothing:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN apt-get update && apt-get clean && apt-get download curl
RUN apt-get install --dry-run curl
RUN apt-get update && apt list --upgradable
```

apt was told once and for all:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN echo 'APT::Get::Assume-Yes "true";' > /etc/apt/apt.conf.d/90yes
RUN apt-get update && apt-get install curl
```

The variable may hold the flag, and the machines of a workflow are told already:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
ARG APT_FLAGS
RUN apt-get $APT_FLAGS install curl
```
```yaml .github/workflows/ci.yml passes
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: sudo apt-get install shellcheck
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.packages._prompt import Asking, asked

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.install import Install

_CONFIGURATION = ("apt.conf", "apt-config")
APT = Asking(frozenset({"apt-get", "apt", "aptitude"}), "-y", "assume-yes", _CONFIGURATION)
GDEBI = Asking(frozenset({"gdebi"}), "--non-interactive")
SIMULATES = ("-s", "--no")


@rule(
    Severity.ERROR,
    aliases=(
        "hadolint:DL3014", "kics:apt_get_missing_flags_to_avoid_manual_input", "semgrep:missing-assume-yes-switch",
        "sonar-iac:S6584", "tally:hadolint/DL3014", "trivy:DS-0021",
    ),
)  # fmt: skip
def check(command: Command) -> Iterator[Problem]:
    if command.name == "gdebi":
        yield from asked(command, GDEBI, lambda install: install.action == "install", command.words[0])
    else:
        yield from asked(command, APT, _asks)


def _asks(install: Install) -> bool:
    return install.action in ("install", "upgrade") and not install.has_flag(*SIMULATES)
