r"""A build for several platforms, or one that writes a cache, has a builder that can do so.

The engine's own builder on a runner makes images of its own platform alone and writes no cache but an inline one: the build
fails, or goes on without. `docker/setup-buildx-action` brings a builder that does both.

A cache, and no builder to write it:

```yaml .github/workflows/release.yml fails
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: «docker/build-push-action@v6»
        with:
          push: true
          cache-from: type=gha
          cache-to: type=gha,mode=max
```
```yaml .github/workflows/release.yml fixed
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          push: true
          cache-from: type=gha
          cache-to: type=gha,mode=max
```

Several platforms, by the action or by a command; the builder comes too late:

```yaml .github/workflows/release.yml fails
on: push
jobs:
  action:
    runs-on: ubuntu-24.04
    steps:
      - name: Build
        uses: «docker/build-push-action@v6»
        with:
          platforms: linux/amd64,linux/arm64
      - uses: docker/setup-buildx-action@v3
  command:
    runs-on: ubuntu-24.04
    steps:
      - run: «docker buildx build --platform linux/amd64,linux/arm64 --push -t ghcr.io/acme/api:4.2 .»
```
```yaml .github/workflows/release.yml fixed
on: push
jobs:
  action:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/setup-buildx-action@v3
      - name: Build
        uses: docker/build-push-action@v6
        with:
          platforms: linux/amd64,linux/arm64
      - uses: docker/setup-buildx-action@v3
  command:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/setup-buildx-action@v3
      - run: docker buildx build --platform linux/amd64,linux/arm64 --push -t ghcr.io/acme/api:4.2 .
```

A builder that is there, by the action, a command or an action of the repository; and what needs none:

```yaml .github/workflows/release.yml passes
on: push
jobs:
  action:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          platforms: linux/amd64,linux/arm64
  command:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          docker buildx create --use
          docker buildx build --platform linux/amd64,linux/arm64 --push -t ghcr.io/acme/api:4.2 .
  local:
    runs-on: ubuntu-24.04
    steps:
      - uses: ./.github/actions/setup
      - uses: docker/build-push-action@v6
        with:
          cache-to: type=gha
  none:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          platforms: linux/amd64
          cache-from: type=registry,ref=ghcr.io/acme/api:latest
          cache-to: type=inline
      - uses: docker/build-push-action@v6
        with:
          platforms: ${{ matrix.platforms }}
  own:
    runs-on: self-hosted
    steps:
      - uses: docker/build-push-action@v6
        with:
          platforms: linux/amd64,linux/arm64
```
```yaml .github/actions/setup/action.yml passes
name: Setup
description: Sets up what is needed.
runs:
  using: composite
  steps:
    - uses: docker/setup-buildx-action@v3
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.rulebook.workflow._builders import brings_builder, hosted, is_setup

if TYPE_CHECKING:
    from deployflow_gate.model.workflow import Job, Step
    from deployflow_gate.text import Span

SETUP = "docker/setup-buildx-action@v3"


@rule(Severity.NOTICE, seeds=("004:20",))
def check(job: Job) -> Iterator[Problem]:
    if not hosted(job) or job.container is not None:
        return
    for step in job.steps:
        if is_setup(step) or brings_builder(step):
            return
        found = _asked(step)
        if found is not None:
            at, what = found
            yield Problem(at, f"The build asks for {what}, and no step before it sets up a builder.", fix=_fix(step))
            return


def _asked(step: Step) -> tuple[Span, str] | None:
    """Where a step asks for what the engine's own builder cannot do, and what that is."""
    if step.uses is not None and step.uses.name == "docker/build-push-action" and step.input("builder") is None:
        platforms, cache = step.input("platforms"), step.input("cache-to")
        if platforms is not None and _several(platforms.sketch):
            return step.uses.span, "several platforms"
        if cache is not None and cache.sketch.strip() and _exports(cache.sketch):
            return step.uses.span, "a cache"
    for command in step.script.commands if step.script is not None else ():
        words = [word.sketch for word in command.arguments]
        if (
            command.name == "docker"
            and words[:2] in (["buildx", "build"], ["buildx", "b"])
            and "--builder" not in words
        ):
            platform, target = command.option("--platform"), command.option("--cache-to")
            if platform is not None and _several(platform.sketch):
                return command.span, "several platforms"
            if target is not None and _exports(target.sketch):
                return command.span, "a cache"
    return None


def _several(platforms: str) -> bool:
    return len({part.strip() for line in platforms.split("\n") for part in line.split(",") if part.strip()}) > 1


def _exports(cache: str) -> bool:
    return "\0" not in cache and "type=inline" not in cache


def _fix(step: Step) -> Fix | None:
    """A step before this one, where it begins on a line of its own."""
    line = step.span.source.line_span(step.span.line).text
    if line[: step.span.column - 1].strip() != "-":
        return None
    return Fix("Set up Buildx", (edits.insert_line_before(step.span, f"- uses: {SETUP}"),))
