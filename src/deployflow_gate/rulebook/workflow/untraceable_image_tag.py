r"""A pushed image has a tag that leads back to its commit.

With `latest` alone nobody can say which code runs, and there is nothing to roll back to: the next push takes the name away. A
tag from the commit's hash names each image for good; the tag of a release does so, too, where only releases are pushed.

A name that every push takes over:

```yaml .github/workflows/release.yml fails
on:
  push:
    branches: [main]
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: «ghcr.io/acme/api:latest»
```
```yaml .github/workflows/release.yml fixed
on:
  push:
    branches: [main]
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/acme/api:latest,ghcr.io/acme/api:${{ github.sha }}
```

Several of them, one a line:

```yaml .github/workflows/release.yml fails
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: |
            «ghcr.io/${{ github.repository }}:latest»
            ghcr.io/${{ github.repository }}:stable
```
```yaml .github/workflows/release.yml fixed
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: |
            ghcr.io/${{ github.repository }}:latest
            ghcr.io/${{ github.repository }}:stable
            ghcr.io/${{ github.repository }}:${{ github.sha }}
```

By commands:

```yaml .github/workflows/release.yml fails
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          docker build -t «ghcr.io/acme/api» .
          docker push ghcr.io/acme/api
```

Tags that docker/metadata-action makes of branches; pushes of branches are what it runs for:

```yaml .github/workflows/release.yml fails
on:
  push:
    branches: [main]
    tags: ["v*"]
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - id: meta
        uses: docker/metadata-action@v5
        with:
          images: ghcr.io/acme/api
          tags: |
            type=ref,event=branch
            type=semver,pattern={{version}}
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: «${{ steps.meta.outputs.tags }}»
```
```yaml .github/workflows/release.yml fixed
on:
  push:
    branches: [main]
    tags: ["v*"]
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - id: meta
        uses: docker/metadata-action@v5
        with:
          images: ghcr.io/acme/api
          tags: |
            type=ref,event=branch
            type=semver,pattern={{version}}
            type=sha
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ${{ steps.meta.outputs.tags }}
```

One tag from the commit is enough, however it is made:

```yaml .github/workflows/release.yml passes
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - id: meta
        uses: docker/metadata-action@v5
        with:
          images: ghcr.io/acme/worker
          tags: |
            type=raw,value=latest
            type=sha,prefix=
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ${{ steps.meta.outputs.tags }}
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: |
            ghcr.io/acme/api:latest
            ghcr.io/acme/api:${{ github.sha }}
      - run: |
          docker build -t acme/web:latest web
          docker tag acme/web:latest acme/web:$(git rev-parse --short HEAD)
          docker push --all-tags acme/web
```

Where only releases are pushed, their version leads to the commit; what is pushed by digest gets its name later; and what a
tag comes to may not be known:

```yaml .github/workflows/release.yml passes
on:
  release:
    types: [published]
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/acme/api:latest,ghcr.io/acme/api:${{ github.event.release.tag_name }}
```
```yaml .github/workflows/digest.yml passes
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          tags: ghcr.io/acme/api
          outputs: type=image,push-by-digest=true,name-canonical=true,push=true
```
```yaml .github/workflows/build.yml passes
on:
  workflow_call:
    inputs:
      tag:
        type: string
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/acme/api:${{ inputs.tag }}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule

if TYPE_CHECKING:
    from deployflow_gate.lint import Edit
    from deployflow_gate.model.build import Build
    from deployflow_gate.model.workflow import Step
    from deployflow_gate.text import Text

MAX_BUILDS = 100
"""Builds of a job that are looked at for other tags of an image; real jobs have a handful."""

MAX_STEPS = 300
"""Steps of a job that are looked at for each push."""

_RETAGS = ("imagetools", "crane ", "skopeo ", "docker tag", "docker manifest", "regctl ", "podman tag")


@rule(Severity.WARNING, seeds=("001:15", "003:21"))
def check(build: Build) -> Iterator[Problem]:
    if not build.pushed or build.request is None or not build.request.tags:
        return
    # imported here, as a build that no workflow asks for needs nothing of it
    from deployflow_gate.model.docker_build.traces import sort_of
    from deployflow_gate.model.workflow import Step

    if not isinstance(build.owner, Step):
        return
    step, tags = build.owner, build.request.tags
    outputs = step.input("outputs")
    if outputs is not None and "push-by-digest=true" in outputs.raw:
        return
    sources = [found for source in build.request.tag_sources if (found := _rules(source)) is not None]
    # the tags that a step makes are told by its rules; of any other step's output nothing is known
    sorts = {sort_of(tag, step) for tag in tags if not (sources and "steps." in tag.raw and "\x00" in tag.sketch)} | {
        sort_of(one, step, metadata=True) for source in sources for one in source
    }
    if sorts != {"moving"} or _named_elsewhere(build, step):
        return
    at = tags[0].span if tags[0].span.path == step.span.path else build.span
    said = "No tag of the pushed image leads back to the commit, so there is nothing to tell it by or to roll back to."
    yield Problem(at, said, fix=_fix(step, tags, sources))


def _rules(step: object) -> tuple[Text, ...] | None:
    from deployflow_gate.model.docker_build import metadata_tags
    from deployflow_gate.model.workflow import Step

    return metadata_tags(step) if isinstance(step, Step) else None


def _named_elsewhere(build: Build, step: Step) -> bool:
    """Whether another step of the job pushes it under such a tag, or gives names by a way that is not followed."""
    steps = step.parent.steps[:MAX_STEPS]
    if any(other.run is not None and any(word in other.run.raw for word in _RETAGS) for other in steps):
        return step.uses is not None
    from deployflow_gate.model.docker_build.traces import sort_of

    context = build.request.context if build.request else None
    return any(
        other is not build.request
        and other.push is not False
        and any(sort_of(tag, step) != "moving" for tag in other.tags)
        and _same(other.context, context)
        for other in step.parent.build_requests[:MAX_BUILDS]
    )


def _same(left: Text | None, right: Text | None) -> bool:
    return (left.sketch if left else ".") == (right.sketch if right else ".")


def _fix(step: Step, tags: tuple[Text, ...], sources: list[tuple[Text, ...]]) -> Fix | None:
    edit: Edit | None = None
    if step.uses is None:
        return None
    if sources:
        last = sources[0][-1]
        edit = edits.insert_line_after(last.span, "type=sha") if _alone(last) else None
    elif step.uses.name == "docker/build-push-action":
        name, colon, end = tags[-1].raw.rpartition(":")
        plain = colon and "/" not in end and "}" not in end and tags[-1].span.text == tags[-1].raw
        if plain and all(tag.raw.startswith(f"{name}:") for tag in tags):
            more = name + ":${{ github.sha }}"
            last = tags[-1]
            edit = (
                edits.insert_line_after(last.span, more) if _alone(last) else edits.insert_after(last.span, f",{more}")
            )
    return Fix("Add a tag from the commit's hash", (edit,)) if edit is not None else None


def _alone(text: Text) -> bool:
    """Whether it has a line for itself."""
    return text.span.source.line_span(text.span.line).text.strip() == text.raw
