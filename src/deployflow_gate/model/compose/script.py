"""What a service runs: `command`, `entrypoint` and the health check's test, as scripts."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from typing import TYPE_CHECKING

from deployflow_gate.model.compose.values import Variables, interpolated, located, scalar_of
from deployflow_gate.syntax.command_words import split_words
from deployflow_gate.syntax.yaml import Node, Sequence
from deployflow_gate.text import Text

if TYPE_CHECKING:
    from deployflow_gate.model.node import Node as GraphNode
    from deployflow_gate.model.script import Script


def words_of(node: Node | None, variables: Variables) -> tuple[Text, ...] | None:
    """The words of a command: a list as it is, a string split by quotes and blanks. None where none is written."""
    if isinstance(node, Sequence):
        scalars = (scalar_of(item) for item in node.items)
        return tuple(located(scalar, variables) for scalar in scalars if scalar is not None)
    scalar = scalar_of(node)
    return None if scalar is None else split_words(interpolated(scalar, variables))


def exec_script(owner: GraphNode, words: tuple[Text, ...] | None, known: ReadOnly[str, str]) -> Script | None:
    """No shell is run, unless the words name one, which then sees the variables `known`. None for no words."""
    from deployflow_gate.model.script import Script

    return Script.exec(owner, words, known) if words else None


def shell_script(owner: GraphNode, node: Node | None, variables: Variables, known: ReadOnly[str, str]) -> Script | None:
    """A scalar that is given to `sh -c`; `known` are the variables that this shell sees."""
    from deployflow_gate.model.script import Script

    scalar = scalar_of(node)
    if scalar is None:
        return None
    return Script.shell(owner, interpolated(scalar, variables).mapped, "sh", known)
