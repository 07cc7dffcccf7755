r"""The value of a label is what its name promises.

Registries and scanners read labels by machine: a time that is none, a link without `https://`, a license by another name are left out.
The names of OCI and of label-schema.org have types of their own; a policy gives its labels types by the option `schema`. Values that
a build argument makes are known to the build alone, and are not judged.

A link, a time, a license that is none:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
LABEL org.opencontainers.image.source=«github.com/acme/shop» \
      org.opencontainers.image.created=«"5 November 2024"» \
      org.opencontainers.image.licenses=«"Apache 2"»
LABEL org.label-schema.build-date «2024-11-05»
LABEL org.opencontainers.image.url=«""»
```

The labels of a policy:

```dockerfile Dockerfile fails schema=vendor:text,version:semver,commit:hash,contact:email,home:url,built:rfc3339,license:spdx
FROM debian:12.8-slim
LABEL vendor=«" "» version=«v1.4» commit=«main» contact=«"The team"»
LABEL home=«/shop» built=«2024-02-30T10:00:00Z» license=«"MIT OR"»
LABEL version=«1.4.0.2» built=«2024-11-05T25:00:00Z» license=«(MIT» contact=«team@localhost»
```

Values that are in form:

```dockerfile Dockerfile passes schema=vendor:text,version:semver,commit:hash,contact:email,home:url,built:rfc3339,license:spdx
FROM debian:12.8-slim
LABEL vendor=Acme version=1.4.0-rc.1+build.7 commit=2fd4e1c contact=team@shop.example.com
LABEL home="https://example.com/shop?a=b" built=2024-11-05T10:26:33.5+01:00 license=apache-2.0
LABEL commit=2fd4e1c67a2d28fced849ee1bb76e7391b93eb12
LABEL license="(MIT OR GPL-2.0-or-later WITH Classpath-exception-2.0) AND LicenseRef-Acme"
LABEL license=Apache-1.1+
```

Labels of no type, and values that only the build knows:

```dockerfile Dockerfile passes
ARG CREATED=unknown
FROM debian:12.8-slim
ARG CREATED
ARG SOURCE
LABEL org.opencontainers.image.version=next created="5 November 2024" url=here
LABEL org.opencontainers.image.created="${CREATED}" org.opencontainers.image.source=$SOURCE
```

A policy with another schema has that one alone:

```dockerfile Dockerfile passes schema=version:semver
FROM debian:12.8-slim
LABEL version=1.4.0 org.opencontainers.image.licenses="our own"
```

## Options

- `schema`: the type of each label: text (not empty), url, rfc3339, semver, spdx, hash (of a commit) or email.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.rulebook.labels._values import NOUNS, LabelType, fits, named

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Label

SCHEMA: tuple[tuple[str, LabelType], ...] = (
    ("org.opencontainers.image.created", "rfc3339"),
    ("org.opencontainers.image.url", "url"),
    ("org.opencontainers.image.documentation", "url"),
    ("org.opencontainers.image.source", "url"),
    ("org.opencontainers.image.licenses", "spdx"),
    ("org.label-schema.build-date", "rfc3339"),
    ("org.label-schema.url", "url"),
    ("org.label-schema.vcs-url", "url"),
)
"""After the image-spec's annotations.md and label-schema.org's rc1."""


@rule(
    Severity.WARNING,
    aliases=(
        "hadolint:DL3051", "hadolint:DL3052", "hadolint:DL3053", "hadolint:DL3054", "hadolint:DL3055",
        "hadolint:DL3056", "hadolint:DL3058",
    ),
)  # fmt: skip
def check(label: Label, *, schema: tuple[tuple[str, LabelType], ...] = SCHEMA) -> Iterator[Problem]:
    kinds = dict(schema)
    for name, value in named(label):
        kind = kinds.get(name.sketch)
        if kind is None or value is None or not value.literal or fits(kind, value.sketch):
            continue
        said = f"is `{value.sketch}`, which is not {NOUNS[kind]}" if value.sketch.strip() else "is empty"
        yield Problem(value.span, f"The label `{name.sketch}` {said}.")
