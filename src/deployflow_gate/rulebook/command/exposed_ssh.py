r"""A container offers no SSH.

A container needs no shell over the network: `docker exec` and `kubectl exec` open one, with the platform's own log-in and log. An SSH
server is one more process, with keys and passwords of its own that nobody rotates, and the first port that is tried from outside.

An image exposes its port:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
EXPOSE 8080 «22»
CMD ["/app"]
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
EXPOSE 8080
CMD ["/app"]
```

Nothing else is exposed, or it is one of a range:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
EXPOSE «22/tcp»
CMD ["/app"]
```
```dockerfile Dockerfile fixed
FROM debian:12.8-slim
CMD ["/app"]
```

One of a range:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
EXPOSE «20-23»
CMD ["/app"]
```

The stage that it stands on exposes it:

```dockerfile Dockerfile fails
FROM debian:12.8-slim AS base
ENV SSH_PORT=22
EXPOSE «$SSH_PORT»
FROM base
CMD ["/app"]
```

A service publishes it, under whatever number:

```yaml compose.yaml fails
services:
  app:
    image: registry.acme.dev/app:4.2
    ports:
      - "8080:8080"
      - "«2222:22»"
      - «target: 22
        published: 2022»
```

Other ports, and another protocol:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
EXPOSE 2200 8022/tcp 22/udp
CMD ["/app"]
```

A stage that does not ship, and a service for development:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS debug
EXPOSE 22
FROM debian:12.8-slim
CMD ["/app"]
```
```yaml compose.dev.yaml passes
services:
  app:
    image: registry.acme.dev/app:4.2
    ports: ["2222:22"]
```

What serves files or repositories over SSH:

```yaml compose.yaml passes
services:
  git:
    image: gitea/gitea:1.22
    ports: ["2222:22"]
  files:
    image: atmoz/sftp:alpine
    ports: ["2022:22"]
  gitlab:
    build: ./gitlab
    ports: ["2023:22"]
```
```dockerfile images/sftp/Dockerfile passes
FROM alpine:3.20.3
EXPOSE 22
CMD ["/usr/sbin/sshd", "-D"]
```

## Options

- `purposes`: parts of the names (of images, services and folders) of what is there to be reached over SSH.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.instruction import Expose
from deployflow_gate.model.shipping import ships

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Port, Service
    from deployflow_gate.model.instructions.settings import ExposedPort

SSH = 22
PURPOSES = (
    *("gitea", "forgejo", "gitlab", "gogs", "soft-serve", "onedev", "gitbucket", "gerrit", "sourcehut", "dokku"),
    *("sftp", "ssh", "rsync", "borg", "bastion", "jumpserver", "teleport"),
)


@rule(
    Severity.ERROR,
    seeds=("000:11",),
    aliases=("checkov:CKV_DOCKER_1", "kics:exposing_port_22", "sonar-iac:S6473", "trivy:DS-0004"),
)
def check(owner: Expose | Port, *, purposes: tuple[str, ...] = PURPOSES) -> Iterator[Problem]:
    if isinstance(owner, Expose):
        folders = [part for part in owner.span.path.lower().split("/") if not part.startswith(".")]
        if not any(purpose in part for part in folders for purpose in purposes):
            yield from _exposed(owner)
        return
    target, published = owner.target_range or range(0), owner.published_range or range(0)
    name = _purpose(owner.service)
    if owner.service.development or (owner.protocol is not None and owner.protocol.value == "udp"):
        return
    if (SSH in target or SSH in published) and not any(purpose in name for purpose in purposes):
        yield Problem(owner.span, f"The service `{owner.service.name}` publishes port `22`, which is that of SSH.")


def _purpose(service: Service) -> str:
    """What a service is called, builds and runs."""
    image, build = service.image, service.build
    texts = (build.context if build is not None else None, image.text if image is not None else None)
    return " ".join([service.name, *(text.sketch for text in texts if text is not None)]).lower()


def _exposed(expose: Expose) -> Iterator[Problem]:
    if expose.onbuild or not ships(expose):
        return
    for port in expose.ports:
        if SSH in port.numbers and port.protocol == "tcp":
            yield Problem(port.text.span, "Port `22` is exposed, which is that of SSH.", fix=_fix(expose, port))


def _fix(expose: Expose, port: ExposedPort) -> Fix | None:
    """The port taken away, with the instruction if it is the only one."""
    if port.number is None or not port.text.literal:
        return None
    one = len(expose.ports) == 1
    return Fix("Do not expose SSH", (edits.delete_lines(expose.span) if one else edits.delete_word(port.text.span),))
