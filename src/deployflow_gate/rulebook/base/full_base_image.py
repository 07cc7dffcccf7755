r"""What ships stands on a slim image.

The full variant of a language image brings compilers, headers and hundreds of packages that only a build needs: some
700 MB to store and pull, and every one of their vulnerabilities. Build in it if you must, but ship on the slim one.

The shipped stage stands on the full variant:

```dockerfile Dockerfile fails
FROM node:22.11.0 AS build
RUN npm ci
FROM «python:3.12.7»
COPY . /app
```
```dockerfile Dockerfile fixed
FROM node:22.11.0 AS build
RUN npm ci
FROM python:3.12.7-slim
COPY . /app
```

The distribution alone does not make it small:

```dockerfile Dockerfile fails
FROM «node:22.11.0-bookworm»
CMD ["node", "server.js"]
```
```dockerfile Dockerfile fixed
FROM node:22.11.0-bookworm-slim
CMD ["node", "server.js"]
```

A build stage may stand on anything, and other images have nothing smaller:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
RUN go build -o /app .
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /app /app
```

Slim and Alpine are what is asked for:

```dockerfile Dockerfile passes
FROM python:3.12.7-slim-bookworm AS a
FROM node:22.11.0-alpine3.20
```

## Options

- `images`: more images (as in `FROM`, without a tag) whose tags have a `-slim` variant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule

if TYPE_CHECKING:
    from deployflow_gate.model.image import Image
    from deployflow_gate.model.imageref import ImageRef

SMALL = frozenset({"slim", "alpine", "distroless", "minimal", "ubi9-minimal", "windowsservercore", "nanoserver", "fpm"})


@rule(Severity.WARNING, seeds=("000:1", "001:4", "002:1", "003:1", "004:4"))
def check(image: Image, *, images: tuple[str, ...] = ()) -> Iterator[Problem]:
    base = image.base
    if base is None or base.name is None or "tag" in base.unknown:
        return
    known = base.known
    has_slim = base.name in images or (known is not None and known.language is not None and "slim" in known.variants)
    if not has_slim or any(small in suffix for suffix in base.suffixes for small in SMALL):
        return
    yield Problem(
        base.span,
        f"What ships stands on the full `{base.text.sketch}`; `{base.name}` has a slim variant.",
        fix=_slim(base),
    )


def _slim(base: ImageRef) -> Fix | None:
    if base.tag is None or base.tag_span is None or base.digest or base.tag_span.text != base.tag or not base.version:
        return None
    return Fix(f"Stand on `{base.name}:{base.tag}-slim`", (edits.insert_after(base.tag_span, "-slim"),))
