"""Where a job builds: on whose runner, and with which builder of Docker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployflow_gate.regex import regex

if TYPE_CHECKING:
    from deployflow_gate.model.workflow import Job, Step

_HOSTED = regex(r"(?:ubuntu|windows|macos)-(?:latest|[0-9][0-9.]*|slim)(?:-(?:arm|xlarge|large|intel))?")
"""Labels of GitHub's own runners, which begin empty.
https://docs.github.com/en/actions/reference/runners/github-hosted-runners"""

_SETUPS = frozenset({"docker/setup-buildx-action"})
_BRINGS = regex(r".*(?:buildx|builder|setup-docker|setup-buildkit|depot|blacksmith|nscloud|warpbuild).*")
"""Names of other actions that bring a builder, or set up the engine with one that can do as much."""

_CREATES = regex(r"buildx\s+(?:create|use)|containerd-snapshotter|depot\s|nsc\s|DOCKER_HOST")


def hosted(job: Job) -> bool:
    """Whether the job surely runs on machines of GitHub's, of which it gets a new one each time."""
    if not job.runners or any(runner.group is not None or not runner.labels for runner in job.runners):
        return False
    labels = [label.value for runner in job.runners for label in runner.labels]
    return all(label is not None and _HOSTED.fullmatch(label) for label in labels)


def is_setup(step: Step) -> bool:
    """Whether a step sets up a builder of Buildx."""
    return step.uses is not None and step.uses.name in _SETUPS


def brings_builder(step: Step) -> bool:
    """Whether a step other than that may do so: another action, one of this repository whose steps do, a command."""
    if step.run is not None and _CREATES.search(step.run.raw):
        return True
    if step.uses is None or step.uses.name == "docker/build-push-action":
        return False
    if step.called is not None:
        return any(is_setup(inner) or brings_builder(inner) for inner in step.called.steps if inner is not step)
    return step.uses.kind == "local" or _BRINGS.fullmatch(step.uses.name or "") is not None
