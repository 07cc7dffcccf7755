"""Tags that another step makes: docker/metadata-action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployflow_gate.model.workflow.reading import child, pieces, scalar_of
from deployflow_gate.syntax import yaml
from deployflow_gate.syntax.expression import references
from deployflow_gate.text import Text

if TYPE_CHECKING:
    from deployflow_gate.model.workflow.step import Step

DEFAULT_TAGS = ("type=schedule", "type=ref,event=branch", "type=ref,event=tag", "type=ref,event=pr")
"""What the action does without `tags:`. https://github.com/docker/metadata-action#tags-input"""


def tag_sources(step: Step, scalars: tuple[yaml.Scalar, ...]) -> tuple[Step, ...]:
    """The steps beside this one whose outputs the scalars read."""
    found: dict[str, Step] = {}
    for scalar in scalars:
        for embedded in step.file.embedded(scalar):
            for one in references(embedded.tree) if embedded.tree is not None else ():
                if len(one.path) > 2 and one.path[0] == "steps" and one.path[1] and one.path[2] == "outputs":
                    source = step.parent.step(one.path[1])
                    if source is not None:
                        found.setdefault(one.path[1], source)
    return tuple(found.values())


def metadata_tags(step: Step) -> tuple[Text, ...] | None:
    """The tag rules (`type=sha,prefix=`) of a docker/metadata-action step, else its defaults; None for any other step."""
    if step.uses is None or step.uses.name != "docker/metadata-action":
        return None
    scalar = scalar_of(child(dict(step.with_entries), "tags"))
    if scalar is None or not scalar.value.strip():
        return tuple(Text(step.uses.span, default, default) for default in DEFAULT_TAGS)
    return pieces(scalar, step.file.embedded, step.context)
