r"""A build in a workflow keeps its layers for the next one.

A runner begins empty, so that without a cache every push installs every dependency again. With `cache-from` and `cache-to` only
what changed is built.

A build that begins from nothing each time:

```yaml .github/workflows/release.yml fails
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: «docker/build-push-action@v6»
        with:
          push: true
          tags: ghcr.io/acme/api:${{ github.sha }}
```
```yaml .github/workflows/release.yml fixed
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/acme/api:${{ github.sha }}
          cache-from: type=gha
          cache-to: type=gha,mode=max
```

One with a Dockerfile that has steps to keep, on runners that a matrix names:

```dockerfile Dockerfile fails
FROM python:3.12.7-slim
RUN pip install --no-cache-dir flask==3.1.0
```
```yaml .github/workflows/release.yml fails
on: push
jobs:
  image:
    strategy:
      matrix:
        runner: [ubuntu-24.04, ubuntu-24.04-arm]
    runs-on: ${{ matrix.runner }}
    steps:
      - uses: actions/checkout@v4
      - uses: «docker/build-push-action@v6»
        with:
          context: .
          tags: ghcr.io/acme/api:${{ github.sha }}
```

A build with a cache, one that wants none, and builders that keep their own:

```yaml .github/workflows/release.yml passes
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          cache-from: type=registry,ref=ghcr.io/acme/api:cache
          cache-to: type=registry,ref=ghcr.io/acme/api:cache,mode=max
      - uses: docker/build-push-action@v6
        with:
          no-cache: true
      - uses: depot/build-push-action@v1
        with:
          push: true
  own:
    runs-on: [self-hosted, linux]
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
  written:
    runs-on: ubuntu-24.04
    steps:
      - run: printf 'FROM ghcr.io/acme/base:4.2\nRUN ldconfig\n' > Dockerfile
      - uses: docker/build-push-action@v6
        with:
          context: .
  remote:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/setup-buildx-action@v3
        with:
          driver: cloud
          endpoint: acme/builder
      - uses: docker/build-push-action@v6
        with:
          push: true
```

The second build of a job that begins with the layers of the first, and a Dockerfile without a step that is worth keeping:

```yaml .github/workflows/release.yml passes
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          context: "{{defaultContext}}:api"
          load: true
          cache-from: type=gha
          cache-to: type=gha,mode=max
      - uses: docker/build-push-action@v6
        with:
          context: "{{defaultContext}}:api"
          push: true
      - uses: actions/checkout@v4
      - uses: docker/build-push-action@v6
        with:
          context: site
          push: true
```
```dockerfile site/Dockerfile passes
FROM nginx:1.27.3
COPY index.html /usr/share/nginx/html/
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.instruction import Run
from deployflow_gate.regex import regex
from deployflow_gate.rulebook.workflow._builders import brings_builder, hosted, is_setup

if TYPE_CHECKING:
    from deployflow_gate.model.build import Build
    from deployflow_gate.model.workflow import Step

_OWN_DRIVERS = ("", "docker-container", "docker")
_OWN_BUILDER = regex(r"buildx\s+create(?![^\n]{0,300}(?:cloud|remote|kubernetes|://))")
_WRITES = regex(r">\s*[\"']?[\w./${}-]{0,200}Dockerfile")


@rule(Severity.NOTICE, seeds=("004:20",))
def check(build: Build) -> Iterator[Problem]:
    if build.owner is None or build.development:
        return
    from deployflow_gate.model.workflow import Step

    step = build.owner
    if not isinstance(step, Step) or step.uses is None or step.uses.name != "docker/build-push-action":
        return
    if _cached(step) or step.input("no-cache") is not None or step.job is None or not hosted(step.job):
        return
    if step.input("repository") is not None or _kept_elsewhere(step) or _after_another(step) or _written_here(step):
        return
    if build.stages and not any(stage.of(Run) for stage in build.stages):
        return
    yield Problem(step.uses.span, "The build keeps no layers for the next one: it has no cache.", fix=_fix(step))


def _cached(step: Step) -> bool:
    return any(step.input(name) is not None for name in ("cache-from", "cache-to"))


def _kept_elsewhere(step: Step) -> bool:
    """Whether the builder is not one of the runner's own, so that it may keep its layers itself."""
    before = step.parent.steps[: step.index]
    for other in before:
        if is_setup(other):
            driver, endpoint = other.input("driver"), other.input("endpoint")
            if (driver is not None and driver.value not in _OWN_DRIVERS) or endpoint is not None:
                return True
        elif brings_builder(other) and not (other.run is not None and _OWN_BUILDER.search(other.run.raw)):
            return True
    return step.input("builder") is not None and not any(is_setup(other) for other in before)


def _after_another(step: Step) -> bool:
    """Whether a step before it builds the same context, and fills the builder with its layers."""
    mine = step.input("context")
    for other in step.parent.steps[: step.index]:
        if other.uses is not None and step.uses is not None and other.uses.name == step.uses.name:
            context, file = other.input("context"), other.input("file")
            own = step.input("file")
            if (context.raw if context else "") == (mine.raw if mine else "") and (file.raw if file else "") == (
                own.raw if own else ""
            ):
                return True
    return False


def _written_here(step: Step) -> bool:
    """Whether a command of the job writes the Dockerfile: it is most often a line or two around what was built before."""
    before = step.parent.steps[: step.index]
    return any(other.run is not None and _WRITES.search(other.run.raw) for other in before)


def _fix(step: Step) -> Fix | None:
    """Lines behind the last input, where there is a builder that can write a cache."""
    if not any(is_setup(other) for other in step.parent.steps[: step.index]) or not step.with_entries:
        return None
    first = next(iter(step.with_entries.values()))
    last = list(step.with_entries.values())[-1]
    indent = edits.indent_of(first.span)
    if len(indent) != first.span.column - 1 or last.span.end != _end_of_line(last.span.end, last.span.source.text):
        return None
    lines = f"\n{indent}cache-from: type=gha\n{indent}cache-to: type=gha,mode=max"
    return Fix("Keep the layers in the workflow's cache", (edits.insert_after(last.span, lines),))


def _end_of_line(at: int, text: str) -> int:
    """Where the line's text ends; nothing but a line end stands behind."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return at + len(text[at:end].rstrip("\r"))
