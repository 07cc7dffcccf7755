"""The plain values of a policy's YAML: texts, lists, mappings, each with a fault where it is something else."""

from __future__ import annotations

from collections.abc import Iterator

from deployflow_gate.policy.faults import Faults, quoted
from deployflow_gate.syntax.yaml import Entry, Mapping, Node, Scalar, Sequence
from deployflow_gate.text import Span


class Budget:
    """How many keys and items are still looked at. Aliases may make a short file long."""

    def __init__(self, left: int, faults: Faults) -> None:
        self._left = left
        self._faults = faults

    def spend(self, at: Span) -> bool:
        """False when there is nothing left; the first time, that is a fault."""
        self._left -= 1
        if self._left == -1:
            self._faults.add(at, "The policy is too large: from here on it was not read.")
        return self._left >= 0


def where(span: Span) -> str:
    return f"{span.path}:{span.line}"


def kind_of(node: Node) -> str:
    """What a node is, for a message: "a list", "the number `3`"."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    if node.kind == "null":
        return "empty"
    names = {"str": "the text", "int": "the number", "float": "the number", "bool": "the truth value"}
    return f"{names.get(node.kind, 'the value')} {quoted(node.value)}"


def text_of(node: Node, what: str, faults: Faults) -> str | None:
    """The text of a scalar that is a text; None with a fault for anything else. `what` begins the sentence."""
    if _tagged(node, faults):
        return None
    if isinstance(node, Scalar) and node.kind == "str":
        return node.value
    if isinstance(node, Scalar) and node.kind == "bool":
        faults.add(node.span, f"{what} is {kind_of(node)}, not a text{_meant_off(node)}.")
    else:
        faults.add(node.span, f"{what} is {kind_of(node)}, not a text.")
    return None


def _meant_off(node: Scalar) -> str:
    return " (did you mean `off`?)" if node.value.lower() == "false" else " (did you mean `on`?)"


def items_of(
    node: Node | None, key: str, faults: Faults, budget: Budget, *, one_may_do: bool = False
) -> Iterator[Node]:
    """The items of a list; of a text, too, where `one_may_do`. A fault for anything else; nothing for None."""
    if node is None or _tagged(node, faults):
        return
    if isinstance(node, Sequence):
        for item in node.items:
            if not budget.spend(item.span):
                return
            yield item
    elif one_may_do and isinstance(node, Scalar) and node.kind == "str":
        yield node
    else:
        expected = "a list or a text" if one_may_do else "a list"
        faults.add(node.span, f"`{key}` is {kind_of(node)}, not {expected}.")


def entries_of(node: Node, what: str, faults: Faults, budget: Budget) -> Iterator[Entry]:
    """The entries of a mapping with its merge keys followed. A fault for anything else."""
    if _tagged(node, faults):
        return
    if not isinstance(node, Mapping):
        faults.add(node.span, f"{what} is {kind_of(node)}, not a mapping.")
        return
    for entry in node.merged.values():
        if not budget.spend(entry.key.span):
            return
        yield entry


def record_of(
    node: Node, what: str, known: tuple[str, ...], needed: tuple[str, ...], faults: Faults, budget: Budget
) -> dict[str, Node] | None:
    """The values of a mapping by key, with a fault for each unknown key and each needed one that is not there. None if
    the node is no mapping."""
    found: dict[str, Node] = {}
    for entry in entries_of(node, what, faults, budget):
        key = entry.key.value
        if key in known:
            found[key] = entry.value
        else:
            faults.unknown(entry.key.span, f"{what} has no key {quoted(key)}", key, known)
    if not isinstance(node, Mapping) or node.tag:
        return None
    for key in needed:
        if key not in found:
            faults.add(node.span, f"{what} needs `{key}`.")
    return found


def _tagged(node: Node, faults: Faults) -> bool:
    if node.tag:
        faults.add(node.span, f"The tag {quoted(node.tag)} means nothing in a policy.")
    return bool(node.tag)
