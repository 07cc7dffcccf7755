r"""A build calls apt-get and apt-cache, not apt.

`apt` is made for people: its own manual says that what it prints and how it behaves may change between versions, and it warns of it in
every build's log. `apt-get` and `apt-cache` do the same work and stay as they are.

Judged is every `RUN`, in whatever stage; reported is the first `apt` of each.

The usual subcommands:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «apt» update && apt install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
RUN «/usr/bin/apt» -y remove vim
RUN [«"apt"», "install", "-y", "git"]
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
RUN /usr/bin/apt-get -y remove vim
RUN ["apt-get", "install", "-y", "git"]
```

Those that have another name there:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN sudo «apt» -y full-upgrade && apt upgrade -y
RUN «apt» show curl | grep Version && apt search tini
RUN [«"apt"», "upgrade", "-y"]
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN sudo apt-get -y dist-upgrade && apt-get upgrade --with-new-pkgs -y
RUN apt-cache show curl | grep Version && apt-cache search tini
RUN ["apt-get", "upgrade", "--with-new-pkgs", "-y"]
```

One that has none:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «apt» list --installed > /packages.txt
```

In what other images run:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ONBUILD RUN «apt» install -y curl
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
ONBUILD RUN apt-get install -y curl
```

The word is something else here:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y apt apt-transport-https && apt-cache policy curl && apt-mark hold curl
RUN command -v apt && rm -rf /var/lib/apt/lists/* && echo apt install vim
RUN which apt
```

A person may type it, and what a workflow's log says is of no matter:

```yaml .github/workflows/ci.yml passes
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: sudo apt install -y shellcheck
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Edit, Fix, Problem, Severity, rule
from deployflow_gate.rulebook.packages._flag import respelled

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Run

SAME = (
    "install", "reinstall", "remove", "purge", "autoremove", "autopurge", "update", "build-dep", "satisfy", "source", "download",
    "clean", "autoclean", "distclean", "changelog", "dist-upgrade",
)  # fmt: skip
"""Subcommands that apt-get has under the same name."""

CACHE = ("search", "show", "policy", "depends", "rdepends", "showsrc", "madison")
"""Subcommands that apt-cache has."""

OTHER = {"upgrade": "upgrade --with-new-pkgs", "full-upgrade": "dist-upgrade"}
"""What other subcommands are for apt-get."""


@rule(
    Severity.NOTICE,
    aliases=(
        "checkov:CKV_DOCKER_9", "hadolint:DL3027", "kics:run_using_apt", "semgrep:prefer-apt-get", "tally:hadolint/DL3027",
    ),
)  # fmt: skip
def check(run: Run) -> Iterator[Problem]:
    found = [command for command in run.script.commands if command.name == "apt"] if run.script is not None else []
    if found:
        verb = found[0].subcommand
        tool = "apt-cache" if verb in CACHE else "apt-get"
        yield Problem(
            found[0].name_span,
            f"`{f'apt {verb}' if verb else 'apt'}` is made for people; `{tool}` is made for scripts.",
            fix=_fix(found),
        )


def _fix(found: list[Command]) -> Fix | None:
    """Other names for all of a RUN's, if all have one."""
    changes: list[Edit | None] = []
    for command in found:
        verb = command.subcommand or ""
        if verb not in SAME and verb not in CACHE and verb not in OTHER:
            return None
        name = command.words[0]
        changes.append(respelled(name, name.sketch + ("-cache" if verb in CACHE else "-get")))
        if verb in OTHER:
            changes.append(respelled(command.operands[0], OTHER[verb]))
    known = tuple([edit for edit in changes if edit is not None])
    return Fix("Call apt-get and apt-cache", known) if len(known) == len(changes) else None
