r"""No service is given a capability that opens the host.

Docker leaves a container a short list of root's powers. Most of those that it takes away reach beyond the container: to the
host's kernel, its other processes, its network, its clock. One of them is often as good as root on the host.

A capability that comes near to root, in either spelling, and all of them at once:

```yaml compose.yaml fails
services:
  mounts:
    image: acme/mounts:1.2.0
    cap_add:
      - «SYS_ADMIN»
      - «cap_net_admin»
  all:
    image: acme/all:1.2.0
    cap_add: [«ALL»]
```

It counts where it is written, also when it is shared:

```yaml compose.yaml fails
x-common: &common
  cap_add: [«SYS_PTRACE»]
services:
  a:
    <<: *common
    image: acme/a:1.2.0
  b:
    <<: *common
    image: acme/b:1.2.0
```

Capabilities that Docker gives by itself, given back behind `cap_drop`, are fine, and so are those that reach nothing outside:

```yaml compose.yaml passes
services:
  web:
    image: acme/web:1.2.0
    cap_drop: [ALL]
    cap_add:
      - NET_BIND_SERVICE
      - CHOWN
      - SETUID
      - IPC_LOCK
  other:
    image: acme/other:1.2.0
    cap_add:
      - ${CAPABILITY}
```

Debuggers need `SYS_PTRACE`, and developers debuggers:

```yaml .devcontainer/compose.yaml passes
services:
  editor:
    image: acme/editor:1.2.0
    cap_add:
      - SYS_PTRACE
```

A policy can allow what a repository is there for (`allowed: [NET_ADMIN]` for a VPN):

```yaml compose.yaml passes allowed=NET_ADMIN
services:
  vpn:
    image: acme/vpn:1.2.0
    cap_add:
      - NET_ADMIN
```

## Options

- `allowed`: capabilities that services may be given, without `CAP_`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Service

DANGEROUS = {
    "ALL": "takes every limit of root away",
    "AUDIT_CONTROL": "can switch the kernel's audit off",
    "BPF": "can load programs into the host's kernel",
    "CHECKPOINT_RESTORE": "can rebuild processes as it likes",
    "DAC_READ_SEARCH": "can read any file of the host",
    "LINUX_IMMUTABLE": "can lift the protection of immutable files",
    "MAC_ADMIN": "can change the host's security policy",
    "MAC_OVERRIDE": "can step over the host's security policy",
    "NET_ADMIN": "can change the routes and firewalls of its network, which may be the host's",
    "PERFMON": "can watch what the host's kernel and other processes do",
    "SYS_ADMIN": "is as good as root on the host: it mounts, and leaves namespaces",
    "SYS_BOOT": "can restart the host, or another kernel",
    "SYS_MODULE": "can load modules into the host's kernel",
    "SYS_NICE": "can take processor time from the host's other processes",
    "SYS_PTRACE": "can read and change other processes",
    "SYS_RAWIO": "can write to the host's memory and devices",
    "SYS_RESOURCE": "can step over limits of memory, processes and disk",
    "SYS_TIME": "can set the host's clock",
    "SYSLOG": "can read the kernel's log, with its addresses",
}
"""What a container can do with each: capabilities(7). The others are Docker's defaults, or reach nothing outside."""


@rule(
    Severity.WARNING,
    seeds=("004:13",),
    aliases=(
        "code-pathfinder:COMPOSE-SEC-008", "compose-lint:CL-0011", "compose-lint:CL-0024", "compose-lint:CL-0027",
        "compose-lint:CL-0028", "compose-lint:CL-0029", "compose-lint:CL-0030",
    ),
)  # fmt: skip
def check(service: Service, *, allowed: tuple[str, ...] = ()) -> Iterator[Problem]:
    for text in service.cap_add:
        name = text.sketch.upper().removeprefix("CAP_")
        if name in DANGEROUS and name not in allowed and not (name == "SYS_PTRACE" and service.development):
            yield Problem(text.span, f"A container with `{name}` {DANGEROUS[name]}.")
