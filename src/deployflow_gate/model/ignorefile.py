"""An ignore file of a build context, and where Docker looks for the one that holds for a build."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from posixpath import basename, join

from deployflow_gate.model.document import Document
from deployflow_gate.model.node import Node
from deployflow_gate.record import dataclass
from deployflow_gate.syntax.ignorefile import IgnoreSyntax, Pattern, parse_ignore
from deployflow_gate.text import Fault, Span


@dataclass(frozen=True, eq=False)
class IgnoreFile(Document):
    """A `.dockerignore`. All paths asked about are relative to the build context, not to the repository."""

    @cached_property
    def syntax(self) -> IgnoreSyntax:
        return parse_ignore(self.source)

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """The valid patterns, in file order."""
        return self.syntax.patterns

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        return self.syntax.faults

    @cached_property
    def comments(self) -> tuple[Span, ...]:
        return self.syntax.comments

    def ignores(self, path: str) -> bool:
        """True if the file is left out of the context. Of a folder: true even if a `!` re-includes something inside."""
        return self.syntax.ignores(path)

    def rule_for(self, path: str) -> Pattern | None:
        """The pattern that decides about the path (the last that matches it or a folder above), or None."""
        return self.syntax.rule_for(path)

    def kept(self, paths: Iterable[str]) -> tuple[str, ...]:
        """The paths that are not ignored, in their order."""
        return tuple(self.syntax.kept(paths))

    def children(self) -> Iterator[Node]:
        return iter(())


def find_ignore_path(context_dir: str, dockerfile_path: str, exists: Callable[[str], bool]) -> str | None:
    """The ignore file of a build: the Dockerfile's own (`<Dockerfile>.dockerignore` beside it), else the context's.

    Paths are relative to the repository ("" is its root). A Containerfile is built by podman or buildah, which look for
    `.containerignore` before `.dockerignore`; Docker never reads one.
    """
    names = [".dockerignore"]
    if basename(dockerfile_path).lower().startswith("containerfile"):
        names.insert(0, ".containerignore")
    wanted = [f"{dockerfile_path}.dockerignore"] if dockerfile_path else []
    wanted += [join(context_dir, name) for name in names]
    return next((path for path in wanted if exists(path)), None)
