"""What `init` writes: a policy that says nothing new and shows how to, and a workflow that enforces it."""

from __future__ import annotations

POLICY_PATH = ".github/deployflow.yml"
WORKFLOW_PATH = ".github/workflows/deployflow-gate.yml"

ACTION = "deployflow/deployflow-gate@v1.0.0"

_POLICY = """\
# yaml-language-server: $schema=https://raw.githubusercontent.com/deployflow/deployflow-gate/main/schemas/policy.schema.json
#
# The policy of deployflow-gate: what counts in this repository. Give the file an owner (CODEOWNERS), as it decides what passes.
# `deployflow-gate policy show` prints what is in force, `deployflow-gate rules` every rule there is.

# deployflow (the default), security, strict, minimal, size-first, everything; or files of this repository, as ./base.yml
extends: deployflow

# From which level on a finding blocks: error, warning, notice, never
fail-on: error

# Whether `# gate: ignore[rule] reason` may silence a finding: allow, require-reason, forbid
inline-ignores: require-reason

# What you want otherwise: a level (error, warning, notice, off, on) or options.
# rules:
#   missing-healthcheck: warning
#   root-user: {level: error, user: "10001"}
#   chapter/compose: off

# Otherwise for some files only. The last entry that matches wins.
# paths:
#   - paths: ["examples/**", "**/*.test.Dockerfile"]
#     rules:
#       all: off

# Files that are not judged at all.
# exclude:
#   - "legacy/**"

# Compose files that run in production, where their names do not tell.
# production:
#   - "deploy/*.yml"

# Findings that may pass until a day, each with a reason.
# waivers:
#   - rule: root-user
#     path: "api/Dockerfile"
#     reason: "The vendor's agent needs root until its release 4."
#     expires: 2030-12-31
#     owner: "@your-org/platform"
"""

_WORKFLOW = """\
name: deployflow-gate

# On every pull request, without `paths:`. A required check that a path filter skips stays pending and blocks the merge.
on:
  pull_request:
    types: [opened, synchronize, reopened, edited, ready_for_review]
  merge_group:
  push:
    branches: [{branch}]

permissions: {{}}

concurrency:
  group: deployflow-gate-${{{{ github.event.pull_request.number || github.ref }}}}
  cancel-in-progress: true

jobs:
  # Make this job, by its name, the required check.
  deployflow-gate:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
      pull-requests: write # the comment and the review; annotations and the summary need nothing
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          persist-credentials: false
      # Replace the tag by the commit of that release (Dependabot and Renovate keep it up to date).
      - uses: {action}
"""


def starter_policy() -> str:
    """The commented policy for a repository that has none. What stands in its comments is valid, too."""
    return _POLICY


def starter_workflow(action: str = ACTION, branch: str = "main") -> str:
    """A workflow that runs the gate on pull requests, on the merge queue, and on pushes to a branch."""
    return _WORKFLOW.format(action=action, branch=branch)
