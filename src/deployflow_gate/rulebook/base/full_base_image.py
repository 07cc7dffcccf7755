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

Where the variant stands in the tag is each image's own custom:

```dockerfile Dockerfile fails
FROM «python:3.12.7-bookworm»
CMD ["python", "app.py"]
```
```dockerfile Dockerfile fixed
FROM python:3.12.7-slim-bookworm
CMD ["python", "app.py"]
```

Go has no slim image, but one on Alpine, and what it compiles needs neither:

```dockerfile Dockerfile fails
FROM «golang:1.23.3»
RUN go build -o /app .
CMD ["/app"]
```

An image that the policy names:

```dockerfile Dockerfile fails images=ghcr.io/acme/runtime
FROM «ghcr.io/acme/runtime:4.2»
```

A build stage may stand on anything, and other images have nothing smaller:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
RUN go build -o /app .
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /app /app
```

Windows, for which there is nothing slim, is told by its escape character:

```dockerfile Dockerfile passes
# escape=`
FROM python:3.12.7
CMD ["python", "app.py"]
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
    from deployflow_gate.model.images_known import KnownImage

SMALL = frozenset({"slim", "alpine", "distroless", "minimal", "ubi9-minimal", "windowsservercore", "nanoserver", "fpm"})


SLIM_FIRST = frozenset({"python", "ruby", "rust", "perl", "pypy"})
SLIM_LAST = frozenset({"node", "openjdk", "swift"})
"""Where "slim" stands beside the system's name: `python:3.12.7-slim-bookworm`, `node:22.11.0-bookworm-slim`."""


@rule(Severity.WARNING, seeds=("000:1", "001:4", "002:1", "003:1", "004:4"))
def check(image: Image, *, images: tuple[str, ...] = ()) -> Iterator[Problem]:
    base = image.base
    if base is None or base.name is None or "tag" in base.unknown:
        return
    known = base.known
    variants = frozenset({"slim"}) if base.name in images else _variants(known) if known is not None else frozenset()
    windows = image.dockerfile.escape == "`"
    if windows or not variants or any(small in suffix for suffix in base.suffixes for small in SMALL):
        return
    has = "a slim variant" if "slim" in variants else "a variant on Alpine"
    yield Problem(
        base.span,
        f"What ships stands on the full `{base.text.sketch}`; `{base.name}` has {has}.",
        fix=_slim(base) if "slim" in variants else None,
    )


def _variants(known: KnownImage) -> frozenset[str]:
    """The smaller ones of a language's image; Alpine alone counts where the full one brings compilers."""
    if known.language is None or not ("slim" in known.variants or known.distro == "buildpack"):
        return frozenset()
    return known.variants


def _slim(base: ImageRef) -> Fix | None:
    tag, at = base.tag, base.tag_span
    if tag is None or at is None or base.digest or at.text != tag or not base.version or len(base.suffixes) > 1:
        return None
    number, _, system = tag.partition("-")
    if system and base.name not in SLIM_FIRST | SLIM_LAST:
        return None
    slim = f"{number}-slim-{system}" if system and base.name in SLIM_FIRST else f"{tag}-slim"
    return Fix(f"Stand on `{base.name}:{slim}`", (edits.replace(at, slim),))
