r"""No service switches off the profiles that keep it from the kernel.

Seccomp, AppArmor and SELinux refuse what containers never need and breakouts nearly always do. `unconfined` takes that away for
everything in the container; a profile of one's own gives what is really missed.

Each of them, in either spelling:

```yaml compose.yaml fails
services:
  a:
    image: acme/a:1.2.0
    security_opt:
      - «seccomp:unconfined»
      - «apparmor=unconfined»
      - no-new-privileges:true
  b:
    image: acme/b:1.2.0
    security_opt: ["«label:disable»"]
  c:
    image: acme/c:1.2.0
    security_opt:
      - «systempaths=unconfined»
```

The fix takes the option away, and with the last one the list:

```yaml compose.yaml fails
services:
  web:
    image: acme/web:1.2.0
    security_opt:
      - «seccomp:unconfined»
      - no-new-privileges:true
  api:
    image: acme/api:1.2.0
    security_opt:
      - «apparmor:unconfined»
    restart: always
```
```yaml compose.yaml fixed
services:
  web:
    image: acme/web:1.2.0
    security_opt:
      - no-new-privileges:true
  api:
    image: acme/api:1.2.0
    restart: always
```

It counts once where several services share it:

```yaml compose.yaml fails
x-common: &common
  security_opt: ["«seccomp:unconfined»"]
services:
  a:
    <<: *common
    image: acme/a:1.2.0
  b:
    <<: *common
    image: acme/b:1.2.0
```

Profiles of one's own, other options, and what cannot be known:

```yaml compose.yaml passes
services:
  a:
    image: acme/a:1.2.0
    security_opt:
      - seccomp:profiles/chrome.json
      - apparmor=acme-default
      - label:user:acme
      - label=type:acme_t
      - no-new-privileges:true
  b:
    image: acme/b:1.2.0
    security_opt: ["seccomp:${PROFILE}"]
```

A debugger needs it, where people develop:

```yaml .devcontainer/compose.yaml passes
services:
  editor:
    image: acme/editor:1.2.0
    cap_add: [SYS_PTRACE]
    security_opt: ["seccomp:unconfined"]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.regex import regex
from deployflow_gate.syntax.yaml import Sequence

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Service
    from deployflow_gate.text import Text

OFF = {
    "seccomp:unconfined": "may make any system call of the kernel",
    "apparmor:unconfined": "is held by no AppArmor profile",
    "label:disable": "is not kept apart by SELinux",
    "systempaths:unconfined": "sees the host's `/proc` and `/sys` unmasked",
}
"""What switches a protection off, with a colon between, and what a container with it may do: docker run's own reference."""

_PAIR = regex(r"(\w+)[:=]\s*(\w+)")


@rule(
    Severity.ERROR,
    seeds=("004:13",),
    aliases=(
        "code-pathfinder:COMPOSE-SEC-003", "code-pathfinder:COMPOSE-SEC-012", "compose-lint:CL-0009",
        "kics:default_seccomp_profile_disabled", "semgrep:seccomp-confinement-disabled", "semgrep:selinux-separation-disabled",
    ),
)  # fmt: skip
def check(service: Service) -> Iterator[Problem]:
    if service.development:
        return
    for text in service.security_opt:
        pair = _PAIR.fullmatch(text.sketch.strip().lower())
        means = OFF.get(f"{pair[1]}:{pair[2]}") if pair else None
        if means is not None:
            said = f"A container with `{text.sketch.strip()}` {means}."
            yield Problem(text.span, said, fix=_fix(service, text))


def _fix(service: Service, text: Text) -> Fix | None:
    """The item's line taken away, or with the only item all of the list; None where the list is written otherwise."""
    entry = service.mapping.entry("security_opt")
    if entry is None or entry.alias is not None or not isinstance(entry.value, Sequence) or entry.value.flow:
        return None
    title = f"Take {text.sketch.strip()} away"
    if len(entry.value.items) == 1:
        return Fix(title, (edits.delete_lines(entry.span),)) if len(service.mapping.entries) > 1 else None
    own_line = text.span.source.text[text.span.source.line_starts[text.span.line - 1] : text.span.start]
    return Fix(title, (edits.delete_lines(text.span),)) if own_line.strip(" \"'") == "-" else None
