r"""Every file can be read and parsed.

What cannot be read cannot be judged, by this gate or by the program that it is for. The rest of the file is judged all the same, as
far as it can be told. What is read well and refused all the same (an unknown instruction, a flag, a missing argument) is the
matter of other rules.

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

Keys of a workflow that differ in case alone are one key to GitHub:

```yaml .github/workflows/ci.yml fails
on: push
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    steps: [{run: "true"}]
  «TEST»:
    runs-on: ubuntu-24.04
    steps: [{run: "true"}]
```

A few lines of aliases that stand for millions of values:

```yaml compose.yaml fails
x-a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
x-b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
x-c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
x-d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
x-e: &e [*d, «*d», *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
x-f: [*e, *e, *e]
```

A compose file without any service, and a service that extends one that is not there:

```yaml compose.yaml fails
«services»:
volumes:
  data: {}
```
```yaml batch/compose.yaml fails
services:
  job:
    extends:
      service: «worker»
```

A heredoc without its end:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN «<<EOF»
echo hello
```

Files that are as they should be:

```yaml compose.yaml passes
x-limits: &limits
  mem_limit: 512m
services:
  web:
    <<: *limits
    image: nginx:1.27.2
```
```yaml .github/workflows/ci.yml passes
on: push
permissions: {}
jobs:
  test:
    runs-on: &runner ubuntu-24.04
    steps: [{run: "true"}]
  lint:
    runs-on: *runner
    steps: [{run: "true"}]
```
```dockerfile Dockerfile passes
FROM debian:12.8-slim
RUN <<EOF
echo hello
EOF
```

Instructions that Docker refuses have rules of their own:

```dockerfile Dockerfile passes
RUN echo too early
FROM debian:12.8-slim
EXPSE 80
COPY --frm=build /x /y
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
        if not fault.kind:
            yield Problem(fault.span, fault.message)
