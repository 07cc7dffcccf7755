r"""Of another stage or image, only what is needed is copied.

`COPY --from=build / /` brings compilers, caches and sources along, so that the stages were for nothing, and overwrites the
files of the base with those of another system.

All of a stage, or of an image with a system of its own:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
RUN go build -o /usr/local/bin/app .
FROM debian:12.8-slim
«COPY --from=build / /»
«COPY --link --from=alpine:3.20.3 ["/", "/"]»
«COPY --from=build /* /./»
```

What is needed:

```dockerfile Dockerfile passes
FROM golang:1.23.3 AS build
RUN go build -o /usr/local/bin/app .
FROM debian:12.8-slim
COPY --from=build /usr/local/bin/app /usr/local/bin/
COPY --from=build /rootfs/ /
COPY rootfs /
COPY / /
```

An image of a tool, and a stage that collects what is to be copied, hold nothing else; and a copy into the empty stage makes one
layer of many:

```dockerfile Dockerfile passes
FROM tonistiigi/xx:1.6.1 AS xx
FROM scratch AS rootfs
COPY etc /etc
FROM golang:1.23.3 AS build
COPY --from=xx / /
COPY --from=rootfs / /
COPY --from=acme/tools:1.2.0 / /
RUN go build -o /app .
FROM scratch
COPY --from=build / /
```

All of it in a folder of its own, or in one that is not known:

```dockerfile Dockerfile passes
FROM alpine:3.20.3 AS small
FROM acme/base:1.2.0
COPY --from=small / /chroot/
COPY --from=small / .
```
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.instruction import Copy


@rule(Severity.WARNING, seeds=("003:6",), aliases=("hadolint:DL3067",))
def check(copy: Copy) -> Iterator[Problem]:
    if copy.from_ is None or copy.destination is None or copy.destination.value is None:
        return
    whole = any(source.value and normpath("/" + source.value.lstrip("/")) in {"/", "/*"} for source in copy.sources)
    # where a relative destination is depends on the base image
    if not whole or not copy.destination.value.startswith("/") or copy.destination.value.strip("/."):
        return
    squashes = copy.stage is not None and copy.stage.from_scratch
    if not squashes and not _is_made_for_it(copy):
        yield Problem(copy.span, f"The whole file system of `{copy.from_.raw}` is copied over that of this stage.")


def _is_made_for_it(copy: Copy) -> bool:
    """Whether the source holds only what is to be copied, as far as it can be told: a stage from scratch, or an image of a tool."""
    stage = copy.from_stage
    if stage is not None and (stage.from_scratch or stage.instructions):
        return stage.from_scratch
    image = stage.base if stage is not None else copy.ref
    if stage is None and (image is None or not set(image.text.sketch) & set("/:@")):
        return False  # a stage that is not there, or that of another file
    return image is None or image.known is None
