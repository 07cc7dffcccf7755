r"""An image needs one program for downloads.

wget and curl do the same. Each is a package with its own vulnerabilities, and its own settings for proxies, retries and certificates.

Judged is what the RUNs of a stage use, with the stages it stands on. Reported is the first use of the one that is used less.

Both in one stage:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN apt-get update && apt-get install -y curl wget && curl -fsSLO https://example.com/a.tgz
RUN «wget -q https://example.com/b.tgz»
RUN ["curl", "-fsSLO", "https://example.com/c"]
```

Twice as often, and as often:

```dockerfile Dockerfile fails
FROM debian:12.8-slim
RUN wget -q https://example.com/a && wget -q https://example.com/b && «curl -fsSLO https://example.com/c»
```
```dockerfile b/Dockerfile fails
FROM debian:12.8-slim
RUN «wget -q https://example.com/a» && curl -fsSLO https://example.com/c
```

The stage it stands on uses the other one:

```dockerfile Dockerfile fails
FROM debian:12.8-slim AS base
RUN curl -fsSLO https://example.com/a
FROM base
RUN «wget -q https://example.com/b»
FROM base AS other
RUN curl -fsSLO https://example.com/c
```

One of them, or each in an image of its own:

```dockerfile Dockerfile passes
FROM debian:12.8-slim AS build
RUN wget -q https://example.com/a && echo curl
FROM alpine:3.20
RUN apk add --no-cache curl wget-doc && curl -fsSLO https://example.com/b
HEALTHCHECK CMD wget -q --spider http://localhost/
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Note, Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.command import Command
    from deployflow_gate.model.stage import Stage

_TOOLS = frozenset({"wget", "curl"})


@rule(
    Severity.NOTICE,
    aliases=(
        "hadolint:DL4001", "kics:run_using_wget_and_curl", "semgrep:use-either-wget-or-curl", "tally:hadolint/DL4001",
        "trivy:DS-0014",
    ),
)  # fmt: skip
def check(stage: Stage) -> Iterator[Problem]:
    own = _uses(stage)
    if not own:
        return
    below = [use for lower in stage.lineage[1:] for use in _uses(lower)]
    if {use.name for use in own + below} != _TOOLS or {use.name for use in below} == _TOOLS:
        return
    names = [use.name for use in own]
    less = "curl" if "wget" not in names or 0 < names.count("curl") < names.count("wget") else "wget"
    first = next(use for use in own if use.name == less)
    other = next(use for use in own + below if use.name != less)
    at = first.words[0].span.until(first.words[-1].span)
    note = Note(other.span, f"`{other.name}` is used here.")
    yield Problem(at, f"The image uses `{less}` besides `{other.name}`.", notes=(note,))


def _uses(stage: Stage) -> list[Command]:
    from deployflow_gate.model.instruction import Run

    scripts = [run.script for run in stage.of(Run) if run.script is not None]
    return [command for script in scripts for command in script.commands if command.name in _TOOLS]
