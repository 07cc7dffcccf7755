r"""An action is pinned to the hash of a commit.

A tag and a branch can be moved to other code, and were, in attacks that read the secrets of every workflow that used them. A
full commit hash cannot; with the version in a comment behind it, update tools still raise it.

A tag and a branch, in a workflow and in an action of one's own; also for a reusable workflow of another repository:

```yaml .github/workflows/ci.yml fails
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: acme/setup@«v2»
      - uses: acme/tools/lint@«main»
  release:
    uses: acme/workflows/.github/workflows/release.yml@«v1.2.0»
```
```yaml .github/actions/setup/action.yml fails
name: Set up
description: Sets up.
runs:
  using: composite
  steps:
    - uses: acme/cache@«v4»
```

A shortened hash can be taken by a branch or a tag, and without any version it is no better:

```yaml .github/workflows/ci.yml fails
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: acme/setup@«5fd3084»
      - uses: «acme/setup»
```

A full hash:

```yaml .github/workflows/ci.yml passes
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
```

What comes with the repository itself has its version; images have rules of their own:

```yaml .github/workflows/ci.yml passes
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: ./.github/actions/setup
      - uses: docker://alpine:3.20.3
  release:
    uses: ./.github/workflows/release.yml
```

GitHub runs the workflow as well as its own actions, so those are trusted with their tags:

```yaml .github/workflows/ci.yml passes
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: github/codeql-action/init@v3
```

A policy can trust nobody (`trusted: []`), or others, or single repositories:

```yaml .github/workflows/ci.yml fails trusted=docker/login-action
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@«v4»
      - uses: docker/login-action@v3
      - uses: docker/build-push-action@«v6»
```

## Options

- `trusted`: owners (`actions`) and repositories (`docker/login-action`) whose tags and branches are trusted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.workflow import Uses

_SHORT = regex(r"[0-9a-f]{7,39}")
_BRANCHES = frozenset({"main", "master", "develop", "dev", "trunk", "HEAD"})


@rule(
    Severity.WARNING,
    seeds=("001:14",),
    aliases=(
        "codeql:unpinned-tag", "codeql:unversioned-immutable-action",
        "ghalint:action_ref_should_be_full_length_commit_sha", "kics:unpinned_actions_full_length_commit_sha",
        "pinact:pin", "poutine:unpinnable_action", "scorecard:unpinned-action",
        "semgrep:third-party-action-not-pinned-to-commit-sha", "sisakulint:commit-sha", "zizmor:unpinned-uses",
    ),
)  # fmt: skip
def check(uses: Uses, *, trusted: tuple[str, ...] = ("actions", "github")) -> Iterator[Problem]:
    if uses.kind in ("local", "docker") or uses.owner_name is None or uses.repository is None or uses.ref_is_sha:
        return
    repository = f"{uses.owner_name}/{uses.repository}"
    if any(one.lower() in (uses.owner_name.lower(), repository.lower()) for one in trusted):
        return
    ref = uses.ref
    if not ref:
        yield Problem(uses.span, f"`{uses.text.sketch}` names no version.")
        return
    if _SHORT.fullmatch(ref) and not ref.isdigit():
        said = f"`{ref}` is a shortened commit hash, which a tag or a branch can take."
    elif ref in _BRANCHES or ref.startswith(("refs/heads/", "release/")):
        said = f"The branch `{ref}` of `{repository}` is other code tomorrow."
    else:
        said = f"`{ref}` of `{repository}` is a name that can be moved to other code."
    yield Problem(uses.ref_span or uses.span, said)
