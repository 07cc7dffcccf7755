"""A file of the repository that the gate judges."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from deployflow_gate.record import dataclass
from deployflow_gate.text import Fault, Source, Span

if TYPE_CHECKING:
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.project import Project


@dataclass(frozen=True, eq=False)
class Document:
    """Base of Dockerfile, ComposeFile, Workflow, Action (an action.yml), IgnoreFile, and UnreadableFile.

    A rule whose parameter is a Document is called with every kind of document.
    """

    source: Source
    project: Project

    @property
    def path(self) -> str:
        return self.source.path

    @property
    def span(self) -> Span:
        return self.source.whole

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """What of the file could not be read or parsed."""
        return ()

    @property
    def broken(self) -> bool:
        """True when the file as a whole could not be judged (then the verdict is not-evaluated)."""
        return False

    @cached_property
    def comments(self) -> tuple[Span, ...]:
        """Every comment, from its `#` to the end of its line."""
        return ()

    @cached_property
    def statements(self) -> tuple[Span, ...]:
        """The spans that an ignore comment above them covers as a whole (a Dockerfile's instructions); () if lines are the unit."""
        return ()

    def children(self) -> Iterator[Node]:
        return iter(())


@dataclass(frozen=True, eq=False)
class UnreadableFile(Document):
    """A file that is there and could not be read as text: too large, not UTF-8, a symlink out of the root, a FIFO."""

    reason: str

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        return (Fault(self.source.whole, self.reason),)

    @property
    def broken(self) -> bool:
        return True
