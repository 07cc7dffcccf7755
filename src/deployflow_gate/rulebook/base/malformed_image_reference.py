r"""The name of an image is one that Docker takes.

Docker refuses any other before it looks for the image.

Capital letters, which only a tag may have:

```dockerfile Dockerfile fails
FROM «Debian»:12.8-slim AS a
FROM ghcr.io/«Acme»/Tools@sha256:0a4eaa0eecf5f8c050e5bba433f58c052be7587ee8af3e8b3910ef9ab5fbe9f5 AS b
```

A tag that is missing or none, and a digest that is none:

```dockerfile Dockerfile fails
FROM «debian:» AS a
FROM debian:«-slim» AS b
FROM debian:12.8-slim@«sha256:0a4eaa0e» AS c
FROM debian@«stable»
```

Wherever an image is named:

```yaml compose.yaml fails
services:
  web:
    image: nginx:«1.27 alpine»
```
```yaml .github/workflows/ci.yml fails
on: push
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    container: ghcr.io/acme/«_tools»:1.0.0
    steps: [{run: "true"}]
```

Names with a port, several parts, separators of all kinds, a tag and a digest:

```dockerfile Dockerfile passes
FROM localhost:5000/acme/base_image:V1.2.3_RC-4 AS a
FROM registry.example.com/a/b/c__d/e--f.g:1 AS b
FROM debian:12.8-slim@sha256:0a4eaa0eecf5f8c050e5bba433f58c052be7587ee8af3e8b3910ef9ab5fbe9f5 AS c
FROM C
```

A template's word for an image that is still to be filled in:

```dockerfile Dockerfile passes
FROM YOUR-BASE_IMAGE
```

What variables make of it, and a `--from` that is no image at all, are other rules' matter:

```dockerfile Dockerfile passes
ARG TAG
FROM debian:${TAG} AS a
FROM debian:12.8-slim
COPY --from=^ /x /y
```

The runner knows the prefix `docker://`:

```yaml .github/workflows/ci.yml passes
on: push
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    container: docker://node:22.11.0
    steps: [{run: "true"}]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.imageref import ImageRef

_PLACEHOLDER = regex(r"[A-Z0-9]+(?:[_-][A-Z0-9]+)+")
"""What a template has in the place of the image, as in `FROM REPLACE-ME`."""


@rule(Severity.ERROR, aliases=("dockerfile-utils:INVALID_REFERENCE_FORMAT",))
def check(ref: ImageRef) -> Iterator[Problem]:
    if not ref.text.sketch or _PLACEHOLDER.fullmatch(ref.text.sketch) or _said_elsewhere(ref):
        return
    for fault in ref.faults[:1]:
        yield Problem(fault.span if fault.span.text else ref.span, fault.message)


def _said_elsewhere(ref: ImageRef) -> bool:
    """Whether another rule speaks of it: of the arguments of a FROM, of its form, or of a `--from` that looks like no image."""
    from deployflow_gate.model.instruction import From
    from deployflow_gate.model.instructions.mount import RunMount
    from deployflow_gate.model.instructions.transfer import Transfer

    owner = ref.owner
    if isinstance(owner, From):
        return "$" in ref.text.raw or len(owner.syntax.values) not in (1, 3)
    if isinstance(owner, Transfer | RunMount):
        return "$" in ref.text.raw or not any(c in ref.text.sketch for c in "/:@")
    return False
