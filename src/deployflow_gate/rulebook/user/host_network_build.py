r"""A build does not use the network of the builder's host.

`RUN --network=host` reaches what listens on the builder only for itself, and what its network alone may reach. The build is then neither
isolated nor repeatable elsewhere.

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
ARG NETWORK=host
RUN «--network=host» pip install --index-url http://localhost:3141/simple app
RUN «--network=$NETWORK» make fetch
```

The network of the build, none at all, or one that is not known:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim
ARG NETWORK
RUN pip install app
RUN --network=default pip install app
RUN --network=none make
RUN --network=$NETWORK make
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Run


@rule(Severity.WARNING, aliases=("sonar-iac:S6431",))
def check(run: Run) -> Iterator[Problem]:
    network = run.flag("network")
    if network is not None and network.value is not None and network.value.value == "host":
        yield Problem(network.span, "The command uses the network of the builder's host.")
