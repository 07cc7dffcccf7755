r"""A workflow says what its token may do.

Without `permissions` the token gets what the repository's settings give, which in older repositories and organisations is the
right to write nearly everything. Every action and every script of the job can use it.

Nothing is said at all:

```yaml .github/workflows/ci.yml fails
on: push

jobs:
  «build»:
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

Only some jobs say it:

```yaml .github/workflows/ci.yml fails
on: [push, workflow_call]
jobs:
  build:
    permissions: {}
    runs-on: ubuntu-24.04
    steps:
      - run: make
  «publish»:
    runs-on: ubuntu-24.04
    steps:
      - run: make publish
```

For all jobs, or for each of them:

```yaml .github/workflows/ci.yml passes
on: push
permissions:
  contents: read
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: make
```
```yaml .github/workflows/publish.yml passes
on: push
jobs:
  publish:
    permissions:
      contents: read
      packages: write
    runs-on: ubuntu-24.04
    steps:
      - run: make publish
```

A workflow that only others call has the rights of its caller, and one that is called here may say them itself:

```yaml .github/workflows/build.yml passes
on: workflow_call
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: make
```
```yaml .github/workflows/release.yml passes
on:
  workflow_call:
permissions:
  contents: write
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: make release
```
```yaml .github/workflows/ci.yml passes
on: push
jobs:
  release:
    uses: ./.github/workflows/release.yml
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Fix, Problem, Severity, edits, rule

if TYPE_CHECKING:
    from deployflow_gate.model.workflow import Job, Workflow


@rule(
    Severity.WARNING,
    seeds=("001:14",),
    aliases=(
        "codeql:missing-workflow-permissions", "ghalint:job_permissions",
        "poutine:default_permissions_on_risky_events",
    ),
)  # fmt: skip
def check(workflow: Workflow) -> Iterator[Problem]:
    if "permissions" in workflow.fields or {event.name for event in workflow.events} == {"workflow_call"}:
        return
    silent = [job for job in workflow.jobs if "permissions" not in job.fields and not _said_below(job)]
    if silent:
        more = f" (nor {_few(silent[1:])})" if len(silent) > 1 else ""
        said = f"Nothing says what the token of `{silent[0].id}` may do{more}: the repository's settings decide."
        yield Problem(silent[0].key_span, said, fix=_fix(workflow))


def _said_below(job: Job) -> bool:
    """Whether it is a local workflow that says it for all of its jobs."""
    called = job.called
    if called is None:
        return False
    return "permissions" in called.fields or all("permissions" in below.fields for below in called.jobs)


def _few(jobs: list[Job]) -> str:
    names = ", ".join(f"`{job.id}`" for job in jobs[:3])
    return f"{names} and {len(jobs) - 3} more" if len(jobs) > 3 else names


def _fix(workflow: Workflow) -> Fix | None:
    jobs = workflow.fields["jobs"].key.span
    if jobs.column != 1 or workflow.root is None or workflow.root.flow:
        return None
    return Fix(
        "Let the token only read the contents", (edits.insert_before(jobs, "permissions:\n  contents: read\n\n"),)
    )
