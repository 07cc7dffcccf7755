r"""A token may do what its job needs, and no more.

Whatever runs in a job can use the job's token: each action, each script, each package that a script installs. What the token
cannot do, none of them can. So rights are named one by one, and the right to write stands at the job that writes.

All rights at once, for a workflow or a job:

```yaml .github/workflows/ci.yml fails
on: push
permissions: «write-all»
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: make
  report:
    runs-on: ubuntu-24.04
    permissions: «write-all»
    steps:
      - run: make report
```

To read everything is more than a build needs, too:

```yaml .github/workflows/ci.yml fails
on: push
permissions: «read-all»
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: make
```
```yaml .github/workflows/ci.yml fixed
on: push
permissions:
  contents: read
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: make
```

The right to write is given to every job, whichever of them needs it:

```yaml .github/workflows/release.yml fails
on: push
permissions:
  contents: read
  «packages: write»
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: make test
  publish:
    runs-on: ubuntu-24.04
    needs: test
    steps:
      - run: make publish
```

At the job that writes:

```yaml .github/workflows/release.yml passes
on: push
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: make test
  publish:
    runs-on: ubuntu-24.04
    needs: test
    permissions:
      contents: read
      packages: write
    steps:
      - run: make publish
```

Where there is one job, or all others have rights of their own, it is the same:

```yaml .github/workflows/release.yml passes
on: push
permissions:
  contents: write
jobs:
  test:
    runs-on: ubuntu-24.04
    permissions: {}
    steps:
      - run: make test
  release:
    runs-on: ubuntu-24.04
    steps:
      - run: make release
```

Every job pushes an image:

```yaml .github/workflows/images.yml passes
on: push
permissions:
  contents: read
  packages: write
jobs:
  api:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: "{{defaultContext}}:api"
          push: true
          tags: ghcr.io/acme/api:${{ github.sha }}
  web:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          docker build -t ghcr.io/acme/web:$GITHUB_SHA .
          docker push ghcr.io/acme/web:$GITHUB_SHA
```

What no job inherits gives nothing away:

```yaml .github/workflows/scan.yml passes
on: push
permissions: read-all
jobs:
  scan:
    runs-on: ubuntu-24.04
    permissions:
      security-events: write
    steps:
      - run: make scan
```

## Options

- `read-all`: whether `read-all` is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule
from deployflow_gate.model.workflow import Job, Workflow
from deployflow_gate.text import Span

if TYPE_CHECKING:
    from deployflow_gate.model.workflow import Permissions


@rule(
    Severity.WARNING,
    seeds=("001:14",),
    aliases=(
        "checkov:CKV2_GHA_1", "ghalint:deny_read_all_permission", "ghalint:deny_write_all_permission",
        "scorecard:token-permissions", "sisakulint:permissions", "zizmor:excessive-permissions",
    ),
)  # fmt: skip
def check(owner: Workflow | Job, *, read_all: bool = True) -> Iterator[Problem]:
    permissions = owner.permissions
    heirs = [job for job in owner.jobs if "permissions" not in job.fields] if isinstance(owner, Workflow) else [owner]
    if permissions is None or not heirs:
        return
    if permissions.all == "write":
        yield Problem(permissions.value.span, "The token may do everything with the repository.")
    elif permissions.all == "read" and read_all:
        said = "The token may read everything of the repository, not just what the job needs."
        yield Problem(permissions.value.span, said, fix=_contents_only(permissions))
    elif len(heirs) > 1:
        for scope in permissions.writes:
            if scope.name == "packages" and all(map(_pushes, heirs)):
                continue
            said = f"The token of {len(heirs)} jobs may write `{scope.name}`, whichever of them needs it."
            yield Problem(scope.span, said)


def _pushes(job: Job) -> bool:
    """Whether it builds an image and may push it, so that it needs to write packages."""
    return any(request.push is not False for request in job.build_requests)


def _contents_only(permissions: Permissions) -> Fix | None:
    line = permissions.span.source.line_span(permissions.key_span.line)
    if not line.contains(permissions.value.span) or not line.text.lstrip().startswith("permissions"):
        return None
    gap = Span(permissions.span.source, permissions.key_span.end, permissions.value.span.end)
    indent = edits.indent_of(permissions.key_span)
    return Fix("Let the token only read the contents", (edits.replace(gap, f":\n{indent}  contents: read"),))
