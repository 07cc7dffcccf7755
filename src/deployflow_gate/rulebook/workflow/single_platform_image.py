r"""A pushed image runs on Intel's and on ARM's processors.

On a machine of the other kind an image of one platform does not start, or runs many times slower in an emulation; servers and
laptops with ARM are common by now.

One platform, named or left out:

```yaml .github/workflows/release.yml fails
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          push: true
          platforms: «linux/amd64»
          tags: ghcr.io/acme/api:4.2
      - uses: «docker/build-push-action@v6»
        with:
          push: true
          tags: ghcr.io/acme/web:4.2
```

By commands:

```yaml .github/workflows/release.yml fails
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          «docker build -t ghcr.io/acme/api:4.2 .»
          docker push ghcr.io/acme/api:4.2
```

Several platforms, in one build or in one for each that are put together, and what is not pushed:

```yaml .github/workflows/release.yml passes
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          push: true
          platforms: |
            linux/amd64
            linux/arm64
          tags: ghcr.io/acme/api:4.2
      - run: docker buildx build --platform linux/amd64,linux/arm64 --push -t ghcr.io/acme/web:4.2 web
      - uses: docker/build-push-action@v6
        with:
          tags: acme/test
  digest:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          platforms: linux/amd64
          tags: ghcr.io/acme/api
          outputs: type=image,push-by-digest=true,name-canonical=true,push=true
```
```yaml .github/workflows/matrix.yml passes
on: push
jobs:
  image:
    strategy:
      matrix:
        platform: [linux/amd64, linux/arm64]
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          platforms: ${{ matrix.platform }}
          tags: ghcr.io/acme/api:4.2
```
```yaml .github/workflows/parts.yml passes
on: push
jobs:
  arm:
    runs-on: ubuntu-24.04-arm
    steps:
      - run: docker build --push -t ghcr.io/acme/api:4.2-arm64 .
  all:
    needs: arm
    runs-on: ubuntu-24.04
    steps:
      - run: docker buildx imagetools create -t ghcr.io/acme/api:4.2 ghcr.io/acme/api:4.2-arm64 ghcr.io/acme/api:4.2-amd64
```
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.build import Build
    from deployflow_gate.model.workflow import Step

MAX_STEPS = 300
"""Steps of a workflow that are looked at for each push."""

_PUTS_TOGETHER = regex(r"imagetools\s+create|manifest\s+(?:create|push)|manifest-tool|create-manifest|docker-manifest")
_PLATFORM = regex(r"--platform[= ]\s*[\"']?([^\s\"']+)")


@rule(Severity.NOTICE, on=False, seeds=("004:21",))
def check(build: Build) -> Iterator[Problem]:
    if not build.pushed or build.development:
        return
    from deployflow_gate.model.workflow import Step

    step = build.owner
    if not isinstance(step, Step) or step.job is None or step.job.systems != frozenset({"linux"}):
        return
    if _put_together(step):
        return
    if step.uses is None:
        found = _PLATFORM.search(build.span.text)
        one = found is None or ("," not in found[1] and "$" not in found[1])
        at = build.span
    elif step.uses.name == "docker/build-push-action":
        platforms, outputs = step.input("platforms"), step.input("outputs")
        if outputs is not None and "push-by-digest" in outputs.raw:
            return
        names = platforms.sketch.replace(",", "\n").split() if platforms is not None else []
        one = len(names) < 2 and not any("\0" in name for name in names)
        at = platforms.span if platforms is not None and names else step.uses.span
    else:
        return
    if one:
        yield Problem(at, "The pushed image is for one platform alone.")


def _put_together(step: Step) -> bool:
    """Whether the workflow puts images of several platforms under one name."""
    job = step.job
    steps = (other for one in job.workflow.jobs for other in one.steps) if job is not None else ()
    said = [
        text.raw
        for other in islice(steps, MAX_STEPS)
        for text in (other.run, other.uses.text if other.uses else None)
        if text
    ]
    return any(_PUTS_TOGETHER.search(text) for text in said)
