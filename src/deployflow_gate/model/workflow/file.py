"""What workflows and action files share: YAML whose scalars may hold `${{ }}`."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

from deployflow_gate.model.document import Document
from deployflow_gate.model.workflow.reading import Embeddings, fields
from deployflow_gate.record import dataclass
from deployflow_gate.syntax import yaml
from deployflow_gate.syntax.expression import Embedded, find, parse
from deployflow_gate.text import Fault, Span


@dataclass(frozen=True, eq=False)
class ActionsFile(Document):
    """Base of Workflow and Action."""

    @cached_property
    def syntax(self) -> yaml.YamlFile:
        return yaml.parse_yaml(self.source)

    @cached_property
    def root(self) -> yaml.Mapping | None:
        root = self.syntax.root
        return root if isinstance(root, yaml.Mapping) else None

    @cached_property
    def fields(self) -> dict[str, yaml.Entry]:
        return fields(self.root)

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        root = self.syntax.root
        found = self.syntax.faults
        if root is not None and self.root is None and not (isinstance(root, yaml.Scalar) and root.kind == "null"):
            found += (Fault(root.span, f"{self.kind} is a mapping at its top, and this is none."),)
        return found + tuple(self.own_faults())

    kind = "A workflow"

    def own_faults(self) -> Iterator[Fault]:
        return iter(())

    @property
    def broken(self) -> bool:
        return self.syntax.broken or (self.root is None and bool(self.faults))

    @cached_property
    def comments(self) -> tuple[Span, ...]:
        return self.syntax.comments

    @cached_property
    def _comment_starts(self) -> list[int]:
        return [comment.start for comment in self.syntax.comments]

    def comment_behind(self, span: Span) -> Span | None:
        """The comment that stands behind a span on its last line, with nothing but space and quotes between."""
        at = bisect_left(self._comment_starts, span.end)
        if at == len(self._comment_starts):
            return None
        comment = self.syntax.comments[at]
        between = self.source.text[span.end : comment.start]
        return comment if not between.strip(" \t\"'") else None

    @cached_property
    def _embedded(self) -> dict[tuple[int, bool], tuple[Embedded, ...]]:
        return {}

    def embedded(self, scalar: yaml.Scalar, *, bare: bool = False) -> tuple[Embedded, ...]:
        """The expressions of a scalar, parsed once; a `bare` one is an expression as a whole if it holds no `${{`."""
        holds = "${{" in scalar.value
        if not holds and (not bare or scalar.kind == "null"):
            return ()
        key = (id(scalar), bare)
        if key not in self._embedded:
            self._embedded[key] = find(scalar.mapped) if holds else (parse(scalar.mapped),)
        return self._embedded[key]

    @cached_property
    def embeddings(self) -> Embeddings:
        return self.embedded
