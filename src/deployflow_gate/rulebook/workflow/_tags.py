"""What the tag of a pushed image leads back to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.workflow import Job, Workflow
    from deployflow_gate.text import Text

Sort = Literal["moving", "commit", "unknown"]
"""A name that later pushes take over; one that stands for a commit; neither is sure."""

_COMMIT = re.compile(r"(?i)sha|commit|rev-?parse|revision|git[_-]?hash|describe")
_OF_A_BRANCH = re.compile(r"\$\{\{\s*github\.(?:head_ref|ref_name|ref)\s*\}\}|\$\{?GITHUB_(?:HEAD_REF|REF_NAME)\b\}?")
_NAMES = re.compile(r"\$\{\{\s*github\.(?:repository|repository_owner|event\.repository\.name|actor)\s*\}\}")
_MOVING_RULES = re.compile(r"type=(?:schedule|edge|ref,event=(?:branch|pr))\b")
_VERSION_RULES = re.compile(r"type=(?:semver|pep440|match|ref,event=tag)\b")


def sort_of(tag: Text, job: Job | None, *, metadata: bool = False) -> Sort:
    """Of a tag, or (`metadata`) of a rule of docker/metadata-action, in a job (None for a step of a
    composite action, whose events are those of its callers)."""
    raw, sketch = tag.raw, tag.sketch
    for_branches = job is not None and of_branches(job)
    if metadata:
        if "type=sha" in raw and "enable=false" not in raw:
            return "commit"
        if _VERSION_RULES.search(raw):
            return "moving" if for_branches else "unknown"
        if _MOVING_RULES.search(raw):
            return "moving"
        raw, sketch = _value(raw), _value(sketch)
        if _COMMIT.search(raw):
            return "commit"
        return "unknown" if UNKNOWN in sketch or "{{" in raw else "moving"
    written = _NAMES.sub("name", raw)
    _, colon, end = written.rpartition(":")
    if colon and "/" not in end:
        known = sketch.rpartition(":")[2]
        if _COMMIT.search(end):
            return "commit"
        if _OF_A_BRANCH.fullmatch(end):
            return "moving" if for_branches else "unknown"
        return "unknown" if UNKNOWN in known else "moving"
    return "moving" if UNKNOWN not in sketch or "$" not in written else "unknown"


def _value(rule: str) -> str:
    """What a `type=raw,value=x` names; a rule without a type is the name itself."""
    found = re.search(r"value=((?:\$\{\{.*?\}\}|\{\{.*?\}\}|[^,])*)", rule)
    return found[1] if found else rule


def of_branches(job: Job) -> bool:
    """Whether a job surely runs for pushes to a branch: no condition of its own keeps it to tags and releases."""
    if job.if_ is not None:
        return False
    return _pushed_branches(job.workflow)


def _pushed_branches(workflow: Workflow) -> bool:
    push = workflow.event("push")
    return push is not None and (push.filter("branches") is not None or push.filter("tags") is None)
