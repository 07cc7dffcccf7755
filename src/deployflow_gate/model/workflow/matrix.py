"""`strategy.matrix`: which jobs a job becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import product
from math import prod

from deployflow_gate.model.workflow.reading import Embeddings, child, fields, items_of, scalar_of, text, value_of
from deployflow_gate.record import dataclass
from deployflow_gate.syntax import yaml
from deployflow_gate.syntax.expression import Context, Value
from deployflow_gate.syntax.expression.values import equal, is_list, is_object
from deployflow_gate.text import UNKNOWN, Span, Text

MAX_JOBS = 256
"""Jobs of one matrix: GitHub's own limit. https://docs.github.com/actions/reference/limits"""

Combination = Mapping[str, Value]


@dataclass(frozen=True, eq=False)
class Matrix:
    """`dynamic`: the matrix as a whole is an expression that is not known here."""

    span: Span
    value: yaml.Node
    embedded: Embeddings
    context: Context

    @cached_property
    def _whole(self) -> Value:
        return value_of(self.value, self.embedded, self.context)

    @property
    def dynamic(self) -> bool:
        return not is_object(self._whole)

    @cached_property
    def dimensions(self) -> Mapping[str, tuple[Value, ...] | None]:
        """Name -> its values, None where they are not known; without `include` and `exclude`."""
        if not is_object(self._whole):
            return {}
        axes = {name: value for name, value in self._whole.items() if name not in ("include", "exclude")}
        return {name: tuple(value) if is_list(value) else None for name, value in axes.items()}

    def values(self, name: str) -> tuple[Text, ...] | None:
        """What is written for a dimension, with places, `include` counted in; None if any of it is not a written-out scalar."""
        written = fields(self.value)
        entry = written.get(name)
        nodes = list(items_of(entry.value)) if entry is not None else []
        for item in items_of(child(written, "include")):
            nodes += [found for found in [child(fields(item), name)] if found is not None]
        scalars = [scalar_of(node) for node in nodes]
        found = tuple(text(scalar, self.embedded, self.context) for scalar in scalars if scalar is not None)
        complete = len(found) == len(nodes) and all(one.value is not None for one in found)
        return found if nodes and complete else None

    @cached_property
    def combinations(self) -> tuple[Combination, ...] | None:
        """The jobs' values, `exclude` and `include` done; None if they are not known or more than a run may have."""
        whole = self._whole
        axes = self.dimensions
        if not is_object(whole) or any(values is None for values in axes.values()):
            return None
        include, exclude = (_objects(whole.get(key)) for key in ("include", "exclude"))
        size = prod(len(values or ()) for values in axes.values()) if axes else 0
        if include is None or exclude is None or size + len(include) > MAX_JOBS:
            return None
        made = [dict(zip(axes, one, strict=True)) for one in product(*(values or () for values in axes.values()))]
        kept: list[Combination] = [one for one in made if axes and not any(_matches(one, gone) for gone in exclude)]
        return tuple(_included(kept, include, axes))


def _objects(value: Value) -> list[Combination] | None:
    if value is None:
        return []
    if not is_list(value):
        return None
    found = [item for item in value if is_object(item)]
    return found if len(found) == len(value) else None


def _matches(one: Combination, some: Combination) -> bool:
    """An exclusion that cannot be decided is taken to exclude nothing: a job too many asks for what another asks for anyway."""
    return all(name in one and _same(one[name], value) for name, value in some.items())


def _same(left: Value, right: Value) -> bool:
    if is_object(left) and is_object(right):
        return all(name in left and _same(left[name], value) for name, value in right.items())
    return equal(left, right) is True


def _included(kept: list[Combination], include: Iterable[Combination], axes: Iterable[str]) -> list[Combination]:
    """An inclusion is added to each job whose dimensions it would not change, else it is a job of its own."""
    names = set(axes)
    result = [dict(one) for one in kept]
    own: list[Combination] = []
    for extra in include:
        hosts = [
            target
            for source, target in zip(kept, result, strict=True)
            if all(_same(source[name], value) for name, value in extra.items() if name in names)
        ]
        for host in hosts:
            host.update(extra)
        if not hosts:
            own.append(extra)
    return [*result, *own]


def agreed(combinations: Iterable[Combination]) -> dict[str, Value]:
    """What all jobs of a matrix agree on; UNKNOWN where they differ."""
    found: dict[str, Value] = {}
    for count, one in enumerate(combinations):
        for name, value in one.items():
            found[name] = value if count == 0 or (name in found and _same(found[name], value)) else UNKNOWN
        for name in found.keys() - one.keys():
            found[name] = UNKNOWN
    return found
