r"""An image has no labels but those that the policy knows.

Where labels are read by machine, a label with a misspelled name, or one that nobody agreed on, is as good as none. The policy says in
the option `schema` which there are; it is that of `malformed-label-value`, so that one YAML anchor serves both rules.

A label that is not in the schema:

```dockerfile Dockerfile fails schema=version:semver,vendor:text
FROM debian:12.8-slim
LABEL version="1.4.0" «vendr»=Acme
LABEL «"com.example.team"»=shop vendor=Acme
ONBUILD LABEL «stage» test
```

Labels of the schema, and names that are not known:

```dockerfile Dockerfile passes schema=version:semver,vendor:text
ARG NAME
FROM debian:12.8-slim
ARG NAME
LABEL version="1.4.0" \
      vendor=Acme
LABEL $NAME=1
```

A policy without a schema expects nothing:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
LABEL version="1.4.0"
```

## Options

- `schema`: the labels that there are, each with its type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.labels._values import LabelType, named

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Label


@rule(Severity.WARNING, on=False, aliases=("hadolint:DL3050",))
def check(label: Label, *, schema: tuple[tuple[str, LabelType], ...] = ()) -> Iterator[Problem]:
    if not schema:
        return
    known = {name for name, _ in schema}
    for name, _ in named(label):
        if name.sketch not in known:
            yield Problem(name.span, f"The label `{name.sketch}` is not in the policy's schema.")
