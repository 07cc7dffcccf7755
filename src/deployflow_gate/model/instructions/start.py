"""FROM, and what declares names and values: ARG, ENV, LABEL."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from deployflow_gate.model.instructions.base import Instruction
from deployflow_gate.model.scope import Scope
from deployflow_gate.model.variable import Variable
from deployflow_gate.syntax.dockerfile import PairSyntax
from deployflow_gate.text import UNKNOWN, Text

if TYPE_CHECKING:
    from deployflow_gate.model.imageref import ImageRef
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.stage import Stage


class From(Instruction):
    expands = True

    @cached_property
    def scope(self) -> Scope:
        """A FROM sees the global ARGs only."""
        return Scope(self.dockerfile.timeline, self.index)

    @cached_property
    def image(self) -> Text:
        """What it starts from; an unknown text where that is missing."""
        values = self.syntax.values
        return self.text(values[0]) if values else Text(self.keyword_span, "", UNKNOWN)

    @property
    def alias(self) -> Text | None:
        """The stage's name as it is written."""
        values = self.syntax.values
        return self.literal(values[2]) if len(values) > 2 and values[1].raw.upper() == "AS" else None

    @property
    def platform(self) -> Text | None:
        return self.flag_value("platform")

    def undeclared(self, text: Text) -> tuple[str, ...]:
        """The variables of one of its texts that neither an ARG above nor BuildKit sets, and for which it has no fallback."""
        from deployflow_gate.model.base_arguments import undeclared

        return undeclared(self, text)

    @cached_property
    def default_image(self) -> str:
        """The sketch of what it starts from where ARGs without a default are empty, as far as no build passes them."""
        from deployflow_gate.model.base_arguments import expanded_image

        return expanded_image(self, self.dockerfile.argument_defaults)

    @cached_property
    def base_stage(self) -> Stage | None:
        """The earlier stage that it names."""
        name = self.image.value
        return self.dockerfile.named_before(name, self.stage) if name and self.stage else None

    @cached_property
    def ref(self) -> ImageRef:
        from deployflow_gate.model.imageref import ImageRef

        return ImageRef.of(self, self.image, is_stage=self.base_stage is not None)

    def children(self) -> Iterator[Node]:
        if self.syntax.values:
            yield self.ref


class _Declaration(Instruction):
    expands = True
    kind: Literal["env", "arg"]

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        return tuple(self._variable(pair) for pair in self.syntax.pairs)

    def _variable(self, pair: PairSyntax, scope: Scope | None = None) -> Variable:
        name, value = pair.name, pair.value
        given = None if value is None else Text(value.span, value.raw, self.sketch(value.raw, scope))
        return Variable(self, pair.span, Text(name.span, name.raw, self.sketch(name.raw, scope)), given, self.kind)

    def children(self) -> Iterator[Node]:
        return iter(self.variables)


class Env(_Declaration):
    """All values see the environment before the instruction: `ENV a=1 b=$a` does not give b the 1."""

    kind = "env"


class Arg(_Declaration):
    """A variable's value is its default as written here; what it comes to says the scope of the lines behind it."""

    kind = "arg"

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        if self.stage is not None or self.onbuild or len(self.syntax.pairs) < 2:
            return super().variables
        # before the first FROM, BuildKit takes one after the other: `ARG a=1 b=$a`
        found: list[Variable] = []
        known: dict[str, str] = {}
        timeline = self.dockerfile.timeline
        for pair in self.syntax.pairs:
            variable = self._variable(pair, Scope(timeline, self.index, known))
            found.append(variable)
            if variable.name.value is not None:
                given = variable.value.sketch if variable.value else None
                known[variable.name.value] = timeline.argument(variable.name.value, given)
        return tuple(found)


class Label(Instruction):
    expands = True

    @cached_property
    def pairs(self) -> tuple[tuple[Text, Text | None], ...]:
        """Name and value of each label."""
        return tuple((self.text(p.name), None if p.value is None else self.text(p.value)) for p in self.syntax.pairs)
