"""What a step or a job uses: an action, a local one, an image, a reusable workflow."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from posixpath import normpath
from typing import TYPE_CHECKING, Literal

from deployflow_gate.model.imageref import ImageRef
from deployflow_gate.record import dataclass
from deployflow_gate.regex import regex
from deployflow_gate.text import Span, Text

if TYPE_CHECKING:
    from deployflow_gate.model.node import Node
    from deployflow_gate.model.workflow.job import Job
    from deployflow_gate.model.workflow.step import Step

_SHA = regex(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_WORKFLOW = regex(r"\.github/workflows/[^/]+\.ya?ml")


@dataclass(frozen=True, eq=False)
class Uses:
    """`owner/repository/subpath@ref`, `./path`, `$/path` (the same repository at the running commit) or `docker://image`.

    `kind` is "local" for the two paths, of actions and of workflows alike, and "workflow" for a reusable workflow of another
    repository. The parts are None where they are not written.
    """

    owner: Step | Job
    text: Text
    comment: Span | None
    """The comment behind it on its line, with its `#`."""

    @property
    def span(self) -> Span:
        return self.text.span

    @cached_property
    def kind(self) -> Literal["action", "local", "docker", "workflow"]:
        raw = self.text.raw
        if raw.startswith("docker://"):
            return "docker"
        if raw.startswith(("./", ".\\", "../", "$/")) or raw in (".", "..", "$"):
            return "local"
        return "workflow" if _WORKFLOW.fullmatch(self.subpath or "") else "action"

    @property
    def self_reference(self) -> bool:
        return self.text.raw.startswith("$/")

    @cached_property
    def _named(self) -> tuple[tuple[str, ...], str | None]:
        raw = self.text.raw
        if self.text.value is None or raw.startswith(("docker://", ".", "$/")):
            return (), None
        name, at_sign, ref = raw.partition("@")
        return tuple(name.split("/")), ref if at_sign else None

    @property
    def owner_name(self) -> str | None:
        return self._named[0][0] if self._named[0] else None

    @property
    def repository(self) -> str | None:
        """The repository's own name, without its owner."""
        return self._named[0][1] if len(self._named[0]) > 1 else None

    @property
    def subpath(self) -> str | None:
        """The path within the repository; None for an action at its root."""
        return "/".join(self._named[0][2:]) or None

    @property
    def name(self) -> str | None:
        """`owner/repository/subpath` in lower case: names of actions have no case."""
        return "/".join(self._named[0]).lower() or None

    @property
    def ref(self) -> str | None:
        return self._named[1]

    @property
    def ref_span(self) -> Span | None:
        if self.ref is None:
            return None
        return Span(self.span.source, self.span.end - len(self.ref), self.span.end)

    @property
    def ref_is_sha(self) -> bool:
        """True for a full commit hash; a shortened one can be moved like any other name."""
        return self.ref is not None and _SHA.fullmatch(self.ref) is not None

    @cached_property
    def path(self) -> str | None:
        """The path of a local action (a folder) or workflow (a file) in this repository; None if it is outside."""
        if self.kind != "local" or self.text.value is None:
            return None
        path = normpath(self.text.value.replace("\\", "/").removeprefix("$/") or ".")
        if path == ".." or path.startswith(("../", "/")):
            return None
        return "" if path == "." else path

    @cached_property
    def image(self) -> ImageRef | None:
        """The image of `docker://image`."""
        if self.kind != "docker":
            return None
        return ImageRef.of(self, docker_image(self.text))

    def children(self) -> Iterator[Node]:
        if self.image is not None:
            yield self.image


def docker_image(text: Text) -> Text:
    """The reference in a `docker://` text."""
    skip = len("docker://")
    span = Span(text.span.source, min(text.span.start + skip, text.span.end), text.span.end)
    return Text(span, text.raw[skip:], text.sketch[skip:])
