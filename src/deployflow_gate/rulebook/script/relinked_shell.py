r"""The shell of a build is set by SHELL, not by another link at /bin/sh.

The distribution's own scripts are written for its `/bin/sh`, and an update of its package puts the link back. `SHELL` says for this
Dockerfile which shell runs what follows, and everybody sees it.

bash in the place of sh:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «ln -sf /bin/bash /bin/sh»
RUN make
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
SHELL ["/bin/bash", "-c"]
RUN make
```

After it was removed, or among other commands:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN rm /bin/sh && «ln -s /bin/zsh /bin/sh»
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
SHELL ["/bin/zsh", "-c"]
```
```dockerfile b/Dockerfile fails
FROM debian:12.8-slim
RUN apt-get update && «ln --symbolic --force bash /usr/bin/sh»
ONBUILD RUN «mv /bin/bash /bin/sh»
```

Other links, and the first shell of an image that has none:

```dockerfile Dockerfile passes
FROM scratch
COPY --from=busybox:1.37.0 /bin/busybox /bin/busybox
RUN ["/bin/busybox", "ln", "-s", "/bin/busybox", "/bin/sh"]
FROM debian:12.8-slim
RUN ln -sf /bin/true /sbin/initctl && ln -s /bin/sh /usr/local/bin/shell && cat /bin/sh
RUN ln -s /bin/bash /rootfs/bin/sh
SHELL ["/bin/bash", "-c"]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.command_wrappers import SHELLS
from deployflow_gate.model.shipping import run_of

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.instruction import Run

_PLACES = frozenset({"/bin/sh", "/usr/bin/sh"})


@rule(
    Severity.WARNING,
    aliases=(
        "hadolint:DL4005", "kics:changing_default_shell_using_run_command", "semgrep:use-shell-instruction",
        "tally:hadolint/DL4005",
    ),
)  # fmt: skip
def check(command: Command) -> Iterator[Problem]:
    if command.name not in ("ln", "mv", "cp") or len(command.operands) != 2:
        return
    shell, place = (word.value for word in command.operands)
    run = run_of(command)
    if run is None or place not in _PLACES or shell is None or basename(shell) not in SHELLS - {"sh"}:
        return
    at = command.words[0].span.until(command.words[-1].span)
    yield Problem(at, f"`{shell}` is put in the place of `{place}`.", fix=_fix(command, run, shell))


def _fix(command: Command, run: Run, shell: str) -> Fix | None:
    """SHELL in the place of a RUN that does nothing else."""
    others = [other for other in run.script.commands if other is not command] if run.script is not None else []
    only = all(
        other.name == "rm" and [word.value for word in other.operands] == [command.operands[1].value]
        for other in others
    )
    if (
        not only
        or command.name != "ln"
        or run.onbuild
        or run.heredocs
        or not shell.startswith("/")
        or "#" in run.span.text
    ):
        return None
    return Fix("Set the shell by SHELL", (edits.replace(run.span, f'SHELL ["{shell}", "-c"]'),))
