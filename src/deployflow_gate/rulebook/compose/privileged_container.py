r"""No container runs privileged.

A privileged container sees every device of the host, has every capability and none of the usual filters: root in it is root
on the host. Nearly always one capability or one device is what is really needed.

A service that asks for it:

```yaml compose.yaml fails
services:
  agent:
    image: acme/agent:2.1.0
    «privileged: true»
```
```yaml compose.yaml fixed
services:
  agent:
    image: acme/agent:2.1.0
    privileged: false
```

The container of a job, or one that runs beside it:

```yaml .github/workflows/build.yml fails
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    container:
      image: acme/builder:1.4.0
      options: --user 0 «--privileged»
    services:
      docker:
        image: docker:27.3.1-dind
        options: «--privileged» --name dind
    steps:
      - run: make
```

A container that a workflow starts itself:

```yaml .github/workflows/test.yml fails
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          docker run --rm \
            «--privileged» -v "$PWD:/src" acme/tests:3.0.0 ./run.sh
```

Switched off, an argument of what runs inside, and a mere word in a script are none:

```yaml compose.yaml passes
services:
  agent:
    image: acme/agent:2.1.0
    privileged: false
  other:
    image: acme/agent:2.1.0
    privileged: ${PRIVILEGED}
```
```yaml .github/workflows/test.yml passes
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    container:
      image: acme/builder:1.4.0
      options: --privileged=false
    steps:
      - run: |
          docker run --rm acme/tool:1.0.0 check --privileged
          docker run --rm --privileged=false acme/tool:1.0.0
          echo "never use --privileged"
```

Emulators for other platforms are told to the kernel by a container that must be privileged, once, on a machine that is thrown
away:

```yaml .github/workflows/release.yml passes
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: docker run --rm --privileged tonistiigi/binfmt:qemu-v9.2.0 --install arm64
```

## Options

- `allowed-images`: images, by name without a tag, that may run privileged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.compose import Service
from deployflow_gate.model.docker_build.commands import BUILDERS, text_of
from deployflow_gate.model.imageref import ImageRef
from deployflow_gate.model.workflow import Job, Step
from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN, Span

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.text import Text

EMULATORS = (
    "tonistiigi/binfmt", "multiarch/qemu-user-static", "docker/binfmt", "linuxkit/binfmt", "aptible/qemu-user-static",
)  # fmt: skip
_FLAG = regex(r"(?<!\S)--privileged(?:=true)?(?!\S)")
_RUNS = frozenset({"run", "create", "exec"})


@rule(
    Severity.ERROR,
    seeds=("000:12", "004:13"),
    aliases=(
        "code-pathfinder:COMPOSE-SEC-001", "compose-lint:CL-0002", "kics:privileged_containers_enabled",
        "semgrep:privileged-service",
    ),
)  # fmt: skip
def check(owner: Service | Job | Step, *, allowed_images: tuple[str, ...] = EMULATORS) -> Iterator[Problem]:
    if isinstance(owner, Service):
        entry = owner.entry("privileged")
        if entry is not None and owner.privileged and _name(owner.image) not in allowed_images:
            fix = Fix("Run it unprivileged", (edits.replace(entry.value.span, "false"),)) if not entry.alias else None
            yield Problem(entry.span, "The container runs privileged: root in it is root on the host.", fix=fix)
    elif isinstance(owner, Job):
        for container in (*((owner.container,) if owner.container else ()), *owner.services):
            at = _option(container.options) if container.options is not None else None
            if at is not None and _name(container.image) not in allowed_images:
                yield Problem(at, "The container of the job runs privileged: root in it is root on the runner.")
    elif owner.run is not None and "--privileged" in owner.run.raw and owner.script is not None:
        for command in owner.script.commands:
            at = _started(command, allowed_images)
            if at is not None:
                yield Problem(at, "The script starts a privileged container: root in it is root on the runner.")


def _option(options: Text) -> Span | None:
    if _FLAG.search(options.sketch) is None:
        return None
    written = _FLAG.search(options.span.text)
    if written is None:
        return options.span
    return Span(options.span.source, options.span.start + written.start(), options.span.start + written.end())


def _started(command: Command, allowed: tuple[str, ...]) -> Span | None:
    """The flag, if it stands before the image: what stands behind is an argument of the program inside."""
    if command.name not in BUILDERS:
        return None
    verbs = [word.sketch for word in command.operands[:2]]
    words = command.operands[2 if verbs[:1] == ["container"] else 1 :]
    if not _RUNS.intersection(verbs) or not words:
        return None
    image = next((word for word in words if word.sketch.strip(UNKNOWN)), words[0])  # `$OPTIONS` may stand before it
    flag = next((w for w in command.words[: command.words.index(image)] if _FLAG.fullmatch(w.sketch)), None)
    return flag.span if flag is not None and _name(ImageRef.of(command, text_of(image))) not in allowed else None


def _name(image: ImageRef | None) -> str | None:
    return image.name if image is not None else None
