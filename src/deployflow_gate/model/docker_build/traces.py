"""What the tag of a pushed image leads back to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from deployflow_gate.regex import regex
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.workflow import Step
    from deployflow_gate.text import Text

Sort = Literal["moving", "commit", "unknown"]
"""A name that later pushes take over; one that stands for a commit; neither is sure."""

_COMMIT = regex(r"(?i)sha|commit|rev-?parse|revision|git[_-]?hash|describe")
_OF_A_BRANCH = regex(r"\$\{\{\s*github\.(?:head_ref|ref_name|ref)\s*\}\}|\$\{?GITHUB_(?:HEAD_REF|REF_NAME)\b\}?")
_NAMES = regex(r"\$\{\{\s*github\.(?:repository|repository_owner|event\.repository\.name|actor)\s*\}\}")
_MOVING_RULES = regex(r"type=(?:schedule|edge|ref,event=(?:branch|pr))\b")
_VERSION_RULES = regex(r"type=(?:semver|pep440|match|ref,event=tag)\b")


def sort_of(tag: Text, step: Step, *, metadata: bool = False) -> Sort:
    """Of a tag, or (`metadata`) of a rule of docker/metadata-action, that a step pushes.

    The name of a branch and the version of a release are told apart by the events: a version stands for a commit, but where
    pushes to branches are built as well, those have none.
    """
    raw, sketch = tag.raw, tag.sketch
    for_branches = of_branches(step)
    if metadata:
        if "type=sha" in raw and "enable=false" not in raw:
            return "commit"
        if _VERSION_RULES.search(raw):
            return "moving" if for_branches and "value=" not in raw else "unknown"
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
    value = rule.partition("value=")[2] or rule
    for key in (",enable=", ",priority=", ",prefix=", ",suffix=", ",event="):
        value = value.partition(key)[0]
    return value


def of_branches(step: Step) -> bool:
    """Whether a step surely pushes what is pushed to a branch: no condition keeps it to tags and releases."""
    job, condition = step.job, step.input("push")
    if job is None or job.if_ is not None or step.if_ is not None:
        return False
    if condition is not None and any(word in condition.raw for word in ("tag", "release")):
        return False
    push = job.workflow.event("push")
    return push is not None and (push.filter("branches") is not None or push.filter("tags") is None)
