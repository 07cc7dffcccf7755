r"""zypper asks no questions in a build.

zypper wants a "yes" before it installs, updates or removes something, and nobody is there to give it: the build stops. With
`--non-interactive`, in front of the subcommand, it takes its own defaults for all questions; `-y` behind it answers just this one.

Judged is every `RUN`, in whatever stage.

Nothing answers:

```dockerfile Dockerfile fails
FROM opensuse/leap:15.6
RUN «zypper install httpd» && zypper clean --all
RUN «zypper --gpg-auto-import-keys in git»
RUN [«"zypper", "install", "tini"»]
RUN «zypper update» && «zypper patch» && «zypper rm vim» && «zypper source-install tini»
```
```dockerfile Dockerfile fixed
FROM opensuse/leap:15.6
RUN zypper --non-interactive install httpd && zypper clean --all
RUN zypper --non-interactive --gpg-auto-import-keys in git
RUN ["zypper", "--non-interactive", "install", "tini"]
RUN zypper --non-interactive update && zypper --non-interactive patch && zypper --non-interactive rm vim && zypper --non-interactive source-install tini
```

All ways to say yes:

```dockerfile Dockerfile passes
FROM opensuse/leap:15.6
RUN zypper -n install httpd && zypper --non-interactive in git && zypper install -y vim && zypper in --no-confirm jq
RUN zypper -nq update && yes | zypper install less
```

What asks nothing:

```dockerfile Dockerfile passes
FROM opensuse/leap:15.6
RUN zypper clean --all && zypper search tini && zypper install --dry-run tini
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.packages._prompt import Asking, asked

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command

ZYPPER = Asking(frozenset({"zypper"}), "--non-interactive")
ASKS = frozenset({"install", "upgrade", "remove"})


@rule(
    Severity.ERROR,
    aliases=(
        "hadolint:DL3034", "kics:missing_zypper_non_interactive_switch", "semgrep:missing-zypper-no-confirm-switch",
        "tally:hadolint/DL3034",
    ),
)  # fmt: skip
def check(command: Command) -> Iterator[Problem]:
    name = command.words[0] if command.words else None
    yield from asked(command, ZYPPER, lambda install: install.action in ASKS, name)
