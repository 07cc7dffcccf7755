r"""A service in production comes back by itself.

A program that ends, a host that restarts, a memory limit that is hit: without a restart policy the service stays down until somebody
sees it. With `unless-stopped` it comes back, but for what an operator has stopped.

A file for production, and nothing says that the service comes back:

```yaml compose.prod.yaml fails
services:
  «api»:
    image: ghcr.io/acme/api:1.4.2
```
```yaml compose.prod.yaml fixed
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    restart: unless-stopped
```

It is told not to, with no word that it ends:

```yaml deploy/compose.yaml fails
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    ports: ["80:8080"]
    «restart: "no"»
```
```yaml deploy/compose.yaml fixed
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    ports: ["80:8080"]
    restart: unless-stopped
```

A plain file that stands alone is meant to be run where other services of it come back:

```yaml compose.yaml fails
services:
  «api»:
    image: ghcr.io/acme/api:1.4.2
  cache:
    image: redis:7.4.1
    restart: always
```
```yaml compose.yaml fixed
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    restart: unless-stopped
  cache:
    image: redis:7.4.1
    restart: always
```

Every policy that brings it back, and that of a swarm, which does it by itself:

```yaml compose.prod.yaml passes
services:
  a:
    image: ghcr.io/acme/a:1.4.2
    restart: always
  b:
    image: ghcr.io/acme/b:1.4.2
    restart: on-failure:5
  c:
    image: ghcr.io/acme/c:1.4.2
    deploy:
      restart_policy:
        condition: on-failure
  d:
    image: ghcr.io/acme/d:1.4.2
    restart: ${RESTART}
```
```yaml stack.yml passes
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    deploy:
      replicas: 2
      update_config:
        order: start-first
```

Jobs that end are not started again:

```yaml compose.prod.yaml passes
services:
  migrate:
    image: ghcr.io/acme/api:1.4.2
    command: python manage.py migrate
  assets:
    image: ghcr.io/acme/assets:1.4.2
  backup:
    image: ghcr.io/acme/backup:1.4.2
    profiles: [tools]
  schema:
    image: postgres:16.4
    command: psql -h db -f /schema.sql
  once:
    image: ghcr.io/acme/once:1.4.2
    restart: "no"
  api:
    image: ghcr.io/acme/api:1.4.2
    restart: always
    depends_on:
      assets:
        condition: service_completed_successfully
```

A plain file in which nothing comes back may be anybody's, and the file below may say it:

```yaml compose.yaml passes
services:
  api:
    build: .
  db:
    image: postgres:16.4
```
```yaml b/compose.yaml passes
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    restart: unless-stopped
```
```yaml b/compose.prod.yaml passes
services:
  api:
    environment:
      MODE: production
```

Only some policies are taken:

```yaml compose.prod.yaml fails accepted=always,unless-stopped
services:
  api:
    image: ghcr.io/acme/api:1.4.2
    «restart: on-failure»
```

## Options

- `accepted`: the policies that will do, without what follows a colon.
- `policy`: the policy that the fix gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.rulebook.compose._keys import new_key
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.compose import ComposeFile, Service


@rule(Severity.NOTICE, seeds=("001:12",), aliases=("kics:restart_policy_on_failure_not_set_to_5",))
def check(
    service: Service,
    *,
    accepted: tuple[str, ...] = ("always", "unless-stopped", "on-failure", "any"),
    policy: str = "unless-stopped",
) -> Iterator[Problem]:
    file = service.file
    if not service.deployed or (file.role != "production" and not _comes_back(file)):
        return
    given = [*service.settled_texts("restart"), *service.settled_texts("deploy", "restart_policy", "condition")]
    if any(UNKNOWN in text.sketch or text.sketch.partition(":")[0] in accepted for text in given):
        return
    if service.ends or (not given and (file.for_swarm or service.settled("deploy", "restart_policy"))):
        return
    entry = service.entry("restart")
    if entry is None:
        made = new_key(service, f"restart: {policy}")
        fix = Fix(f"Restart it {policy}", (made,)) if made is not None else None
        yield Problem(service.name_span, "Nothing starts the service again when it ends.", fix=fix)
    elif service.ports or "no" not in {text.sketch for text in given}:
        fix = Fix(f"Restart it {policy}", (edits.replace(entry.value.span, policy),)) if entry.alias is None else None
        yield Problem(entry.span, f"The restart policy is `{given[0].sketch}`.", fix=fix)


def _comes_back(file: ComposeFile) -> bool:
    return not file.restart_policies.isdisjoint({"always", "unless-stopped"})
