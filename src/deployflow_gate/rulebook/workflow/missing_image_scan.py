r"""What a workflow pushes is scanned for known vulnerabilities.

An image carries a whole distribution with it, and its faults become known after it was built. A scanner tells of them before
they are deployed; one step does, and it can also run on a schedule for what was pushed long ago.

An image is built and pushed, and nothing scans it:

```yaml .github/workflows/release.yml fails
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: «docker/build-push-action@v6»
        with:
          push: true
          tags: ghcr.io/acme/api:${{ github.sha }}
```

By commands, and for several images it is said once:

```yaml .github/workflows/release.yml fails
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          «docker build -t ghcr.io/acme/api:$GITHUB_SHA .»
          docker push ghcr.io/acme/api:$GITHUB_SHA
          docker build -t ghcr.io/acme/web:$GITHUB_SHA web
          docker push ghcr.io/acme/web:$GITHUB_SHA
```

A step that scans, in any workflow of the repository:

```yaml .github/workflows/release.yml passes
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/acme/api:${{ github.sha }}
```
```yaml .github/workflows/nightly.yml passes
on:
  schedule:
    - cron: "0 4 * * *"
jobs:
  scan:
    runs-on: ubuntu-24.04
    steps:
      - uses: aquasecurity/trivy-action@v0.29.0
        with:
          image-ref: ghcr.io/acme/api:latest
```

A scanner's command counts, and so does an action of the repository that runs one:

```yaml .github/workflows/release.yml passes
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - run: docker build -t ghcr.io/acme/api:$GITHUB_SHA . && docker push ghcr.io/acme/api:$GITHUB_SHA
      - uses: ./.github/actions/check
```
```yaml .github/actions/check/action.yml passes
name: Check
description: Checks an image.
runs:
  using: composite
  steps:
    - run: docker scout cves ghcr.io/acme/api:$GITHUB_SHA
      shell: bash
```

What is only built, or pushed to a registry that ends with the job, is not shipped, and what a workflow of another repository
does cannot be seen:

```yaml .github/workflows/test.yml passes
on: pull_request
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: false
          tags: ghcr.io/acme/api:test
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: localhost:5000/acme/api:test
  other:
    uses: acme/workflows/.github/workflows/publish.yml@v2
```

## Options

- `scanners`: more words by which a scanner is known in the name of an action or in a script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule

if TYPE_CHECKING:
    from deployflow_gate.model.project import Project
    from deployflow_gate.model.workflow import Step
    from deployflow_gate.text import Span

SCANNERS = (
    "trivy", "grype", "snyk", "clair", "clairctl", "clair-scanner", "anchore", "anchorectl",
    r"docker[ /]scout(?:-action)?", r"scout-action", r"docker[ ]scan", "ghaction-container-scan",
    "twistcli", "prisma-cloud-scan", "wiz-cli", "wizcli", r"wiz-sec", "sysdig(?:labs)?", "sysdig-cli-scanner",
    "aquasec(?:urity)?", "jf[ ]docker[ ]scan", "jf[ ]scan", "frogbot", "setup-jfrog-cli", "osv-scanner(?:-action)?",
    "roxctl", "neuvector", "lacework", "lw-scanner", "qualys", "orca-cli", "mondoo", "cnspec", "kubescape",
    "vulnerability-scan-github-action-for-amazon-inspector", "inspector-scan", "start-image-scan",
    r"gcloud[ ]artifacts[ ]docker[ ]images[ ]scan", "checkmarx", "veracode", "black-?duck", "aikido", "endorctl",
    "falcon-container-image-scan(?:-action)?", "xygeni", "jit-security", "threatmapper",
    "scan-action", r"security-(?:scan|tests?)s?\.ya?ml",
    "(?:image|docker|container|vulnerability|vuln)s?[-_ ]scan(?:ner|ning)?s?(?:-action)?",
    "scan[-_ ](?:the[-_ ])?(?:image|docker|container)s?",
)  # fmt: skip
"""Scanners of images as actions, images and commands name them: regular expressions of whole words, in any case. The last ones
are names that people give to workflows, jobs and scripts of their own."""


@rule(Severity.WARNING, seeds=("002:11", "003:9", "003:21"))
def check(project: Project, *, scanners: tuple[str, ...] = ()) -> Iterator[Problem]:
    first = _first_push(project)
    if first is None:
        return
    words = "|".join((*SCANNERS, *map(re.escape, scanners)))
    wanted = re.compile(rf"(?<![a-z])(?:{words})(?![a-z])", re.IGNORECASE)
    if not any(wanted.search(text) for text in _texts(project)):
        said = "An image is built and pushed, and nothing in the workflows scans images for known vulnerabilities."
        yield Problem(first, said)


def _first_push(project: Project) -> Span | None:
    places = [build.span for build in project.builds if build.pushed]
    places += [one.span for step in _steps(project) for one in step.compose_builds if one.push]
    return min(places, key=lambda span: (span.path, span.start), default=None)


def _steps(project: Project) -> Iterator[Step]:
    for workflow in project.workflows:
        for job in workflow.jobs:
            yield from job.steps
    for action in project.actions:
        yield from action.steps


def _texts(project: Project) -> Iterator[str]:
    """What may name a scanner: actions, reusable workflows, images, scripts, and the names of jobs and steps."""
    for workflow in project.workflows:
        for job in workflow.jobs:
            yield job.id
            if job.name is not None:
                yield job.name.raw
            if job.uses is not None:
                yield job.uses.text.raw
            if job.container is not None and job.container.image is not None:
                yield job.container.image.text.raw
    for step in _steps(project):
        for text in (step.name, step.uses.text if step.uses is not None else None, step.run):
            if text is not None:
                yield text.raw
