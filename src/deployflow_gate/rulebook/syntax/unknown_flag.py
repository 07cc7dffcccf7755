r"""A flag is one that its instruction has.

Docker refuses any other, and the build fails. Flags are written in lower case and stand before the arguments.

Misspelled, or not in lower case:

```dockerfile Dockerfile fails
FROM golang:1.23.3 AS build
RUN «--mounts=type=cache,target=/root/.cache» go build -o /app .
FROM «--PLATFORM=linux/amd64» debian:12.8-slim
COPY «--frm=build» /app /app
HEALTHCHECK «--interva=30s» CMD ["/app", "check"]
```
```dockerfile Dockerfile fixed
FROM golang:1.23.3 AS build
RUN --mount=type=cache,target=/root/.cache go build -o /app .
FROM --platform=linux/amd64 debian:12.8-slim
COPY --from=build /app /app
HEALTHCHECK --interval=30s CMD ["/app", "check"]
```

A flag of another instruction, or of the program that is to run:

```dockerfile Dockerfile fails
FROM debian:12.8-slim AS build
FROM debian:12.8-slim
ADD «--from=build» /app /app
RUN «--no-cache» apt-get update
CMD «--port=80» serve
```

Behind ONBUILD:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
ONBUILD COPY «--user=app» . /app
```

All flags that there are:

```dockerfile Dockerfile passes
# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM golang:1.23.3 AS build
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d --unpack=true https://acme.dev/a.tar.gz /a
ADD --keep-git-dir=true --link --chown=1:1 --chmod=755 --exclude=*.md https://github.com/acme/tools.git#v1 /tools
RUN --mount=type=secret,id=key --network=none --security=sandbox --device=vendor.dev/gpu make
FROM debian:12.8-slim
COPY --from=build --chown=10001 --chmod=0755 --link --parents --exclude=*.md --exclude=*.txt /app /app
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --start-interval=2s --retries=3 CMD ["/app", "check"]
```

What stands behind the first argument, or behind two dashes, is an argument:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
COPY -- --odd-name /app/
RUN apt-get --quiet update
ENTRYPOINT ["app", "--verbose"]
CMD serve --port=80
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.rulebook.syntax._refused import refused
from deployflow_gate.syntax.dockerfile.checks import FLAGS
from deployflow_gate.syntax.dockerfile.words import shown
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.dockerfile import Dockerfile


@rule(
    Severity.ERROR,
    aliases=(
        "dockerfile-utils:UNKNOWN_ADD_FLAG", "dockerfile-utils:UNKNOWN_COPY_FLAG", "dockerfile-utils:UNKNOWN_FROM_FLAG",
        "dockerfile-utils:UNKNOWN_HEALTHCHECK_FLAG",
    ),
)  # fmt: skip
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    for instruction, fault in refused(dockerfile, "flag"):
        name = next((flag.name for flag in instruction.flags if flag.span == fault.span), "")
        close = _close(name, FLAGS.get(instruction.name, frozenset()))
        owners = [keyword for keyword, flags in FLAGS.items() if name in flags]
        message, fix = f"{instruction.name} has no flag {shown('--' + name)}", None
        if close:
            message += f"; `--{close}` is close"
            at = Span(fault.span.source, fault.span.start, fault.span.start + 2 + len(name))
            fix = Fix(f"Write --{close}", (edits.replace(at, "--" + close),)) if at.text == "--" + name else None
        elif owners:
            message += f"; {' and '.join(owners)} {'have' if len(owners) > 1 else 'has'} it"
        yield Problem(fault.span, f"{message}.", fix=fix)


def _close(name: str, known: frozenset[str]) -> str | None:
    from difflib import get_close_matches

    found = get_close_matches(name[:40].lower(), sorted(known), n=1, cutoff=0.7)
    return found[0] if found else None
