r"""A build needs no `sudo`.

A build runs as root, or as the user that `USER` names. `sudo` adds nothing to the first, undoes the second, and stays in the image
for whoever breaks in. To work as another user for a while, switch with `USER`, or with `gosu` in an entrypoint.

A command runs by it:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN apt-get update && «sudo» apt-get install -y --no-install-recommends git
RUN sh -c '«sudo» ldconfig'
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y --no-install-recommends git
RUN sh -c 'ldconfig'
```

As another user, or behind a `USER`; what `sudo` does there cannot be left out so simply:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «sudo» -u postgres initdb /data
USER app
RUN «sudo» make install
```

It is installed, named, or talked of:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y --no-install-recommends sudo
RUN echo "app ALL=(ALL) NOPASSWD: /usr/bin/systemctl" > /etc/sudoers.d/app && rm -f /usr/bin/sudo.old
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.command_wrappers import base_name
from deployflow_gate.model.instruction import Run, User
from deployflow_gate.model.placement import before
from deployflow_gate.model.user import is_root
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command


@rule(
    Severity.ERROR,
    aliases=(
        "checkov:CKV2_DOCKER_1", "hadolint:DL3004", "kics:run_using_sudo", "semgrep:no-sudo-in-dockerfile",
        "tally:hadolint/DL3004", "trivy:DS-0010",
    ),
)  # fmt: skip
def check(run: Run) -> Iterator[Problem]:
    seen: set[int] = set()
    for command in run.script.commands if run.script is not None else ():
        place = _place(command)
        if place is not None and place.start not in seen:
            seen.add(place.start)
            yield Problem(place, "The build runs a command by `sudo`.", fix=_fix(command, place, run))


def _place(command: Command) -> Span | None:
    """Where `sudo` stands before the command's own words."""
    if "sudo" not in command.wrappers:
        return None
    words = command.simple.words
    return next((word.span for word in words if base_name(word) == "sudo"), None)


def _fix(command: Command, place: Span, run: Run) -> Fix | None:
    following = next((word for word in command.simple.words if word.span.start > place.start), None)
    if following is None or following.span != command.words[0].span:
        return None  # it has flags, or sets variables
    users = [instruction for instruction in before(run) if isinstance(instruction, User)]
    if users and not is_root(users[-1].user):
        return None
    return Fix("Run it without `sudo`", (edits.replace(Span(place.source, place.start, following.span.start), ""),))
