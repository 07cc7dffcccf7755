r"""Every file can be read and parsed.

What cannot be read cannot be judged, by this gate or by the program that it is for. The rest of the file is judged all the same, as
far as it can be told.

YAML that is none:

```yaml compose.yaml fails
services:
  web:
    image: nginx:1.27.2
   «ports: [80]»
```

A key that is there twice; programs differ in which one they take:

```yaml .github/workflows/ci.yml fails
on: push
permissions: {}
jobs: {}
«permissions»:
  contents: write
```

A heredoc without its end:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «<<EOF»
echo hello
```

Files that are as they should be:

```yaml compose.yaml passes
services:
  web:
    image: nginx:1.27.2
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN <<EOF
echo hello
EOF
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.document import Document


@rule(
    Severity.ERROR,
    aliases=(
        "action-validator:parse_error", "actionlint:syntax-check#duplicate-key", "actionlint:syntax-check#yaml-anchor",
        "actionlint:syntax-check#yaml-parse", "codeql:syntax-error", "compose-go:duplicate-key", "compose-go:empty-file",
        "compose-go:yaml-aliases", "compose-go:yaml-syntax", "compose-lint:parse-error",
    ),
)  # fmt: skip
def check(document: Document) -> Iterator[Problem]:
    for fault in document.faults:
        yield Problem(fault.span, fault.message)
