r"""A workflow builds the image and pushes it.

What somebody builds at hand comes from a machine that nobody else has, of files that nobody else has seen. Let every commit be
built in the same place, and pushed to a registry from which servers pull.

A Dockerfile, and workflows that do other things:

```dockerfile Dockerfile fails
«FROM debian:12.8-slim»
CMD ["app"]
```
```yaml .github/workflows/ci.yml fails
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: make test
      - run: docker build -t acme/api . && git push --tags
```

No workflow at all; of several images the first is named:

```dockerfile api/Dockerfile fails
«FROM debian:12.8-slim»
CMD ["api"]
```
```dockerfile web/Dockerfile fails
FROM nginx:1.27.3
```

A build that is pushed by an action:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
CMD ["app"]
```
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

A script builds, and a command pushes:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
CMD ["app"]
```
```yaml .github/workflows/release.yml passes
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          ./build.sh
          docker push --all-tags ghcr.io/acme/api
```

A workflow of another repository cannot be seen:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
CMD ["app"]
```
```yaml .github/workflows/release.yml passes
on: push
jobs:
  image:
    uses: acme/workflows/.github/workflows/image.yml@v2
```

Another service than GitHub's builds:

```dockerfile Dockerfile passes
FROM debian:12.8-slim
CMD ["app"]
```
```yaml .gitlab-ci.yml passes
image:
  script: ./release
```

Images for development alone are pushed nowhere:

```dockerfile Dockerfile.dev passes
FROM debian:12.8-slim
CMD ["app"]
```

## Options

- `actions`: more words by which an action is known that builds and pushes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.project import Project

PUSHING_ACTIONS = (
    "docker", "kaniko", "buildah", "podman", "push-to-registry", "ecr", "acr", "gcr", "ko", "jib", "bake", "cloud-run",
    "cloudrun", "flyctl-actions", "flyctl", "heroku", "railway", "render", "appengine", "image", "container", "buildpacks",
)  # fmt: skip
"""Words in the names of actions that push an image, or have a platform build one."""

_OTHER_CI = regex(
    r"\.gitlab-ci\.ya?ml|(?:.*/)?Jenkinsfile[^/]*|\.circleci/config\.ya?ml|\.?azure-pipelines[^/]*\.ya?ml|\.drone\.ya?ml|cloudbuild[^/]*\.ya?ml"
    r"|bitbucket-pipelines\.ya?ml|\.travis\.ya?ml|buildspec[^/]*\.ya?ml|\.buildkite/.*|\.woodpecker(?:/.*|\.ya?ml)|fly\.toml|render\.yaml"
    r"|heroku\.yml|railway\.(?:json|toml)|skaffold\.ya?ml|\.forgejo/workflows/.*|\.gitea/workflows/.*|\.tekton/.*|\.ci-operator\.ya?ml"
)
"""Files of other services that build, and of platforms that do so by themselves."""

_PUSHES = regex(
    r"--push\b|push=true|\b(?:docker|podman|buildah|nerdctl|skopeo|crane|oras|compose|image|manifest|imagetools)\b[^\n|;&]{0,200}\b(?:push|copy|create)\b"
    r"|\b(?:make|just|task|mage|npm run|yarn|nox|invoke)\b[^\n]{0,80}(?:push|publish|release|docker|image|deploy)"
    r"|\b(?:ko|jib|pack|fly|flyctl|heroku|gcloud|az acr|skaffold|tilt|earthly|bazel|dagger|goreleaser|werf|depot)\b"
    r"|(?:push|publish|release|deploy|docker|image)[\w./-]{0,80}\.(?:sh|py|ps1|js)\b"
)
"""What in a script pushes an image, or may do so out of sight."""


@rule(Severity.NOTICE, on=False, seeds=("001:3", "003:21"))
def check(project: Project, *, actions: tuple[str, ...] = ()) -> Iterator[Problem]:
    shipped = [image for image in project.images if not image.development]
    if not shipped or any(_OTHER_CI.fullmatch(path) for path in project.paths) or _pushed(project, actions):
        return
    first = min(shipped, key=lambda image: (image.span.path, image.span.start))
    yield Problem(first.span, "No workflow builds the image and pushes it.")


def _pushed(project: Project, actions: tuple[str, ...]) -> bool:
    if any(build.pushed for build in project.builds):
        return True
    named = re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, PUSHING_ACTIONS + actions))})(?![a-z])")
    for workflow in project.workflows:
        if any(job.uses is not None and job.uses.kind != "local" for job in workflow.jobs):
            return True
    steps = [step for workflow in project.workflows for job in workflow.jobs for step in job.steps]
    steps += [step for action in project.actions for step in action.steps]
    for step in steps:
        if step.run is not None and _PUSHES.search(step.run.raw):
            return True
        name = step.uses.name if step.uses is not None else None
        # of the actions that build, which are known, none pushes; those that set up or log in push nothing themselves
        if (
            name is None
            or step.build_requests
            or name.startswith(("docker/setup-", "docker/login-", "docker/metadata-"))
        ):
            continue
        if named.search(name):
            return True
    return False
